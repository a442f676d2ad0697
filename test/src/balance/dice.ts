/**
 * Dice with a seed: the same numbers every time. Mulberry32 by Tommy Ettinger (2017), as commonly written in JavaScript; 32 bits of
 * state are enough for the few numbers that a test throws.
 *
 * @module
 */

/** Numbers from 0 to 1, which they are not. */
export const dice = (seed: number): () => number => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
