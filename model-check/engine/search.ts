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
import { type Asked, NoInitialState } from "../../src/model/errors.ts"
import type { Model } from "../../src/model/model.ts"
import { slots } from "../../src/model/slot.ts"
import type { Trace } from "../../src/model/trace.ts"
import { collisionProbability } from "./fingerprint.ts"
import { Frontier, HEADER } from "./frontier.ts"
import { gather } from "./gather.ts"
import { Layout } from "./layout.ts"
import { type Predicate, type PredicateGroup, Predicates } from "./predicates.ts"
import { Questions } from "./question.ts"
import { Refinement } from "./refinement.ts"
import type { ActionCoverage, Progress, PropertyResult, Report, Stopped, Verdict } from "./report.ts"
import { StepTable } from "./step-table.ts"
import { TraceStore } from "./trace-store.ts"
import { CHANGING, type Cluster, ENABLED, FIRST, LISTED, TransitionTable } from "./transition-table.ts"
import { DISABLED, Transitions } from "./transitions.ts"
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

/** Successors are looked up when so many have been listed. */
const BATCH = 2_048
/** Clusters are built when the trees have kept their shape for a quarter of the states expanded, within these bounds. */
const STABLE_LEAST = 64
const STABLE_MOST = 4_096
/** The fingerprints listed last are kept in a direct-mapped table of so many: most duplicates are recognised there. */
const RECENT = 1 << 17
/** A function is asked again about a state that it was asked about, at growing intervals. */
const CROSS_CHECK_FACTOR = 1.25

interface Found {
  readonly parameters: { readonly [name: string]: unknown }
  readonly state: number
  /** The instance of the violating step out of that state, or -1. */
  readonly instance: number
}

/** One exploration of a model. */
export class Search {
  readonly #model: Model<any>
  readonly #options: SearchOptions
  readonly #layout: Layout
  readonly #questions: Questions
  readonly #transitions: Transitions
  readonly #table: TransitionTable
  readonly #predicates: Predicates
  readonly #stepTable: StepTable
  readonly #refinements: Array<Refinement> = []
  readonly #visited: VisitedSet
  readonly #frontier: Frontier
  readonly #paths = new TraceStore()
  readonly #initial: Array<Int32Array> = []
  /** Per state: the smallest depth at which it was reached; kept where that decides what is explored. */
  readonly #depths: Array<number> | undefined
  readonly #found = new Map<string, Found>()

  readonly #batch: Batch & { lo: Int32Array; hi: Int32Array; found: Int32Array }
  #batchInstance: Int32Array
  #batchOutcome: Int32Array
  /** The position, on the current page, of the record whose successor it is. */
  #batchParent: Int32Array
  #scratch: Int32Array

  #distinct = 0
  #generated = 0
  #depth = 0
  #expanded = 0
  #fresh: Array<number> = []
  #cut = false
  #stopDepth = Infinity
  #stopped: Stopped | undefined
  #rebuildAt = STABLE_LEAST
  /** Whether there are properties of steps: then those that lead to recent states must be looked at too. */
  readonly #checksSteps: boolean
  /** Lanes of recent fingerprints, at `2 · (lo mod RECENT)`; absent where every successor must reach the visited set. */
  #recent: Int32Array | undefined
  #crossCheckAt = 1
  #crossCheckNext = 0
  /** The state that is being asked about: the number of its parent, and the instance taken from there. */
  #asking: { readonly parent: number; readonly instance: number } = { parent: -1, instance: 0 }
  #peakBytes = 0
  #seconds = 0

