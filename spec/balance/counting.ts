/**
 * # Counting connections
 *
 * A balancer that goes by what backends have to do must know it: each request that it has given away is counted until it is over,
 * also when the backend dies with it, and when the backend leaves and comes back meanwhile.
 *
 * @module
 */
import type { CountingState } from "../../src/balance/index.ts"
import { type Always, implies, type State, type Step } from "../../src/index.ts"
import type { BalancedSystem, LoadBalancingVariables } from "./load-balancing.ts"

/**
 * The balancer knows what each backend has to do: it has counted as many requests as are at work there, no more and no less.
 *
 * @example
 * ```ts
 * import { backends, leastConnections } from "touchstone/balance"
 * import { accounted, loadBalancing } from "touchstone/spec/balance"
 *
 * accounted(loadBalancing({ balancer: leastConnections, backends: backends({ a: 1, b: 1 }), inFlight: 2 })).kind // => "always"
 * ```
 */
export const accounted = ({ always, backends }: BalancedSystem): Always =>
  always({ backend: backends.map(({ name }) => name) }, (s, { backend }) => {
    const { connections } = s.balancer as CountingState
    return (connections[backend] ?? 0) === s.load[backend]
  })

/** What a backend has to do for its weight, against another: both sides are multiplied by both weights. */
const hasLess = (
  load: State<LoadBalancingVariables>["load"],
  one: BalancedSystem["backends"][number],
  other: BalancedSystem["backends"][number],
): boolean => (load[one.name] as number) * other.weight < (load[other.name] as number) * one.weight

/**
 * Whoever gets a request had least to do for its weight, of all that were healthy.
 *
 * @example
 * ```ts
 * import { backends, leastConnections } from "touchstone/balance"
 * import { leastLoaded, loadBalancing } from "touchstone/spec/balance"
 *
 * const all = backends({ a: 1, b: 1 })
 * leastLoaded(loadBalancing({ balancer: leastConnections, backends: all, inFlight: 2 })).kind // => "step"
 * ```
 */
export const leastLoaded = ({ backends, step }: BalancedSystem): Step =>
  step(
    { chosen: backends },
    implies(
      (before, after, { chosen: { name } }) => (after.load[name] as number) > (before.load[name] as number),
      (before, _, { chosen }) =>
        !backends.some((other) =>
          before.status[other.name] === "healthy" && other.weight > 0 && hasLess(before.load, other, chosen)
        ),
    ),
  )
