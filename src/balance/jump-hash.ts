/**
 * # Jump hash
 *
 * A hash of a key to one of *n* numbered buckets, such that almost nothing moves when *n* changes. After Lamping and Veach, *A fast,
 * minimal memory, consistent hash algorithm* (2014).
 *
 * Imagine that buckets are added one by one. With each, a key either stays or jumps to the new one. The algorithm does not go through
 * all buckets, but computes from one jump where the next one is: with a random number *r* from a generator that starts from the key, a
 * key that has jumped to bucket *b* jumps next to ⌊(*b* + 1) / *r*⌋.
 *
 * **Promises.** Each bucket has 1/*n* of the keys, very evenly. When a bucket is added at the end, 1/(*n* + 1) of the keys move, all to it;
 * when the last one is taken away, only its keys move.
 *
 * **Assumes** that buckets are numbered 0 to *n* − 1, and that only the last one comes and goes: it was made for shards of data, of which
 * none vanishes.
 *
 * **Does not promise** anything for a bucket that is taken away from the middle: then those behind it move up, and many keys that had
 * nothing to do with it move. Let the backend stay a member, and be no candidate.
 *
 * **Costs** no state but the order of the members, and about ln *n* steps per request.
 *
 * **Not in the paper**: what happens to the keys of a bucket that is no candidate. They are hashed anew among the others, so only they move,
 * and they spread. The weights do not matter, unless they are 0.
 *
 * @module
 */
import { balancer, InvalidBackends, type Membership } from "./balancer.ts"
import { hashOf } from "./hash.ts"
import { MembersOnly } from "./uniform-random.ts"

/** The generator of the paper, with 64 bits. */
const MULTIPLIER = 2862933555777941757n

/**
 * The bucket of a key.
 *
 * @param key - 64 bits, without a sign.
 * @param buckets - how many there are: at least one.
 * @returns a number from 0, less than `buckets`.
 * @throws {@link InvalidBackends} when there is no bucket.
 *
 * @example
 * ```ts
 * import { jumpHash } from "touchstone/balance"
 *
 * jumpHash(256n, 1024) // => 520
 * ```
 */
export const jumpHash = (key: bigint, buckets: number): number => {
  if (!Number.isSafeInteger(buckets) || buckets < 1) {
    throw new InvalidBackends({ reason: `there are ${buckets} buckets; give a whole number from 1` })
  }
  let random = BigInt.asUintN(64, key)
  let bucket = -1
  let next = 0
  while (next < buckets) {
    bucket = next
    random = BigInt.asUintN(64, random * MULTIPLIER + 1n)
    next = Math.floor((bucket + 1) * (2 ** 31 / (Number(random >> 33n) + 1)))
  }
  return bucket
}

/** 64 bits of a key; another number of attempts before gives others. */
const bitsOf = (key: string, attempts: number): bigint =>
  (BigInt(hashOf(key, 2 * attempts)) << 32n) | BigInt(hashOf(key, 2 * attempts + 1))

/**
 * Jump hash among the members, in the order in which they joined.
 *
 * @example
 * ```ts
 * import { backends, jumpHashing } from "touchstone/balance"
 *
 * const three = backends({ a: 1, b: 1, c: 1 })
 * jumpHashing.choose(jumpHashing.start(three), { key: "k1", candidates: three }, null).backend // => "c"
 * ```
 */
export const jumpHashing = balancer<Membership>({
  name: "jump hash",
  state: MembersOnly,
  start: (members) => ({ members }),
  choose: (state, { candidates, key }) => {
    const isCandidate = (member: string): boolean => candidates.some(({ name }) => name === member)
    let buckets = state.members
    for (let attempts = 0;; attempts++) {
      const bucket = buckets[jumpHash(bitsOf(key, attempts), buckets.length)] as string
      if (isCandidate(bucket)) return { state, backend: bucket }
      buckets = buckets.filter((member) => member !== bucket)
    }
  },
})
