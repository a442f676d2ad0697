/**
 * # The power of two choices
 *
 * Two backends at random, and of these the one that has less to do. After Azar, Broder, Karlin and Upfal, *Balanced allocations* (SIAM
 * Journal on Computing 29(1), 1999), and Mitzenmacher, *The power of two choices in randomized load balancing* (IEEE Transactions on
 * Parallel and Distributed Systems 12(10), 2001).
 *
 * **Promises** that a candidate with at least `x` requests is chosen with the probability `p²`, if `p` is the share of the candidates
 * that have so many: both dice must show one of these. So the fullest are avoided without being looked for: of *n* requests to *n*
 * backends, the one with most gets about ln ln *n* / ln 2, and with one choice ln *n* / ln ln *n*.
 *
 * **Assumes** dice that are fair and independent, and that it is told of the end of each request.
 *
 * **Does not promise** that the backend with least to do is chosen, nor, whatever the dice show, any bound at all.
 *
 * **Costs** one number per backend, two throws of the dice, and a look at two candidates. A view that is a little old does less harm than
 * to {@link leastConnections}: not all run to the same backend (Mitzenmacher, *How useful is old information?*, 2000). The weights do not
 * matter, unless they are 0.
 *
 * As in the papers, both dice may show the same backend. Of equals the first is taken.
 *
 * @module
 */
import { balancer, equallyLikely } from "./balancer.ts"
import { CountingState, countJoin, countLeave, countRelease, countRequest, idle } from "./connections.ts"

/**
 * The power of two choices. The choice is what both dice show.
 *
 * @example
 * ```ts
 * import { backends, powerOfTwoChoices as two } from "touchstone/balance"
 *
 * const request = { key: "k", candidates: backends({ a: 1, b: 1, c: 1 }) }
 * const first = two.choose(two.start(request.candidates), request, ["a", "b"])
 * first.backend // => "a"
 * two.choose(first.state, request, ["a", "b"]).backend // => "b"
 * two.choose(first.state, request, ["a", "a"]).backend // => "a"
 * ```
 */
export const powerOfTwoChoices = balancer<CountingState, readonly [string, string]>({
  name: "the power of two choices",
  state: CountingState,
  start: idle,
  join: countJoin,
  leave: countLeave,
  release: countRelease,
  chances: (_, { candidates }) =>
    equallyLikely(candidates.flatMap(({ name: one }) => candidates.map(({ name: other }) => [one, other] as const))),
  choose: (state, _, [one, other]) => {
    const backend = (state.connections[other] as number) < (state.connections[one] as number) ? other : one
    return { state: countRequest(state, backend), backend }
  },
})
