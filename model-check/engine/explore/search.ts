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
import { type Asked, InvalidDefinition, NoInitialState } from "../../../src/model/errors.ts"
import type { Milestone, Model } from "../../../src/model/model.ts"
import { show } from "../../../src/model/show.ts"
import { slots } from "../../../src/model/slot.ts"
import type { Trace } from "../../../src/model/trace.ts"
import { Questions } from "../ask/question.ts"
import { Checks, type Found } from "../check/checks.ts"
import { LimitReached, Memory } from "../memory.ts"
import type { ActionCoverage, Progress, PropertyResult, Report, Stopped, Vacuous, Verdict } from "../report.ts"
import { Paused } from "../slice.ts"
import { collisionProbability } from "../state/fingerprint.ts"
import { Layout } from "../state/layout.ts"
import { BATCH, Successors } from "../step/successors.ts"
import { Transitions } from "../step/transitions.ts"
import { Frontier, HEADER } from "./frontier.ts"
import { TraceStore } from "./trace-store.ts"
import { type Batch, ExactSet, FingerprintSet, FRESH, FULL, type VisitedSet } from "./visited-set.ts"

/** How to search. */
export interface SearchOptions {
  /** Breadth-first (shortest counterexamples) or depth-first. Default: `bfs`. */
  readonly search?: "bfs" | "dfs"
  /** States at this depth are not expanded, the initial states being at depth 1. */
  readonly maxDepth?: number
  /** The search ends when there are more distinct states than this. */
  readonly maxStates?: number
  /** The search ends when it has taken so many seconds, and the call of a user's function that is under way has returned. */
  readonly maxSeconds?: number
  /** The bytes that the search may hold. */
  readonly memory?: number
  /** Store whole states instead of fingerprints. */
  readonly exact?: boolean
  /** The seed of the fingerprints. */
  readonly seed?: number
  /** Explore the whole state space even if a property is violated. */
  readonly keepGoing?: boolean
  /** Called before each call of a function of the model: if that never returns, this was the one. */
  readonly onCall?: (asked: Asked) => void
}

/** A function is asked again about a state that it was asked about, at growing intervals. */
const CROSS_CHECK_FACTOR = 1.25

