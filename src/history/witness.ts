/**
 * The search for a witness: an order of operations in which a sequential object would have given the answers that were recorded.
 *
 * After Wing and Gong, *Testing and verifying concurrent objects* (Journal of Parallel and Distributed Computing 17, 1993): depth
 * first, one operation after the other among those that may come next. After Lowe, *Testing for linearizability* (Concurrency and
 * Computation: Practice and Experience 29(4), 2017), it never goes on twice from the same operations with the same state of the
 * object. Whether it finds a witness takes exponential time in the worst case (Gibbons and Korach, *Testing shared memories*, 1997), so
 * it works step by step, and whoever runs it may stop.
 *
 * @module
 */
import { Data } from "effect"
import { encode } from "../model/encoding.ts"
import { show } from "../model/show.ts"
import type { Answer, NondeterministicObject, SequentialObject } from "./sequential-object.ts"

/** An operation that is to be put in order. */
export interface Entry {
  readonly operation: unknown
  /** What it was answered, if it was; otherwise it may have taken effect or not, with whatever result. */
  readonly answer: Answer<unknown>
  /** It takes effect no earlier than this. Times are compared, and mean nothing else. */
  readonly invoked: number
  /** If it was answered, it takes effect no later than this: of two operations, one that returned before the other was invoked comes first. */
  readonly returned: number
}

/** An operation of which the object says that it only asks changes the state. */
export class QueryChangesState extends Data.TaggedError("QueryChangesState")<{ readonly operation: unknown }> {
  override get message(): string {
    return `isQuery says that ${show(this.operation)} never changes the state of the object, and it does`
  }
}

/** How a search ended: a witness was `found`, there is `none`, or the `memory` was not enough to know. */
export type SearchEnding = "found" | "none" | "memory"

/** Random bits, the same ones each time (Marsaglia, *Xorshift RNGs*, 2003). */
const bitsFrom = (seed: number): () => number => {
  let bits = seed
  return () => {
    bits ^= bits << 13
    bits ^= bits >>> 17
    bits ^= bits << 5
    return bits
  }
}

/** Integers that grow in number, and the bytes that they take. */
class Growing {
  items = new Int32Array(1 << 10)
  length = 0

  get bytes(): number {
    return this.items.byteLength
  }

  reserve(more: number): void {
    if (this.length + more <= this.items.length) return
    const items = new Int32Array(Math.max(2 * this.items.length, this.length + more))
    items.set(this.items)
    this.items = items
  }
}

/**
 * Numbers for values: equal values have the same number. What a value consists of is numbered first, so that a long text is read once,
 * however many values there are with it.
 */
class Numbered {
  readonly values: Array<unknown> = []
  readonly #numbers = new Map<unknown, number>()

  of(value: unknown): number {
    const key = this.#key(value)
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.values.push(value) - 1
      this.#numbers.set(key, number)
    }
    return number
  }

  /** Equal for equal values. A text is its own key, which the others do not look like. */
  #key(value: unknown): unknown {
    if (typeof value === "string") return value.startsWith("\0") ? `\0t${value}` : value
    if (typeof value !== "object" || value === null) return value
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Array.prototype) {
      return `\0a${(value as ReadonlyArray<unknown>).map((item) => this.of(item)).join()}`
    }
    if (prototype !== Object.prototype) return `\0e${encode(value)}`
    const record = value as { readonly [field: string]: unknown }
    const fields = Object.keys(record).toSorted()
    return `\0o${this.of(fields.join("\0"))}:${fields.map((field) => this.of(record[field])).join()}`
  }
}

const NOTHING: ReadonlyArray<number> = []
/** There was nothing else to try. */
const FORCED = -1

/**
 * A search for a witness.
 *
 * The operations are given in *threads*: those of one thread take effect one after the other, if they take effect at all.
 */
export class WitnessSearch {
  /** What is to be put in order, one thread after the other. */
  readonly entries: ReadonlyArray<Entry>
  readonly #object: SequentialObject<any, any, any> | NondeterministicObject<any, any, any>
  readonly #most: number

