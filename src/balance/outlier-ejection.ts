/**
 * # Outlier ejection
 *
 * Passive health checks: a backend whose answers to real requests are failures, several in a row, is not chosen for a while. After Envoy's
 * *outlier detection*, with its `consecutive_5xx` and `max_ejection_percent`.
 *
 * A balancer that ejects everybody serves nobody; and where all fail, the fault is hardly with the backends. So there is a floor: never
 * more than a percentage of the members is ejected at a time. The first is ejected whatever the percentage, as Envoy did from the
 * beginning and now does with `always_eject_one_host`; but not if it is the only member.
 *
 * **Promises** that a member is ejected directly when its last `failures` results were all failures, unless that many are ejected
 * already; and that at any time at most `mostEjected`(members) are. For how long somebody is ejected, the caller decides.
 *
 * **Does not promise** that whoever fails is ejected: at the floor it stays, and gets its share.
 *
 * **Costs** two numbers per backend, and no request of its own.
 *
 * **Not in Envoy**: that a single member is never ejected. Its statistical methods (success rate,
 * failure percentage) are left out.
 *
 * @module
 */
import { Schema } from "effect"
import { InvalidDefinition } from "../model/errors.ts"

/** The failures in a row of each member, and the names of those that are ejected. */
export const Ejections = Schema.Struct({
  failures: Schema.Record(Schema.String, Schema.Int),
  ejected: Schema.Array(Schema.String),
})

/** The failures in a row of each member, and the names of those that are ejected. */
export type Ejections = typeof Ejections.Type

/** What {@link outlierEjection} gives. */
export interface OutlierEjection {
  /** Nobody has failed. */
  readonly start: (members: ReadonlyArray<string>) => Ejections
  /** A member has answered a request. */
  readonly answered: (state: Ejections, backend: string, succeeded: boolean) => Ejections
  /** The time of a member's ejection is over. */
  readonly readmit: (state: Ejections, backend: string) => Ejections
  /** How many of so many members may be ejected at a time. */
  readonly mostEjected: (members: number) => number
}

/**
 * Outlier ejection.
 *
 * @param options - `failures` in a row after which a member is ejected, from 1; `percent` of the members that may be ejected at a time, from 0
 *   to 100.
 * @throws InvalidDefinition when they are not such whole numbers.
 *
 * @example
 * ```ts
 * import { outlierEjection } from "touchstone/balance"
 *
 * const { answered, mostEjected, start } = outlierEjection({ failures: 1, percent: 50 })
 * mostEjected(3) // => 1
 * const one = answered(start(["a", "b", "c"]), "a", false)
 * one.ejected // => ["a"]
 * answered(one, "b", false).ejected // => ["a"]
 * ```
 */
export const outlierEjection = (
  { failures: threshold, percent }: { readonly failures: number; readonly percent: number },
): OutlierEjection => {
  if (!Number.isSafeInteger(threshold) || threshold < 1) {
    throw new InvalidDefinition({ reason: `ejection after ${threshold} failures; give a whole number from 1` })
  }
  if (!Number.isSafeInteger(percent) || percent < 0 || percent > 100) {
    throw new InvalidDefinition({ reason: `${percent} % may be ejected; give a whole number from 0 to 100` })
  }
  const mostEjected = (members: number): number =>
    Math.max(Math.min(1, members - 1), Math.floor((members * percent) / 100))
  return {
    mostEjected,
    start: (members) => ({ failures: Object.fromEntries(members.map((member) => [member, 0])), ejected: [] }),
    answered: ({ ejected, failures }, backend, succeeded) => {
      // More than the threshold is not counted: at the floor, one more failure changes nothing.
      const inARow = succeeded ? 0 : Math.min(threshold, (failures[backend] as number) + 1)
      const next = { ...failures, [backend]: inARow }
      const isOut = inARow === threshold && !ejected.includes(backend) &&
        ejected.length < mostEjected(Object.keys(failures).length)
      return isOut
        ? { failures: { ...next, [backend]: 0 }, ejected: [...ejected, backend].toSorted() }
        : { failures: next, ejected }
    },
    readmit: ({ ejected, failures }, backend) => ({
      failures: { ...failures, [backend]: 0 },
      ejected: ejected.filter((name) => name !== backend),
    }),
  }
}
