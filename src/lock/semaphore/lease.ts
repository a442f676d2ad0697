/**
 * How long a lease must be where clients wait for it.
 *
 * @module
 */
import { type Clock, clock as clockOf } from "../../system/clock.ts"
import { type Ticks, ticks, wholeTicks } from "../../system/ticks.ts"
import { type Lease, LeaseTooShort, leastLease } from "../lease.ts"

/**
 * The least lease where a client relies on it from when it *hears* that it is granted, and not from when it has asked: it may have
 * waited for long. So the lease must be longer by what the message may take.
 *
 * @param term - for how many ticks of its clock the client relies on it.
 * @param delay - how many global ticks a message takes.
 *
 * @example
 * ```ts
 * import { leastLeaseGranted } from "touchstone/lock"
 *
 * leastLeaseGranted(4, { rate: { min: 2, max: 3 }, late: 1 }, { min: 0, max: 1 }) // => 13
 * ```
 */
export const leastLeaseGranted = (term: number, clock: Clock, delay: Ticks): number => {
  const { max } = ticks("the delay of messages", delay, { min: 0, max: 1 })
  return leastLease(term, clock) + clockOf(clock).rate.max * max
}

/**
 * Checks that a lease is long enough for its term, and returns it.
 *
 * @throws {@link LeaseTooShort} when it is not, unless it `mayOverlap`; InvalidDefinition when a time is not a whole number of
 *   ticks.
 *
 * @example
 * ```ts
 * import { longEnoughGranted } from "touchstone/lock"
 *
 * longEnoughGranted({ term: 1, lease: 3 }, {}, { min: 0, max: 1 }).lease // => 3
 * ```
 */
export const longEnoughGranted = (lease: Lease, clock: Clock, delay: Ticks): Lease => {
  wholeTicks("the term of a lease", lease.term, 1)
  wholeTicks("a lease", lease.lease, 1)
  const least = leastLeaseGranted(lease.term, clock, delay)
  if (lease.lease < least && lease.mayOverlap !== true) throw new LeaseTooShort({ ...lease, least })
  return lease
}
