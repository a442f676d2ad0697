/**
 * Refinement: every step of a model is, seen through a mapping, a step or a stutter of a more abstract model.
 *
 * The mapping is asked for one slot of the abstract state at a time, so that each has a small decision tree; a step that
 * writes nothing that the mapping reads is a stutter without further questions. What the abstract model allows is found by
 * its own transitions, once per pair of abstract states.
 *
 * @module
 */
import { encode } from "../../src/model/encoding.ts"
import type { Asked } from "../../src/model/errors.ts"
import type { Refines } from "../../src/model/property.ts"
import { type Slot, slots } from "../../src/model/slot.ts"
import { Layout, OutsideDomain } from "./layout.ts"
import { type Question, Questions } from "./question.ts"
import { DISABLED, Transitions } from "./transitions.ts"

/** A part of the abstract state: a value, or a set as a whole. */
interface Part {
  readonly question: Question
  /** The numbers' meaning: per number, the fields and values to write into an abstract vector. */
  readonly writes: Array<ReadonlyArray<readonly [field: number, number: number]>>
}

/** Pairs of abstract states beyond this number are compared, but no longer remembered. */
const REMEMBERED = 2 ** 26
/** A part of an abstract state has fewer values than this. */
const MOST_VALUES = 2 ** 26

/** Checks one refinement. */
export class Refinement {
  readonly property: string

  readonly #questions: Questions
  readonly #abstract: Transitions
  readonly #initial: ReadonlySet<string>
  readonly #parts: ReadonlyArray<Part>
  readonly #nodes = new Map<number, number>()
  #states = 0
  readonly #allowed = new Set<number>()
  #shape = -1
  #affected: Array<ReadonlyArray<number> | undefined> = []
  /** The state that was mapped last, and its mapping. */
  #parent = -1
  #beforeState = 0
  readonly #before: Array<number> = []
  readonly #after: Array<number> = []