  // By thread: where its entries begin, and how far it is. Its last entry is followed by the first of the next thread.
  readonly #begin: Int32Array
  readonly #done: Int32Array
  // By entry.
  readonly #thread: Int32Array
  readonly #invoked: Float64Array
  readonly #returned: Float64Array
  readonly #rank: Int32Array
  /** The first entry from here on in the thread that was answered, or the end of the thread. */
  readonly #answered: Int32Array
  /** Entries of the same operation and answer are of the same kind. */
  readonly #kind: Int32Array
  readonly #bit: Int32Array
  readonly #one: Int32Array
  readonly #other: Int32Array

  readonly #kinds: ReadonlyArray<Entry>
  /** By kind, whether it only asks. */
  readonly #isQuery: ReadonlyArray<boolean>
  /** States and results. */
  readonly #numbered = new Numbered()
  /** The states to which an operation leads, by state and kind. */
  readonly #steps = new Map<number, ReadonlyArray<number>>()

  // Where the search stands.
  #state: number
  #left: number
  #hash = 0
  #hash2 = 0
  readonly #bits: Int32Array
  /** The words of bits of operations that were answered: those before `low` are full, those from `high` on empty. */
  #low = 0
  #high = 0
  readonly #required: number
  #depth = 0
  #last = -1
  #pick = -1
  #alternative = 0
  #isForced = false
  // By depth: what was picked, and what was before.
  readonly #picked: Int32Array
  readonly #before: Int32Array
  readonly #doneBefore: Int32Array
  readonly #alternativeOf: Int32Array
  readonly #lowBefore: Int32Array
  readonly #highBefore: Int32Array

  // Where it has been: records of [hash2, state, low, number of words, …words], found by open addressing.
  readonly #records = new Growing()
  #table = new Int32Array(1 << 8)
  #known = 0

  #fewestLeft = Infinity
  #longest: ReadonlyArray<number> = []
  #stuck: ReadonlyArray<number> = []
  /** How many operations have been tried. */
  steps = 0
  /** How the search ended, once it has. */
  ending: SearchEnding | undefined

