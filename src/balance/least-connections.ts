/**
 * # Least connections
 *
 * Whoever has least to do. The balancer counts the requests that it has given to each backend and that are not over yet, and gives the
 * next to one that has fewest for its weight. Known from nginx (`least_conn`), HAProxy (`leastconn`) and others; as *join the shortest
 * queue* it is as old as queueing theory (Haight, *Two queues in parallel*, Biometrika 45, 1958).
 *
 * **Promises** that no candidate has fewer requests for its weight than the one that is chosen, and that each of those with fewest is
 * chosen with the same probability. A slow backend gets fewer requests, for those that it has last longer.
 *
 * **Assumes** that it is told of the end of each request, that its count is the whole load, and that *few requests* means *fast*.
 *
 * **Does not promise** anything where that is not so. A backend that fails at once has no requests, and so it gets all of them. Several
 * balancers that share a view which is a little old all give to the same backend, until they see what they have done.
 *
 * **Costs** one number per backend, and a look at each candidate per request.
 *
 * **Not everywhere so**: of equals, this one lets the dice choose; nginx takes turns among them.
 *
 * @module
 */
import { type Backend, balancer, equallyLikely } from "./balancer.ts"
import { CountingState, countJoin, countLeave, countRelease, countRequest, idle } from "./connections.ts"

/**
 * Least connections. The choice is the name of one of the candidates with fewest requests.
 *
 * @example
 * ```ts
 * import { backends, leastConnections } from "touchstone/balance"
 *
 * const request = { key: "k", candidates: backends({ a: 1, b: 1 }) }
 * const first = leastConnections.choose(leastConnections.start(request.candidates), request, "a")
 * first.state.connections // => { a: 1, b: 0 }
 * leastConnections.chances(first.state, request).map(({ choice }) => choice) // => ["b"]
 * leastConnections.release(first.state, "a").connections // => { a: 0, b: 0 }
 * ```
 */
export const leastConnections = balancer<CountingState, string>({
  name: "least connections",
  state: CountingState,
  start: idle,
  join: countJoin,
  leave: countLeave,
  release: countRelease,
  chances: ({ connections }, { candidates }) => {
    const of = ({ name }: Backend): number => connections[name] as number
    /** Whether `one` has fewer requests for its weight; multiplied by both weights. */
    const hasFewer = (one: Backend, other: Backend): boolean => of(one) * other.weight < of(other) * one.weight
    const least = candidates.filter((one) => !candidates.some((other) => hasFewer(other, one)))
    return equallyLikely(least.map(({ name }) => name))
  },
  choose: (state, _, choice) => ({ state: countRequest(state, choice), backend: choice }),
})
