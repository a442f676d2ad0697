/**
 * Transitions: the actions of a model with their arguments bound, and the outcomes that they have.
 *
 * An *instance* is one action with one binding of its parameters. An *outcome* is the list of fields that a step writes;
 * outcomes are numbered, 0 being "not enabled". Parameters that range over a set make new instances when an element of the
 * set is first seen.
 *
 * @module
 */
import { type Asked, LostUpdate, MissingVariable, SpreadSequence, UnknownVariable } from "../../../src/model/errors.ts"
import type { Model } from "../../../src/model/model.ts"
import { appended, isSequence, isSpread, SEQUENCE, type Sequence } from "../../../src/model/sequence.ts"
import { show } from "../../../src/model/show.ts"
import type { Slot } from "../../../src/model/slot.ts"
import type { Trace, TraceStep } from "../../../src/model/trace.ts"
import { MILESTONES, type Update } from "../../../src/model/update.ts"
import type { Question, Questions } from "../ask/question.ts"
import { type Layout, OutsideDomain } from "../state/layout.ts"
import { bind, type Bound } from "./bindings.ts"

/** Not enabled. */
export const DISABLED = 0

/** A part of the state's shape: a slot, the slots of a list (that of its length comes first), or the parts below a key. */
type Shape =
  | { readonly slot: number }
  | { readonly list: Array<number> }
  | { readonly parts: Map<string, Shape> }

const shapeOf = (slots: ReadonlyArray<Slot>): Shape => {
  const root = new Map<string, Shape>()
  slots.forEach((slot, index) => {
    const path = slot.place === undefined ? slot.path : slot.path.slice(0, -1)
    let parts = root
    for (const key of path.slice(0, -1)) {
      const below = parts.get(String(key)) ?? { parts: new Map<string, Shape>() }
      parts.set(String(key), below)
      parts = (below as { readonly parts: Map<string, Shape> }).parts
    }
    const name = String(path.at(-1))
    const known = parts.get(name)
    if (known !== undefined && "list" in known) known.list.push(index)
    else parts.set(name, slot.place === undefined ? { slot: index } : { list: [index] })
  })
  return { parts: root }
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

/** Whether a value is an object as one writes it down, and no instance of a class. */
const isPlain = (value: unknown): value is { readonly [key: string]: unknown } =>
  isObject(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value))

const isIterable = (value: unknown): value is Iterable<unknown> => isObject(value) && Symbol.iterator in value

/** An action with its arguments bound. */
export interface Instance {
  readonly question: Question
  /** The fields of the elements that its parameters range over: where one of these is absent, it is not enabled. */
  readonly members: ReadonlyArray<number>
  /** The fields that its outcomes write. */
  readonly writes: Set<number>
  /** The position of its action among the model's. */
  readonly action: number
}

/** What an instance takes, and an outcome and one of its numbers, in bytes. */
const INSTANCE = 2_500
const OUTCOME = 400
const WRITTEN = 10

/** The instances and outcomes of one model. */
export class Transitions {
  readonly questions: Questions
  readonly layout: Layout
  readonly actions: ReadonlyArray<string>
  readonly instances: Array<Instance> = []
  /** Per outcome: `[field, number, field, number, …]`. */
  readonly outcomes: Array<Int32Array> = [new Int32Array(0)]
  /** The milestones that steps have reached: every way to answer is run once, so none is missed. */
  readonly milestones = new Set<string>()

  readonly #shape: Shape
  readonly #numbers = new Map<string, number>()
  /** The state that the trace being rebuilt has come to. */
  #traced = new Int32Array(0)

