/**
 * # The hash function
 *
 * What the balancers that hash agree on. FNV-1a with 32 bits (Fowler, Noll and Vo, 1991; Eastlake et al., *The FNV Non-Cryptographic Hash
 * Algorithm*) reads the text byte by byte, in UTF-8. Its last bytes change few of its bits, so the finaliser of MurmurHash3 (Appleby,
 * 2011) mixes them: each bit of its result depends on every bit of what it is given.
 *
 * It is fast, and anybody can find two keys with the same hash. Whoever takes keys from people who may wish harm needs one with a secret,
 * such as SipHash.
 *
 * @module
 */

const encoder = new TextEncoder()

/**
 * FNV-1a with 32 bits.
 *
 * @example
 * ```ts
 * import { fnv1a } from "touchstone/balance"
 *
 * fnv1a("foobar") // => 0xbf9cf968
 * ```
 */
export const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/**
 * The finaliser of MurmurHash3 with 32 bits. It maps no two numbers to the same.
 *
 * @example
 * ```ts
 * import { mixed } from "touchstone/balance"
 *
 * mixed(1) // => 0x514e28b7
 * ```
 */
export const mixed = (number: number): number => {
  let hash = number ^ (number >>> 16)
  hash = Math.imul(hash, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/**
 * The hash of a text: 32 bits.
 *
 * @param seed - another number gives another hash function.
 *
 * @example
 * ```ts
 * import { hashOf } from "touchstone/balance"
 *
 * hashOf("a") === hashOf("a", 1) // => false
 * ```
 */
export const hashOf = (text: string, seed = 0): number => mixed(fnv1a(text) ^ mixed(seed))
