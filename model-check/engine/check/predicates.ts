/**
 * Predicates: the properties that are true or false of one state, or of one step.
 *
 * A predicate that reads none of the fields that a step writes has the same answer after it as before, so only those that
 * do are asked about a new state.
 *
 * @module
 */
import { type Asked, InitialStateOutside, NotBoolean } from "../../../src/model/errors.ts"
import type { Model } from "../../../src/model/model.ts"
import { type Always, PREMISE, type Reachable, type Step } from "../../../src/model/property.ts"
import { bitsOf, type Pieces, piecesOf } from "../ask/gather.ts"
import type { Question, Questions } from "../ask/question.ts"
import { bind } from "../step/bindings.ts"

const TRUE = 1
/** A group of predicates depends on at most so many bits. */
const GROUP_BITS = 12
/** What one group takes besides its table, in bytes. */
const GROUP = 500
const show = (answer: number): string => (answer === TRUE ? "true" : "false")

/** A property's predicate with its arguments bound. */
export interface Predicate {
  /** The name of the property. */
  readonly property: string
  readonly kind: "always" | "step" | "reachable" | "deadlockFree"
  readonly parameters: { readonly [name: string]: unknown }
  readonly question: Question
  /** The answer that decides the property: false for an invariant, true for what must be reachable. */
  readonly decisive: number
}

/** A predicate that is asked about states that may be the last. */
export interface EndPredicate extends Predicate {
  /** Whether it is asked only where no action is enabled, and not where those that are change nothing. */
  readonly allowsStutters: boolean
}

/** State predicates that are asked together. */
export interface PredicateGroup {
  readonly predicates: ReadonlyArray<Predicate>
  /** The bits that they depend on. */
  readonly pieces: Pieces
  /** Per gathered number: 1 if none of them is decisive there; absent if they depend on too much. */
  readonly hold: Uint8Array | undefined
}

/** The predicates of one model. */
export class Predicates {
  /** Asked about states. */
  states: ReadonlyArray<Predicate> = []
  /** Asked about steps. */
  steps: ReadonlyArray<Predicate> = []
  /** Asked about states in which nothing can change any more. */
  ends: ReadonlyArray<EndPredicate> = []
  /** The constraint of the model, if it has one. */
  readonly constraint: Question | undefined

  /** The properties whose functions have run. */
  readonly tested = new Set<string>()
  /** Those of them that are an implication, and whether its left side was true at some time. */
  readonly premises = new Map<string, boolean>()

  readonly #model: string
  readonly #questions: Questions
  readonly #decided = new Set<string>()
  #shape = -1
  #dependents: Array<Array<number>> = []
  #everywhere: Array<number> = []
  #affected: Array<ReadonlyArray<PredicateGroup> | undefined> = []
  #groups = new Map<string, ReadonlyArray<PredicateGroup>>()
  /** The bytes that these take. */
  #bytes = 0

  constructor(questions: Questions, model: Model<any>) {
    this.#model = model.name
    this.#questions = questions
    const { constraint } = model
    if (constraint !== undefined) {
      const asked: Asked = { kind: "constraint", name: model.name, parameters: {} }
      const answer = () => this.#truth(asked, [], () => constraint(questions.recorder.views[0]))
      this.constraint = questions.add({ asked, steps: false, answer, show })
    }
    for (const [name, property] of Object.entries(model.properties)) {
      switch (property.kind) {
        case "always":
        case "reachable":
          this.#add("states", name, property, property.kind === "always" ? 0 : TRUE)
          break
        case "step":
          this.#add("steps", name, property, 0)
          break
        case "deadlockFree": {
          const asked: Asked = { kind: "property", name, parameters: {} }
          const answer = () => this.#truth(asked, [], () => property.mayEnd(questions.recorder.views[0]))
          const question = questions.add({ asked, steps: false, answer, show })
          const { kind, stutters } = property
          const allowsStutters = stutters === "allowed"
          this.ends = [{ property: name, kind, parameters: {}, question, decisive: 0, allowsStutters }, ...this.ends]
          break
        }
        case "refines":
      }
    }
  }

  /**
   * Whether a state is within the constraint, so that steps out of it are taken.
   *
   * @throws `Paused`.
   */
  isWithin(words: Int32Array, base: number): boolean {
    return this.constraint === undefined || this.#questions.answer(this.constraint, words, base) === TRUE
  }

