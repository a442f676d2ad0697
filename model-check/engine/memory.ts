/**
 * Memory: what an exploration may hold, and what it holds.
 *
 * Whatever grows while a state space is explored is entered here *before* it is allocated: arrays of numbers with every byte,
 * while they grow with the copy too; objects with what they are known to take. What does not fit is not allocated: the
 * exploration ends, and what it has found is kept. The same holds for the limits of JavaScript itself.
 *
 * @module
 */

/** There is no room for what an exploration needs next. Nothing of it has been allocated; the exploration ends. */
export class LimitReached extends Error {}

/** A `Map` and a `Set` of JavaScript have at most so many entries. */
const MOST_ENTRIES = 2 ** 24
/** Places in arrays are integers of 32 bits. */
const LONGEST = 2 ** 31 - 1

/** What an entry of a `Map` takes, and the head of the string that is its key. */
const ENTRY = 100

/** The memory of one exploration. */
export class Memory {
  /** The bytes that may be held. */
  limit = Infinity
  /** The bytes that are held. */
  held = 0
  /** The most bytes that have been held. */
  peak = 0
  /** Whether a limit has been reached: what a user's function made of that does not count. */
  exceeded = false

  readonly #mostEntries: number
  readonly #longest: number

  /**
   * @param mostEntries - the entries that a `Map` may have.
   * @param longest - the numbers that an array may have.
   */
  constructor(mostEntries = MOST_ENTRIES, longest = LONGEST) {
    this.#mostEntries = mostEntries
    this.#longest = longest
  }

  /** Whether so many more bytes may be held. */
  fits(bytes: number): boolean {
    return this.held + bytes <= this.limit
  }

  /**
   * Makes sure that there is room for a while.
   *
   * @throws {@link LimitReached} if there is not.
   */
  ensure(bytes: number): void {
    if (!this.fits(bytes)) throw this.#exceed()
  }

  /**
   * Enters what is about to be allocated.
   *
   * @throws {@link LimitReached} if it does not fit.
   */
  take(bytes: number): void {
    this.ensure(bytes)
    this.held += bytes
    if (this.held > this.peak) this.peak = this.held
  }

  /** Enters what is about to be added to a map, with the bytes of its key and value. */
  entry(map: { readonly size: number }, bytes: number): void {
    if (map.size >= this.#mostEntries) throw this.#exceed()
    this.take(ENTRY + bytes)
  }

  /** Says that something is no longer held. */
  give(bytes: number): void {
    this.held -= bytes
  }

  /** Ends all limits: whatever ended the exploration, what it has found is still to be reported. */
  lift(): void {
    this.limit = Infinity
    this.exceeded = false
  }

  /** An array. */
  words(length: number): Int32Array<ArrayBuffer> {
    if (length > this.#longest) throw this.#exceed()
    this.take(4 * length)
    try {
      return new Int32Array(length)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      // The machine has no room, whatever the limit.
      this.give(4 * length)
      throw this.#exceed()
    }
  }

  /** Gives the memory of an array back at once, and not only when garbage is collected. It has no element any more. */
  free(array: Int32Array<ArrayBuffer>): void {
    this.give(array.byteLength)
    array.buffer.transfer(0)
  }

  /** An array of at least `length` numbers, which begins with those of `array`; that one is freed. */
  grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
    if (length <= array.length) return array
    const twice = Math.min(2 * array.length, this.#longest)
    const larger = this.words(Math.max(length, this.fits(4 * twice) ? twice : length + (length >> 3)))
    larger.set(array)
    this.free(array)
    return larger
  }

  #exceed(): LimitReached {
    this.exceeded = true
    return new LimitReached()
  }
}