  /**
   * @param bytes - the memory that what has been tried may take.
   */
  constructor(
    object: SequentialObject<any, any, any> | NondeterministicObject<any, any, any>,
    threads: ReadonlyArray<ReadonlyArray<Entry>>,
    bytes: number = Infinity,
  ) {
    this.#object = object
    this.#most = bytes
    const entries = threads.flat()
    const count = entries.length
    this.entries = entries
    this.#begin = new Int32Array(threads.length + 1)
    this.#done = new Int32Array(threads.length)
    this.#thread = new Int32Array(count)
    this.#answered = new Int32Array(count + 1)
    let at = 0
    threads.forEach((thread, index) => {
      this.#begin[index] = at
      this.#done[index] = at
      for (const _ of thread) this.#thread[at++] = index
      this.#begin[index + 1] = at
      for (let entry = at - 1, answered = at; entry >= at - thread.length; entry--) {
        if (entries[entry]?.answer !== undefined) answered = entry
        this.#answered[entry] = answered
      }
    })
    this.#invoked = Float64Array.from(entries, ({ invoked }) => invoked)
    this.#returned = Float64Array.from(entries, ({ answer, returned }) => answer === undefined ? Infinity : returned)
    const byReturn = Array.from(entries, (_, entry) => entry).toSorted((one, other) =>
      (this.#returned[one] as number) - (this.#returned[other] as number) || one - other
    )
    this.#rank = new Int32Array(count)
    byReturn.forEach((entry, rank) => this.#rank[entry] = rank)

    const kinds: Array<Entry> = []
    const numbers = new Map<string, number>()
    this.#kind = Int32Array.from(entries, (entry) => {
      const key = encode(entry.answer === undefined ? [entry.operation] : [entry.operation, entry.answer.result])
      let number = numbers.get(key)
      if (number === undefined) {
        number = kinds.push(entry) - 1
        numbers.set(key, number)
      }
      return number
    })
    this.#kinds = kinds
    this.#isQuery = kinds.map(({ operation }) => object.isQuery?.(operation) ?? false)

    // Those that were answered have the first bits, in the order of their invocation: what is done is full there, but for the last ones.
    const byInvocation = Array.from(entries, (_, entry) => entry).toSorted((one, other) =>
      (this.#invoked[one] as number) - (this.#invoked[other] as number) || one - other
    )
    const answered = byInvocation.filter((entry) => entries[entry]?.answer !== undefined)
    const open = byInvocation.filter((entry) => entries[entry]?.answer === undefined)
    this.#left = answered.length
    this.#required = Math.ceil(answered.length / 32)
    this.#bit = new Int32Array(count)
    answered.forEach((entry, bit) => this.#bit[entry] = bit)
    open.forEach((entry, bit) => this.#bit[entry] = 32 * this.#required + bit)
    this.#bits = new Int32Array(this.#required + Math.ceil(open.length / 32))

    const random = bitsFrom(0x9e3779b9)
    this.#one = Int32Array.from(entries, random)
    this.#other = Int32Array.from(entries, random)
    this.#picked = new Int32Array(count)
    this.#before = new Int32Array(count)
    this.#doneBefore = new Int32Array(count)
    this.#alternativeOf = new Int32Array(count)
    this.#lowBefore = new Int32Array(count)
    this.#highBefore = new Int32Array(count)
    this.#state = this.#numbered.of(object.initial)
  }

  /** The operations in the order of the witness, as numbers of {@link entries}, if one was found; else in the order in which it is now trying them. */
  get order(): ReadonlyArray<number> {
    return Array.from(this.#picked.subarray(0, this.#depth))
  }

  /** Of all orders that were tried, one that explains the most answers, as far as it goes. */
  get longest(): ReadonlyArray<number> {
    return this.#longest
  }

  /** After {@link longest}, those of which one would have had to come next, and none can. */
  get stuck(): ReadonlyArray<number> {
    return this.#stuck
  }

  /**
   * Goes on.
   *
   * @param steps - so many operations at most are tried.
   * @returns whether the search is over.
   */
  run(steps: number = Infinity): boolean {
    for (let left = steps; left > 0 && this.ending === undefined; left--) {
      this.#step()
      this.steps++
    }
    return this.ending !== undefined
  }

  #step(): void {
    if (this.#left === 0) {
      this.ending = "found"
      return
    }
    if (this.#pick < 0) {
      this.#pick = this.#last < 0 ? this.#query() : -1
      this.#isForced = this.#pick >= 0
      if (!this.#isForced) this.#pick = this.#candidate(this.#last)
      this.#alternative = 0
      if (this.#pick < 0) return this.#back()
    }
    const pick = this.#pick
    const states = this.#stepsOf(this.#state, this.#kind[pick] as number)
    const state = states[this.#alternative]
    if (state === undefined) {
      this.#last = this.#rank[pick] as number
      this.#pick = -1
      return
    }
    const thread = this.#thread[pick] as number
    this.#picked[this.#depth] = pick
    this.#before[this.#depth] = this.#state
    this.#doneBefore[this.#depth] = this.#done[thread] as number
    this.#alternativeOf[this.#depth] = this.#isForced ? FORCED : this.#alternative
    this.#lowBefore[this.#depth] = this.#low
    this.#highBefore[this.#depth] = this.#high
    this.#depth++
    for (let entry = this.#done[thread] as number; entry <= pick; entry++) this.#flip(entry)
    this.#done[thread] = pick + 1
    if (this.entries[pick]?.answer !== undefined) this.#left--
    while (this.#low < this.#required && this.#bits[this.#low] === -1) this.#low++
    this.#state = state
    if (this.#isNew()) {
      this.#last = -1
      this.#pick = -1
    } else if (this.ending === undefined) this.#undo()
  }

  /**
   * Of those that may come next, one that only asks, and would now be answered as it was; or -1. In whatever order there is a witness from
   * here on, it may as well come first.
   */
  #query(): number {
    const limit = this.#limit()
    for (let thread = 0; thread < this.#done.length; thread++) {
      const entry = this.#done[thread] as number
      if (entry === this.#begin[thread + 1] || this.#answered[entry] !== entry) continue
      const kind = this.#kind[entry] as number
      if (!this.#isQuery[kind] || (this.#invoked[entry] as number) > limit) continue
      if (this.#stepsOf(this.#state, kind).length > 0) return entry
    }
    return -1
  }

  /** When the first of those that are to come was over: none that was invoked later may come before it. */
  #limit(): number {
    let limit = Infinity
    for (let thread = 0; thread < this.#done.length; thread++) {
      const done = this.#done[thread] as number
      const end = this.#begin[thread + 1] as number
      const answered = done < end ? this.#answered[done] as number : end
      if (answered < end && (this.#returned[answered] as number) < limit) limit = this.#returned[answered] as number
    }
    return limit
  }

  /** Of those that may come next, the one that returned first after the given rank, or -1. */
  #candidate(after: number): number {
    const limit = this.#limit()
    let [found, rank] = [-1, Infinity]
    for (let thread = 0; thread < this.#done.length; thread++) {
      const end = this.#begin[thread + 1] as number
      const done = this.#done[thread] as number
      if (done === end) continue
      const last = Math.min(this.#answered[done] as number, end - 1)
      for (let entry = done; entry <= last; entry++) {
        const own = this.#rank[entry] as number
        if (own > after && own < rank && (this.#invoked[entry] as number) <= limit) [found, rank] = [entry, own]
      }
    }
    return found
  }

  #flip(entry: number): void {
    const bit = this.#bit[entry] as number
    const word = bit >>> 5
    ;(this.#bits[word] as number) ^= 1 << (bit & 31)
    this.#hash ^= this.#one[entry] as number
    this.#hash2 ^= this.#other[entry] as number
    if (word < this.#required && word >= this.#high) this.#high = word + 1
  }

  /** Takes the last operation back, and goes on with what it leads to otherwise. */
  #undo(): void {
    this.#depth--
    const pick = this.#picked[this.#depth] as number
    const thread = this.#thread[pick] as number
    this.#done[thread] = this.#doneBefore[this.#depth] as number
    for (let entry = this.#done[thread] as number; entry <= pick; entry++) this.#flip(entry)
    if (this.entries[pick]?.answer !== undefined) this.#left++
    this.#state = this.#before[this.#depth] as number
    this.#low = this.#lowBefore[this.#depth] as number
    this.#high = this.#highBefore[this.#depth] as number
    if (this.#alternativeOf[this.#depth] === FORCED) this.#back()
    else {
      this.#pick = pick
      this.#isForced = false
      this.#alternative = (this.#alternativeOf[this.#depth] as number) + 1
    }
  }

  /** Nothing more may come next. */
  #back(): void {
    if (this.#left < this.#fewestLeft) {
      this.#fewestLeft = this.#left
      this.#longest = this.order
      const stuck: Array<number> = []
      for (let entry = this.#candidate(-1); entry >= 0; entry = this.#candidate(this.#rank[entry] as number)) {
        if (this.entries[entry]?.answer !== undefined) stuck.push(entry)
      }
      this.#stuck = stuck
    }
    if (this.#depth === 0) this.ending = "none"
    else this.#undo()
  }

  #stepsOf(state: number, kind: number): ReadonlyArray<number> {
    const key = state * this.#kinds.length + kind
    let steps = this.#steps.get(key)
    if (steps === undefined) {
      const { answer, operation } = this.#kinds[kind] as Entry
      const found = this.#after(this.#numbered.values[state], operation, answer).map((after) =>
        this.#numbered.of(after)
      )
      if (this.#isQuery[kind] && found.some((after) => after !== state)) throw new QueryChangesState({ operation })
      steps = found.length === 0 ? NOTHING : [...new Set(found)]
      this.#steps.set(key, steps)
    }
    return steps
  }

  #after(state: unknown, operation: unknown, answer: Answer<unknown>): ReadonlyArray<unknown> {
    if ("step" in this.#object) return this.#object.step(state, operation, answer)
    const [after, result] = this.#object.apply(state, operation)
    return answer === undefined || this.#numbered.of(result) === this.#numbered.of(answer.result) ? [after] : []
  }

  /**
   * An entry whose answer the object would not give in any state that it can be brought to by the operations, in whatever order and
   * however often each of them: nobody has written what was read. `undefined` if there is none, or that would take more than so many steps.
   */
  impossible(steps: number): number | undefined {
    const suspects = new Set(this.#kinds.keys())
    for (const [kind, { answer }] of this.#kinds.entries()) if (answer === undefined) suspects.delete(kind)
    const updates = Map.groupBy(
      this.#kinds.filter((_, kind) => !this.#isQuery[kind]).map(({ operation }) => operation),
      (operation) => this.#numbered.of(operation),
    )
    const states = [this.#numbered.of(this.#object.initial)]
    const seen = new Set(states)
    let left = steps
    for (const state of states) {
      left -= suspects.size + updates.size
      if (left < 0) return undefined
      for (const kind of suspects) if (this.#stepsOf(state, kind).length > 0) suspects.delete(kind)
      for (const [operation] of updates.values()) {
        for (const after of this.#after(this.#numbered.values[state], operation, undefined)) {
          const next = this.#numbered.of(after)
          if (!seen.has(next)) states.push(next)
          seen.add(next)
        }
      }
    }
    const found = this.#kind.findIndex((kind) => suspects.has(kind))
    return found < 0 ? undefined : found
  }

  /** Whether the search has not been here; it is noted that it has now. */
  #isNew(): boolean {
    if (4 * this.#known >= 3 * this.#table.length) this.#grow()
    const words = this.#words()
    const hash = Math.imul(this.#state + 1, 0x85ebca6b) ^ this.#hash
    const mask = this.#table.length - 1
    let slot = (hash ^ hash >>> 15) & mask
    for (let at = this.#table[slot] as number; at !== 0; at = this.#table[slot] as number) {
      if (this.#isAt(at - 1, words)) return false
      slot = slot + 1 & mask
    }
    this.#records.reserve(words + 5)
    const { items, length } = this.#records
    items[length] = hash
    items[length + 1] = this.#hash2
    items[length + 2] = this.#state
    items[length + 3] = this.#low
    items[length + 4] = words
    for (let word = 0; word < words; word++) items[length + 5 + word] = this.#word(word)
    this.#records.length = length + 5 + words
    this.#table[slot] = length + 1
    this.#known++
    if (this.#records.bytes + this.#table.byteLength > this.#most) this.ending = "memory"
    return true
  }

  /** What tells one set of operations from another: the words from `low` to `high`, and all of those that were not answered. */
  #words(): number {
    return Math.max(0, this.#high - this.#low) + this.#bits.length - this.#required
  }

  #word(index: number): number {
    const answered = Math.max(0, this.#high - this.#low)
    return this.#bits[index < answered ? this.#low + index : this.#required + index - answered] as number
  }

  #isAt(at: number, words: number): boolean {
    const { items } = this.#records
    if (items[at + 1] !== this.#hash2 || items[at + 2] !== this.#state) return false
    if (items[at + 3] !== this.#low || items[at + 4] !== words) return false
    for (let word = 0; word < words; word++) if (items[at + 5 + word] !== this.#word(word)) return false
    return true
  }

  #grow(): void {
    const table = new Int32Array(2 * this.#table.length)
    const mask = table.length - 1
    const { items, length } = this.#records
    for (let at = 0; at < length; at += 5 + (items[at + 4] as number)) {
      const hash = items[at] as number
      let slot = (hash ^ hash >>> 15) & mask
      while (table[slot] !== 0) slot = slot + 1 & mask
      table[slot] = at + 1
    }
    this.#table = table
  }
}
