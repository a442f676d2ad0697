/**
 * Checking a model: the engine as an Effect.
 *
 * @module
 */
import { Data, Effect } from "effect"
import { getHeapStatistics } from "node:v8"
import { InvalidDefinition, type ModelError } from "../src/model/errors.ts"
import type { Model } from "../src/model/model.ts"
import { explore, TooLarge } from "./engine/graph.ts"
import type { Progress, Report, StateGraph } from "./engine/report.ts"
import { Search, type SearchOptions } from "./engine/search.ts"

/** How to check a model. */
export interface CheckOptions extends Omit<SearchOptions, "memory"> {
  /** The bytes that the whole process may use. Default: nine tenths of what the machine, or its container, has left. */
  readonly memory?: number
  /**
   * Cancels the check: what was found so far is reported, with the verdict `incomplete`. (A fiber that is interrupted ends
   * its check too, but has nobody to report to.)
   */
  readonly signal?: AbortSignal
  /** Called about ten times a second. */
  readonly onProgress?: (progress: Progress) => void
}

/** The memory limit leaves no room for a search. */
export class MemoryTooSmall extends Data.TaggedError("MemoryTooSmall")<{
  /** The limit, in bytes. */
  readonly memory: number
  /** What the process uses before the search begins, and the least that a search needs, in bytes. */
  readonly needed: number
}> {
  override get message(): string {
    const mebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`
    return `a memory limit of ${mebibytes(this.memory)} is too small: give at least ${mebibytes(this.needed)}`
  }
}

/** A check could not be carried out. What was found until then is in `report`. */
export class CheckFailed extends Data.TaggedError("CheckFailed")<{
  readonly error: ModelError | MemoryTooSmall
  readonly report: Report
}> {
  override get message(): string {
    return this.error.message
  }
}

/** A state graph has more states than the limit that was given. */
export class GraphTooLarge extends Data.TaggedError("GraphTooLarge")<{ readonly limit: number }> {
  override get message(): string {
    return `the state graph has more than ${this.limit} states; choose smaller constants`
  }
}

/** Milliseconds between two looks at the world: progress, cancellation, other fibers. */
const SLICE = 100
/** The least that a search needs, in bytes. */
const LEAST = 16 * 2 ** 20
/** The part of the memory left, and of the heap that JavaScript allows itself, that a search takes before it ends. */
const MOST = 0.9

/** The part of V8's heap that is kept for young objects. */
const YOUNG = 192 * 2 ** 20

/** JavaScript's own heap, where interned values lie, has a limit of its own; beyond it the process would be killed. */
const isHeapFull = (): boolean => {
  const { heap_size_limit, used_heap_size } = getHeapStatistics()
  return used_heap_size > MOST * (heap_size_limit - YOUNG)
}

/** What a user's function throws is wrapped where it is called; what is left comes from a Schema of the model's own. */
const typed = (model: Model<any>, error: unknown): ModelError | MemoryTooSmall => {
  if (error instanceof Error && "_tag" in error) return error as ModelError | MemoryTooSmall
  return new InvalidDefinition({
    reason: `the model ${model.name} cannot be explored: ${error instanceof Error ? error.message : String(error)}`,
  })
}

const failed = (model: Model<any>, error: unknown, report?: Report): CheckFailed =>
  new CheckFailed({
    error: typed(model, error),
    report: report ?? {
      model: model.name,
      verdict: "incomplete",
      stopped: "error",
      properties: Object.entries(model.properties).map(([name, { kind }]) => ({ name, kind, verdict: "incomplete" })),
      coverage: [],
      stuttering: 0,
      distinct: 0,
      generated: 0,
      depth: 0,
      queue: 0,
      userCalls: 0,
      memoryBytes: 0,
      peakMemoryBytes: 0,
      seconds: 0,
      collisionProbability: 0,
    },
  })

/**
 * Explores the reachable states of a model and checks its properties.
 *
 * Breadth-first, so that a counterexample is a shortest one. A violation is a result, not a failure: it ends the search
 * with the verdict `violated`. A limit that is reached ends it with `incomplete`, never with `holds`.
 *
 * @param model - the model.
 * @param options - the search order, the limits, cancellation and progress.
 * @returns the report; fails with {@link CheckFailed} when the model is at fault (a value outside its domain, an action
 *   that throws or is not pure, …) or the memory limit leaves no room.
 *
 * @example
 * ```ts
 * import { twoPhase } from "touchstone/spec"
 * import { check } from "touchstone/model-check"
 * import { Effect } from "effect"
 *
 * const report = await Effect.runPromise(check(twoPhase({ rms: 3 })))
 * report.verdict // => "holds"
 * report.distinct // => 288
 * ```
 */
export const check = (model: Model<any>, options: CheckOptions = {}): Effect.Effect<Report, CheckFailed> =>
  Effect.gen(function*() {
    const used = process.memoryUsage.rss()
    const { memory = used + MOST * process.availableMemory(), onProgress, signal, ...rest } = options
    if (memory < used + LEAST) return yield* failed(model, new MemoryTooSmall({ memory, needed: used + LEAST }))
    const search = yield* Effect.try({
      try: () => new Search(model, { ...rest, memory: memory - used }),
      catch: (error) => failed(model, error),
    })
    for (;;) {
      const over = yield* Effect.try({
        try: () => search.run(SLICE),
        catch: (error) => failed(model, error, search.report()),
      })
      if (over) return search.report()
      onProgress?.(search.progress())
      if (signal?.aborted === true) search.stop("interrupted")
      if (process.memoryUsage.rss() > memory || isHeapFull()) search.stop("memory")
      yield* Effect.yieldNow
    }
  })

/**
 * The state graph of a small model.
 *
 * @param limit - the most states; more fail with {@link GraphTooLarge}.
 *
 * @example
 * ```ts
 * import { transactionCommit } from "touchstone/spec"
 * import { graph } from "touchstone/model-check"
 * import { Effect } from "effect"
 *
 * (await Effect.runPromise(graph(transactionCommit({ rms: 1 }), 100))).states.length // => 4
 * ```
 */
export const graph = (model: Model<any>, limit: number): Effect.Effect<StateGraph, CheckFailed | GraphTooLarge> =>
  Effect.try({
    try: () => explore(model, limit),
    catch: (error) => error instanceof TooLarge ? new GraphTooLarge({ limit }) : failed(model, error),
  })
