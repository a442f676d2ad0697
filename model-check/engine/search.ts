/**
 * The search: explores the reachable states of a model and checks its properties on the way.
 *
 * One loop for all orders: take states from the frontier, list their successors in a batch, look the batch up in the
 * visited set, put what is new on the frontier. Breadth-first and depth-first differ in which end of the frontier is taken.
 * A violation ends the search when the states of its level have been expanded, so what is reported does not depend on the
 * order within a level.
 *
 * @module
 */
import { type Asked, InvalidDefinition, NoInitialState } from "../../src/model/errors.ts"
import type { Model } from "../../src/model/model.ts"
import { show } from "../../src/model/show.ts"
import { slots } from "../../src/model/slot.ts"
import type { Trace } from "../../src/model/trace.ts"
import { Checks } from "./checks.ts"
import { collisionProbability } from "./fingerprint.ts"
import { Frontier, HEADER } from "./frontier.ts"
import { Layout } from "./layout.ts"
import { LimitReached, Memory } from "./memory.ts"
import { Questions } from "./question.ts"
import type { ActionCoverage, Progress, PropertyResult, Report, Stopped, Vacuous, Verdict } from "./report.ts"
import { BATCH, Successors } from "./successors.ts"
import { TraceStore } from "./trace-store.ts"
import { Transitions } from "./transitions.ts"
import { type Batch, ExactSet, FingerprintSet, FRESH, FULL, type VisitedSet } from "./visited-set.ts"

/** How to search. */
export interface SearchOptions {
  /** Breadth-first (shortest counterexamples) or depth-first. Default: `bfs`. */
  readonly search?: "bfs" | "dfs"
  /** States at this depth are not expanded, the initial states being at depth 1. */
  readonly maxDepth?: number
  /** The search ends when there are more distinct states than this. */
  readonly maxStates?: number
  /** The bytes that the search may hold. */
  readonly memory?: number
  /** Store whole states instead of fingerprints. */
  readonly exact?: boolean
  /** The seed of the fingerprints. */
  readonly seed?: number
  /** Explore the whole state space even if a property is violated. */
  readonly keepGoing?: boolean
}

/** A function is asked again about a state that it was asked about, at growing intervals. */
const CROSS_CHECK_FACTOR = 1.25

/** What the compiler would say, for those who have none; and what it cannot say of numbers. */
const validate = (options: SearchOptions): void => {
  const { search = "bfs" } = options
  if (search !== "bfs" && search !== "dfs") {
    throw new InvalidDefinition({ reason: `the search order is ${show(search)}; let it be "bfs" or "dfs"` })
  }
  for (const limit of ["maxDepth", "maxStates", "memory"] as const) {
    const value: unknown = options[limit] ?? 0
    if (typeof value !== "number" || !(value >= 0)) {
      throw new InvalidDefinition({ reason: `the limit ${limit} is ${show(value)}; give a number from 0` })
    }
  }
}

/** One exploration of a model. */
export class Search {
  readonly #model: Model<any>
  readonly #options: SearchOptions
  readonly #memory: Memory
  readonly #layout: Layout
  readonly #questions: Questions
  readonly #transitions: Transitions
  readonly #visited: VisitedSet
  readonly #frontier: Frontier
  readonly #successors: Successors
  readonly #checks: Checks
  readonly #paths: TraceStore
  readonly #initial: Array<Int32Array> = []
  /** Per state: the smallest depth at which it was reached; kept where that decides what is explored. */
  #depths: Int32Array<ArrayBuffer> | undefined

  #distinct = 0
  /** States in which actions are enabled, and none of them changes anything. */
  #stuttering = 0
  #generated = 0
  #depth = 0
  #fresh: Array<number> = []
  #cut = false
  #stopped: Stopped | undefined
  #crossCheckAt = 1
  #crossCheckNext = 0
  #seconds = 0