/** What the compiler would say, for those who have none; and what it cannot say of numbers. */
const validate = (options: SearchOptions): void => {
  const { search = "bfs" } = options
  if (search !== "bfs" && search !== "dfs") {
    throw new InvalidDefinition({
      reason: `the search order is ${show(search)}; let it be "bfs", "dfs", "dfid" or "walk"`,
    })
  }
  for (const limit of ["maxDepth", "maxStates", "maxSeconds", "memory"] as const) {
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
  /** The traces that have been rebuilt, by what they show. */
  readonly #traces = new Map<Found, Trace>()
  readonly #initial: Array<Int32Array> = []
  /** Per state: the smallest depth at which it was reached; kept where that decides what is explored. */
  #depths: Int32Array<ArrayBuffer> | undefined

  /** Initial states that have been looked at. */
  #begun = 0
  /** The record of the current page that is expanded next, or -1 if the page is done. */
  #record = -1
  /** Steps out of the record that is being expanded, if they have been listed: how many instances are enabled. */
  #enabled = -1
  /** The successor in the batch that is looked at next, or -1 if they have not been looked up. */
  #successor = -1
  /** The depth of the state that was found last, while its checks are not done; else 0. */
  #found = 0
  #over = false

  #distinct = 0
  /** States in which actions are enabled, and none of them changes anything. */
  #stuttering = 0
  /** States outside of the constraint. */
  #outside = 0
  #generated = 0
  #depth = 0
  #fresh: Array<number> = []
  #cut = false
  #stopped: Stopped | undefined
  #crossCheckAt = 1
  #crossCheckNext = 0
  #seconds = 0

  /**
   * @param memory - has the limits of JavaScript; the limit of the options is set when the initial states are looked at.
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
    this.#questions.trace = () => this.#trace(this.#questions.callSite.state, this.#questions.callSite.instance)
    if (options.onCall !== undefined) this.#questions.onCall = options.onCall
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
    if (model.initial.length === 0) throw new NoInitialState({ model: model.name })
  }

  /**
   * Explores until the search is over, or until `milliseconds` have passed and the call of a user's function that is under
   * way has returned. The result of a search does not depend on the slices in which it is done.
   *
   * @returns whether it is over.
   * @throws a ModelError; the report until then is kept.
   */
  run(milliseconds: number): boolean {
    const began = performance.now()
    const { maxSeconds = Infinity } = this.#options
    const most = Math.min(milliseconds, 1000 * (maxSeconds - this.#seconds))
    const { slice } = this.#questions
    slice.begin(began + most)
    try {
      while (!this.#over) {
        this.#begin()
        if (this.#record < 0 && !this.#takePage()) this.#over = true
        else {
          this.#expandPage()
          this.#over = this.#stopped !== undefined
          if (performance.now() - began > most) break
        }
      }
    } catch (error) {
      if (error instanceof LimitReached) this.stop("memory")
      else if (!(error instanceof Paused)) {
        this.stop("error")
        throw error
      }
    } finally {
      slice.end()
      this.#seconds += (performance.now() - began) / 1000
    }
    if (!this.#over && this.#seconds >= maxSeconds) this.stop("max-seconds")
    return this.#over
  }

  /** Ends the search where it stands. */
  stop(why: Stopped): void {
    this.#stopped ??= why
    this.#over = true
  }

  /** Where the search stands. */
  progress(): Progress {
    return {
      distinct: this.#distinct,
      generated: this.#generated,
      depth: this.#depth,
      queue: this.#frontier.size + (this.#record < 0 ? 0 : this.#frontier.current.count - this.#record),
      userCalls: this.#questions.userCalls + this.#checks.userCalls,
      memoryBytes: this.#memory.held,
      seconds: this.#seconds,
    }
  }

  /** What has been found so far. */
  report(): Report {
    const complete = this.#over && this.#stopped === undefined
    // What is not reached within a constraint may be reached beyond it.
    const everywhere = complete && this.#outside === 0
    const { limit } = this.#memory
    // Rebuilding the traces of what was found may take more than the limit.
    this.#memory.lift()
    const properties = Object.entries(this.#model.properties).map(([name, { kind }]): PropertyResult => {
      const found = this.#checks.found.get(name)
      if (found === undefined) {
        const verdict: Verdict = kind === "reachable"
          ? everywhere ? "violated" : "incomplete"
          : complete
          ? "holds"
          : "incomplete"
        return { name, kind, verdict }
      }
      const trace = this.#traces.get(found) ?? this.#trace(found.state, found.instance)
      this.#traces.set(found, trace)
      return { name, kind, verdict: kind === "reachable" ? "holds" : "violated", parameters: found.parameters, trace }
    })
    if (!this.#over) this.#memory.limit = limit
    return {
      model: this.#model.name,
      verdict: properties.some(({ verdict }) => verdict === "violated")
        ? "violated"
        : complete && properties.every(({ verdict }) => verdict === "holds")
        ? "holds"
        : "incomplete",
      properties,
      coverage: this.#coverage(),
      stuttering: this.#stuttering,
      ...(this.#model.constraint !== undefined && { outside: this.#outside }),
      ...(complete && { vacuous: this.#vacuous(), reached: this.#milestones(true).map(({ name }) => name) }),
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
    const { properties } = this.#model
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
      ...this.#milestones(false).map(({ name, otherwise }): Vacuous => ({
        kind: "milestone",
        name,
        reason: otherwise,
      })),
    ]
  }

  /** The milestones that were reached, or those that were not. */
  #milestones(reached: boolean): ReadonlyArray<Milestone> {
    const { milestones = [] } = this.#model
    return milestones.filter(({ name }) => this.#transitions.milestones.has(name) === reached)
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

  /** Packs the initial states, and looks at them. */
  #begin(): void {
    const { initial } = this.#model
    const { slice } = this.#questions
    while (this.#initial.length < initial.length) {
      const index = this.#initial.length
      this.#questions.callSite = { state: -1, instance: index }
      this.#initial.push(this.#transitions.initial(this.#model, index))
      slice.done(this.#layout.fieldCount)
    }
    while (this.#begun < initial.length) {
      const index = this.#begun
      const words = () => this.#initial[index] as Int32Array
      this.#questions.callSite = { state: -1, instance: index }
      if (this.#found === 0) this.#discoverInitial(index, words)
      if (this.#found > 0) this.#checks.initial(words, this.#distinct - 1)
      this.#found = 0
      this.#begun++
      if (this.#begun === initial.length) this.#limitMemory()
      slice.done(this.#checks.asked.length)
    }
  }

  #limitMemory(): void {
    this.#memory.limit = this.#options.memory ?? Infinity
    if (!this.#memory.fits(0)) this.#stopped ??= "memory"
  }

  #discoverInitial(index: number, words: () => Int32Array): void {
    const fingerprint = new Int32Array(2)
    this.#layout.fingerprint(words(), 0, fingerprint)
    const lo = fingerprint[0] as number
    const hi = fingerprint[1] as number
    const batch: Batch = { count: 1, lo: Int32Array.of(lo), hi: Int32Array.of(hi), found: new Int32Array(1) }
    this.#generated++
    this.#visited.insert(batch, words)
    if (batch.found[0] === FULL) this.#stopped = "memory"
    if (batch.found[0] !== FRESH) return
    const number = this.#distinct++
    this.#paths.push(-1, index)
    this.#depth = 1
    if (this.#depths !== undefined) {
      this.#depths = this.#memory.grown(this.#depths, number + 1)
      this.#depths[number] = 1
    }
    const page = this.#frontier.push()
    const base = (page.count - 1) * this.#frontier.stride
    page.words[base] = lo
    page.words[base + 1] = hi
    page.words[base + 2] = number
    page.words[base + 3] = 1
    page.words.set(words(), base + HEADER)
    this.#found = 1
  }

  /** Takes the next page; false if there is none, or no reason to. */
  #takePage(): boolean {
    if (this.#stopped !== undefined) return false
    if (this.#frontier.take()) {
      this.#record = 0
      return true
    }
    const { maxDepth = Infinity } = this.#options
    // A state cut off on a long path may have been reached on a shorter one later.
    const cut = this.#depths?.some((depth) => Math.abs(depth) >= maxDepth) ?? this.#cut
    if (cut) this.#stopped = "max-depth"
    return false
  }

  /** Expands the records of the current page that have not been. */
  #expandPage(): void {
    const { current } = this.#frontier
    const { maxDepth = Infinity } = this.#options
    while (this.#record < current.count) {
      if (this.#successor >= 0 || this.#successors.count >= BATCH) this.#flush()
      if (this.#stopped !== undefined) break
      const record = this.#record
      const at = record * this.#frontier.stride
      const depth = current.words[at + 3] as number
      // What is found wrong with a record does not keep it from being expanded to its end.
      if (depth >= this.#checks.stopDepth && this.#enabled < 0) {
        this.#stopped = "violation"
        break
      }
      if (depth >= maxDepth) this.#cut = true
      else if (this.#enabled < 0 && !this.#checks.isWithin(record)) this.#leaveOutside(record)
      else if (this.#depths === undefined) this.#expand(record, 1)
      else {
        const number = current.words[at + 2] as number
        const best = this.#depths[number] as number
        // Reached in fewer steps since it was put here: that record is, or was, expanded in its place.
        if (depth <= Math.abs(best)) {
          this.#expand(record, best > 0 ? 1 : 0)
          this.#depths[number] = -depth
        }
      }
      this.#record++
      this.#questions.slice.done(this.#transitions.instances.length)
    }
    this.#flush()
    this.#record = -1
  }

  /** A record outside of the constraint is not expanded, and counted once. */
  #leaveOutside(record: number): void {
    if (this.#depths === undefined) {
      this.#outside++
      return
    }
    const number = this.#frontier.current.words[record * this.#frontier.stride + 2] as number
    const best = this.#depths[number] as number
    if (best > 0) this.#outside++
    this.#depths[number] = -Math.abs(best)
  }

  /** Lists the successors of a record. `weight` is 0 when it was expanded before, and so is not counted again. */
  #expand(record: number, weight: 0 | 1): void {
    if (this.#enabled < 0) {
      const enabled = this.#successors.list(record, weight)
      this.#generated += enabled * weight
      if (enabled > 0 && this.#successors.changing === 0) this.#stuttering += weight
      if (this.#questions.states >= this.#crossCheckAt) this.#crossCheck(record)
      this.#enabled = enabled
    }
    if (this.#successors.changing === 0) this.#checks.end(record, this.#enabled > 0)
    this.#enabled = -1
  }

  /** Looks the batch up, and puts what is new on the frontier. */
  #flush(): void {
    const batch = this.#successors
    if (batch.count === 0) return
    if (this.#successor < 0) {
      this.#checks.steps()
      batch.dropRecent()
      this.#visited.insert(batch, (index) => batch.vector(index))
      this.#successor = 0
    }
    const { found } = batch
    for (let index = this.#successor; index < batch.count; index++) {
      const known = found[index] as number
      if (known === FRESH) {
        if (this.#distinct < (this.#options.maxStates ?? Infinity) || this.#found > 0) this.#discover(index)
        else this.#stopped ??= "max-states"
      } else if (known === FULL) this.#stopped ??= "memory"
      else if (this.#depths !== undefined) this.#reopen(index, known)
    }
    batch.count = 0
    this.#successor = -1
  }

  #discover(index: number): void {
    this.#successor = index
    if (this.#found === 0) {
      const instance = this.#successors.instances[index] as number
      const parentAt = (this.#successors.parents[index] as number) * this.#frontier.stride
      const parent = this.#frontier.current.words[parentAt + 2] as number
      const number = this.#distinct++
      this.#paths.push(parent, instance)
      this.#fresh[instance] = (this.#fresh[instance] ?? 0) + 1
      this.#found = this.#push(index, number)
    }
    this.#checks.state(index, this.#distinct - 1, this.#found)
    this.#found = 0
    this.#successor = index + 1
    this.#questions.slice.done(this.#checks.asked.length)
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
    this.#traces.clear()
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
    const questions = [...this.#transitions.instances, ...this.#checks.asked]
    const { question } = questions[this.#crossCheckNext++ % questions.length] ?? {}
    if (question === undefined) return
    this.#questions.callSite = { state: current.words[at + 2] as number, instance: -1 }
    this.#questions.crossCheck(question, current.words, at + HEADER)
  }
}
