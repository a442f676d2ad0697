/**
 * # What a balancer that hashes must do
 *
 * The *home* of a key is the backend that serves it as things are. It is a function of the state, so it is the same for all requests
 * with that key; what is to be shown is what a change of the backends does to it.
 *
 * @module
 */
import { capacity, maglevTable } from "../../src/balance/index.ts"
import { type Always, implies, type State, type Step } from "../../src/index.ts"
import type { BalancedSystem, LoadBalancingVariables } from "./load-balancing.ts"

type Observed = State<LoadBalancingVariables>

const isHealthy = (s: Observed, backend: string): boolean => s.status[backend] === "healthy"

/**
 * No key moves between two backends that have nothing to do with the change: whoever served it serves it no longer because it is gone,
 * or whoever serves it now has just come.
 *
 * @example
 * ```ts
 * import { backends, rendezvous } from "touchstone/balance"
 * import { loadBalancing, onlyItsKeysMove } from "touchstone/spec/balance"
 *
 * const all = backends({ a: 1, b: 1 })
 * onlyItsKeysMove(loadBalancing({ balancer: rendezvous, backends: all, inFlight: 1, events: ["fail"] })).kind // => "step"
 * ```
 */
export const onlyItsKeysMove = ({ backends, keys, outcomes, step }: BalancedSystem): Step => {
  const isChange = (before: Observed, after: Observed): boolean =>
    backends.some(({ name }) => isHealthy(before, name) !== isHealthy(after, name))
  return step(
    { key: keys },
    implies(
      (before, after) => isChange(before, after),
      (before, after, { key }) => {
        const from = outcomes(before, key)[0]?.backend ?? null
        const to = outcomes(after, key)[0]?.backend ?? null
        return from === to || from === null || to === null || !isHealthy(after, from) || !isHealthy(before, to)
      },
    ),
  )
}

/**
 * Everybody has keys: whoever is healthy is the home of one of them at least. With a few keys it is a claim about these keys; how many each
 * has of very many is for a statistical test.
 *
 * @example
 * ```ts
 * import { backends, rendezvous } from "touchstone/balance"
 * import { everybodyHasKeys, loadBalancing } from "touchstone/spec/balance"
 *
 * const all = backends({ a: 1, b: 1 })
 * everybodyHasKeys(loadBalancing({ balancer: rendezvous, backends: all, keys: ["k1", "k2"], inFlight: 1 })).kind // => "always"
 * ```
 */
export const everybodyHasKeys = ({ always, backends, keys, outcomes }: BalancedSystem): Always =>
  always((s) => {
    const homes = new Set(keys.map((key) => outcomes(s, key)[0]?.backend))
    return backends.every(({ name }) => !isHealthy(s, name) || homes.has(name))
  })

/** What there is in the table for those that are healthy; nothing if nobody is. */
const tableIn = (s: Observed, backends: BalancedSystem["backends"], size: number): ReadonlyArray<string> => {
  const healthy = backends.map(({ name }) => name).filter((name) => isHealthy(s, name))
  return healthy.length === 0 ? [] : maglevTable(healthy, size)
}

/**
 * Of the places of a Maglev table, no more than so many change hands between two backends that have nothing to do with a change.
 *
 * @example
 * ```ts
 * import { backends, maglev } from "touchstone/balance"
 * import { fewPlacesMove, loadBalancing } from "touchstone/spec/balance"
 *
 * const all = backends({ a: 1, b: 1 })
 * const balanced = loadBalancing({ balancer: maglev(13), backends: all, inFlight: 1, events: ["fail"] })
 * fewPlacesMove(balanced, 13, 2).kind // => "step"
 * ```
 */
export const fewPlacesMove = ({ backends, step }: BalancedSystem, size: number, most: number): Step =>
  step((before, after) => {
    const to = tableIn(after, backends, size)
    const moved = tableIn(before, backends, size).filter((owner, place) => {
      const next = to[place]
      return next !== undefined && next !== owner && isHealthy(after, owner) && isHealthy(before, next)
    })
    return moved.length <= most
  })

/**
 * The numbers of places in the balancer's Maglev table differ by at most 1 among those for whom it was filled.
 *
 * @example
 * ```ts
 * import { backends, maglev } from "touchstone/balance"
 * import { evenTable, loadBalancing } from "touchstone/spec/balance"
 *
 * const all = backends({ a: 1, b: 1 })
 * evenTable(loadBalancing({ balancer: maglev(13), backends: all, inFlight: 1 })).kind // => "always"
 * ```
 */
export const evenTable = ({ always }: BalancedSystem): Always =>
  always((s) => {
    const { candidates, table } = s.balancer as { candidates?: ReadonlyArray<string>; table?: ReadonlyArray<string> }
    const places = (candidates ?? []).map((name) => (table ?? []).filter((owner) => owner === name).length)
    return Math.max(...places) - Math.min(...places) <= 1
  })

const requestsOf = (s: Observed, backends: BalancedSystem["backends"]): ReadonlyArray<number> =>
  backends.filter(({ name }) => isHealthy(s, name)).map(({ name }) => s.load[name] as number)

/**
 * Whoever is given a request has at most ⌈`percent`/100 · `m`/`n`⌉ of them afterwards, if the `n` healthy backends have `m` together.
 *
 * @example
 * ```ts
 * import { backends, consistentHashing } from "touchstone/balance"
 * import { givenWithinBound, loadBalancing } from "touchstone/spec/balance"
 *
 * const all = backends({ a: 1, b: 1 })
 * const balanced = loadBalancing({ balancer: consistentHashing({ percent: 125 }), backends: all, inFlight: 3 })
 * givenWithinBound(balanced, 125).kind // => "step"
 * ```
 */
export const givenWithinBound = ({ backends, step }: BalancedSystem, percent: number): Step =>
  step(
    { backend: backends.map(({ name }) => name) },
    implies(
      (before, after, { backend }) => (after.load[backend] as number) > (before.load[backend] as number),
      (_, after, { backend }) => {
        const loads = requestsOf(after, backends)
        const requests = loads.reduce((sum, load) => sum + load, 0)
        return (after.load[backend] as number) <= capacity(percent, requests, loads.length)
      },
    ),
  )

/**
 * Nobody is ever above the bound, as in the paper: ⌈`percent`/100 · `m`/`n`⌉ for all that are healthy, whatever has ended meanwhile.
 *
 * @example
 * ```ts
 * import { backends, consistentHashing } from "touchstone/balance"
 * import { alwaysWithinBound, loadBalancing } from "touchstone/spec/balance"
 *
 * const all = backends({ a: 1, b: 1 })
 * const balanced = loadBalancing({ balancer: consistentHashing({ percent: 125 }), backends: all, inFlight: 3 })
 * alwaysWithinBound(balanced, 125).kind // => "always"
 * ```
 */
export const alwaysWithinBound = ({ always, backends }: BalancedSystem, percent: number): Always =>
  always((s) => {
    const loads = requestsOf(s, backends)
    const requests = loads.reduce((sum, load) => sum + load, 0)
    return loads.every((load) => load <= capacity(percent, requests, loads.length))
  })
