/**
 * Checking a model: the engine as an Effect.
 *
 * @module
 */
import { Data, Effect } from "effect"
import { getHeapStatistics } from "node:v8"
import { InvalidDefinition, isModelError, type ModelError } from "../src/model/errors.ts"
import type { Model } from "../src/model/model.ts"
import { show } from "../src/model/show.ts"
import { firstThrown, isThrownByUser } from "../src/model/user-code.ts"
import { DeepeningSearch } from "./engine/explore/deepening-search.ts"
import { faultsOf, fewer, withFaults, withoutCounter } from "./engine/explore/fewest-faults.ts"
import { GraphSearch, TooLarge } from "./engine/explore/graph.ts"
import { Search, type SearchOptions } from "./engine/explore/search.ts"
import { type WalkOptions, WalkSearch } from "./engine/explore/walk-search.ts"
import { LimitReached, Memory } from "./engine/memory.ts"
import type { Progress, PropertyResult, Report, StateGraph, Stopped } from "./engine/report.ts"

/** How to check a model. */
export interface CheckOptions
  extends Omit<SearchOptions, "memory" | "search">, Pick<WalkOptions, "walks" | "depth" | "replay">
{
  /**
   * - `bfs`, unless given: breadth-first, with shortest counterexamples;
   * - `dfs`: depth-first;
   * - `dfid`: depth-first iterative deepening, with shortest counterexamples, and few states that wait to be expanded;
   * - `walk`: guided walks, as many as `walks`, of at most `depth` steps each. Never `holds`; a counterexample is shortened, and
   *   need not be a shortest one.
   */
  readonly search?: "bfs" | "dfs" | "dfid" | "walk"
  /** The bytes that the whole process may use. Default: nine tenths of what the machine, or its container, has left. */
  readonly memory?: number
  /**
   * Cancels the check: what was found so far is reported, with the verdict `incomplete` unless a property is violated. (A
   * fiber that is interrupted ends its check too, but has nobody to report to.)
   */
  readonly signal?: AbortSignal
  /**
   * Called about ten times a second, and after each call of a function of the model that takes longer.
   *
   * @param progress - where the check stands.
   * @param report - gives what was found until now.
   */
  readonly onProgress?: (progress: Progress, report: () => Report) => void
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

/** The callback `onProgress` of a check threw. */
export class ProgressThrew extends Data.TaggedError("ProgressThrew")<{ readonly cause: unknown }> {
  override get message(): string {
    return `onProgress threw: ${this.cause instanceof Error ? this.cause.message : show(this.cause)}`
  }
}

/**
 * A check could not be carried out, for a reason that `Effect.catchReason` finds by its tag. What was found until then is in
 * `report`.
 *
 * @example
 * ```ts
 * import { Schema } from "effect"
 * import { check, range, variables } from "touchstone"
 * import { Effect } from "effect"
 *
 * const { action, model } = variables({ n: Schema.Literals(range(0, 2)) })
 * const counter = model({ name: "counter", initial: { n: 0 }, actions: { increment: action((s) => ({ n: s.n + 1 })) } })
 *
 * const wrong = check(counter).pipe(
 *   Effect.map(({ verdict }) => verdict as string),
 *   Effect.catchReason("CheckFailed", "ValueOutsideDomain", ({ value, variable }) => Effect.succeed(`${variable} = ${value}`)),
 * )
 * Effect.runSync(wrong) // => "n = 3"
 * ```
 */
export class CheckFailed extends Data.TaggedError("CheckFailed")<{
  readonly reason: ModelError | MemoryTooSmall | ProgressThrew
  readonly report: Report
}> {
  override get message(): string {
    return this.reason.message
  }
}

/** A state graph has more states than the limit that was given, or does not fit into the memory that may be used. */
export class GraphTooLarge extends Data.TaggedError("GraphTooLarge")<{
  readonly limit: number
  readonly reached: "states" | "memory"
}> {
  override get message(): string {
    const what = this.reached === "states" ? `has more than ${this.limit} states` : "does not fit into memory"
    return `the state graph ${what}; choose smaller constants`
  }
}

/** Milliseconds between two looks at the world: progress, cancellation, other fibers. A call that takes longer is waited for. */
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

/** So many states at most are looked at once more, for traces in which less goes wrong. */
const MOST_AGAIN = 1_000_000

/** The report of a check that could not begin, or did not come to its end. */
export const nothingFound = (model: Model<any>): Report => ({
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
})

/**
 * Lets the engine do something. What a user's function throws is wrapped where it is called; of a Schema's own functions some
 * are called before, and what they throw is a fault of the model too. All else is a defect.
 */
const attempt = <A>(model: Model<any>, engine: () => A, report: () => Report): Effect.Effect<A, CheckFailed> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(engine())
    } catch (error) {
      if (isModelError(error)) return new CheckFailed({ reason: error, report: report() })
      if (!isThrownByUser(error)) return Effect.die(error)
      const first = firstThrown(error)
      const said = first instanceof Error ? first.message : show(first)
      const reason = new InvalidDefinition({ reason: `the model ${model.name} cannot be explored: ${said}` })
      return new CheckFailed({ reason, report: report() })
    }
  })

