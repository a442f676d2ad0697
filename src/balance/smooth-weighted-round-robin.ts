/**
 * # Smooth weighted round robin
 *
 * Round robin for backends of different strength, without bursts: with the weights 5, 1, 1 it goes a a b a c a a, and not a a a a a b
 * c. After nginx (Maxim Dounin, *Upstream: smooth weighted round-robin balancing*, 2012), where it is the default.
 *
 * Each candidate has a *current weight*. With each request, it grows by the weight of the candidate; the greatest is chosen, and goes
 * down by the sum of all weights. So a current weight is what a backend is owed, in units of a request divided by that sum.
 *
 * **Promises.** While the candidates and their weights stay the same, with `n` of them and `W` as the sum of their weights:
 *
 * - in every window of `W` successive requests from the start, each is chosen exactly as often as its weight says;
 * - of the first `k` requests, a candidate with the weight `w` gets less than `k·w/W + 1`, and at least `k·w/W − (H(n) − 1)`, where
 *   `H(n) = 1 + 1/2 + … + 1/n`. So in *every* window it is less than `H(n)` requests away from its share.
 *
 * The second is the bound of Adler, Berenbrink, Friedetzky, Goldberg, Goldberg and Paterson (*A proportionate fair scheduling rule with
 * good worst-case performance*, SPAA 2003), who study the same rule for processors. It follows by induction from this: together, any `k` of
 * the current weights are at most `k·(H(n) − H(k))·W`.
 *
 * **Does not promise** either of these across a change of the candidates. Who is out keeps its current weight, as in nginx, so what it
 * was owed it gets when it is back.
 *
 * **Costs** one number per member, and a look at each candidate per request.
 *
 * **Not in nginx**: who joins begins with 0, and nobody else is touched; there, a new configuration begins anew. Nginx also lowers the
 * weight of who fails for a while: here that is the business of who makes the list of candidates.
 *
 * @module
 */
import { Schema } from "effect"
import { balancer } from "./balancer.ts"

/** The members, and the current weight of each. */
export const SmoothWeightedState = Schema.Struct({
  members: Schema.Array(Schema.String),
  current: Schema.Record(Schema.String, Schema.Int),
})

type State = typeof SmoothWeightedState.Type

/**
 * Smooth weighted round robin.
 *
 * @example
 * ```ts
 * import { backends, smoothWeightedRoundRobin as smooth } from "touchstone/balance"
 *
 * const request = { key: "k", candidates: backends({ a: 2, b: 1 }) }
 * const first = smooth.choose(smooth.start(request.candidates), request, null)
 * first // => { state: { members: ["a", "b"], current: { a: -1, b: 1 } }, backend: "a" }
 * smooth.choose(first.state, request, null).backend // => "b"
 * ```
 */
export const smoothWeightedRoundRobin = balancer<State>({
  name: "smooth weighted round robin",
  state: SmoothWeightedState,
  start: (members) => ({ members, current: Object.fromEntries(members.map((member) => [member, 0])) }),
  join: ({ current, members }, backend) => ({ members: [...members, backend], current: { ...current, [backend]: 0 } }),
  leave: ({ current, members }, backend) => {
    const { [backend]: _, ...others } = current
    return { members: members.filter((member) => member !== backend), current: others }
  },
  choose: ({ current, members }, { candidates }) => {
    const raised = candidates.map(({ name, weight }) => ({ name, owed: (current[name] as number) + weight }))
    // Of equals, the first.
    const greatest = raised.reduce((best, one) => one.owed > best.owed ? one : best)
    const total = candidates.reduce((sum, { weight }) => sum + weight, 0)
    const next = Object.fromEntries(raised.map(({ name, owed }) => [name, owed]))
    return {
      state: { members, current: { ...current, ...next, [greatest.name]: greatest.owed - total } },
      backend: greatest.name,
    }
  },
})
