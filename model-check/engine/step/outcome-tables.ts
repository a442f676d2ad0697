/**
 * Outcome tables: what the trees of many instances answer, side by side.
 *
 * Instances that range over the messages to one process all look at the state of that process, and where it does not expect
 * the message they look no further. Instances that look at the same fields share a table, which has a row per combination
 * of the values of these fields, and a column per instance. It is filled with what the trees answer, as far as that depends
 * on no other field: that an instance is not enabled, and of instances that read nothing else every outcome.
 *
 * @module
 */
import { gather, type Pieces, piecesOf, widthOf } from "../ask/gather.ts"
import { DISABLED, type Instance, type Transitions } from "./transitions.ts"

/** A table depends on at most so many bits. */
const TABLE_BITS = 16
/** There are at most so many, since each is turned to in every state. */
const MOST_TABLES = 64
/** The tables have at most so many cells between them. */
const MOST_CELLS = 1 << 22

interface Table {
  readonly fields: ReadonlySet<number>
  readonly instances: Array<number>
  readonly pieces: Pieces
  /** Per gathered number: where its row begins among the cells, or 0 if it has none yet. */
  readonly rows: Int32Array<ArrayBuffer>
}

/** The tables of one model. */
export class OutcomeTables {
  readonly #transitions: Transitions
  /** The instances that may be put into tables. */
  #candidates: ReadonlyArray<number> = []
  #tables: ReadonlyArray<Table> = []
  /** The rows, as outcomes + 1, or 0 where nothing is known. The first is for tables that have no room for theirs. */
  #cells: Int32Array<ArrayBuffer>
  #used = 1
  /** Per table: where the row of the state begins that was entered last. There is one more, for instances without a table. */
  #entered = new Int32Array(1)
  /** Per instance: its table, and its column there. */
  #tableOf = new Int32Array(0)
  #columnOf = new Int32Array(0)
  /** Per instance: 1 if its table is about all that it reads, and not only about what it reads where it is not enabled. */
  #isWhole = new Uint8Array(0)
  #shape = -1
  #shapeOfZero = -1
  #moves = -1

  constructor(transitions: Transitions) {
    this.#transitions = transitions
    this.#cells = transitions.layout.memory.words(1)
  }

  /** Makes tables for some instances. */
  build(candidates: ReadonlyArray<number>): void {
    const { instances, layout } = this.#transitions
    const looking = new Map<string, { readonly fields: ReadonlySet<number>; readonly instances: Array<number> }>()
    for (const number of candidates) {
      const fields = this.#refusing(number)
      if ((instances[number] as Instance).question.direct || widthOf(layout, fields) > TABLE_BITS) continue
      const name = [...fields].toSorted((one, other) => one - other).join()
      const same = looking.get(name)
      if (same === undefined) looking.set(name, { fields, instances: [number] })
      else same.instances.push(number)
    }
    const tables: Array<Omit<Table, "rows">> = []
    const wideFirst = [...looking.values()].toSorted((one, other) => other.fields.size - one.fields.size)
    for (const { fields, instances } of wideFirst) {
      const wider = tables.find((table) => fields.isSubsetOf(table.fields))
      if (wider !== undefined) { for (const number of instances) wider.instances.push(number) }
      else tables.push({ fields, instances, pieces: piecesOf(layout, fields) })
    }
    const { memory } = layout
    for (const { rows } of this.#tables) memory.free(rows)
    memory.free(this.#cells)
    this.#tables = tables
      // One tree by itself is looked up as fast as a table.
      .filter(({ instances }) => instances.length > 1)
      .toSorted((one, other) => other.instances.length - one.instances.length)
      .slice(0, MOST_TABLES)
      .map((table) => ({ ...table, rows: memory.words(1 << widthOf(layout, table.fields)) }))
    this.#candidates = candidates
    this.#used = this.#tables.reduce((most, { instances }) => Math.max(most, instances.length), 1)
    this.#cells = memory.words(2 * this.#used)
    this.#entered = new Int32Array(this.#tables.length + 1)
    this.#tableOf = new Int32Array(instances.length)
    this.#columnOf = new Int32Array(instances.length)
    this.#isWhole = new Uint8Array(instances.length)
    this.#moves = layout.moves
    this.#tables.forEach(({ instances }, table) => {
      instances.forEach((number, column) => {
        this.#tableOf[number] = table + 1
        this.#columnOf[number] = column
      })
    })
    this.#revalidate()
  }

  /** Turns to the state at `words[base]`. */
  enter(words: Int32Array, base: number): void {
    if (this.#moves !== this.#transitions.layout.moves) this.build(this.#candidates)
    if (this.#isStale()) this.#revalidate()
    const tables = this.#tables
    const entered = this.#entered
    for (let table = 0; table < tables.length; table++) {
      const { instances, pieces, rows } = tables[table] as Table
      const gathered = gather(pieces, words, base)
      let row = rows[gathered] as number
      if (row === 0 && this.#used + instances.length <= MOST_CELLS) row = rows[gathered] = this.#add(instances.length)
      entered[table + 1] = row
    }
  }

  /**
   * The outcome of an instance in the state that was entered, provided that there is one copy of the element that it ranges
   * over; or -1 if it is not known.
   */
  outcome(instance: number): number {
    if (instance >= this.#tableOf.length) return -1
    const row = this.#entered[this.#tableOf[instance] as number] as number
    return (this.#cells[row + (this.#columnOf[instance] as number)] as number) - 1
  }

  /** Learns the outcome of an instance in the state that was entered. */
  learn(instance: number, outcome: number): void {
    if (instance >= this.#tableOf.length) return
    const row = this.#entered[this.#tableOf[instance] as number] as number
    // It may have turned out just now that the tree reads other fields.
    if (row === 0 || (outcome !== DISABLED && this.#isWhole[instance] === 0) || this.#isStale()) return
    this.#cells[row + (this.#columnOf[instance] as number)] = outcome + 1
  }

  #isStale(): boolean {
    const { trees } = this.#transitions.questions
    return this.#shape !== trees.shape || this.#shapeOfZero !== trees.shapeOfZero
  }

  /** Takes instances from their tables that have come to look at other fields. */
  #revalidate(): void {
    const { instances, questions: { trees } } = this.#transitions
    this.#shape = trees.shape
    this.#shapeOfZero = trees.shapeOfZero
    this.#tableOf.forEach((table, number) => {
      if (table === 0) return
      const { members: [gate], question: { direct, tree } } = instances[number] as Instance
      const { fields } = this.#tables[table - 1] as Table
      if (direct || !this.#refusing(number).isSubsetOf(fields)) this.#tableOf[number] = this.#columnOf[number] = 0
      const isWhole = [...trees.reads(tree)].every((read) => read >> 1 === gate || fields.has(read >> 1))
      this.#isWhole[number] = isWhole ? 1 : 0
    })
  }

  /** What an instance reads where it is not enabled, apart from the element that it is known to find. */
  #refusing(number: number): Set<number> {
    const { members: [gate], question: { tree } } = this.#transitions.instances[number] as Instance
    const fields = new Set([...this.#transitions.questions.trees.readsOfZero(tree)].map((read) => read >> 1))
    if (gate !== undefined) fields.delete(gate)
    return fields
  }

  /** Adds a row. */
  #add(length: number): number {
    this.#cells = this.#transitions.layout.memory.grown(this.#cells, this.#used + length)
    const row = this.#used
    this.#used += length
    return row
  }
}
