/**
 * Fingerprints: 64 bits in two int32 lanes, the XOR of one key per (variable, value).
 *
 * A successor's fingerprint costs only its writes. The keys are taken from SHA-256 of the seed, the variable's name and
 * the value's canonical encoding, so they are the same in every thread and on every machine, and two different states
 * collide with probability 2⁻⁶⁴ (Zobrist, *A new hashing method with application for game playing*, 1970).
 *
 * @module
 */
import { createHash } from "node:crypto"
import { encode } from "../../../src/model/encoding.ts"

/** The two lanes of a key. */
export type Key = readonly [lo: number, hi: number]

/**
 * What is hashed of an encoding: its UTF-8, which has no lone surrogates and would replace them all by one character, so
 * UTF-16 where there are any. Its second byte is 0, and no encoding has U+0000 there: the two are never the same.
 */
const bytes = (encoded: string): string | Buffer => encoded.isWellFormed() ? encoded : Buffer.from(encoded, "utf16le")

/**
 * The key of a variable's value.
 *
 * @param variable - its path: names joined by dots could be those of another variable.
 * @param value - already encoded.
 */
export const key = (seed: number, variable: ReadonlyArray<string | number>, value: string): Key => {
  const digest = createHash("sha256").update(bytes(encode([seed, variable]))).update(bytes(value)).digest()
  return [digest.readInt32LE(0), digest.readInt32LE(4)]
}

/** An upper bound of the probability that any two of `distinct` states have one fingerprint: n(n−1)/2 · 2⁻⁶⁴. */
export const collisionProbability = (distinct: number): number => Math.min(1, (distinct * (distinct - 1)) / 2 / 2 ** 64)