  constructor(questions: Questions, property: string, { abstract, mapping }: Refines, seed: number) {
    this.property = property
    this.#questions = questions
    const layout = new Layout(slots(abstract.variables), seed)
    const abstractQuestions = new Questions(layout)
    abstractQuestions.trace = () => questions.trace()
    this.#abstract = new Transitions(abstractQuestions, abstract)
    const asked: Asked = { kind: "initial state", name: abstract.name, parameters: {} }
    const vectors = abstract.initial.map((state) => layout.plain(this.#abstract.pack(asked, state), 0))
    this.#initial = new Set(vectors.map(encode))
    this.#parts = layout.slots.map((slot, index) => this.#part(layout, slot, index, mapping))
  }

  /** Calls of the mapping are counted with the model's; these are the calls of the abstract model's actions. */
  get userCalls(): number {
    return this.#abstract.questions.userCalls
  }

  get bytes(): number {
    // An entry of a Map costs some 40 bytes, one of a Set some 25.
    return this.#abstract.questions.trees.bytes + this.#nodes.size * 40 + this.#allowed.size * 25
  }

  /** Whether an initial state maps to one of the abstract model. */
  initial(words: Int32Array): boolean {
    this.#map(words, 0, this.#before)
    const vector = this.#pack(this.#before)
    return this.#initial.has(encode(this.#abstract.layout.plain(vector, 0)))
  }

  /**
   * Whether a step is one of the abstract model, or changes nothing there.
   *
   * @param affected - the parts that {@link affectedBy} gives for the step's outcome.
   * @param parent - the number of the state before; its mapping is remembered until another one comes.
   */
  step(
    affected: ReadonlyArray<number>,
    parent: number,
    before: Int32Array,
    beforeBase: number,
    after: Int32Array,
  ): boolean {
    if (this.#parent !== parent) {
      this.#map(before, beforeBase, this.#before)
      this.#beforeState = this.#state(this.#before)
      this.#parent = parent
    }
    let stutters = true
    for (let index = 0; index < this.#parts.length; index++) this.#after[index] = this.#before[index] as number
    for (const part of affected) {
      const number = this.#questions.answer((this.#parts[part] as Part).question, after, 0)
      if (number === this.#before[part]) continue
      this.#after[part] = number
      stutters = false
    }
    if (stutters) return true
    const pair = this.#beforeState * REMEMBERED + this.#state(this.#after)
    if (this.#allowed.has(pair)) return true
    if (!this.#allows()) return false
    if (this.#states < REMEMBERED) this.#allowed.add(pair)
    return true
  }

  #part(layout: Layout, slot: Slot, index: number, mapping: Refines["mapping"]): Part {
    const [variable, ...keys] = slot.path as readonly [string, ...ReadonlyArray<string | number>]
    const asked: Asked = { kind: "mapping", name: `${this.property} of ${slot.name}`, parameters: {} }
    const map = mapping[variable] as (state: object) => unknown
    const writes: Part["writes"] = []
    const numbers = new Map<string, number>()
    const answer = () =>
      this.#questions.run(asked, () => {
        let value = map(this.#questions.recorder.views[0])
        for (const key of keys) {
          value = typeof value === "function"
            ? (value as (key: string | number) => unknown)(key)
            : (value as { readonly [key: string | number]: unknown })[key]
        }
        if (slot.kind === "value") {
          const field = layout.valueField[index] as number
          const number = layout.number(field, value)
          writes[number] ??= [[field, number]]
          return number
        }
        if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) {
          throw new OutsideDomain(slot, value)
        }
        const fields = [...value as Iterable<unknown>].map((element) => layout.element(index, element))
        const name = fields.toSorted((one, other) => one - other).join()
        const number = numbers.get(name) ?? writes.push(fields.map((field) => [field, 1] as const)) - 1
        numbers.set(name, number)
        return number
      })
    const show = (number: number) =>
      JSON.stringify(
        (writes[number] ?? []).map(([field, value]) =>
          slot.kind === "value" ? layout.value(field, value) : layout.elementOf(field)
        ),
      )
    return { question: this.#questions.add({ asked, steps: false, answer, show }), writes }
  }

  #map(words: Int32Array, base: number, into: Array<number>): void {
    this.#parts.forEach(({ question }, index) => {
      into[index] = this.#questions.answer(question, words, base)
    })
  }

  /** The number of an abstract state: its parts, one after the other, lead from node to node. */
  #state(parts: ReadonlyArray<number>): number {
    let node = 0
    for (let index = 0; index < parts.length; index++) {
      const edge = node * MOST_VALUES + (parts[index] as number)
      let next = this.#nodes.get(edge)
      if (next === undefined) {
        next = ++this.#states
        this.#nodes.set(edge, next)
      }
      node = next
    }
    return node
  }

  #pack(numbers: ReadonlyArray<number>): Int32Array {
    const { layout } = this.#abstract
    const vector = new Int32Array(layout.stride)
    this.#parts.forEach(({ writes }, index) => {
      for (const [field, number] of writes[numbers[index] as number] ?? []) layout.set(vector, 0, field, number)
    })
    return vector
  }

  /** Whether the abstract model has a step between the two states just mapped. */
  #allows(): boolean {
    for (let instance = 0; instance < this.#abstract.instances.length; instance++) {
      const outcome = this.#abstract.outcome(instance, this.#pack(this.#before), 0)
      if (outcome === DISABLED) continue
      // Packed only now: asking may have changed the layout.
      const reached = this.#pack(this.#before)
      this.#abstract.apply(outcome, reached, 0)
      const wanted = this.#pack(this.#after)
      if (reached.every((word, index) => word === wanted[index])) return true
    }
    return false
  }

  /** The parts of the abstract state that a step with this outcome may change. */
  affectedBy(outcome: number, writes: Int32Array): ReadonlyArray<number> {
    const { trees } = this.#questions
    if (this.#shape !== trees.shape) {
      this.#shape = trees.shape
      this.#affected = []
    }
    return this.#affected[outcome] ??= this.#parts.flatMap(({ question }, index) => {
      if (question.direct || trees.paths(question.tree) === 0) return [index]
      for (let at = 0; at < writes.length; at += 2) {
        if (trees.reads(question.tree).has(2 * (writes[at] as number))) return [index]
      }
      return []
    })
  }
}
