/**
 * Step tables: which steps are known to satisfy all predicates of steps.
 *
 * The answer of a predicate that reads some fields, before the step or after it, is a function of their values before it and
 * of what the step's outcome writes into them. So for each selection of writes that outcomes make among these fields there
 * is a table of their values before. A step that writes none of them is looked up too: a predicate may well be false of it.
 *
 * @module
 */
import { gather, type Pieces, piecesOf, widthOf } from "../ask/gather.ts"
import type { Questions } from "../ask/question.ts"
import type { Predicate } from "./predicates.ts"

/** A table depends on at most so many bits. */
const TABLE_BITS = 12
/** What one look-up of one outcome takes, in bytes. */
const LOOK_UP = 500

/** Fields that some predicates read, few enough for tables. */
interface Group {
  readonly fields: Set<number>
  /** Per selection of writes: the table. */
  readonly tables: Map<string, Uint8Array>
}

/** Where to look up whether a step satisfies the predicates of one group. */
interface LookUp {
  readonly pieces: Pieces
  /** Per gathered number: 1 if it is known to. */
  readonly known: Uint8Array
}

/** What is to be looked up about the steps of one outcome. */
interface OutcomeSteps {
  readonly lookUps: ReadonlyArray<LookUp>
  /** Whether it writes what a predicate that reads too much for a table depends on. */
  readonly touches: boolean
}

/** What is known of the steps of one model. */
export class StepTable {
  /** The bytes that the tables take. */
  #bytes = 0
  readonly #questions: Questions
  /** What the tables were made for. */
  #predicates: ReadonlyArray<Predicate> = []
  #count = -1
  #shape = -1
  #moves = -1
  #groups: Array<Group> = []
  /** The fields of predicates that read too much for a table; absent if there are no such predicates. */
  #wide: Set<number> | undefined
  /** Whether there is a predicate of which nobody knows what it reads. */
  #direct = false
  #ofOutcome: Array<OutcomeSteps | undefined> = []
  /** The last state known to be one that steps may leave where they write no field that is read by a wide predicate. */
  #left = -1

  constructor(questions: Questions) {
    this.#questions = questions
  }

  /**
   * Whether it is known that the step which an outcome makes from the state at `words[base]` satisfies the predicates.
   *
   * @param state - the number of that state.
   */
  knows(
    predicates: ReadonlyArray<Predicate>,
    outcome: number,
    writes: Int32Array,
    words: Int32Array,
    base: number,
    state: number,
  ): boolean {
    if (this.#isStale(predicates)) this.#index(predicates)
    const { lookUps, touches } = this.#ofOutcome[outcome] ?? this.#find(outcome, writes)
    if (touches || (this.#wide !== undefined && state !== this.#left)) return false
    for (let position = 0; position < lookUps.length; position++) {
      const { known, pieces } = lookUps[position] as LookUp
      if (known[gather(pieces, words, base)] === 0) return false
    }
    return true
  }

  /** Learns that the step about which {@link knows} has just been asked satisfies the predicates. */
  learn(predicates: ReadonlyArray<Predicate>, outcome: number, words: Int32Array, base: number, state: number): void {
    // They may have turned out to read more than the tables are about, or their fields may have moved.
    if (this.#isStale(predicates)) return
    const { lookUps, touches } = this.#ofOutcome[outcome] as OutcomeSteps
    for (const { known, pieces } of lookUps) known[gather(pieces, words, base)] = 1
    if (!touches) this.#left = state
  }

  #isStale(predicates: ReadonlyArray<Predicate>): boolean {
    const { layout, trees } = this.#questions
    return this.#shape !== trees.shape || this.#moves !== layout.moves || this.#predicates !== predicates ||
      this.#count !== predicates.length
  }

  #index(predicates: ReadonlyArray<Predicate>): void {
    const { layout, trees } = this.#questions
    this.#shape = trees.shape
    this.#moves = layout.moves
    this.#predicates = predicates
    this.#count = predicates.length
    layout.memory.give(this.#bytes)
    this.#bytes = 0
    this.#groups = []
    this.#wide = undefined
    this.#direct = false
    this.#ofOutcome = []
    this.#left = -1
    for (const { question: { direct, tree } } of predicates) {
      const fields = new Set([...trees.reads(tree)].map((read) => read >> 1))
      if (direct) this.#direct = true
      else if (widthOf(layout, fields) > TABLE_BITS) this.#wide = (this.#wide ?? new Set()).union(fields)
      else {
        // Neighbours differ in a parameter, and often share fields.
        const last = this.#groups.at(-1)
        if (last === undefined || widthOf(layout, last.fields.union(fields)) > TABLE_BITS) {
          this.#groups.push({ fields, tables: new Map() })
        } else for (const field of fields) last.fields.add(field)
      }
    }
  }

  #find(outcome: number, writes: Int32Array): OutcomeSteps {
    const { layout } = this.#questions
    this.#takes(LOOK_UP * this.#groups.length)
    let touches = this.#direct
    for (let at = 0; at < writes.length; at += 2) touches ||= this.#wide?.has(writes[at] as number) ?? false
    const lookUps = this.#groups.map(({ fields, tables }): LookUp => {
      const selection: Array<number> = []
      for (let at = 0; at < writes.length; at += 2) {
        if (fields.has(writes[at] as number)) selection.push(writes[at] as number, writes[at + 1] as number)
      }
      const name = selection.join()
      let known = tables.get(name)
      if (known === undefined) {
        const size = 1 << widthOf(layout, fields)
        this.#takes(size)
        known = new Uint8Array(size)
        tables.set(name, known)
      }
      return { pieces: piecesOf(layout, fields), known }
    })
    return this.#ofOutcome[outcome] = { lookUps, touches }
  }

  #takes(bytes: number): void {
    this.#questions.layout.memory.take(bytes)
    this.#bytes += bytes
  }
}
