/**
 * Refinement: every step of a model is, seen through a mapping, a step or a stutter of a more abstract model.
 *
 * Whether a step with given writes is allowed is a question about the state before it, so it has a decision tree like any
 * other. The mapping is asked for one *part* of the abstract state at a time, and the abstract model's actions one instance
 * at a time; what they read is known from their own trees. A path of a step's tree is what had to be read, through these, to
 * see that the step is allowed: the parts that its writes may change, before and after it, and if one of them does change,
 * the guards of the abstract instances that had to be looked at to find one that changes them so. Only allowed steps are
 * learned: the first that is not refutes the property.
 *
 * @module
 */
import { encode } from "../../../src/model/encoding.ts"
import { type Asked, ImpureFunction } from "../../../src/model/errors.ts"
import type { Refines } from "../../../src/model/property.ts"
import { show } from "../../../src/model/show.ts"
import { type Slot, slots } from "../../../src/model/slot.ts"
import { DecisionTrees, Inconsistent, type Reader } from "../ask/decision-tree.ts"
import { bitsOf, gather, type Pieces, piecesOf } from "../ask/gather.ts"
import { type Question, Questions } from "../ask/question.ts"
import { NOTHING_WRITTEN } from "../ask/recorder.ts"
import { Layout } from "../state/layout.ts"
import { DISABLED, type Instance, Transitions } from "../step/transitions.ts"

/** A part of the abstract state: a value, or a set as a whole. */
interface Part {
  readonly question: Question
  /** The numbers' meaning: per number, the fields and values to write into an abstract vector. */
  readonly writes: Array<ReadonlyArray<readonly [field: number, number: number]>>
}

/** All steps that write the same to the fields that the mapping reads. */
interface AbstractStep {
  readonly writes: ReadonlyMap<number, number>
  /** The parts that may change. */
  readonly parts: ReadonlyArray<number>
  /** Has one answer: allowed. */
  readonly tree: number
  /**
   * The abstract instances that have allowed such a step, in the order of their discovery. They are looked at in this order,
   * and each path ends with one of them, so a new one lengthens no path that is known.
   */
  readonly allowing: Array<number>
  /** The bits that a tree of many paths depends on, and per gathered number 1 if it is allowed; absent if they are many. */
  pieces: Pieces
  allowed: Uint8Array | undefined
  /** The shape of the trees, and the number of fields that this one reads, as of when these were made. */
  shape: number
  reads: number
}

const ALLOWED = 0
/** A tree of so many paths is worth a table, if it depends on at most so many bits. */
const TABULATED_PATHS = 64
const TABULATED_BITS = 20
const NO_PIECES: Pieces = new Int32Array(0)
/** When the trees of steps take more bytes than this, what they know is forgotten: memory stays bounded. */
const MOST_BYTES = 2 ** 26

/** A state, and how the abstract model sees it: the numbers of its parts, and its vector there. */
interface Mapped {
  vector: Int32Array
  readonly parts: Array<number>
  /** Per part: the unit of work that asked for it. One that is taken up again has it. */
  readonly units: Array<number>
  abstract: Int32Array
}

/** Checks one refinement. */
export class Refinement {
  readonly property: string

  readonly #questions: Questions
  readonly #abstract: Transitions
  readonly #initial: ReadonlySet<string>
  readonly #parts: ReadonlyArray<Part>
  readonly #trees: DecisionTrees
  readonly #steps = new Map<string, AbstractStep>()
  /** Per outcome: its step, or null if it changes nothing that the mapping reads; as of `#shape`. */
  #stepOf: Array<AbstractStep | null | undefined> = []
  #shape = -1
  /** The step that is being looked at. */
  readonly #before: Mapped
  readonly #after: Mapped

