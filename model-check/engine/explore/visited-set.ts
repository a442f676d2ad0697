/**
 * The visited set: which states have been seen.
 *
 * Open addressing with linear probing in one typed array of a power-of-two size. A state's place is given by the *top* bits
 * of its fingerprint, so that when the table doubles, its entries move in order and the copy streams through memory.
 * The limit here is memory latency: a batch is first touched, so that cache misses overlap, and then probed.
 *
 * @module
 */
import type { Memory } from "../memory.ts"
import type { Layout } from "../state/layout.ts"

/** Successors waiting to be looked up. */
export interface Batch {
  count: number
  readonly lo: Int32Array
  readonly hi: Int32Array
  /** Out: the number of the state if it was known (and the set keeps numbers), -1 if it is new, -2 if there is no room. */
  readonly found: Int32Array
}

/** What a set answers for a known state when it does not keep the numbers of states. */
export const KNOWN = 0x7fff_ffff
/** What a set answers for a new state. */
export const FRESH = -1
/** What a set answers when there is no room for a new state. */
export const FULL = -2

/** States that have been seen. States are numbered from 0 in the order in which they are inserted. */
export interface VisitedSet {
  readonly count: number
  /**
   * Looks up a batch, and inserts what is new.
   *
   * @param vector - gives the vector of a successor, for sets that store whole vectors.
   */
  insert(batch: Batch, vector: (index: number) => Int32Array): void
}

const SMALLEST_LOG2 = 12
/** A table has at most 2³⁰ slots: places, and the numbers of states, are integers of 32 bits. */
const MOST_LOG2 = 30
/** The table doubles at this load … */
const LOAD = 0.75
/** … or, when memory does not suffice for that, goes on until this one. */
const LAST_LOAD = 0.95

/** Keeps 64-bit fingerprints: 8 bytes per slot. */
export class FingerprintSet implements VisitedSet {
  count = 0
  #log2 = SMALLEST_LOG2
  #table: Int32Array<ArrayBuffer>
  #numbers: Int32Array<ArrayBuffer> | undefined
  readonly #memory: Memory

  /** @param numbered - whether to keep the numbers of states, for 4 more bytes per slot. */
  constructor(memory: Memory, numbered: boolean) {
    this.#memory = memory
    this.#table = memory.words(2 * 2 ** SMALLEST_LOG2)
    if (numbered) this.#numbers = memory.words(2 ** SMALLEST_LOG2)
  }

