/**
 * Checks: what the properties of a model say of the states and steps that a search finds.
 *
 * @module
 */
import type { Model } from "../../../src/model/model.ts"
import type { Property } from "../../../src/model/property.ts"
import { gather } from "../ask/gather.ts"
import type { Question, Questions } from "../ask/question.ts"
import { type Frontier, HEADER } from "../explore/frontier.ts"
import type { Successors } from "../step/successors.ts"
import type { Transitions } from "../step/transitions.ts"
import { type Predicate, type PredicateGroup, Predicates } from "./predicates.ts"
import { Refinement } from "./refinement.ts"
import { StepTable } from "./step-table.ts"

/** How to check. */
export interface CheckOptions {
  readonly search?: "bfs" | "dfs"
  readonly keepGoing?: boolean
  readonly seed?: number
}

/** What decides a property. */
export interface Found {
  readonly parameters: { readonly [name: string]: unknown }
  readonly state: number
  /** The instance of the violating step out of that state, or -1. */
  readonly instance: number
}

/** The checks of one search. */
export class Checks {
  /** Per property that is decided: by what. */
  readonly found = new Map<string, Found>()
  /** States at this depth need not be expanded: something as shallow is wrong. */
  stopDepth = Infinity

  readonly #options: CheckOptions
  readonly #questions: Questions
  readonly #transitions: Transitions
  readonly #frontier: Frontier
  readonly #successors: Successors
  readonly #predicates: Predicates
  readonly #stepTable: StepTable
  readonly #refinements: Array<Refinement> = []
  /** How far the checks of the batch's steps have come: first the predicates check all of them, then each refinement. */
  #predicatesDone = false
  #refinementsDone = 0
  #stepsDone = 0

  constructor(
    model: Model<any>,
    transitions: Transitions,
    frontier: Frontier,
    successors: Successors,
    options: CheckOptions,
  ) {
    this.#options = options
    this.#questions = transitions.questions
    this.#transitions = transitions
    this.#frontier = frontier
    this.#successors = successors
    this.#predicates = new Predicates(this.#questions, model)
    this.#stepTable = new StepTable(this.#questions)
    for (const [name, property] of Object.entries(model.properties)) {
      if (property.kind !== "refines") continue
      this.#refinements.push(new Refinement(this.#questions, name, property, options.seed ?? 0))
    }
  }

  /** What is asked about states, the constraint among it. */
  get asked(): ReadonlyArray<{ readonly question: Question }> {
    const { constraint: question, states } = this.#predicates
    return question === undefined ? states : [...states, { question }]
  }