  constructor(questions: Questions, model: Model<any>) {
    this.questions = questions
    this.layout = questions.layout
    this.layout.onRelocate((relocate) => {
      if (this.#traced.length === 0) return
      const moved = new Int32Array(this.layout.stride)
      relocate(this.#traced, 0, moved, 0)
      this.#traced = moved
    })
    this.#shape = shapeOf(this.layout.slots)
    this.actions = Object.keys(model.actions)
    Object.entries(model.actions).forEach(([name, { parameters, run }], action) => {
      bind(this.layout, `action ${name}`, parameters, (args, members) => {
        this.layout.memory.take(INSTANCE)
        const asked: Asked = { kind: "action", name, parameters: args }
        const writes = new Set<number>()
        const answer = () => {
          const outcome = this.#answer(asked, members, run as (state: object, args: Bound) => unknown)
          const written = this.outcomes[outcome] as Int32Array
          for (let at = 0; at < written.length; at += 2) writes.add(written[at] as number)
          return outcome
        }
        const question = questions.add({ asked, steps: false, answer, show: (outcome) => this.#show(outcome) })
        this.instances.push({ action, members, writes, question })
      })
    })
  }

  /** The outcome of an instance in a state. */
  outcome(instance: number, words: Int32Array, base: number): number {
    return this.questions.answer((this.instances[instance] as Instance).question, words, base)
  }

  /** Makes the step of an outcome, in place. */
  apply(outcome: number, words: Int32Array, base: number): void {
    const writes = this.outcomes[outcome] as Int32Array
    for (let at = 0; at < writes.length; at += 2) {
      this.layout.set(words, base, writes[at] as number, writes[at + 1] as number)
    }
  }

  /** The behaviour that takes these instances, one after the other, from a state. */
  trace(start: Int32Array, taken: ReadonlyArray<number>): Trace {
    this.#traced = start.slice()
    const steps: Array<TraceStep> = [{ action: null, parameters: {}, state: this.layout.plain(this.#traced, 0) }]
    for (const instance of taken) {
      const { question } = this.instances[instance] as Instance
      this.apply(this.questions.recall(question, this.#traced, 0), this.#traced, 0)
      const { name, parameters } = question.asked
      steps.push({ action: name, parameters, state: this.layout.plain(this.#traced, 0) })
    }
    return { steps }
  }

  /**
   * Packs an initial state of the model into a vector.
   *
   * @param index - which of them.
   * @throws a ModelError that names it, and the variable.
   */
  initial({ initial, name }: Model<any>, index: number): Int32Array {
    const which = initial.length === 1 ? {} : { number: index + 1 }
    const asked: Asked = { kind: "initial state", name, parameters: {}, ...which }
    const writes = new Map<number, number>()
    try {
      this.#initial(asked, this.#shape, initial[index], [], writes)
    } catch (cause) {
      throw this.questions.error(asked, cause)
    }
    const words = new Int32Array(this.layout.stride)
    for (const [field, number] of writes) this.layout.set(words, 0, field, number)
    return words
  }

  /** Runs an action on the recorder's view, and numbers its outcome. */
  #answer(asked: Asked, members: ReadonlyArray<number>, run: (state: object, args: Bound) => unknown): number {
    const { recorder } = this.questions
    for (const field of members) {
      if (recorder.read(0, field) === 0) return DISABLED
    }
    const writes = new Map<number, number>()
    const update = this.questions.run(asked, () => {
      const returned = run(recorder.views[0], asked.parameters)
      if (returned === false || returned === undefined) return undefined
      // A view that is returned is read here, and a function of what is there is called, so this belongs to the run.
      if (isSequence(returned)) this.#sequence(asked, returned, writes, new Set())
      else this.#update(asked, this.#shape, returned, [], writes)
      for (const milestone of (returned as Update)[MILESTONES] ?? []) this.milestones.add(milestone)
      return returned
    })
    if (update === undefined) return DISABLED
    const list = Int32Array.from([...writes].toSorted(([one], [other]) => one - other).flat())
    const name = list.join()
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.layout.memory.entry(this.#numbers, OUTCOME + WRITTEN * list.length)
    const outcome = this.outcomes.push(list) - 1
    this.#numbers.set(name, outcome)
    return outcome
  }

  /** Updates one after the other. `written` are the slots that the updates before have written. */
  #sequence(asked: Asked, sequence: Sequence<unknown>, writes: Map<number, number>, written: Set<number>): void {
    if (isSpread(sequence)) throw new SpreadSequence({ asked, trace: this.questions.trace() })
    for (const update of sequence[SEQUENCE]) {
      if (isSequence(update)) this.#sequence(asked, update, writes, written)
      else this.#update(asked, this.#shape, update, [], writes, written)
    }
  }

  #update(
    asked: Asked,
    shape: Shape,
    update: unknown,
    path: ReadonlyArray<string>,
    writes: Map<number, number>,
    written?: Set<number>,
  ): void {
    if ("slot" in shape) {
      const { slot } = shape
      if (typeof update === "function") {
        this.#updateSlot(asked, slot, update(this.questions.recorder.current(slot, writes)), writes)
      } else {
        if (written?.has(slot) && !this.#isChange(slot, update)) {
          throw new LostUpdate({
            asked,
            variable: (this.layout.slots[slot] as Slot).name,
            trace: this.questions.trace(),
          })
        }
        this.#updateSlot(asked, slot, update, writes)
      }
      written?.add(slot)
      return
    }
    if ("list" in shape) {
      const [length] = shape.list as [number, ...ReadonlyArray<number>]
      const items = appended(update)
      if (items !== undefined) this.#append(shape.list, items, writes)
      else if (typeof update === "function") {
        this.#writeList(shape.list, update(this.questions.recorder.currentList(shape.list, writes)), writes)
      } else {
        if (written?.has(length)) {
          const variable = (this.layout.slots[length] as Slot).name
          throw new LostUpdate({ asked, variable, trace: this.questions.trace() })
        }
        this.#writeList(shape.list, update, writes)
      }
      written?.add(length)
      return
    }
    for (const [key, part] of Object.entries(this.#object(asked, shape.parts, update, path))) {
      this.#update(asked, this.#part(asked, shape.parts, [...path, key]), part, [...path, key], writes, written)
    }
  }

  /** Whether an update says what is added and removed, and so keeps what else there is. */
  #isChange(slot: number, update: unknown): boolean {
    return (this.layout.valueField[slot] as number) < 0 && !isIterable(update)
  }

  /** Writes a list to these of its slots. */
  #writeList(list: ReadonlyArray<number>, items: unknown, writes: Map<number, number>): void {
    for (const slot of list) writes.set(this.layout.valueField[slot] as number, this.layout.held(slot, items))
  }

  /** Writes behind the end of a list, of which nothing but the length is read, unless an error must show the whole. */
  #append(list: ReadonlyArray<number>, items: ReadonlyArray<unknown>, writes: Map<number, number>): void {
    const [length, ...places] = list as [number, ...ReadonlyArray<number>]
    const { recorder } = this.questions
    const end = recorder.lengthOf(length, writes)
    const before = end + items.length > places.length ? recorder.currentList(list, writes) : Array<unknown>(end)
    this.#writeList([length, ...places.slice(end)], [...before, ...items], writes)
  }

  #updateSlot(asked: Asked, slot: number, update: unknown, writes: Map<number, number>): void {
    const field = this.layout.valueField[slot] as number
    if (field >= 0) {
      writes.set(field, this.layout.number(field, update))
      return
    }
    const { name } = this.layout.slots[slot] as Slot
    if (isIterable(update)) {
      const after = this.copies(slot, update)
      // What is replaced is read, so only what changes is written: elements seen later are absent wherever this is known.
      for (const element of [...this.questions.recorder.readAll(0, slot), ...writes.keys()]) {
        if (this.layout.slotOf[element] === slot && !after.has(element)) writes.set(element, 0)
      }
      for (const [element, count] of after) writes.set(element, count)
      return
    }
    if (!isPlain(update)) throw this.#noElements(slot, update)
    const unknown = Reflect.ownKeys(update).find((key) => key !== "add" && key !== "remove")
    if (unknown !== undefined) throw this.#unknown(asked, `${name}.${String(unknown)}`, ["add", "remove"])
    const [removed, added] = ["remove", "add"].map((change) =>
      this.copies(slot, Object.hasOwn(update, change) ? update[change] : [], update)
    ) as [ReadonlyMap<number, number>, ReadonlyMap<number, number>]
    for (const element of new Set([...removed.keys(), ...added.keys()])) {
      const [less, more] = [removed.get(element) ?? 0, added.get(element) ?? 0]
      writes.set(element, this.#isSet(slot) ? more : this.#countAfter(element, less, more, writes))
    }
  }

  #isSet(slot: number): boolean {
    return this.layout.slots[slot]?.kind === "set"
  }

  /** What a bag's count becomes depends on what it was. */
  #countAfter(element: number, less: number, more: number, writes: ReadonlyMap<number, number>): number {
    const before = writes.get(element) ?? this.questions.recorder.read(0, element)
    return this.layout.count(element, Math.max(0, before - less) + more)
  }

  /**
   * The elements of a set or a bag as fields, with the number of times each is mentioned: in a set, once.
   *
   * @throws OutsideDomain when they are not iterable, or one of them does not belong there.
   */
  copies(slot: number, elements: unknown, given = elements): ReadonlyMap<number, number> {
    if (!isIterable(elements)) throw this.#noElements(slot, given)
    const copies = new Map<number, number>()
    for (const value of elements) {
      const element = this.layout.element(slot, value)
      copies.set(element, this.#isSet(slot) ? 1 : this.layout.count(element, (copies.get(element) ?? 0) + 1))
    }
    return copies
  }

  #noElements(slot: number, given: unknown): OutsideDomain {
    const { name } = this.layout.slots[slot] as Slot
    return new OutsideDomain({ name, expected: () => "a list of elements, or { add, remove } with such lists" }, given)
  }

  #initial(
    asked: Asked,
    shape: Shape,
    initial: unknown,
    path: ReadonlyArray<string>,
    writes: Map<number, number>,
  ): void {
    if ("slot" in shape) {
      const field = this.layout.valueField[shape.slot] as number
      if (field >= 0) writes.set(field, this.layout.number(field, initial))
      else for (const [element, count] of this.copies(shape.slot, initial)) writes.set(element, count)
      return
    }
    if ("list" in shape) {
      this.#writeList(shape.list, initial, writes)
      return
    }
    const given = typeof initial === "function"
      ? Object.fromEntries([...shape.parts.keys()].map((key) => [key, initial(this.#key(path, key)) as unknown]))
      : this.#object(asked, shape.parts, initial, path)
    for (const key of Object.keys(given)) this.#part(asked, shape.parts, [...path, key])
    for (const [key, part] of shape.parts) {
      if (!Object.hasOwn(given, key)) throw new MissingVariable({ asked, variable: [...path, key].join(".") })
      this.#initial(asked, part, given[key], [...path, key], writes)
    }
  }

  /** A record's key as it was declared: a number or a string. */
  #key(path: ReadonlyArray<string>, key: string): string | number {
    const wanted = [...path, key]
    const slot = this.layout.slots.find((slot) => wanted.every((part, index) => String(slot.path[index]) === part))
    return slot?.path[path.length] ?? key
  }

  /** What says something of some of these parts, and of nothing else: of no symbol either, but the milestones. */
  #object(
    asked: Asked,
    parts: ReadonlyMap<string, Shape>,
    value: unknown,
    path: ReadonlyArray<string>,
  ): { readonly [key: string]: unknown } {
    if (isPlain(value)) {
      const symbol = Object.getOwnPropertySymbols(value).find((of) => of !== MILESTONES || path.length > 0)
      if (symbol === undefined) return value
      throw this.#unknown(asked, [...path, String(symbol)].join("."), [...parts.keys()])
    }
    const expected = () => `an object with some of ${[...parts.keys()].join(", ")}`
    throw new OutsideDomain({ name: path.join(".") || "the state", expected }, value)
  }

  #part(asked: Asked, parts: ReadonlyMap<string, Shape>, path: ReadonlyArray<string>): Shape {
    const part = parts.get(path.at(-1) as string)
    if (part === undefined) throw this.#unknown(asked, path.join("."), [...parts.keys()])
    return part
  }

  #unknown(asked: Asked, variable: string, known: ReadonlyArray<string>): UnknownVariable {
    return new UnknownVariable({ asked, variable, known, trace: this.questions.trace() })
  }

  #show(outcome: number): string {
    if (outcome === DISABLED) return "not enabled"
    const writes = this.outcomes[outcome] as Int32Array
    const shown: Array<string> = []
    for (let at = 0; at < writes.length; at += 2) {
      const field = writes[at] as number
      const { kind, name } = this.layout.slots[this.layout.slotOf[field] as number] as Slot
      const number = writes[at + 1] as number
      shown.push(
        kind === "value"
          ? `${name} := ${show(this.layout.value(field, number))}`
          : `${number} × ${show(this.layout.elementOf(field))} in ${name}`,
      )
    }
    return shown.length === 0 ? "no change" : shown.join(", ")
  }
}