  /** @throws InitialStateOutside when an initial state is not within the constraint. */
  refuseOutside(words: Int32Array, index: number): void {
    if (this.isWithin(words, 0)) return
    throw new InitialStateOutside({ model: this.#model, number: index + 1, trace: this.#questions.trace() })
  }

  /** Stops asking for a property: it is decided. */
  decided(property: string): void {
    this.#decided.add(property)
    const isOpen = (predicate: Predicate): boolean => predicate.property !== property
    this.states = this.states.filter(isOpen)
    this.steps = this.steps.filter(isOpen)
    this.ends = this.ends.filter(isOpen)
    this.#shape = -1
  }

  /** Whether what {@link affected} has said holds no longer. */
  get stale(): boolean {
    return this.#shape !== this.#questions.trees.shape
  }

  /** The state predicates whose answer may differ after an outcome with these writes. */
  affected(outcome: number, writes: Int32Array): ReadonlyArray<PredicateGroup> {
    if (this.stale) this.#index()
    return this.#affected[outcome] ?? this.#find(outcome, writes)
  }

  #find(outcome: number, writes: Int32Array): ReadonlyArray<PredicateGroup> {
    const found = new Set(this.#everywhere)
    for (let at = 0; at < writes.length; at += 2) {
      for (const predicate of this.#dependents[writes[at] as number] ?? []) found.add(predicate)
    }
    const name = [...found].toSorted((one, other) => one - other).join()
    const groups = this.#groups.get(name) ?? this.#group(found)
    this.#groups.set(name, groups)
    return this.#affected[outcome] = groups
  }

  /** Groups predicates that depend on few bits between them. */
  #group(found: Iterable<number>): ReadonlyArray<PredicateGroup> {
    const { layout, trees } = this.#questions
    const groups: Array<{ readonly fields: Set<number>; readonly predicates: Array<Predicate> }> = []
    const alone: Array<Predicate> = []
    for (const number of found) {
      const predicate = this.states[number] as Predicate
      const { direct, tree } = predicate.question
      const fields = new Set([...trees.reads(tree)].map((read) => read >> 1))
      if (direct || trees.paths(tree) === 0 || bitsOf(layout, fields) > GROUP_BITS) {
        alone.push(predicate)
        continue
      }
      const fitting = groups.find((group) => bitsOf(layout, group.fields.union(fields)) <= GROUP_BITS)
      if (fitting === undefined) groups.push({ fields, predicates: [predicate] })
      else {
        fitting.predicates.push(predicate)
        for (const field of fields) fitting.fields.add(field)
      }
    }
    const grouped = groups.map(({ fields, predicates }): PredicateGroup => {
      const size = 1 << bitsOf(layout, fields)
      layout.memory.take(GROUP + size)
      this.#bytes += GROUP + size
      return { predicates, pieces: piecesOf(layout, fields), hold: new Uint8Array(size) }
    })
    if (alone.length === 0) return grouped
    return [...grouped, { predicates: alone, pieces: new Int32Array(0), hold: undefined }]
  }

  #index(): void {
    const { layout, trees } = this.#questions
    this.#shape = trees.shape
    layout.memory.give(this.#bytes)
    this.#bytes = 0
    this.#dependents = []
    this.#everywhere = []
    this.#affected = []
    this.#groups = new Map()
    this.states.forEach(({ question }, index) => {
      if (question.direct || trees.paths(question.tree) === 0) this.#everywhere.push(index)
      for (const read of trees.reads(question.tree)) (this.#dependents[read >> 1] ??= []).push(index)
    })
  }

  #add(to: "states" | "steps", name: string, property: Always | Reachable | Step, decisive: number): void {
    const { recorder } = this.#questions
    const { kind } = property
    const claim = property.holds as ((...given: ReadonlyArray<unknown>) => boolean) & {
      readonly [PREMISE]?: (...given: ReadonlyArray<unknown>) => unknown
    }
    const premise = claim[PREMISE]
    if (premise !== undefined) this.premises.set(name, false)
    bind(this.#questions.layout, `property ${name}`, property.parameters, (parameters, members) => {
      if (this.#decided.has(name)) return
      const asked: Asked = { kind: "property", name, parameters }
      const holds = (): boolean => {
        const given = kind === "step" ? [...recorder.views, parameters] : [recorder.views[0], parameters]
        this.tested.add(name)
        // It is asked first by the property itself too, so this reads nothing more.
        if (this.premises.get(name) === false && premise?.(...given) === true) this.premises.set(name, true)
        return claim(...given)
      }
      // Without its element, nothing is claimed.
      const answer = () => this.#truth(asked, members, holds, TRUE - decisive)
      const question = this.#questions.add({ asked, steps: kind === "step", answer, show })
      ;(this[to] as Array<Predicate>).push({ property: name, kind, parameters, question, decisive })
      this.#shape = -1
    })
  }

  #truth(asked: Asked, members: ReadonlyArray<number>, holds: () => boolean, vacuous = TRUE): number {
    for (const field of members) {
      if (this.#questions.recorder.read(0, field) === 0) return vacuous
    }
    const truth: unknown = this.#questions.run(asked, holds)
    // A promise or a generator would count as true whatever it comes to.
    if (typeof truth !== "boolean") throw new NotBoolean({ asked, value: truth, trace: this.#questions.trace() })
    return truth ? TRUE : 0
  }
}