  /** Whether a record of the current page is within the constraint of the model. */
  isWithin(record: number): boolean {
    if (this.#predicates.constraint === undefined) return true
    const { current, stride } = this.#frontier
    const at = record * stride
    this.#questions.callSite = { state: current.words[at + 2] as number, instance: -1 }
    return this.#predicates.isWithin(current.words, at + HEADER)
  }

  /** Why a property of this name says nothing, if it does: it was never put to the test. */
  vacuity(name: string, property: Property): string | undefined {
    if (property.kind === "deadlockFree" || property.kind === "refines") return undefined
    if (this.#predicates.tested.has(name)) {
      return this.#predicates.premises.get(name) === false ? "its left side was never true" : undefined
    }
    if (property.kind !== "step") return "it never had arguments"
    return Object.keys(property.parameters).length === 0
      ? "no step changes anything"
      : "no step came with arguments for it"
  }

  /** Calls of the functions of more abstract models. */
  get userCalls(): number {
    return this.#refinements.reduce((calls, { userCalls }) => calls + userCalls, 0)
  }

  /**
   * Checks an initial state; `words` finds its vector.
   *
   * @throws `Paused`, like all checks; what has been decided is not asked again.
   */
  initial(words: () => Int32Array, number: number): void {
    this.#predicates.refuseOutside(words(), this.#questions.callSite.instance)
    for (const predicate of this.#predicates.states) {
      // Of those that are left, what is known is not asked again.
      if (this.#check(predicate, words(), 0, number, 1)) return this.initial(words, number)
    }
    for (const refinement of [...this.#refinements]) {
      if (!refinement.initial(words())) this.#refuted(refinement, number, -1, 0)
    }
  }

  /** Checks a state in the batch that is new. */
  state(index: number, number: number, depth: number): void {
    const outcome = this.#successors.outcomes[index] as number
    const groups = this.#predicates.affected(outcome, this.#transitions.outcomes[outcome] as Int32Array)
    if (groups.length === 0) return
    const { layout } = this.#questions
    let { moves } = layout
    let words = this.#successors.vector(index)
    for (let position = 0; position < groups.length; position++) {
      const { hold, pieces, predicates } = groups[position] as PredicateGroup
      const gathered = gather(pieces, words, 0)
      if (hold !== undefined && hold[gathered] === 1) continue
      this.#questions.callSite = { state: number, instance: -1 }
      for (const predicate of predicates) {
        this.#check(predicate, words, 0, number, depth)
        // They have come to read other fields, or one of them is decided: what is known is not asked again.
        if (this.#predicates.stale) return this.state(index, number, depth)
        // Asking may have relocated all vectors.
        if (moves !== layout.moves) {
          moves = layout.moves
          words = this.#successors.vector(index)
        }
      }
      if (hold !== undefined) hold[gathered] = 1
    }
  }

  /** Checks the steps in the batch; after `Paused`, the next call goes on. */
  steps(): void {
    if (!this.#predicatesDone) {
      if (this.#predicates.steps.length > 0) this.#checkSteps()
      this.#predicatesDone = true
      this.#stepsDone = 0
    }
    while (this.#refinementsDone < this.#refinements.length) {
      // One that is refuted is no longer among them.
      if (this.#checkRefinement(this.#refinements[this.#refinementsDone] as Refinement)) this.#refinementsDone++
      this.#stepsDone = 0
    }
    this.#predicatesDone = false
    this.#refinementsDone = 0
  }

  /**
   * Checks the state of a record of the current page, in which nothing can change any more.
   *
   * @param stutters - whether an action is enabled there all the same.
   */
  end(record: number, stutters: boolean): void {
    const { current, stride } = this.#frontier
    const at = record * stride
    const number = current.words[at + 2] as number
    this.#questions.callSite = { state: number, instance: -1 }
    for (const predicate of this.#predicates.ends) {
      if (stutters && predicate.allowsStutters) continue
      // A deadlock is found when its state is expanded, one level later than what is wrong with a state.
      this.#check(predicate, current.words, at + HEADER, number, (current.words[at + 3] as number) + 1)
    }
  }

  /** Asks a predicate about a state; says whether that decides its property. */
  #check(predicate: Predicate, words: Int32Array, base: number, state: number, depth: number): boolean {
    if (this.#questions.answer(predicate.question, words, base) !== predicate.decisive) return false
    this.#decide(predicate.property, { parameters: predicate.parameters, state, instance: -1 })
    this.#predicates.decided(predicate.property)
    if (predicate.kind !== "reachable") this.#violation(depth)
    return true
  }

  #checkSteps(): void {
    const { current } = this.#frontier
    const { outcomes } = this.#transitions
    const { count } = this.#successors
    const batchOutcome = this.#successors.outcomes
    const batchParent = this.#successors.parents
    let { words } = current
    let { stride } = this.#frontier
    for (let index = this.#stepsDone; index < count; index++) {
      const outcome = batchOutcome[index] as number
      const writes = outcomes[outcome] as Int32Array
      const at = (batchParent[index] as number) * stride
      const state = words[at + 2] as number
      if (this.#stepTable.knows(this.#predicates.steps, outcome, writes, words, at + HEADER, state)) continue
      this.#stepsDone = index
      this.#checkStep(index)
      this.#stepsDone = index + 1
      this.#questions.slice.done(this.#predicates.steps.length)
      // Asking may have relocated all vectors.
      words = current.words
      stride = this.#frontier.stride
    }
  }

  /** Asks all predicates about a step in the batch. */
  #checkStep(index: number): void {
    const instance = this.#successors.instances[index] as number
    const { current } = this.#frontier
    const at = (): number => (this.#successors.parents[index] as number) * this.#frontier.stride
    const state = current.words[at() + 2] as number
    const depth = (current.words[at() + 3] as number) + 1
    this.#questions.callSite = { state, instance }
    for (const { parameters, property, question } of this.#predicates.steps) {
      const after = this.#successors.vector(index)
      if (this.#questions.answerStep(question, current.words, at() + HEADER, after, 0) !== 0) continue
      this.#decide(property, { parameters, state, instance })
      this.#predicates.decided(property)
      this.#violation(depth)
      return this.#checkStep(index)
    }
    const outcome = this.#successors.outcomes[index] as number
    this.#stepTable.learn(this.#predicates.steps, outcome, current.words, at() + HEADER, state)
  }

  /** Whether the steps in the batch are steps of a more abstract model. */
  #checkRefinement(refinement: Refinement): boolean {
    const { current, stride } = this.#frontier
    const { outcomes } = this.#transitions
    const { count } = this.#successors
    const batchOutcome = this.#successors.outcomes
    const batchParent = this.#successors.parents
    let { words } = current
    let from = stride
    for (let index = this.#stepsDone; index < count; index++) {
      const outcome = batchOutcome[index] as number
      const writes = outcomes[outcome] as Int32Array
      const at = (batchParent[index] as number) * from
      if (refinement.knows(outcome, writes, words, at + HEADER)) continue
      const state = words[at + 2] as number
      const depth = (words[at + 3] as number) + 1
      const instance = this.#successors.instances[index] as number
      this.#questions.callSite = { state, instance }
      this.#stepsDone = index
      if (!refinement.allows(outcome, writes, words, at + HEADER)) {
        this.#refuted(refinement, state, instance, depth)
        return false
      }
      this.#stepsDone = index + 1
      this.#questions.slice.done(1)
      // Asking may have relocated all vectors.
      words = current.words
      from = this.#frontier.stride
    }
    return true
  }

  #refuted(refinement: Refinement, state: number, instance: number, depth: number): void {
    this.#decide(refinement.property, { parameters: {}, state, instance })
    this.#refinements.splice(this.#refinements.indexOf(refinement), 1)
    this.#violation(depth)
  }

  /** The first to decide a property is kept: no later and longer path replaces it. */
  #decide(property: string, found: Found): void {
    if (this.found.has(property)) return
    this.found.set(property, found)
    this.#questions.slice.cut()
  }

  /** The search ends before states at the depth of the violation are expanded. */
  #violation(depth: number): void {
    if (this.#options.keepGoing === true) return
    this.stopDepth = this.#options.search === "dfs" ? 0 : Math.min(this.stopDepth, Math.max(depth, 1))
  }
}
