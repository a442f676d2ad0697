/**
 * Walks: single behaviours of a model, each step chosen by a number, with every property evaluated on the way.
 *
 * A number does not choose by position among the enabled steps but by *rendezvous hashing*: it gives every step a rank, by a hash
 * of the number and of the step's name and arguments, and the step of highest rank that is enabled is taken. So a number
 * means the same step wherever that is enabled, and a walk from which some numbers are removed still goes much the same
 * way, so that failing walks shrink well.
 *
 * A walk consists of *segments*. The first number of a segment takes no step: it is the *swarm seed*, which makes some actions
 * rarer than others. What needs many messages and one crash is not found where a crash is as likely as a message (Groce, Zhang,
 * Eide, Chen and Regehr, *Swarm testing*, ISSTA 2012). The seed 0, to which failing walks are shrunk, makes all alike.
 *
 * Walks use the same layout, decision trees and predicates as the search, and keep what these have learned from one walk to
 * the next.
 *
 * @module
 */
import { encode } from "../../../src/model/encoding.ts"
import { type Asked, NoInitialState } from "../../../src/model/errors.ts"
import type { Model } from "../../../src/model/model.ts"
import type { Property } from "../../../src/model/property.ts"
import { slots } from "../../../src/model/slot.ts"
import type { Trace } from "../../../src/model/trace.ts"
import { gather } from "../ask/gather.ts"
import { Questions } from "../ask/question.ts"
import { type Predicate, type PredicateGroup, Predicates } from "../check/predicates.ts"
import { Refinement } from "../check/refinement.ts"
import { Memory } from "../memory.ts"
import { key } from "../state/fingerprint.ts"
import { Layout } from "../state/layout.ts"
import { TransitionTable } from "../step/transition-table.ts"
import { DISABLED, type Instance, Transitions } from "../step/transitions.ts"

/** A property that does not hold on a walk; its last step, or its last state, is to blame. */
export interface Violation {
  readonly property: string
  readonly kind: Property["kind"]
  /** The arguments for which it is violated. */
  readonly parameters: { readonly [name: string]: unknown }
}

/** One behaviour, and what it says about the properties. */
export interface Walk {
  /** The number of steps taken. */
  readonly length: number
  /** The first violation; the walk ends with it. */
  readonly violation: Violation | undefined
  /** The properties of kind `reachable` that some state of the walk satisfies. */
  readonly reached: ReadonlySet<string>
  /** The states and steps of the walk. It is made only when it is read: most walks are of no interest. */
  readonly trace: Trace
}

/** What has been learned is forgotten when there are more outcomes than this, or trees of more bytes: memory stays bounded. */
const MOST_OUTCOMES = 2 ** 16
const MOST_BYTES = 2 ** 26