  /**
   * Packs the initial states and looks at them.
   *
   * @throws a ModelError.
   */
  constructor(model: Model<any>, options: SearchOptions = {}) {
    const { exact = false, maxDepth, search = "bfs", seed = 0 } = options
    this.#model = model
    this.#options = options
    this.#layout = new Layout(slots(model.variables), seed)
    this.#questions = new Questions(this.#layout)
    this.#questions.trace = () => this.#trace(this.#asking.parent, this.#asking.instance)
    this.#transitions = new Transitions(this.#questions, model)
    this.#table = new TransitionTable(this.#transitions)
    this.#predicates = new Predicates(this.#questions, model)
    this.#stepTable = new StepTable(this.#questions)
    for (const [name, property] of Object.entries(model.properties)) {
      if (property.kind === "refines") this.#refinements.push(new Refinement(this.#questions, name, property, seed))
    }
    const mayAllocate = (bytes: number) => this.#bytes() + bytes <= (options.memory ?? Infinity)
    const reopens = search === "dfs" && maxDepth !== undefined
    this.#depths = reopens ? [] : undefined
    this.#visited = exact ? new ExactSet(mayAllocate, this.#layout) : new FingerprintSet(mayAllocate, reopens)
    this.#frontier = new Frontier(this.#layout, search)
    this.#batch = { count: 0, lo: new Int32Array(0), hi: new Int32Array(0), found: new Int32Array(0) }
    this.#batchInstance = this.#batchOutcome = this.#batchParent = new Int32Array(0)
    this.#scratch = new Int32Array(this.#layout.stride)
    this.#layout.onRelocate((relocate) => {
      this.#initial.forEach((vector, index) => {
        const moved = new Int32Array(this.#layout.stride)
        relocate(vector, 0, moved, 0)
        this.#initial[index] = moved
      })
      this.#scratch = new Int32Array(this.#layout.stride)
    })
    this.#checksSteps = Object.values(model.properties).some(({ kind }) => kind === "step" || kind === "refines")
    if (!exact && !reopens) this.#recent = new Int32Array(2 * RECENT)
    this.#makeRoom()
    this.#begin()
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
        this.#peakBytes = Math.max(this.#peakBytes, this.#bytes())
        if (this.#peakBytes > (this.#options.memory ?? Infinity)) this.#stopped ??= "memory"
        if (performance.now() - began > milliseconds) return this.#stopped !== undefined
      }
      return true
    } catch (error) {
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
      userCalls: this.#questions.userCalls + this.#refinements.reduce((calls, { userCalls }) => calls + userCalls, 0),
      memoryBytes: this.#bytes(),
      seconds: this.#seconds,
    }
  }

  /** What has been found so far. */
  report(): Report {
    const complete = this.#stopped === undefined && this.#frontier.size === 0
    const properties = Object.entries(this.#model.properties).map(([name, { kind }]): PropertyResult => {
      const found = this.#found.get(name)
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
      ...this.progress(),
      peakMemoryBytes: Math.max(this.#peakBytes, this.#bytes()),
      collisionProbability: this.#options.exact === true ? 0 : collisionProbability(this.#distinct),
      ...(this.#stopped !== undefined && { stopped: this.#stopped }),
    }
  }

  #coverage(): ReadonlyArray<ActionCoverage> {
    if (this.#table.stale) this.#table.revalidate()
    const enabled = this.#table.coverage()
    const sums = this.#transitions.actions.map((name) => ({ name, enabled: 0, fresh: 0 }))
    this.#transitions.instances.forEach(({ action }, instance) => {
      const sum = sums[action] as { enabled: number; fresh: number }
      sum.enabled += enabled[instance] ?? 0
      sum.fresh += this.#fresh[instance] ?? 0
    })
    return sums
  }

  #bytes(): number {
    return this.#layout.bytes + this.#visited.bytes + this.#paths.bytes + this.#frontier.bytes + this.#table.bytes +
      this.#questions.trees.bytes + this.#stepTable.bytes +
      this.#refinements.reduce((bytes, refinement) => bytes + refinement.bytes, 0) +
      (this.#depths?.length ?? 0) * 8 + (this.#recent?.byteLength ?? 0)
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
      this.#asking = { parent: -1, instance: index }
    })
    const fingerprint = new Int32Array(2)
    const batch: Batch = { count: 1, lo: new Int32Array(1), hi: new Int32Array(1), found: new Int32Array(1) }
    for (let index = 0; index < this.#initial.length; index++) {
      const words = () => this.#initial[index] as Int32Array
      this.#asking = { parent: -1, instance: index }
      this.#generated++
      this.#layout.fingerprint(words(), 0, fingerprint)
      batch.lo[0] = fingerprint[0] as number
      batch.hi[0] = fingerprint[1] as number
      this.#visited.insert(batch, words)
      if (batch.found[0] !== FRESH) continue
      const number = this.#distinct++
      this.#paths.push(-1, index)
      this.#depth = 1
      if (this.#depths !== undefined) this.#depths[number] = 1
      const page = this.#frontier.push()
      const base = (page.count - 1) * this.#frontier.stride
      page.words[base] = fingerprint[0] as number
      page.words[base + 1] = fingerprint[1] as number
      page.words[base + 2] = number
      page.words[base + 3] = 1
      page.words.set(words(), base + HEADER)
      for (const predicate of this.#predicates.states) this.#check(predicate, words(), 0, number, 1)
      for (const refinement of [...this.#refinements]) {
        if (!refinement.initial(words())) this.#refuted(refinement, number, -1, 0)
      }
    }
  }

  /** Expands the records of the current page. */
  #expandPage(): void {
    const { current } = this.#frontier
    const { maxDepth = Infinity } = this.#options
    for (let record = 0; record < current.count; record++) {
      const at = record * this.#frontier.stride
      const depth = current.words[at + 3] as number
      if (depth >= this.#stopDepth) {
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
      if (this.#batch.count >= BATCH) this.#flush()
      if (this.#stopped !== undefined) break
    }
    this.#flush()
  }

  /** Lists the successors of a record. `weight` is 0 when it was expanded before, and so is not counted again. */
  #expand(record: number, weight: 0 | 1): void {
    if (this.#table.stale) this.#revalidate()
    if (this.#expanded >= this.#rebuildAt) {
      this.#rebuildAt = Infinity
      this.#table.rebuild()
    }
    this.#expanded += weight
    this.#questions.states = this.#expanded
    const { current } = this.#frontier
    const { hi: batchHi, lo: batchLo } = this.#batch
    const batchInstance = this.#batchInstance
    const batchOutcome = this.#batchOutcome
    const batchParent = this.#batchParent
    const recent = this.#checksSteps ? undefined : this.#recent
    let words = current.words
    let at = record * this.#frontier.stride
    const lo = words[at] as number
    const hi = words[at + 1] as number
    let count = this.#batch.count
    let enabled = 0
    const { clusters, gates, loose, outcomes } = this.#table
    outcomes.enter(words, at + HEADER)
    for (let position = 0; position < clusters.length; position++) {
      const cluster = clusters[position] as Cluster
      const index = gather(cluster.pieces, words, at + HEADER)
      let list = cluster.entries[index] as number
      if (list === 0) {
        this.#asking = { parent: words[at + 2] as number, instance: -1 }
        const outcomes = cluster.instances.map((instance) => this.#ask(instance, record))
        words = current.words
        at = record * this.#frontier.stride
        list = this.#table.fill(cluster, index, outcomes, words, at + HEADER)
        if (list === 0) {
          // The table will be revalidated before the next state; this one is listed from the trees.
          for (const instance of cluster.instances) {
            const outcome = this.#ask(instance, record)
            if (outcome === DISABLED) continue
            count += this.#listLoose(instance, outcome, record, count, weight)
            enabled++
          }
          continue
        }
      }
      const { lists } = cluster
      ;(cluster.visits[index] as number) += weight
      enabled += lists[list + ENABLED] as number
      const end = list + FIRST + LISTED * (lists[list + CHANGING] as number)
      for (let listed = list + FIRST; listed < end; listed += LISTED) {
        const nextLo = lo ^ (lists[listed + 2] as number)
        const nextHi = hi ^ (lists[listed + 3] as number)
        if (recent !== undefined) {
          const slot = (nextLo & (RECENT - 1)) << 1
          if (recent[slot] === nextLo && recent[slot + 1] === nextHi) continue
          recent[slot] = nextLo
          recent[slot + 1] = nextHi
        }
        batchInstance[count] = lists[listed] as number
        batchOutcome[count] = lists[listed + 1] as number
        batchLo[count] = nextLo
        batchHi[count] = nextHi
        batchParent[count++] = record
      }
    }
    for (let position = 0; position < loose.length; position++) {
      const instance = loose[position] as number
      const outcome = this.#outcome(instance, record)
      if (outcome === DISABLED) continue
      count += this.#listLoose(instance, outcome, record, count, weight)
      enabled++
    }
    const open = gates.scan(this.#frontier.current.words, record * this.#frontier.stride + HEADER)
    const { copies, instances } = gates
    for (let position = 0; position < open; position++) {
      const instance = instances[position] as number
      // Tables are about one copy of an element.
      const outcome = copies[position] === 1 ? this.#outcome(instance, record) : this.#ask(instance, record)
      if (outcome === DISABLED) continue
      count += this.#listLoose(instance, outcome, record, count, weight)
      enabled++
    }
    this.#batch.count = count
    this.#generated += enabled * weight
    if (this.#expanded >= this.#crossCheckAt) this.#crossCheck(record)
    if (enabled === 0) this.#deadlock(record)
  }

  /** Lists the successor that an outcome gives, unless it stutters; returns how many are listed. */
  #listLoose(instance: number, outcome: number, record: number, count: number, weight: 0 | 1): 0 | 1 {
    ;(this.#table.enabled[instance] as number) += weight
    const layout = this.#layout
    const { words } = this.#frontier.current
    const at = record * this.#frontier.stride
    const writes = this.#transitions.outcomes[outcome] as Int32Array
    let lo = words[at] as number
    let hi = words[at + 1] as number
    let changes = false
    for (let write = 0; write < writes.length; write += 2) {
      const field = writes[write] as number
      const after = writes[write + 1] as number
      const before = layout.get(words, at + HEADER, field)
      if (before === after) continue
      changes = true
      const keys = layout.keyBase[field] as number
      lo ^= (layout.keyLo[keys + before] as number) ^ (layout.keyLo[keys + after] as number)
      hi ^= (layout.keyHi[keys + before] as number) ^ (layout.keyHi[keys + after] as number)
    }
    if (!changes) return 0
    this.#batchInstance[count] = instance
    this.#batchOutcome[count] = outcome
    this.#batchParent[count] = record
    this.#batch.lo[count] = lo
    this.#batch.hi[count] = hi
    return 1
  }

  /** The outcome of an instance in the state whose tables were entered. */
  #outcome(instance: number, record: number): number {
    const { outcomes } = this.#table
    const known = outcomes.outcome(instance)
    if (known >= 0) return known
    const outcome = this.#ask(instance, record)
    outcomes.learn(instance, outcome)
    return outcome
  }

  #ask(instance: number, record: number): number {
    const { current, stride } = this.#frontier
    const { question } = this.#transitions.instances[instance] as { question: Parameters<Questions["answer"]>[0] }
    const at = record * stride + HEADER
    if (!question.direct) {
      const known = this.#questions.trees.walk(question.tree, current.words, at)
      if (known >= 0) return known
    }
    this.#asking = { parent: current.words[at - HEADER + 2] as number, instance: -1 }
    return this.#questions.answer(question, current.words, at)
  }

  /** Looks the batch up, and puts what is new on the frontier. */
  #flush(): void {
    const batch = this.#batch
    if (batch.count === 0) return
    if (this.#checksSteps) {
      if (this.#predicates.steps.length > 0) this.#checkSteps()
      for (const refinement of [...this.#refinements]) this.#checkRefinement(refinement)
      this.#dropRecent()
    }
    this.#visited.insert(batch, (index) => this.#successor(index))
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
    const instance = this.#batchInstance[index] as number
    const outcome = this.#batchOutcome[index] as number
    const parentAt = (this.#batchParent[index] as number) * this.#frontier.stride
    const parent = this.#frontier.current.words[parentAt + 2] as number
    const number = this.#distinct++
    this.#paths.push(parent, instance)
    this.#fresh[instance] = (this.#fresh[instance] ?? 0) + 1
    const depth = this.#push(index, number)
    const groups = this.#predicates.affected(outcome, this.#transitions.outcomes[outcome] as Int32Array)
    if (groups.length === 0) return
    let words = this.#successor(index)
    for (let position = 0; position < groups.length; position++) {
      const { hold, pieces, predicates } = groups[position] as PredicateGroup
      const gathered = gather(pieces, words, 0)
      if (hold !== undefined && hold[gathered] === 1) continue
      this.#asking = { parent: number, instance: -1 }
      let decided = false
      for (const predicate of predicates) {
        if (this.#check(predicate, words, 0, number, depth)) decided = true
        // Asking may have relocated all vectors.
        if (words !== this.#scratch) words = this.#successor(index)
      }
      if (hold !== undefined && !decided) hold[gathered] = 1
    }
  }

  /** A state was reached in fewer steps than before: its successors may now be within the bound. */
  #reopen(index: number, number: number): void {
    const depths = this.#depths as Array<number>
    const { current, stride } = this.#frontier
    const at = (this.#batchParent[index] as number) * stride
    const depth = (current.words[at + 3] as number) + 1
    const best = depths[number] as number
    if (depth >= Math.abs(best)) return
    depths[number] = best < 0 ? -depth : depth
    this.#paths.set(number, current.words[at + 2] as number, this.#batchInstance[index] as number)
    this.#push(index, number)
  }

  /** Puts a successor on the frontier, and returns its depth. */
  #push(index: number, number: number): number {
    const page = this.#frontier.push()
    const { stride } = this.#frontier
    const from = this.#frontier.current.words
    const parentAt = (this.#batchParent[index] as number) * stride
    const depth = (from[parentAt + 3] as number) + 1
    if (depth > this.#depth) this.#depth = depth
    const { words } = page
    const at = (page.count - 1) * stride
    words[at] = this.#batch.lo[index] as number
    words[at + 1] = this.#batch.hi[index] as number
    words[at + 2] = number
    words[at + 3] = depth
    for (let word = HEADER; word < stride; word++) words[at + word] = from[parentAt + word] as number
    this.#transitions.apply(this.#batchOutcome[index] as number, words, at + HEADER)
    if (this.#depths !== undefined && this.#depths[number] === undefined) this.#depths[number] = depth
    return depth
  }

  /** The vector of a successor in the batch; overwritten by the next call. */
  #successor(index: number): Int32Array {
    const { current, stride } = this.#frontier
    const at = (this.#batchParent[index] as number) * stride + HEADER
    const scratch = this.#scratch
    for (let word = 0; word < scratch.length; word++) scratch[word] = current.words[at + word] as number
    this.#transitions.apply(this.#batchOutcome[index] as number, scratch, 0)
    return scratch
  }

  /** Asks a predicate about a state; says whether that decides its property. */
  #check(predicate: Predicate, words: Int32Array, base: number, state: number, depth: number): boolean {
    if (this.#questions.answer(predicate.question, words, base) !== predicate.decisive) return false
    this.#decide(predicate.property, { parameters: predicate.parameters, state, instance: -1 })
    this.#predicates.decided(predicate.property)
    if (predicate.kind !== "reachable") this.#violation(depth)
    return true
  }

  /** Checks the steps in the batch. */
  #checkSteps(): void {
    const { current } = this.#frontier
    const { outcomes } = this.#transitions
    const { count } = this.#batch
    const batchOutcome = this.#batchOutcome
    const batchParent = this.#batchParent
    let { words } = current
    let { stride } = this.#frontier
    for (let index = 0; index < count; index++) {
      const outcome = batchOutcome[index] as number
      const writes = outcomes[outcome] as Int32Array
      const at = (batchParent[index] as number) * stride
      const state = words[at + 2] as number
      if (this.#stepTable.knows(this.#predicates.steps, outcome, writes, words, at + HEADER, state)) continue
      this.#checkStep(index)
      // Asking may have relocated all vectors.
      words = current.words
      stride = this.#frontier.stride
    }
  }

  /** Asks all predicates about a step in the batch. */
  #checkStep(index: number): void {
    const instance = this.#batchInstance[index] as number
    const { current } = this.#frontier
    const at = (): number => (this.#batchParent[index] as number) * this.#frontier.stride
    const state = current.words[at() + 2] as number
    const depth = (current.words[at() + 3] as number) + 1
    this.#asking = { parent: state, instance }
    for (const { parameters, property, question } of this.#predicates.steps) {
      const after = this.#successor(index)
      if (this.#questions.answerStep(question, current.words, at() + HEADER, after, 0) !== 0) continue
      if (this.#found.has(property)) continue
      this.#decide(property, { parameters, state, instance })
      this.#predicates.decided(property)
      this.#violation(depth)
    }
    const outcome = this.#batchOutcome[index] as number
    this.#stepTable.learn(this.#predicates.steps, outcome, current.words, at() + HEADER, state)
  }

  /** Checks that the steps in the batch are steps of a more abstract model. */
  #checkRefinement(refinement: Refinement): void {
    const { current, stride } = this.#frontier
    const { outcomes } = this.#transitions
    const { count } = this.#batch
    const batchOutcome = this.#batchOutcome
    const batchParent = this.#batchParent
    let { words } = current
    let from = stride
    for (let index = 0; index < count; index++) {
      const outcome = batchOutcome[index] as number
      const writes = outcomes[outcome] as Int32Array
      const at = (batchParent[index] as number) * from
      if (refinement.knows(outcome, writes, words, at + HEADER)) continue
      const parent = words[at + 2] as number
      const depth = (words[at + 3] as number) + 1
      const instance = this.#batchInstance[index] as number
      this.#asking = { parent, instance }
      if (!refinement.allows(outcome, writes, words, at + HEADER)) {
        this.#refuted(refinement, parent, instance, depth)
        return
      }
      // Asking may have relocated all vectors.
      words = current.words
      from = this.#frontier.stride
    }
  }

  /** Drops successors from the batch that were listed a short while ago. */
  #dropRecent(): void {
    const recent = this.#recent
    if (recent === undefined) return
    const { count, hi, lo } = this.#batch
    const batchInstance = this.#batchInstance
    const batchOutcome = this.#batchOutcome
    const batchParent = this.#batchParent
    let kept = 0
    for (let index = 0; index < count; index++) {
      const nextLo = lo[index] as number
      const nextHi = hi[index] as number
      const slot = (nextLo & (RECENT - 1)) << 1
      if (recent[slot] === nextLo && recent[slot + 1] === nextHi) continue
      recent[slot] = nextLo
      recent[slot + 1] = nextHi
      lo[kept] = nextLo
      hi[kept] = nextHi
      batchInstance[kept] = batchInstance[index] as number
      batchOutcome[kept] = batchOutcome[index] as number
      batchParent[kept++] = batchParent[index] as number
    }
    this.#batch.count = kept
  }

  #refuted(refinement: Refinement, state: number, instance: number, depth: number): void {
    this.#decide(refinement.property, { parameters: {}, state, instance })
    this.#refinements.splice(this.#refinements.indexOf(refinement), 1)
    this.#violation(depth)
  }

  #deadlock(record: number): void {
    const { current, stride } = this.#frontier
    const at = record * stride
    const number = current.words[at + 2] as number
    this.#asking = { parent: number, instance: -1 }
    for (const predicate of this.#predicates.ends) {
      // A deadlock is found when its state is expanded, one level later than what is wrong with a state.
      this.#check(predicate, current.words, at + HEADER, number, (current.words[at + 3] as number) + 1)
    }
  }

  /** The first to decide a property is kept: no later and longer path replaces it. */
  #decide(property: string, found: Found): void {
    if (!this.#found.has(property)) this.#found.set(property, found)
  }

  /** The search ends before states at the depth of the violation are expanded. */
  #violation(depth: number): void {
    if (this.#options.keepGoing === true) return
    this.#stopDepth = this.#options.search === "dfs" ? 0 : Math.min(this.#stopDepth, Math.max(depth, 1))
  }

  #crossCheck(record: number): void {
    this.#crossCheckAt = Math.ceil(this.#crossCheckAt * CROSS_CHECK_FACTOR) + 1
    const { current, stride } = this.#frontier
    const at = record * stride
    const questions = [...this.#transitions.instances, ...this.#predicates.states]
    const { question } = questions[this.#crossCheckNext++ % questions.length] ?? {}
    if (question === undefined) return
    this.#asking = { parent: current.words[at + 2] as number, instance: -1 }
    this.#questions.crossCheck(question, current.words, at + HEADER)
  }

  #revalidate(): void {
    this.#table.revalidate()
    this.#rebuildAt = this.#expanded + Math.min(STABLE_MOST, Math.max(STABLE_LEAST, this.#expanded >> 2))
    this.#makeRoom()
  }

  /** The batch has room for all successors of one state beyond the number at which it is looked up. */
  #makeRoom(): void {
    const room = BATCH + this.#transitions.instances.length
    if (this.#batchInstance.length >= room) return
    const larger = (array: Int32Array): Int32Array => {
      const copy = new Int32Array(2 * room)
      copy.set(array)
      return copy
    }
    this.#batch.lo = larger(this.#batch.lo)
    this.#batch.hi = larger(this.#batch.hi)
    this.#batch.found = larger(this.#batch.found)
    this.#batchInstance = larger(this.#batchInstance)
    this.#batchOutcome = larger(this.#batchOutcome)
    this.#batchParent = larger(this.#batchParent)
  }
}
