/**
 * # Uniform random
 *
 * Any backend, each as likely as the others. It needs no state, so any number of balancers do together what one would do.
 *
 * **Promises** for each request that every candidate is chosen with the same probability, independently of all that was before.
 *
 * **Assumes** dice that are fair and independent. A remainder of a random number is not fair unless the numbers are a multiple of the
 * candidates: of 256 values and 3 candidates, the first gets 86.
 *
 * **Does not promise** any bound for what a backend gets: of *n* requests to *n* backends, the one with most gets about ln *n* / ln ln
 * *n* (Azar, Broder, Karlin and Upfal, *Balanced allocations*, SIAM Journal on Computing 29(1), 1999). See
 * {@link powerOfTwoChoices}, which is nearly as cheap.
 *
 * **Costs** no state, and one throw of the dice. The weights do not matter, unless they are 0.
 *
 * @module
 */
import { Schema } from "effect"
import { balancer, equallyLikely, type Membership } from "./balancer.ts"

/** The members, and no more. */
export const MembersOnly = Schema.Struct({ members: Schema.Array(Schema.String) })

/**
 * Uniform random. The choice is the name of a candidate.
 *
 * @example
 * ```ts
 * import { backends, uniformRandom } from "touchstone/balance"
 *
 * const request = { key: "k", candidates: backends({ a: 1, b: 1 }) }
 * const state = uniformRandom.start(request.candidates)
 * uniformRandom.chances(state, request)[1] // => { choice: "b", probability: { numerator: 1, denominator: 2 } }
 * uniformRandom.choose(state, request, "b").backend // => "b"
 * ```
 */
export const uniformRandom = balancer<Membership, string>({
  name: "uniform random",
  state: MembersOnly,
  start: (members) => ({ members }),
  chances: (_, { candidates }) => equallyLikely(candidates.map(({ name }) => name)),
  choose: (state, _, choice) => ({ state, backend: choice }),
})
