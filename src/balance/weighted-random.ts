/**
 * # Weighted random
 *
 * Any backend, as likely as its weight says. It is to {@link uniformRandom} what {@link smoothWeightedRoundRobin} is to
 * {@link roundRobin}, without a state.
 *
 * **Promises** for each request that a candidate with the weight `w` is chosen with the probability `w/W`, if `W` is the sum of the
 * weights of all candidates, independently of all that was before.
 *
 * **Assumes** dice that are fair and independent.
 *
 * **Does not promise** any bound for what a backend gets in a window: the difference from its share grows with the square root of the
 * number of requests.
 *
 * **Costs** no state, and one throw of the dice.
 *
 * @module
 */
import { balancer, type Membership } from "./balancer.ts"
import { MembersOnly } from "./uniform-random.ts"

/**
 * Weighted random. The choice is the name of a candidate.
 *
 * @example
 * ```ts
 * import { backends, weightedRandom } from "touchstone/balance"
 *
 * const request = { key: "k", candidates: backends({ a: 2, b: 1 }) }
 * const state = weightedRandom.start(request.candidates)
 * weightedRandom.chances(state, request)[0] // => { choice: "a", probability: { numerator: 2, denominator: 3 } }
 * ```
 */
export const weightedRandom = balancer<Membership, string>({
  name: "weighted random",
  state: MembersOnly,
  start: (members) => ({ members }),
  chances: (_, { candidates }) => {
    const denominator = candidates.reduce((sum, { weight }) => sum + weight, 0)
    return candidates.map(({ name, weight }) => ({ choice: name, probability: { numerator: weight, denominator } }))
  },
  choose: (state, _, choice) => ({ state, backend: choice }),
})
