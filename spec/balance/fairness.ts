/**
 * # What a balancer must do
 *
 * Whatever happens to the backends: only those that are healthy are chosen, and one of them is. Then how evenly the requests are
 * shared out, and that nobody loses count of them.
 *
 * @module
 */
import { type Always, implies, type Properties, range, type State } from "../../src/index.ts"
import type { BalancedSystem, LoadBalancingVariables } from "./load-balancing.ts"

type Observed = State<LoadBalancingVariables>

const isHealthy = (s: Observed, backend: string): boolean => s.status[backend] === "healthy"

/**
 * What holds of every balancer.
 *
 * | property | meaning |
 * |---|---|
 * | `onlyHealthy` | whoever gets a request was healthy at that moment |
 * | `served` | a request is refused only if nobody is healthy who takes requests |
 * | `mayServe v` | some behaviour gives a request to the backend `v`, for each that takes any |
 *
 * @example
 * ```ts
 * import { backends, roundRobin } from "touchstone/balance"
 * import { chosenWell, loadBalancing } from "touchstone/spec/balance"
 *
 * const balanced = loadBalancing({ balancer: roundRobin, backends: backends({ a: 1, b: 1 }), inFlight: 1 })
 * Object.keys(chosenWell(balanced)) // => ["onlyHealthy", "served", "mayServe a", "mayServe b"]
 * ```
 */
export const chosenWell = ({ always, backends, reachable, step }: BalancedSystem): Properties => ({
  onlyHealthy: step(
    { backend: backends.map(({ name }) => name) },
    implies(
      (before, after, { backend }) => (after.load[backend] as number) > (before.load[backend] as number),
      (before, _, { backend }) => isHealthy(before, backend),
    ),
  ),
  served: always((s) => !s.refused || backends.every(({ name, weight }) => weight === 0 || !isHealthy(s, name))),
  ...Object.fromEntries(
    backends.filter(({ weight }) => weight > 0).map(({ name }) => [
      `mayServe ${name}`,
      reachable((s) => (s.load[name] as number) > 0),
    ]),
  ),
})

/**
 * In every window, the numbers of requests that two backends have got differ by at most 1, if both have been candidates since it began.
 *
 * @example
 * ```ts
 * import { backends, roundRobin } from "touchstone/balance"
 * import { evenly, loadBalancing } from "touchstone/spec/balance"
 *
 * const all = backends({ a: 1, b: 1 })
 * evenly(loadBalancing({ balancer: roundRobin, backends: all, inFlight: 1, window: "itself" })).kind // => "always"
 * ```
 */
export const evenly = ({ always, backends }: BalancedSystem): Always => {
  const names = backends.map(({ name }) => name)
  return always(
    { one: names, other: names },
    implies(
      (s, { one, other }) => s.served[one] !== null && s.served[other] !== null,
      (s, { one, other }) => (s.served[one] as number) - (s.served[other] as number) <= 1,
    ),
  )
}

/**
 * In every window, what each candidate has got is less than `H(n) = 1 + 1/2 + … + 1/n` requests away from its share `k·w/W` of the `k`
 * requests in it, for `n` candidates with `W` as the sum of their weights. Both sides are multiplied by `W` and by `n!`.
 *
 * @example
 * ```ts
 * import { backends, smoothWeightedRoundRobin } from "touchstone/balance"
 * import { loadBalancing, proportionally } from "touchstone/spec/balance"
 *
 * const all = backends({ a: 5, b: 1, c: 1 })
 * const balanced = loadBalancing({ balancer: smoothWeightedRoundRobin, backends: all, inFlight: 1, window: "anybody" })
 * proportionally(balanced).kind // => "always"
 * ```
 */
export const proportionally = ({ always, backends }: BalancedSystem): Always =>
  always(
    { backend: backends },
    implies(
      (s, { backend: { name } }) => s.served[name] !== null,
      (s, { backend: { name, weight } }) => {
        const watched = backends.filter((one) => s.served[one.name] !== null && one.weight > 0)
        const total = watched.reduce((sum, one) => sum + one.weight, 0)
        const requests = watched.reduce((sum, one) => sum + (s.served[one.name] as number), 0)
        const away = Math.abs((s.served[name] as number) * total - requests * weight)
        const factorial = range(1, watched.length).reduce((product, n) => product * n, 1)
        const harmonic = range(1, watched.length).reduce((sum, n) => sum + factorial / n, 0)
        return away * factorial < harmonic * total || away === 0
      },
    ),
  )