/** What is only for walks, and what is for none. */
const OF_WALKS = ["walks", "depth", "replay"] as const
const NOT_OF_WALKS = ["maxDepth", "maxStates", "exact"] as const

/** The search that the options ask for. */
const searchOf = (
  model: Model<any>,
  { depth, replay, search = "bfs", walks, ...options }: Omit<CheckOptions, "signal" | "onProgress"> & {
    readonly memory: number
  },
): Search | DeepeningSearch | WalkSearch => {
  const given: { readonly [option: string]: unknown } = { ...options, depth, replay, walks }
  const refused = (search === "walk" ? NOT_OF_WALKS : OF_WALKS).find((option) =>
    ![undefined, false].includes(given[option] as undefined)
  )
  if (refused !== undefined) {
    const [there, instead] = search === "walk"
      ? ["by walks", refused === "maxDepth" ? "give depth" : "leave it out"]
      : ["that is none by walks", `let search be "walk"`]
    throw new InvalidDefinition({ reason: `${refused} says nothing of a search ${there}; ${instead}` })
  }
  switch (search) {
    case "walk":
      return new WalkSearch(model, {
        ...options,
        ...(walks !== undefined && { walks }),
        ...(depth !== undefined && { depth }),
        ...(replay !== undefined && { replay }),
      })
    case "dfid":
      return new DeepeningSearch(model, options)
    default:
      return new Search(model, { ...options, search })
  }
}

/** Of each property that has a trace, the one with the fewest faults among those of its length, as far as there is time. */
const withFewestFaults = Effect.fnUntraced(function*(model: Model<any>, report: Report, options: CheckOptions) {
  let { seconds, userCalls } = report
  let states = MOST_AGAIN
  const properties = yield* Effect.forEach(
    report.properties,
    Effect.fnUntraced(function*(property: PropertyResult) {
      const { kind, name, trace } = property
      if (trace === undefined) return property
      // Whether a state is stuck is seen when it is expanded.
      const maxDepth = trace.steps.length + (kind === "deadlockFree" ? 1 : 0)
      for (const faults of fewer(faultsOf(model, trace))) {
        const { maxSeconds = Infinity, onProgress: _, ...how } = options
        const limits = { keepGoing: false, maxDepth, maxStates: states, maxSeconds: Math.max(0, maxSeconds - seconds) }
        const again = yield* Effect.catch(
          check(withFaults(model, name, faults), { ...how, ...limits }),
          ({ report }) => Effect.succeed(report),
        )
        seconds += again.seconds
        userCalls += again.userCalls
        states = Math.max(0, states - again.distinct)
        const [found] = again.properties
        if (found?.trace !== undefined) return { ...found, trace: withoutCounter(model, found.trace) }
      }
      return property
    }),
  )
  return { ...report, properties, seconds, userCalls }
})

/** What ended a check that is not to be prolonged. */
const HURRIED: ReadonlySet<Stopped | undefined> = new Set(["max-seconds", "memory", "interrupted", "error"])