  /**
   * Packs the initial states and looks at them.
   *
   * @param memory - has the limits of JavaScript; the limit of the options is set here.
   * @throws a ModelError.
   */
  constructor(model: Model<any>, options: SearchOptions = {}, memory = new Memory()) {
    validate(options)
    const { exact = false, maxDepth, search = "bfs", seed = 0 } = options
    this.#model = model
    this.#options = options
    this.#memory = memory
    this.#paths = new TraceStore(memory)
    this.#layout = new Layout(slots(model.variables), seed, memory)
    this.#questions = new Questions(this.#layout)
    this.#questions.trace = () => this.#trace(this.#questions.asking.state, this.#questions.asking.instance)
    this.#transitions = new Transitions(this.#questions, model)
    const reopens = search === "dfs" && maxDepth !== undefined
    this.#depths = reopens ? memory.words(1_024) : undefined
    this.#visited = exact ? new ExactSet(this.#layout) : new FingerprintSet(memory, reopens)
    this.#frontier = new Frontier(this.#layout, search)
    const steps = Object.values(model.properties).some(({ kind }) => kind === "step" || kind === "refines")
    this.#successors = new Successors(this.#transitions, this.#frontier, { everything: exact || reopens, steps })
    this.#checks = new Checks(model, this.#transitions, this.#frontier, this.#successors, options)
    this.#layout.onRelocate((relocate) => {
      this.#initial.forEach((vector, index) => {
        const moved = new Int32Array(this.#layout.stride)
        relocate(vector, 0, moved, 0)
        this.#initial[index] = moved
      })
    })
    this.#begin()
    memory.limit = options.memory ?? Infinity
    if (!memory.fits(0)) this.stop("memory")
  }

  /**
   * Explores until the search is over, or until `milliseconds` have passed.
   *
   * @returns whether it is over.
   * @throws a ModelError; the report until then is kept.
   */
  run(milliseconds: number): boolean {
    const began = performance.now()
    try {
      while (this.#stopped === undefined) {
        if (!this.#frontier.take()) {
          const { maxDepth = Infinity } = this.#options
          // A state cut off on a long path may have been reached on a shorter one later.
          const cut = this.#depths?.some((depth) => Math.abs(depth) >= maxDepth) ?? this.#cut
          if (cut) this.#stopped = "max-depth"
          return true
        }
        this.#expandPage()
        if (performance.now() - began > milliseconds) return this.#stopped !== undefined
      }
      return true
    } catch (error) {
      if (error instanceof LimitReached) {
        this.#stopped ??= "memory"
        return true
      }
      this.#stopped = "error"
      throw error
    } finally {
      this.#seconds += (performance.now() - began) / 1000
    }
  }

  /** Ends the search. */
  stop(why: Stopped): void {
    this.#stopped ??= why
  }

  /** Where the search stands. */
  progress(): Progress {
    return {
      distinct: this.#distinct,
      generated: this.#generated,
      depth: this.#depth,
      queue: this.#frontier.size,
      userCalls: this.#questions.userCalls + this.#checks.userCalls,
      memoryBytes: this.#memory.held,
      seconds: this.#seconds,
    }
  }

  /** What has been found so far. */
  report(): Report {
    const complete = this.#stopped === undefined && this.#frontier.size === 0
    if (complete || this.#stopped !== undefined) this.#memory.lift()
    const properties = Object.entries(this.#model.properties).map(([name, { kind }]): PropertyResult => {
      const found = this.#checks.found.get(name)
      if (found === undefined) {
        const verdict: Verdict = !complete ? "incomplete" : kind === "reachable" ? "violated" : "holds"
        return { name, kind, verdict }
      }
      const trace = found.instance < 0 ? this.#trace(found.state, -1) : this.#trace(found.state, found.instance)
      return { name, kind, verdict: kind === "reachable" ? "holds" : "violated", parameters: found.parameters, trace }
    })
    return {
      model: this.#model.name,
      verdict: properties.some(({ verdict }) => verdict === "violated")
        ? "violated"
        : complete
        ? "holds"
        : "incomplete",
      properties,
      coverage: this.#coverage(),
      stuttering: this.#stuttering,
      ...(complete && { vacuous: this.#vacuous() }),
      ...this.progress(),
      peakMemoryBytes: this.#memory.peak,
      collisionProbability: this.#options.exact === true ? 0 : collisionProbability(this.#distinct),
      ...(this.#stopped !== undefined && { stopped: this.#stopped }),
    }
  }

  #coverage(): ReadonlyArray<ActionCoverage> {
    const enabled = this.#successors.coverage()
    const sums = this.#transitions.actions.map((name) => ({ name, enabled: 0, fresh: 0 }))
    this.#transitions.instances.forEach(({ action }, instance) => {
      const sum = sums[action] as { enabled: number; fresh: number }
      sum.enabled += enabled[instance] ?? 0
      sum.fresh += this.#fresh[instance] ?? 0
    })
    return sums
  }

  /** What was never put to the test. */
  #vacuous(): ReadonlyArray<Vacuous> {
    const { milestones = [], properties } = this.#model
    return [
      ...Object.entries(properties).flatMap(([name, property]): ReadonlyArray<Vacuous> => {
        const reason = this.#checks.vacuity(name, property)
        return reason === undefined ? [] : [{ kind: "property", name, reason }]
      }),
      ...this.#coverage().filter(({ enabled }) => enabled === 0).map(({ name }): Vacuous => ({
        kind: "action",
        name,
        reason: "it was never enabled",
      })),
      ...milestones.filter(({ name }) => !this.#transitions.milestones.has(name)).map((
        { name, otherwise },
      ): Vacuous => ({ kind: "milestone", name, reason: otherwise })),
    ]
  }

  /** The path to a state, and one step further unless `instance` is -1. A `state` of -1 means initial state `instance`. */
  #trace(state: number, instance: number): Trace {
    const { initial, instances } = state < 0
      ? { initial: instance, instances: [] }
      : this.#paths.path(state)
    const taken = state < 0 || instance < 0 ? instances : [...instances, instance]
    const start = this.#initial[initial]
    return start === undefined ? { steps: [] } : this.#transitions.trace(start, taken)
  }

  /** Lists the initial states in one batch. */
  #begin(): void {
    const name = this.#model.name
    if (this.#model.initial.length === 0) throw new NoInitialState({ model: name })
    this.#model.initial.forEach((state: unknown, index: number) => {
      const asked: Asked = { kind: "initial state", name, parameters: {} }
      this.#initial.push(this.#transitions.pack(asked, state))
      this.#questions.asking = { state: -1, instance: index }
    })
    const fingerprint = new Int32Array(2)
    const batch: Batch = { count: 1, lo: new Int32Array(1), hi: new Int32Array(1), found: new Int32Array(1) }
    for (let index = 0; index < this.#initial.length; index++) {
      const words = () => this.#initial[index] as Int32Array
      this.#questions.asking = { state: -1, instance: index }
      this.#generated++
      this.#layout.fingerprint(words(), 0, fingerprint)
      batch.lo[0] = fingerprint[0] as number
      batch.hi[0] = fingerprint[1] as number
      this.#visited.insert(batch, words)
      if (batch.found[0] === FULL) this.#stopped = "memory"
      if (batch.found[0] !== FRESH) continue
      const number = this.#distinct++
      this.#paths.push(-1, index)
      this.#depth = 1
      if (this.#depths !== undefined) {
        this.#depths = this.#memory.grown(this.#depths, number + 1)
        this.#depths[number] = 1
      }
      const page = this.#frontier.push()
      const base = (page.count - 1) * this.#frontier.stride
      page.words[base] = fingerprint[0] as number
      page.words[base + 1] = fingerprint[1] as number
      page.words[base + 2] = number
      page.words[base + 3] = 1
      page.words.set(words(), base + HEADER)
      this.#checks.initial(words, number)
    }
  }

  /** Expands the records of the current page. */
  #expandPage(): void {
    const { current } = this.#frontier
    const { maxDepth = Infinity } = this.#options
    for (let record = 0; record < current.count; record++) {
      const at = record * this.#frontier.stride
      const depth = current.words[at + 3] as number
      if (depth >= this.#checks.stopDepth) {
        this.#stopped ??= "violation"
        break
      }
      if (depth >= maxDepth) {
        this.#cut = true
        continue
      }
      const number = current.words[at + 2] as number
      if (this.#depths !== undefined) {
        const best = this.#depths[number] as number
        // Reached in fewer steps since it was put here: that record is, or was, expanded in its place.
        if (depth > Math.abs(best)) continue
        this.#expand(record, best > 0 ? 1 : 0)
        this.#depths[number] = -depth
      } else this.#expand(record, 1)
      if (this.#successors.count >= BATCH) this.#flush()
      if (this.#stopped !== undefined) break
    }
    this.#flush()
  }

  /** Lists the successors of a record. `weight` is 0 when it was expanded before, and so is not counted again. */
  #expand(record: number, weight: 0 | 1): void {
    const enabled = this.#successors.list(record, weight)
    this.#generated += enabled * weight
    if (this.#questions.states >= this.#crossCheckAt) this.#crossCheck(record)
    if (this.#successors.changing > 0) return
    if (enabled > 0) this.#stuttering += weight
    this.#checks.end(record, enabled > 0)
  }

  /** Looks the batch up, and puts what is new on the frontier. */
  #flush(): void {
    const batch = this.#successors
    if (batch.count === 0) return
    this.#checks.steps()
    batch.dropRecent()
    this.#visited.insert(batch, (index) => batch.vector(index))
    const { found } = batch
    for (let index = 0; index < batch.count; index++) {
      const known = found[index] as number
      if (known === FRESH) {
        if (this.#distinct < (this.#options.maxStates ?? Infinity)) this.#discover(index)
        else this.#stopped ??= "max-states"
      } else if (known === FULL) this.#stopped ??= "memory"
      else if (this.#depths !== undefined) this.#reopen(index, known)
    }
    batch.count = 0
  }

  #discover(index: number): void {
    const instance = this.#successors.instances[index] as number
    const parentAt = (this.#successors.parents[index] as number) * this.#frontier.stride
    const parent = this.#frontier.current.words[parentAt + 2] as number
    const number = this.#distinct++
    this.#paths.push(parent, instance)
    this.#fresh[instance] = (this.#fresh[instance] ?? 0) + 1
    this.#checks.state(index, number, this.#push(index, number))
  }

  /** A state was reached in fewer steps than before: its successors may now be within the bound. */
  #reopen(index: number, number: number): void {
    const depths = this.#depths as Int32Array
    const { current, stride } = this.#frontier
    const at = (this.#successors.parents[index] as number) * stride
    const depth = (current.words[at + 3] as number) + 1
    const best = depths[number] as number
    if (depth >= Math.abs(best)) return
    depths[number] = best < 0 ? -depth : depth
    this.#paths.set(number, current.words[at + 2] as number, this.#successors.instances[index] as number)
    this.#push(index, number)
  }

  /** Puts a successor on the frontier, and returns its depth. */
  #push(index: number, number: number): number {
    const page = this.#frontier.push()
    const { stride } = this.#frontier
    const from = this.#frontier.current.words
    const parentAt = (this.#successors.parents[index] as number) * stride
    const depth = (from[parentAt + 3] as number) + 1
    if (depth > this.#depth) this.#depth = depth
    const { words } = page
    const at = (page.count - 1) * stride
    words[at] = this.#successors.lo[index] as number
    words[at + 1] = this.#successors.hi[index] as number
    words[at + 2] = number
    words[at + 3] = depth
    for (let word = HEADER; word < stride; word++) words[at + word] = from[parentAt + word] as number
    this.#transitions.apply(this.#successors.outcomes[index] as number, words, at + HEADER)
    if (this.#depths !== undefined) {
      this.#depths = this.#memory.grown(this.#depths, number + 1)
      if (this.#depths[number] === 0) this.#depths[number] = depth
    }
    return depth
  }

  #crossCheck(record: number): void {
    this.#crossCheckAt = Math.ceil(this.#crossCheckAt * CROSS_CHECK_FACTOR) + 1
    const { current, stride } = this.#frontier
    const at = record * stride
    const questions = [...this.#transitions.instances, ...this.#checks.predicates]
    const { question } = questions[this.#crossCheckNext++ % questions.length] ?? {}
    if (question === undefined) return
    this.#questions.asking = { state: current.words[at + 2] as number, instance: -1 }
    this.#questions.crossCheck(question, current.words, at + HEADER)
  }
}