  insert(batch: Batch): void {
    const { count, found, hi, lo } = batch
    while (this.count + count > LOAD * 2 ** this.#log2) {
      const bytes = 2 * (this.#table.byteLength + (this.#numbers?.byteLength ?? 0))
      if (this.#log2 === MOST_LOG2 || !this.#memory.fits(bytes)) break
      this.#grow()
    }
    const room = Math.floor(LAST_LOAD * 2 ** this.#log2)
    const table = this.#table
    const numbers = this.#numbers
    const shift = 32 - this.#log2
    const mask = table.length - 1
    let touched = 0
    for (let index = 0; index < count; index++) {
      touched ^= table[((hi[index] as number) >>> shift) << 1] as number
    }
    // Written where it does no harm, so that the loop above is not optimised away.
    found[0] = touched
    for (let index = 0; index < count; index++) {
      const wantedLo = lo[index] as number
      // The entry (0, 0) means "empty"; the one fingerprint in 2⁶⁴ that would be written so is stored as (0, 1).
      const wantedHi = wantedLo === 0 && hi[index] === 0 ? 1 : hi[index] as number
      let at = (wantedHi >>> shift) << 1
      for (;;) {
        const foundLo = table[at] as number
        const foundHi = table[at + 1] as number
        if (foundLo === wantedLo && foundHi === wantedHi) {
          found[index] = numbers === undefined ? KNOWN : numbers[at >> 1] as number
          break
        }
        if (foundLo === 0 && foundHi === 0) {
          if (this.count >= room) {
            found[index] = FULL
            break
          }
          table[at] = wantedLo
          table[at + 1] = wantedHi
          if (numbers !== undefined) numbers[at >> 1] = this.count
          this.count++
          found[index] = FRESH
          break
        }
        at = (at + 2) & mask
      }
    }
  }

  /** Doubles the table. */
  #grow(): void {
    const table = this.#table
    const numbers = this.#numbers
    const larger = this.#memory.words(2 * table.length)
    const largerNumbers = numbers === undefined ? undefined : this.#memory.words(2 * numbers.length)
    this.#log2++
    const shift = 32 - this.#log2
    const mask = larger.length - 1
    for (let from = 0; from < table.length; from += 2) {
      const lo = table[from] as number
      const hi = table[from + 1] as number
      if (lo === 0 && hi === 0) continue
      let at = (hi >>> shift) << 1
      while (larger[at] !== 0 || larger[at + 1] !== 0) at = (at + 2) & mask
      larger[at] = lo
      larger[at + 1] = hi
      if (largerNumbers !== undefined) largerNumbers[at >> 1] = (numbers as Int32Array)[from >> 1] as number
    }
    this.#table = larger
    this.#numbers = largerNumbers
    this.#memory.free(table)
    if (numbers !== undefined) this.#memory.free(numbers)
  }
}

const PAGE = 1 << 14

/** Keeps whole vectors: no two states are ever taken for one. */
export class ExactSet implements VisitedSet {
  count = 0
  readonly #layout: Layout
  readonly #memory: Memory
  #log2 = SMALLEST_LOG2
  /** Per slot: the number of the state plus 1, and a lane of its fingerprint to reject most others early. */
  #table: Int32Array<ArrayBuffer>
  readonly #pages: Array<Int32Array<ArrayBuffer>> = []

  constructor(layout: Layout) {
    this.#memory = layout.memory
    this.#layout = layout
    this.#table = this.#memory.words(2 * 2 ** SMALLEST_LOG2)
    layout.onRelocate((relocate) => {
      this.#pages.forEach((page, index) => {
        const before = page.length / PAGE
        const moved = this.#memory.words(PAGE * layout.stride)
        for (let row = 0; row < PAGE; row++) relocate(page, row * before, moved, row * layout.stride)
        this.#memory.free(page)
        this.#pages[index] = moved
      })
    }, (stride) => PAGE * 4 * (this.#pages.length * (stride - layout.stride) + stride))
  }

  get bytes(): number {
    return this.#table.byteLength + this.#pages.length * PAGE * this.#layout.stride * 4
  }

  insert(batch: Batch, vector: (index: number) => Int32Array): void {
    const { stride } = this.#layout
    while (this.count + batch.count > LOAD * 2 ** this.#log2) {
      if (this.#log2 === MOST_LOG2 || !this.#memory.fits(2 * this.#table.byteLength)) break
      this.#grow()
    }
    const room = Math.floor(LAST_LOAD * 2 ** this.#log2)
    const mask = 2 ** this.#log2 - 1
    for (let index = 0; index < batch.count; index++) {
      const words = vector(index)
      const lo = batch.lo[index] as number
      let slot = lo & mask
      for (;;) {
        const number = (this.#table[2 * slot] as number) - 1
        if (number < 0) {
          batch.found[index] = this.#append(words, room) ? FRESH : FULL
          if (batch.found[index] === FRESH) {
            this.#table[2 * slot] = this.count
            this.#table[2 * slot + 1] = lo
          }
          break
        }
        if (this.#table[2 * slot + 1] === lo && this.#equals(number, words, stride)) {
          batch.found[index] = number
          break
        }
        slot = (slot + 1) & mask
      }
    }
  }

  #append(words: Int32Array, room: number): boolean {
    const { stride } = this.#layout
    if (this.count >= room) return false
    if (this.count === this.#pages.length * PAGE) {
      if (!this.#memory.fits(4 * PAGE * stride)) return false
      this.#pages.push(this.#memory.words(PAGE * stride))
    }
    const page = this.#pages[Math.floor(this.count / PAGE)] as Int32Array
    const base = (this.count % PAGE) * stride
    for (let word = 0; word < stride; word++) page[base + word] = words[word] as number
    this.count++
    return true
  }

  #equals(number: number, words: Int32Array, stride: number): boolean {
    const page = this.#pages[Math.floor(number / PAGE)] as Int32Array
    const base = (number % PAGE) * stride
    for (let word = 0; word < stride; word++) {
      if (page[base + word] !== words[word]) return false
    }
    return true
  }

  /** Doubles the table. */
  #grow(): void {
    const table = this.#table
    this.#table = this.#memory.words(2 * table.length)
    this.#log2++
    const mask = 2 ** this.#log2 - 1
    for (let from = 0; from < table.length; from += 2) {
      if (table[from] === 0) continue
      let slot = (table[from + 1] as number) & mask
      while (this.#table[2 * slot] !== 0) slot = (slot + 1) & mask
      this.#table[2 * slot] = table[from] as number
      this.#table[2 * slot + 1] = table[from + 1] as number
    }
    this.#memory.free(table)
  }
}