/** A number of 32 bits from a choice and a hash: the finalizer of MurmurHash3. */
const mix = (choice: number, hash: number): number => {
  let mixed = choice ^ hash
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** An action is as rare as this or up to so many powers of it rarer than another. */
const RARER = 4
const RAREST = 3

/** What is picked where nothing is enabled. */
const DEADLOCK = -1

const hashOf = (of: string, value: unknown): number => key(0, [of], encode(value))[0]

/** The numbers of a walk: of each segment the swarm seed, and one for each step. */
export type Segments = ReadonlyArray<ReadonlyArray<number>>

/** How a walk went: from which initial state, and by which instances of actions, both by their numbers. */
export interface Course {
  readonly start: number
  readonly taken: ReadonlyArray<number>
}

/** What has been learned of one model, and the walk that is under way. */
export class Walker {
  readonly #layout: Layout
  readonly #questions: Questions
  readonly #transitions: Transitions
  readonly #table: TransitionTable
  readonly #predicates: Predicates
  readonly #refinements: ReadonlyArray<Refinement>
  readonly #properties: ReadonlyArray<string>
  readonly #initial: Array<Int32Array> = []
  readonly #initialHashes: ReadonlyArray<number>
  readonly #actionHashes: ReadonlyArray<number>
  /** Per instance: the hash of its name and arguments. */
  readonly #hashes: Array<number> = []
  /** Per action: how rare it is in this segment. */
  readonly #rarities: Array<number> = []

  #start = 0
  #taken: Array<number> = []
  #reached = new Set<string>()
  readonly #reachedFor = new Map<string, Violation["parameters"]>()
  /** Whether one of the predicates that were asked last decides its property. */
  #isDecisive = false
  /** The state that the walk has come to, and room for the next one. */
  #state = new Int32Array(0)
  #next = new Int32Array(0)
  /** The steps of all walks. */
  #steps = 0

  /**
   * @param onCall - called before each call of a function of the model.
   * @throws a ModelError.
   */
  constructor(model: Model<any>, memory = new Memory(), onCall?: (asked: Asked) => void) {
    this.#layout = new Layout(slots(model.variables), 0, memory)
    this.#questions = new Questions(this.#layout)
    if (onCall !== undefined) this.#questions.onCall = onCall
    this.#questions.trace = () => this.#trace(this.#start, this.#taken)
    this.#transitions = new Transitions(this.#questions, model)
    this.#table = new TransitionTable(this.#transitions)
    this.#predicates = new Predicates(this.#questions, model)
    this.#properties = Object.keys(model.properties)
    this.#refinements = Object.entries(model.properties).flatMap(([name, property]) =>
      property.kind === "refines" ? [new Refinement(this.#questions, name, property, 0)] : []
    )
    this.#layout.onRelocate((relocate) => {
      const moved = (vector: Int32Array): Int32Array<ArrayBuffer> => {
        const target = new Int32Array(this.#layout.stride)
        if (vector.length > 0) relocate(vector, 0, target, 0)
        return target
      }
      this.#initial.forEach((vector, index) => {
        this.#initial[index] = moved(vector)
      })
      this.#state = moved(this.#state)
      this.#next = new Int32Array(this.#layout.stride)
    })
    if (model.initial.length === 0) throw new NoInitialState({ model: model.name })
    for (const index of model.initial.keys()) {
      this.#initial.push(this.#transitions.initial(model, index))
      this.#start = index
      this.#predicates.refuseOutside(this.#initial[index] as Int32Array, index)
    }
    this.#initialHashes = this.#initial.map((vector) => hashOf("initial state", this.#layout.plain(vector, 0)))
    this.#actionHashes = this.#transitions.actions.map((action) => hashOf("action", action))
    this.#state = new Int32Array(this.#layout.stride)
    this.#next = new Int32Array(this.#layout.stride)
  }

  /** Whether so much has been learned that it should be forgotten. */
  get full(): boolean {
    return this.#transitions.outcomes.length > MOST_OUTCOMES || this.#questions.trees.bytes > MOST_BYTES
  }

  /**
   * @param onStep - called after each step that violates nothing.
   * @throws a ModelError.
   */
  walk(segments: Segments, onStep: () => void = () => {}): Walk {
    return this.#walked(this.#go(segments, onStep))
  }

  #walked(violation: Violation | undefined): Walk {
    const [start, taken] = [this.#start, this.#taken]
    const trace = (): Trace => this.#trace(start, taken)
    return {
      length: taken.length,
      violation,
      reached: this.#reached,
      get trace() {
        return trace()
      },
    }
  }

  /** Calls of the model's functions. */
  get userCalls(): number {
    return this.#questions.userCalls
  }

  /** The arguments for which a property of kind `reachable` was last satisfied. */
  reachedFor(property: string): Violation["parameters"] {
    return this.#reachedFor.get(property) ?? {}
  }

  /** The last walk as it went: from which initial state, and by which steps. */
  get went(): Course {
    return { start: this.#start, taken: this.#taken }
  }

  /**
   * Goes a given way as far as it can be gone: what cannot be taken, or changes nothing, is left out.
   *
   * @throws a ModelError.
   */
  follow({ start, taken }: Course): Walk {
    this.#beginAt(start)
    return this.#walked(this.#wrongAtStart() ?? this.#wrongOnTheWay(taken))
  }

  #wrongOnTheWay(instances: ReadonlyArray<number>): Violation | undefined {
    for (const instance of instances) {
      if (!this.#predicates.isWithin(this.#state, 0)) return undefined
      if (!this.#canTake(instance)) continue
      const violation = this.#step(instance)
      if (violation !== undefined) return violation
    }
    return this.#predicates.isWithin(this.#state, 0) ? this.#wrongAtEnd(this.#pick(0)) : undefined
  }

  /** Small numbers that make a walk go the way that another has gone, in one segment. */
  numbers({ start, taken }: Course): ReadonlyArray<number> {
    const smallest = (isIt: (number: number) => boolean): number => {
      for (let number = 0;; number++) if (isIt(number)) return number
    }
    const swarmSeed = smallest((number) => this.#startOf(number) === start)
    this.#beginAt(start)
    this.#makeRare(swarmSeed)
    const choices = taken.map((instance) => {
      const choice = smallest((number) => this.#pick(number) === instance)
      this.#step(instance)
      return choice
    })
    return [swarmSeed, ...choices]
  }

  /**
   * Where the walk has come to, the elements of sets and bags (such as messages) apart: a number of 53 bits for the values of
   * all other variables. Two walkers of one model agree on it.
   */
  get place(): number {
    const { keyBase, keyHi, keyLo, valueField } = this.#layout
    let lo = 0
    let hi = 0
    for (const field of valueField) {
      if (field < 0) continue
      const at = (keyBase[field] as number) + this.#layout.get(this.#state, 0, field)
      lo ^= keyLo[at] as number
      hi ^= keyHi[at] as number
    }
    return (hi >>> 11) * 2 ** 32 + (lo >>> 0)
  }

  #go(segments: Segments, onStep: () => void): Violation | undefined {
    this.#beginAt(this.#startOf(segments[0]?.[0] ?? 0))
    const violation = this.#wrongAtStart()
    if (violation !== undefined) return violation
    for (const [swarmSeed = 0, ...choices] of segments) {
      this.#makeRare(swarmSeed)
      for (const choice of choices) {
        if (!this.#predicates.isWithin(this.#state, 0)) return undefined
        const instance = this.#pick(choice)
        if (instance === undefined || instance === DEADLOCK) return this.#wrongAtEnd(instance)
        const violation = this.#step(instance)
        if (violation !== undefined) return violation
        onStep()
      }
    }
    return undefined
  }

  /** The initial state that a number chooses. */
  #startOf(choice: number): number {
    const ranks = this.#initialHashes.map((hash) => mix(choice, hash))
    return ranks.indexOf(Math.max(...ranks))
  }

  #beginAt(start: number): void {
    this.#taken = []
    this.#reached = new Set()
    this.#start = start
    this.#state.set(this.#initial[start] as Int32Array)
  }

  #makeRare(swarmSeed: number): void {
    this.#actionHashes.forEach((hash, action) => {
      this.#rarities[action] = swarmSeed === 0 ? 1 : RARER ** (mix(swarmSeed, hash) % (RAREST + 1))
    })
  }

  /** What is wrong where nothing was picked, if anything is. */
  #wrongAtEnd(picked: number | undefined): Violation | undefined {
    if (picked === DEADLOCK) return this.#wrongAmong(this.#predicates.ends)
    return picked === undefined
      ? this.#wrongAmong(this.#predicates.ends.filter(({ allowsStutters }) => !allowsStutters))
      : undefined
  }

  /** Whether a step can be taken in the state, and changes it. */
  #canTake(instance: number): boolean {
    if (this.#table.stale) this.#table.revalidate()
    const { gates, loose } = this.#table
    const open = gates.scan(this.#state, 0)
    const isOpen = loose.includes(instance) || gates.instances.subarray(0, open).includes(instance)
    if (!isOpen) return false
    const outcome = this.#transitions.outcome(instance, this.#state, 0)
    return outcome !== DISABLED && this.#changes(outcome)
  }

  /** The instance of highest rank that changes something; undefined if none does, {@link DEADLOCK} if none is enabled. */
  #pick(choice: number): number | undefined {
    if (this.#table.stale) this.#table.revalidate()
    const { instances } = this.#transitions
    for (let number = this.#hashes.length; number < instances.length; number++) {
      const { name, parameters } = (instances[number] as Instance).question.asked
      this.#hashes.push(hashOf(name, parameters))
    }
    let best: number | undefined
    let highest = -Infinity
    let isDeadlock = true
    const consider = (instance: number): void => {
      const { action } = instances[instance] as Instance
      // Of ranks drawn like this, the chance to be the highest is in inverse proportion to the rarity.
      const uniform = (mix(choice, this.#hashes[instance] as number) + 1) / 2 ** 32
      const rank = Math.log(uniform) * (this.#rarities[action] as number)
      // What ranks lower need not be asked.
      if (rank <= highest) return
      const outcome = this.#transitions.outcome(instance, this.#state, 0)
      if (outcome === DISABLED) return
      isDeadlock = false
      if (!this.#changes(outcome)) return
      best = instance
      highest = rank
    }
    for (const instance of this.#table.loose) consider(instance)
    const { gates } = this.#table
    const open = gates.scan(this.#state, 0)
    for (let position = 0; position < open; position++) consider(gates.instances[position] as number)
    return isDeadlock ? DEADLOCK : best
  }

  #changes(outcome: number): boolean {
    const writes = this.#transitions.outcomes[outcome] as Int32Array
    for (let at = 0; at < writes.length; at += 2) {
      if (this.#layout.get(this.#state, 0, writes[at] as number) !== writes[at + 1]) return true
    }
    return false
  }

  #step(instance: number): Violation | undefined {
    const outcome = this.#transitions.outcome(instance, this.#state, 0)
    const writes = this.#transitions.outcomes[outcome] as Int32Array
    this.#taken.push(instance)
    this.#questions.states = ++this.#steps
    const after = (): Int32Array<ArrayBuffer> => {
      // Asking may have relocated all vectors.
      this.#next.set(this.#state)
      this.#transitions.apply(outcome, this.#next, 0)
      return this.#next
    }
    let wrong: Violation | undefined
    for (const { kind, parameters, property, question } of this.#predicates.steps) {
      const holds = this.#questions.answerStep(question, this.#state, 0, after(), 0) !== 0
      if (!holds) wrong = this.#first(wrong, { property, kind, parameters })
    }
    if (wrong !== undefined) return wrong
    for (const refinement of this.#refinements) {
      const holds = refinement.knows(outcome, writes, this.#state, 0) ||
        refinement.allows(outcome, writes, this.#state, 0)
      if (!holds) return { property: refinement.property, kind: "refines", parameters: {} }
    }
    ;[this.#state, this.#next] = [after(), this.#state]
    for (const group of this.#predicates.affected(outcome, writes)) {
      wrong = this.#first(wrong, this.#wrongInGroup(group))
    }
    return wrong
  }

  /**
   * Of two violations of one state the one that comes first, by property and then by arguments: predicates are asked in an order
   * that depends on what was learned, and a walk does not.
   */
  #first(one: Violation | undefined, other: Violation | undefined): Violation | undefined {
    if (one === undefined || other === undefined) return one ?? other
    const order = this.#properties.indexOf(one.property) - this.#properties.indexOf(other.property)
    const isFirst = order === 0 ? encode(one.parameters) <= encode(other.parameters) : order < 0
    return isFirst ? one : other
  }

  #wrongAtStart(): Violation | undefined {
    const refinement = this.#refinements.find((refinement) => !refinement.initial(this.#state))
    return refinement === undefined
      ? this.#wrongAmong(this.#predicates.states)
      : { property: refinement.property, kind: "refines", parameters: {} }
  }

  #wrongInGroup({ hold, pieces, predicates }: PredicateGroup): Violation | undefined {
    if (hold === undefined) return this.#wrongAmong(predicates)
    const gathered = gather(pieces, this.#state, 0)
    if (hold[gathered] === 1) return undefined
    this.#isDecisive = false
    const violation = this.#wrongAmong(predicates)
    // What this walk has reached before is still to be noted on others.
    if (!this.#isDecisive) hold[gathered] = 1
    return violation
  }

  /** The first of these predicates that is violated in the state; what is reached is noted, whatever is violated. */
  #wrongAmong(predicates: ReadonlyArray<Predicate>): Violation | undefined {
    let first: Violation | undefined
    for (const { decisive, kind, parameters, property, question } of predicates) {
      if (this.#questions.answer(question, this.#state, 0) !== decisive) continue
      this.#isDecisive = true
      if (kind !== "reachable") first = this.#first(first, { property, kind, parameters })
      else {
        this.#reached.add(property)
        this.#reachedFor.set(property, parameters)
      }
    }
    return first
  }

  #trace(start: number, taken: ReadonlyArray<number>): Trace {
    const initial = this.#initial[start]
    return initial === undefined ? { steps: [] } : this.#transitions.trace(initial, taken)
  }
}

/**
 * Walks of a model: behaviours that fast-check, or whoever gives the numbers, chooses. For state spaces that are too large to
 * explore.
 *
 * What is learned of the model on one walk makes the next ones faster, and nothing else depends on it: a walk is a pure
 * function of the model and the numbers.
 *
 * @param model - the model; it may be infinite.
 * @returns a function that makes a walk. The first number of each segment chooses which actions are rare (that of the first segment
 *   chooses the initial state too), and each further one takes a step. The walk ends with the numbers, with the first violation, or where no
 *   step changes anything: if no action is even enabled there, a property of kind `deadlockFree` is violated. What should be
 *   `reachable` is never violated by one walk. The function throws a ModelError when the model is at fault.
 * @throws a ModelError when the initial states are.
 *
 * @example
 * ```ts
 * import { TwoPhase } from "touchstone/spec/tla"
 * import { walks } from "touchstone/model-check"
 *
 * const walk = walks(TwoPhase({ rms: 5 }))
 * const { length, violation } = walk([17, 4, 42])
 * length // => 2
 * violation // => undefined
 * ```
 *
 * @example Fuzzing: fast-check chooses the numbers, and when a walk fails it looks for a short one that does.
 * ```ts
 * import { paxosRegister } from "touchstone/spec/stateright"
 * import { traceLines, walks } from "touchstone/model-check"
 * import * as fc from "fast-check"
 *
 * const model = paxosRegister({ clients: 5 })
 * const walk = walks(model)
 * const schedule = fc.noBias(fc.array(fc.nat(), { maxLength: 100, size: "max" }))
 * const holds = fc.property(schedule, (choices) => {
 *   const walked = walk(choices)
 *   if (walked.violation !== undefined) throw new Error(traceLines(model, walked.trace).join("\n"))
 * })
 * fc.check(holds, { numRuns: 20, seed: 1 }).failed // => false
 * ```
 */
export const walks = (model: Model<any>): (...segments: Segments) => Walk => {
  let walker = new Walker(model)
  return (...segments) => {
    if (walker.full) walker = new Walker(model)
    return walker.walk(segments)
  }
}