/**
 * Explores the reachable states of a model and checks its properties.
 *
 * The search is breadth-first unless `search` says otherwise, so that a counterexample is a shortest one; and of the shortest, one
 * with the fewest faults, if that is found within a million states. A violation is a result, not a failure: it ends the search with
 * the verdict `violated`. A limit that is reached ends it with `incomplete`, never with `holds`; and walks that find no violation
 * end with `incomplete` too.
 *
 * It works in slices of a tenth of a second, between which other fibers have their turn: `Effect.timeout` or an interrupt ends it
 * there. A slice lasts longer only while a single call of a function of the model does; only another
 * thread can stop one that never returns, as the command `touchstone check` does.
 *
 * @param model - the model.
 * @param options - the search order, the limits, cancellation and progress.
 * @returns the report; fails with {@link CheckFailed} when the model is at fault (a value outside its domain, an action
 *   that throws or is not pure, …), the memory limit leaves no room, or `onProgress` throws. What else is thrown is a defect.
 *
 * @example
 * ```ts
 * import { TwoPhase } from "touchstone/spec/tla"
 * import { check } from "touchstone"
 * import { Effect } from "effect"
 *
 * const report = await Effect.runPromise(check(TwoPhase({ rms: 3 })))
 * report.verdict // => "holds"
 * report.distinct // => 288
 * ```
 */
export const check = (model: Model<any>, options: CheckOptions = {}): Effect.Effect<Report, CheckFailed> =>
  Effect.gen(function*() {
    const used = process.memoryUsage.rss()
    const { memory = used + MOST * process.availableMemory(), onProgress, signal, ...rest } = options
    if (memory < used + LEAST) {
      const reason = new MemoryTooSmall({ memory, needed: used + LEAST })
      return yield* new CheckFailed({ reason, report: nothingFound(model) })
    }
    const search = yield* attempt(
      model,
      () => searchOf(model, { ...rest, memory: memory - used }),
      () => nothingFound(model),
    )
    const report = () => search.report()
    for (;;) {
      if (signal?.aborted === true) search.stop("interrupted")
      const over = yield* attempt(model, () => search.run(SLICE), report)
      if (over) {
        const found = report()
        return (rest.search !== undefined && rest.search !== "bfs") || HURRIED.has(found.stopped)
          ? found
          : yield* withFewestFaults(model, found, options)
      }
      if (onProgress !== undefined) {
        yield* Effect.try({
          try: () => onProgress(search.progress(), report),
          catch: (cause) => {
            search.stop("error")
            return new CheckFailed({ reason: new ProgressThrew({ cause }), report: report() })
          },
        })
      }
      if (process.memoryUsage.rss() > memory || isHeapFull()) search.stop("memory")
      yield* Effect.yieldNow
    }
  })

/**
 * The state graph of a small model, listed in slices, as {@link check} explores it.
 *
 * @param limit - the most states; more fail with {@link GraphTooLarge}.
 * @param options - the memory that may be used, as in {@link CheckOptions}; where it is not enough, that fails with
 *   {@link GraphTooLarge} too.
 *
 * @example
 * ```ts
 * import { TCommit } from "touchstone/spec/tla"
 * import { graph } from "touchstone"
 * import { Effect } from "effect"
 *
 * (await Effect.runPromise(graph(TCommit({ rms: 1 }), 100))).states.length // => 4
 * ```
 */
export const graph = (
  model: Model<any>,
  limit: number,
  options: Pick<CheckOptions, "memory"> = {},
): Effect.Effect<StateGraph, CheckFailed | GraphTooLarge> =>
  Effect.gen(function*() {
    const report = () => nothingFound(model)
    const used = process.memoryUsage.rss()
    const most = options.memory ?? used + MOST * process.availableMemory()
    const memory = new Memory()
    memory.limit = most - used
    const within = <A>(engine: () => A): A | "states" | "memory" => {
      try {
        return engine()
      } catch (error) {
        if (error instanceof TooLarge) return "states"
        if (error instanceof LimitReached) return "memory"
        throw error
      }
    }
    const search = yield* attempt(model, () => within(() => new GraphSearch(model, limit, memory)), report)
    if (typeof search === "string") return yield* new GraphTooLarge({ limit, reached: search })
    for (;;) {
      const over = yield* attempt(model, () => within(() => search.run(SLICE)), report)
      if (typeof over === "string") return yield* new GraphTooLarge({ limit, reached: over })
      if (over) return search.graph
      if (process.memoryUsage.rss() > most || isHeapFull()) {
        return yield* new GraphTooLarge({ limit, reached: "memory" })
      }
      yield* Effect.yieldNow
    }
  })
