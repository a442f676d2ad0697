/**
 * # Rendezvous hashing
 *
 * Each backend and each key have a score together, and a key is served by the backend whose score with it is highest. After Thaler and
 * Ravishankar, *Using name-based mappings to increase hit rates* (IEEE/ACM Transactions on Networking 6(1), 1998; a technical report in
 * 1996), where it is called *highest random weight*.
 *
 * **Promises.** All balancers that know the same candidates choose the same one for a key, without a state and without talking to each
 * other, in whatever order they have learned of them. When a candidate goes, only its keys move, each to the one with the next highest
 * score; so they spread over all others. When one comes, keys move to it alone. Of *n* equal candidates each has 1/*n* of the keys, on
 * average.
 *
 * **Assumes** that the hash function is as good as random.
 *
 * **Does not promise** anything about the load: keys that are asked for often are served by one backend each.
 *
 * **Costs** no state, and a hash for each candidate per request. Jump hash and Maglev are faster where there are many.
 *
 * **Not in the paper**: the hash function. The weights do not matter, unless they are 0.
 *
 * @module
 */
import { balancer, type Membership } from "./balancer.ts"
import { hashOf, mixed } from "./hash.ts"
import { MembersOnly } from "./uniform-random.ts"

/** The score of a backend with a key. */
const score = (key: number, backend: string): number => mixed(key ^ hashOf(backend))

/**
 * Rendezvous hashing.
 *
 * @example
 * ```ts
 * import { backends, rendezvous } from "touchstone/balance"
 *
 * const three = backends({ a: 1, b: 1, c: 1 })
 * const state = rendezvous.start(three)
 * const home = (...without: ReadonlyArray<string>) =>
 *   rendezvous.choose(state, { key: "k1", candidates: three.filter(({ name }) => !without.includes(name)) }, null).backend
 * home() // => "a"
 * home("b") // => "a"
 * home("a") // => "c"
 * ```
 */
export const rendezvous = balancer<Membership>({
  name: "rendezvous hashing",
  state: MembersOnly,
  start: (members) => ({ members }),
  choose: (state, { candidates, key }) => {
    const hash = hashOf(key)
    // Of equal scores, the first by name: whoever lists the candidates in another order must choose the same.
    const [highest] = candidates.map(({ name }) => ({ name, score: score(hash, name) }))
      .toSorted((one, other) => other.score - one.score || (one.name < other.name ? -1 : 1))
    return { state, backend: highest?.name ?? null }
  },
})
