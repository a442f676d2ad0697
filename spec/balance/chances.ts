/**
 * # What the dice must do
 *
 * The checker tries whatever the dice may show. How likely it is, is a claim about each state by itself: these properties add up the
 * probabilities of all that may come of the next request, exactly.
 *
 * @module
 */
import type { RoutingOutcome } from "../../src/balance/index.ts"
import { type Always, range, type State } from "../../src/index.ts"
import type { BalancedSystem, LoadBalancingVariables } from "./load-balancing.ts"

type Observed = State<LoadBalancingVariables>

const commonDivisor = (one: number, other: number): number => other === 0 ? one : commonDivisor(other, one % other)

/** Whether the probabilities of these outcomes add up to a fraction, exactly: all are brought to one denominator. */
const addUpTo = (
  outcomes: ReadonlyArray<RoutingOutcome<unknown>>,
  [numerator, denominator]: readonly [number, number],
): boolean => {
  const common = outcomes.reduce(
    (common, { probability }) => common / commonDivisor(common, probability.denominator) * probability.denominator,
    1,
  )
  const sum = outcomes.reduce(
    (sum, { probability }) => sum + probability.numerator * (common / probability.denominator),
    0,
  )
  return sum * denominator === numerator * common
}

/**
 * Whoever is healthy gets the next request with the probability `w/W`, for its weight `w` and the sum `W` of the weights of all that are
 * healthy.
 *
 * @example
 * ```ts
 * import { backends, weightedRandom } from "touchstone/balance"
 * import { asLikelyAsWeighted, loadBalancing } from "touchstone/spec/balance"
 *
 * const all = backends({ a: 2, b: 1 })
 * asLikelyAsWeighted(loadBalancing({ balancer: weightedRandom, backends: all, inFlight: 1 })).kind // => "always"
 * ```
 */
export const asLikelyAsWeighted = ({ always, backends, outcomes }: BalancedSystem): Always =>
  always((s) => {
    const healthy = backends.filter(({ name }) => s.status[name] === "healthy")
    const total = healthy.reduce((sum, { weight }) => sum + weight, 0)
    const chosen = Map.groupBy(outcomes(s), ({ backend }) => backend)
    return backends.every(({ name, weight }) =>
      addUpTo(chosen.get(name) ?? [], healthy.some((one) => one.name === name) && total > 0 ? [weight, total] : [0, 1])
    )
  })

/**
 * Whoever has at least `x` requests gets the next one with the probability `p²`, if `p` is the share of the healthy backends that have
 * so many: for each `x`.
 *
 * @param most - the greatest `x`.
 *
 * @example
 * ```ts
 * import { backends, powerOfTwoChoices } from "touchstone/balance"
 * import { fullestAvoided, loadBalancing } from "touchstone/spec/balance"
 *
 * const all = backends({ a: 1, b: 1 })
 * fullestAvoided(loadBalancing({ balancer: powerOfTwoChoices, backends: all, inFlight: 2 }), 2).kind // => "always"
 * ```
 */
export const fullestAvoided = ({ always, backends, outcomes }: BalancedSystem, most: number): Always => {
  const hasSoMany = (s: Observed, backend: string | null, x: number): boolean =>
    backend !== null && (s.load[backend] as number) >= x
  return always((s) => {
    const possible = outcomes(s)
    const healthy = backends.filter(({ name, weight }) => s.status[name] === "healthy" && weight > 0)
    return range(1, most).every((x) => {
      const full = healthy.filter(({ name }) => hasSoMany(s, name, x))
      return addUpTo(
        possible.filter(({ backend }) => hasSoMany(s, backend, x)),
        healthy.length === 0 ? [0, 1] : [full.length ** 2, healthy.length ** 2],
      )
    })
  })
}
