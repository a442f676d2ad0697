/**
 * # Panic
 *
 * What to do when hardly anybody is healthy. To send all requests to the few that are left would bring these down too; and where
 * everybody looks unhealthy, it is more likely that the health checks are at fault. So a balancer panics: below a threshold it
 * disregards health, and balances among all members. After Envoy's *panic threshold*, whose default is 50 %.
 *
 * **Promises** that the candidates are the healthy members if these are at least so many percent of all, and else all members. So with a
 * threshold above 0 there is always somebody to choose, and each backend gets at most the load of 100/`percent` of its usual share.
 *
 * **Does not promise** that only healthy backends are chosen: in a panic, some requests fail that could have succeeded.
 *
 * @module
 */
import { InvalidDefinition } from "../model/errors.ts"
import type { Backend } from "./balancer.ts"

/**
 * Who may be chosen.
 *
 * @param percent - how many of the members must be healthy, from 0 (never panic) to 100.
 * @throws InvalidDefinition when that is no such whole number.
 *
 * @example
 * ```ts
 * import { backends, panicBelow } from "touchstone/balance"
 *
 * const candidates = panicBelow(50)
 * const all = backends({ a: 1, b: 1, c: 1 })
 * candidates(all, ["a", "b"]).map(({ name }) => name) // => ["a", "b"]
 * candidates(all, ["a"]).map(({ name }) => name) // => ["a", "b", "c"]
 * ```
 */
export const panicBelow = (
  percent: number,
): (members: ReadonlyArray<Backend>, healthy: ReadonlyArray<string>) => ReadonlyArray<Backend> => {
  if (!Number.isSafeInteger(percent) || percent < 0 || percent > 100) {
    throw new InvalidDefinition({ reason: `a panic below ${percent} %; give a whole number from 0 to 100` })
  }
  return (members, healthy) => {
    const able = members.filter(({ name }) => healthy.includes(name))
    return able.length * 100 < percent * members.length ? members : able
  }
}
