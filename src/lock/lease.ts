/**
 * Leases: a lock that ends by itself. Gray and Cheriton, *Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache
 * Consistency* (SOSP 1989), say what it rests on: bounds of how far clocks run apart.
 *
 * Two clocks measure a lease. The client stops to rely on it after a *term*, counted from when it has *asked* for it: it cannot know when
 * it was granted, but not before that. The server counts from when it has *granted* it. So the client is always early, however long the
 * messages take, as long as the clock of the one does not run away from that of the other: that is what the margin between term and
 * lease is for.
 *
 * @module
 */
import { Data } from "effect"
import { type Clock, clock as clockOf } from "../system/clock.ts"
import { wholeTicks } from "../system/ticks.ts"

/** How long a lock is granted, and for how long a client relies on it. */
export interface Lease {
  /** In ticks of the client's clock, from when it has asked. */
  readonly term: number
  /** In ticks of the server's clock, from when it has granted. */
  readonly lease: number
  /** Permits a lease that is too short. Nothing is safe then; it shows why there must be a margin. */
  readonly mayOverlap?: boolean
}

/** A lease may end at the server while a client still relies on it. */
export class LeaseTooShort extends Data.TaggedError("LeaseTooShort")<{
  readonly term: number
  readonly lease: number
  /** The least that the lease must be. */
  readonly least: number
}> {
  override get message(): string {
    return `a lease of ${this.lease} ticks may end at the server while a client still relies on it for its term of ${this.term}, with ` +
      `clocks that run apart as these do; give a lease of ${this.least} or more, or say mayOverlap if that is what you want`
  }
}

/**
 * The least lease that is longer than a client relies on it: how far the fastest clock goes on until the slowest one has shown the
 * term, and the client's timer, which may be late, has fired; and one tick more, since what happens in the same tick happens in any
 * order.
 *
 * @param term - for how many ticks of its clock the client relies on it.
 *
 * @example
 * ```ts
 * import { leastLease } from "touchstone/lock"
 *
 * leastLease(2, {}) // => 3
 * leastLease(4, { rate: { min: 2, max: 3 }, late: 1 }) // => 10
 * ```
 */
export const leastLease = (term: number, clock: Clock): number => {
  const { late, rate } = clockOf(clock)
  return rate.max * Math.ceil((term + late) / rate.min) + 1
}

/**
 * Checks that a lease is long enough for its term, and returns it.
 *
 * @param clock - the clocks of the client and of the server.
 * @throws {@link LeaseTooShort} when it is not, unless it `mayOverlap`; InvalidDefinition when a time is not a whole number of
 *   ticks, at least 1, or the clocks are none.
 *
 * @example
 * ```ts
 * import { longEnough } from "touchstone/lock"
 * import { Result } from "effect"
 *
 * longEnough({ term: 2, lease: 3 }, {}).lease // => 3
 * Result.try(() => longEnough({ term: 2, lease: 2 }, {}))._tag // => "Failure"
 * ```
 */
export const longEnough = (lease: Lease, clock: Clock): Lease => {
  wholeTicks("the term of a lease", lease.term, 1)
  wholeTicks("a lease", lease.lease, 1)
  const least = leastLease(lease.term, clock)
  if (lease.lease < least && lease.mayOverlap !== true) throw new LeaseTooShort({ ...lease, least })
  return lease
}
