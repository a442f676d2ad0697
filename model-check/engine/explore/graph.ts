/**
 * The state graph of a small model, as plain data.
 *
 * @module
 */
import { encode } from "../../../src/model/encoding.ts"
import { NoInitialState } from "../../../src/model/errors.ts"
import type { Model } from "../../../src/model/model.ts"
import { slots } from "../../../src/model/slot.ts"
import type { PlainState } from "../../../src/model/trace.ts"
import { Questions } from "../ask/question.ts"
import { Predicates } from "../check/predicates.ts"
import { Memory } from "../memory.ts"
import type { StateGraph } from "../report.ts"
import { Paused, type Slice } from "../slice.ts"
import { Layout, type Relocate } from "../state/layout.ts"
import { DISABLED, type Instance, Transitions } from "../step/transitions.ts"

/** The model has more states than the limit. */
export class TooLarge extends Error {}

/** What is kept of a state besides its encoding and what grows with that, and of a step, in bytes. */
const STATE = 500
const STEP = 150
/** The length of an encoding, and the state that it stands for. */
const PER_CHARACTER = 4

/** A listing of all reachable states and steps. */
export class GraphSearch {
  readonly #model: Model<any>
  readonly #limit: number
  readonly #layout: Layout
  readonly #transitions: Transitions
  readonly #constraint: Predicates
  readonly #states: Array<PlainState> = []
  readonly #vectors: Array<Int32Array> = []
  readonly #numbers = new Map<string, number>()
  readonly #edges: Array<StateGraph["edges"][number]> = []
  readonly #initial = new Set<number>()
  /** Initial states that are listed. */
  #begun = 0
  /** The state that is being expanded, and its instance that is asked next. */
  #from = 0
  #instance = 0

  /**
   * @param memory - where all that the listing takes is entered.
   * @throws a ModelError.
   */
  constructor(model: Model<any>, limit: number, memory: Memory) {
    if (model.initial.length === 0) throw new NoInitialState({ model: model.name })
    this.#model = model
    this.#limit = limit
    this.#layout = new Layout(slots(model.variables), 0, memory)
    this.#transitions = new Transitions(new Questions(this.#layout), model)
    // What is claimed of the model is not asked here.
    this.#constraint = new Predicates(this.#transitions.questions, { ...model, properties: {} })
    this.#layout.onRelocate((relocate: Relocate) =>
      this.#vectors.forEach((vector, index) => {
        const moved = new Int32Array(this.#layout.stride)
        relocate(vector, 0, moved, 0)
        this.#vectors[index] = moved
      })
    )
  }

  /**
   * Lists states and steps until all are listed, or until `milliseconds` have passed.
   *
   * @returns whether all are listed.
   * @throws {@link TooLarge}, LimitReached, or a ModelError.
   */
  run(milliseconds: number): boolean {
    const { slice } = this.#transitions.questions
    slice.begin(performance.now() + milliseconds)
    try {
      this.#list(slice)
      return true
    } catch (error) {
      if (error instanceof Paused) return false
      throw error
    } finally {
      slice.end()
    }
  }

  /** What has been listed. */
  get graph(): StateGraph {
    return { states: this.#states, initial: [...this.#initial], edges: this.#edges }
  }

  #list(slice: Slice): void {
    const { initial } = this.#model
    while (this.#begun < initial.length) {
      const number = this.#number(this.#transitions.initial(this.#model, this.#begun))
      this.#initial.add(number)
      this.#constraint.refuseOutside(this.#vectors[number] as Int32Array, this.#begun)
      this.#begun++
      slice.done(this.#layout.fieldCount)
    }
    const { instances } = this.#transitions
    for (; this.#from < this.#states.length; this.#from++) {
      if (!this.#constraint.isWithin(this.#vectors[this.#from] as Int32Array, 0)) continue
      while (this.#instance < instances.length) {
        const instance = this.#instance
        const outcome = this.#transitions.outcome(instance, this.#vectors[this.#from] as Int32Array, 0)
        if (outcome !== DISABLED) this.#step(instance, outcome)
        this.#instance++
        slice.done(this.#layout.fieldCount)
      }
      this.#instance = 0
    }
  }

  #step(instance: number, outcome: number): void {
    const vector = (this.#vectors[this.#from] as Int32Array).slice()
    this.#transitions.apply(outcome, vector, 0)
    const { name, parameters } = (this.#transitions.instances[instance] as Instance).question.asked
    this.#layout.memory.take(STEP)
    this.#edges.push({ from: this.#from, to: this.#number(vector), action: name, parameters })
  }

  #number(vector: Int32Array): number {
    const state = this.#layout.plain(vector, 0)
    const name = encode(state)
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    if (this.#states.length >= this.#limit) throw new TooLarge()
    this.#layout.memory.entry(this.#numbers, STATE + PER_CHARACTER * name.length + vector.byteLength)
    this.#numbers.set(name, this.#states.length)
    this.#vectors.push(vector)
    return this.#states.push(state) - 1
  }
}

/**
 * Lists all reachable states and steps at once.
 *
 * @throws {@link TooLarge}, or a ModelError.
 */
export const explore = (model: Model<any>, limit: number): StateGraph => {
  const search = new GraphSearch(model, limit, new Memory())
  search.run(Infinity)
  return search.graph
}
