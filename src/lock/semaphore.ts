/**
 * # Semaphore
 *
 * A lock that so many clients may hold at once, each with a *permit*. After Dijkstra, *Cooperating sequential processes* (1965), with
 * leases for the permits, after Gray and Cheriton, *Leases* (SOSP 1989): one whose client is gone comes back by itself.
 *
 * **Promises.** No more clients rely on a permit than there are permits. Who waits is not overtaken, and so waits for no more
 * than those before it, each of whom has a permit for a lease at most.
 *
 * **Assumes** that messages take no longer than a bound, that clocks run apart by no more than a known factor, and that a client that
 * is up looks at its clock in time. The server forgets nothing in a crash; a lease begins again then.
 *
 * **Does not promise** anything of a client that is *paused*: it wakes up, and believes that it has a permit that somebody else has.
 * A number of permits is no protection of a resource; see {@link fencedLease} for one.
 *
 * **Costs** 2 messages to acquire a permit, and 1 to release it. The server forces a write for each change.
 *
 * | a lease must be longer than | since |
 * |---|---|
 * | the term for which a client relies on it | the clock of the server may be the faster one, and the timer of the client late |
 * | and the delay of a message | the client counts from when it hears of it, for it may have waited for long |
 *
 * **Not in the papers**: the queue at the server, and a bound on how often a client asks, without which there would be no end to the
 * states. A client that is gone while it waits is granted its permit all the same, for one lease.
 *
 * @module
 */
import { names } from "../model/domain.ts"
import { InvalidDefinition } from "../model/errors.ts"
import { named } from "../system/blueprint.ts"
import type { Clock } from "../system/clock.ts"
import type { Faults } from "../system/fault.ts"
import { unordered } from "../system/network.ts"
import { system } from "../system/system.ts"
import type { Ticks } from "../system/ticks.ts"
import type { Lease } from "./lease.ts"
import { sharedLockClient } from "./semaphore/client.ts"
import { longEnoughGranted } from "./semaphore/lease.ts"
import { sharedLockServer } from "./semaphore/server.ts"

export { sharedLockClient } from "./semaphore/client.ts"
export { leastLeaseGranted, longEnoughGranted } from "./semaphore/lease.ts"
export { SharedLockMessage, SharedLockMode } from "./semaphore/message.ts"
export { type Admission, sharedLockServer } from "./semaphore/server.ts"

/**
 * A system in which clients `c1`, `c2`, … acquire permits of a semaphore, which a `server` keeps.
 *
 * @param definition - `permits`: how many there are; `clients`: how many; the `lease` of a permit, and the `term` for which a client
 *   relies on it; `requests`: how often each client asks; the `delay` of messages, in ticks of the global clock, the `clock`, and the
 *   `faults`, which are none unless given.
 * @throws LeaseTooShort when the lease may end at the server while a client still relies on it, and InvalidDefinition when there is no
 *   permit, no client, or one may not ask even once.
 *
 * @example
 * ```ts
 * import { semaphore } from "touchstone/lock"
 *
 * const { definition } = semaphore({
 *   permits: 2,
 *   clients: 3,
 *   lease: { term: 1, lease: 3 },
 *   requests: 1,
 *   delay: { min: 0, max: 1 },
 *   clock: {},
 * })
 * definition.processes.map(({ name }) => name) // => ["server", "c1", "c2", "c3"]
 * ```
 */
export const semaphore = ({ clients, clock, delay, faults = {}, lease, permits, requests }: {
  readonly permits: number
  readonly clients: number
  readonly lease: Lease
  readonly requests: number
  readonly delay: Ticks
  readonly clock: Clock
  readonly faults?: Faults
}) => {
  for (const [name, count] of Object.entries({ permits, clients, requests })) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new InvalidDefinition({ reason: `${name} is ${count}; a semaphore needs at least 1` })
    }
  }
  const { lease: granted, term } = longEnoughGranted(lease, clock, delay)
  const all = names("c", clients)
  return system({
    name: "semaphore",
    processes: [
      named("server", sharedLockServer(all, (held) => held.length < permits, granted)),
      ...all.map((name) => named(name, sharedLockClient("server", "permit", term, requests))),
    ],
    network: unordered({ delay }),
    clock,
    faults,
  })
}