  constructor(questions: Questions, property: string, { abstract, mapping }: Refines, seed: number) {
    this.property = property
    this.#questions = questions
    const layout = new Layout(slots(abstract.variables), seed, questions.layout.memory)
    const abstractQuestions = new Questions(layout, questions.slice)
    abstractQuestions.trace = () => questions.trace()
    abstractQuestions.onCall = (asked) => questions.onCall(asked)
    // The abstract model is asked only where no step's tree knows: its own trees always miss often, and are never given up
    // for that.
    abstractQuestions.states = Infinity
    this.#abstract = new Transitions(abstractQuestions, abstract)
    const packed = Array.from(abstract.initial.keys(), (index) => this.#abstract.initial(abstract, index))
    this.#initial = new Set(packed.map((vector) => encode(layout.plain(vector, 0))))
    this.#parts = layout.slots.map((slot, index) => this.#part(layout, slot, index, mapping))
    // Trees of their own: a change of their shape concerns nobody else.
    this.#trees = new DecisionTrees(questions.layout, questions.recorder)
    const mapped = (): Mapped => {
      const vector = new Int32Array(questions.layout.stride)
      return { vector, parts: [], units: [], abstract: new Int32Array(layout.stride) }
    }
    this.#before = mapped()
    this.#after = mapped()
    const states = [this.#before, this.#after]
    questions.layout.onRelocate((relocate) => {
      for (const state of states) {
        const vector = new Int32Array(questions.layout.stride)
        relocate(state.vector, 0, vector, 0)
        state.vector = vector
      }
    })
    layout.onRelocate((relocate) => {
      for (const state of states) {
        const abstract = new Int32Array(layout.stride)
        relocate(state.abstract, 0, abstract, 0)
        state.abstract = abstract
      }
    })
  }

  /** Calls of the mapping are counted with the model's; these are the calls of the abstract model's actions. */
  get userCalls(): number {
    return this.#abstract.questions.userCalls
  }

  /** Whether an initial state maps to one of the abstract model. */
  initial(words: Int32Array): boolean {
    this.#before.vector.set(words)
    this.#map(this.#before, this.#parts.keys())
    this.#pack(this.#before)
    return this.#initial.has(encode(this.#abstract.layout.plain(this.#before.abstract, 0)))
  }

  /**
   * Whether it is known that the step which an outcome makes from the state at `words[base]` is one of the abstract model, or
   * changes nothing there.
   *
   * Each state that is reached must have been seen through this or {@link allows}: then there is no path of a part's tree that
   * a reached state would take and that is not known, and a step that writes nothing that a part has read leaves it alone.
   */
  knows(outcome: number, writes: Int32Array, words: Int32Array, base: number): boolean {
    const step = this.#find(outcome, writes)
    if (step === null) return true
    if (step.shape !== this.#trees.shape) this.#tabulate(step)
    const { allowed } = step
    if (allowed === undefined) return this.#trees.walk(step.tree, words, base) === ALLOWED
    const gathered = gather(step.pieces, words, base)
    if (allowed[gathered] === 1) return true
    if (this.#trees.walk(step.tree, words, base) !== ALLOWED) return false
    allowed[gathered] = 1
    return true
  }

  #part(layout: Layout, slot: Slot, index: number, mapping: Refines["mapping"]): Part {
    const path = slot.place === undefined ? slot.path : slot.path.slice(0, -1)
    const [variable, ...keys] = path as readonly [string, ...ReadonlyArray<string | number>]
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
          const number = layout.held(index, value)
          writes[number] ??= [[field, number]]
          return number
        }
        const fields = [...this.#abstract.copies(index, value)].toSorted(([one], [other]) => one - other)
        const name = fields.join()
        const number = numbers.get(name) ?? writes.push(fields) - 1
        numbers.set(name, number)
        return number
      })
    const shown = (number: number) =>
      show(
        (writes[number] ?? []).map(([field, value]) =>
          slot.kind === "value" ? layout.value(field, value) : layout.elementOf(field)
        ),
      )
    return { question: this.#questions.add({ asked, steps: false, answer, show: shown }), writes }
  }

  /** What a step with this outcome means to the mapping, or null for nothing at all. */
  #find(outcome: number, writes: Int32Array): AbstractStep | null {
    const { trees } = this.#questions
    if (this.#shape !== trees.shape) {
      this.#shape = trees.shape
      this.#stepOf = []
    }
    const known = this.#stepOf[outcome]
    return known === undefined ? this.#stepOf[outcome] = this.#step(writes) : known
  }

  #step(writes: Int32Array): AbstractStep | null {
    const { trees } = this.#questions
    const direct = this.#parts.some(({ question }) => question.direct)
    const read = new Map<number, number>()
    for (let at = 0; at < writes.length; at += 2) {
      const field = writes[at] as number
      if (direct || this.#parts.some(({ question }) => trees.reads(question.tree).has(2 * field))) {
        read.set(field, writes[at + 1] as number)
      }
    }
    const parts = [...this.#parts.keys()].filter((part) => {
      const { question } = this.#parts[part] as Part
      return question.direct || [...read.keys()].some((field) => trees.reads(question.tree).has(2 * field))
    })
    if (parts.length === 0) return null
    const name = encode([[...read], parts])
    const known = this.#steps.get(name)
    if (known !== undefined) return known
    const step: AbstractStep = {
      writes: read,
      parts,
      tree: this.#trees.add(),
      allowing: [],
      pieces: NO_PIECES,
      allowed: undefined,
      shape: -1,
      reads: 0,
    }
    this.#steps.set(name, step)
    return step
  }

  /** Looks at a step as if for the first time: whether it is allowed, which is known from then on. */
  allows(outcome: number, writes: Int32Array, words: Int32Array, base: number): boolean {
    const { layout } = this.#questions
    for (const { vector } of [this.#before, this.#after]) vector.set(words.subarray(base, base + layout.stride))
    for (let at = 0; at < writes.length; at += 2) {
      layout.set(this.#after.vector, 0, writes[at] as number, writes[at + 1] as number)
    }
    this.#map(this.#before, this.#parts.keys())
    let step: AbstractStep
    do {
      step = this.#find(outcome, writes) as AbstractStep
      this.#before.parts.forEach((number, part) => {
        if (!this.#isMapped(this.#after, part)) this.#after.parts[part] = number
      })
      this.#map(this.#after, step.parts)
      // The mapping may have turned out to read more of what is written.
    } while (step !== this.#find(outcome, writes))
    const { allowing, parts } = step
    let looked = 0
    if (parts.some((part) => this.#before.parts[part] !== this.#after.parts[part])) {
      this.#pack(this.#before)
      this.#pack(this.#after)
      while (looked < allowing.length && !this.#makes(allowing[looked] as number)) looked++
      if (looked === allowing.length) {
        const instance = this.#abstract.instances.findIndex((_, instance) => this.#makes(instance))
        if (instance < 0) return false
        allowing.push(instance)
      }
      looked++
    }
    this.#learn(step, looked)
    return true
  }

  /** Gives a step a table, or another one, if its tree has come to be worth it or to read other fields. */
  #tabulate(step: AbstractStep): void {
    const { layout } = this.#questions
    const reads = this.#trees.reads(step.tree)
    step.shape = this.#trees.shape
    if (step.allowed !== undefined && step.reads === reads.size) return
    step.reads = reads.size
    step.allowed = undefined
    if (this.#trees.paths(step.tree) < TABULATED_PATHS) return
    const fields = [...reads].map((read) => read >> 1)
    const bits = bitsOf(layout, fields)
    if (bits > TABULATED_BITS) return
    step.pieces = piecesOf(layout, fields)
    step.allowed = new Uint8Array(1 << bits)
  }

  /** Records what had to be read to see that the step is allowed: `looked` abstract instances had to be looked at. */
  #learn(step: AbstractStep, looked: number): void {
    const { allowing, parts, tree, writes } = step
    const { recorder } = this.#questions
    recorder.load(0, this.#before.vector, 0)
    recorder.begin()
    const read = new Set<number>()
    for (const part of parts) {
      this.#read(part)
      read.add(part)
      recorder.written = writes
      this.#read(part)
      recorder.written = NOTHING_WRITTEN
    }
    for (let at = 0; at < looked; at++) this.#readInstance(allowing[at] as number, read)
    if (this.#trees.bytes > MOST_BYTES) {
      this.#trees.clear()
      for (const step of this.#steps.values()) step.allowed = undefined
    }
    try {
      this.#trees.learn(tree, ALLOWED, false)
    } catch (cause) {
      if (!(cause instanceof Inconsistent)) throw cause
      const asked: Asked = { kind: "mapping", name: this.property, parameters: {} }
      const [first, second] = ["a step of the abstract model", "the same after other reads"]
      throw new ImpureFunction({ asked, first, second, trace: this.#questions.trace() })
    }
    if (this.#trees.paths(tree) === TABULATED_PATHS) this.#tabulate(step)
  }

  /** Reads a part of the abstract state through the recorder. */
  #read(part: number): void {
    const { recorder, trees } = this.#questions
    const { question } = this.#parts[part] as Part
    if (question.direct) question.answer()
    else {
      trees.retrace(question.tree, {
        read: (field) => recorder.read(0, field),
        mark: (search) => recorder.mark(0, search),
      })
    }
  }

  /**
   * Reads the parts that an abstract instance depends on, and those that its outcome writes, through the recorder.
   *
   * @param seen - the parts that have been read already.
   */
  #readInstance(instance: number, seen: Set<number>): void {
    const { instances, layout, outcomes } = this.#abstract
    const { recorder, trees } = this.#abstract.questions
    const { question } = instances[instance] as Instance
    const outcome = this.#abstract.questions.recall(question, this.#before.abstract, 0)
    const readPart = (part: number): void => {
      if (seen.has(part)) return
      seen.add(part)
      this.#read(part)
    }
    const reader: Reader = {
      read: (field) => {
        readPart(layout.slotOf[field] as number)
        return layout.get(this.#before.abstract, 0, field)
      },
      mark: (search) => readPart(recorder.searches[search]?.slot as number),
    }
    if (question.direct) {
      recorder.begin()
      question.answer()
      recorder.log.forEach((logged, at) => {
        if (at % 2 !== 0) return
        if (logged < 0) reader.mark((-1 - logged) >> 1)
        else reader.read(logged >> 1)
      })
    } else trees.retrace(question.tree, reader)
    const writes = outcomes[outcome] as Int32Array
    for (let at = 0; at < writes.length; at += 2) reader.read(writes[at] as number)
  }

  /** Whether an abstract instance makes the step that is being looked at. */
  #makes(instance: number): boolean {
    const outcome = this.#abstract.outcome(instance, this.#before.abstract, 0)
    if (outcome === DISABLED) return false
    const reached = this.#before.abstract.slice()
    this.#abstract.apply(outcome, reached, 0)
    return reached.every((word, index) => word === this.#after.abstract[index])
  }

  #isMapped({ units }: Mapped, part: number): boolean {
    return this.#questions.slice.isCurrent(units[part] ?? -1)
  }

  /** Asks for some parts of a state. */
  #map(state: Mapped, parts: Iterable<number>): void {
    for (const part of parts) {
      if (this.#isMapped(state, part)) continue
      const { question } = this.#parts[part] as Part
      // Of what is kept of a part that is asked for directly, nobody knows whether it is about this state.
      question.keptIn = -1
      state.parts[part] = this.#questions.answer(question, state.vector, 0)
      state.units[part] = this.#questions.slice.unit
    }
  }

  /** Builds the vector of a state as the abstract model sees it. */
  #pack({ abstract, parts }: Mapped): void {
    const { layout } = this.#abstract
    abstract.fill(0)
    this.#parts.forEach(({ writes }, index) => {
      for (const [field, number] of writes[parts[index] as number] ?? []) layout.set(abstract, 0, field, number)
    })
  }
}
