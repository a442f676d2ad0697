/**
 * # Lease with a fencing token
 *
 * A lock that ends by itself, and gives each holder a number that is greater than all before: the *fencing token*. The holder shows it
 * in every request to the resource that the lock protects, and the resource refuses whoever comes with a smaller one than it has seen. So
 * it does not matter whether a client notices in time that its lease has ended. After Kleppmann,
 * [*How to do distributed locking*](https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html) (2016), section *Making
 * the lock safe with fencing*, and Burrows, *The Chubby lock service for loosely-coupled distributed systems* (OSDI 2006), section 2.4.
 *
 * **Promises** that what the resource does for different holders never interleaves, and so that no update is lost: however slow messages
 * are, however long a client is paused, whoever crashes, and whatever clocks show. The lease only sees to it that the lock becomes free
 * again. A client that is cut off is told so.
 *
 * **Assumes** that the server never gives a token twice, not even after a crash; that the resource forgets no token that it has seen;
 * and that it checks *every* request, also those that only read.
 *
 * **Does not promise** that only one client believes that it holds the lock: that takes bounds of time, and nobody may be paused.
 * Nor anything of a resource that checks no tokens.
 *
 * | the resource checks the tokens of | and is used |
 * |---|---|
 * | all requests | by one after the other |
 * | writes alone | by a paused client until the next holder writes: who has read meanwhile overwrites that |
 * | none | by whoever comes |
 *
 * **Costs** 2 messages in 2 rounds to acquire the lock, as many to release it, and nothing more at the resource than without the token.
 * The server forces a write for each change of the owner, and the resource one for each new token.
 *
 * **Not in the article**: it has only writes in its pictures. That reads must show the token too, follows from what a lock is for: the
 * holder writes what it has made of what it has read. Clients bound their requests, without which there would be no end to the states.
 *
 * @module
 */
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Budget } from "../system/budget.ts"
import type { Clock } from "../system/clock.ts"
import type { Faults } from "../system/fault.ts"
import type { AnyNetwork } from "../system/network.ts"
import { system } from "../system/system.ts"
import { fencedLeaseClient } from "./fenced-lease/client.ts"
import { fencedLeaseServer } from "./fenced-lease/server.ts"
import { type Lease, longEnough } from "./lease.ts"
import { type Fencing, resource } from "./resource.ts"

export { fencedLeaseClient } from "./fenced-lease/client.ts"
export { FencedLeaseMessage } from "./fenced-lease/message.ts"
export { fencedLeaseServer } from "./fenced-lease/server.ts"

/**
 * A system that uses a lease with a fencing token: a `server`, a `resource`, and clients `c1`, `c2`, ….
 *
 * @param definition - `clients`: how many; the `lease`, and the `term` for which a client relies on it; which tokens the resource checks:
 *   `fencing`; how many `requests` for the lock each client makes; the `network`, the `clock`, and the `faults`, which are none unless
 *   given.
 * @throws LeaseTooShort when the lease may end at the server while a client still relies on it, with these clocks.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { fencedLease } from "touchstone/lock"
 *
 * const { definition } = fencedLease({
 *   clients: 2,
 *   lease: { term: 1, lease: 2 },
 *   fencing: "all",
 *   requests: 1,
 *   network: unordered(),
 *   clock: {},
 *   faults: { pause: 1 },
 * })
 * definition.processes.map(({ name }) => name) // => ["server", "resource", "c1", "c2"]
 * ```
 */
export const fencedLease = <N extends AnyNetwork>(
  { clients, clock, faults = {}, fencing, lease, network, requests }: {
    readonly clients: number
    readonly lease: Lease
    readonly fencing: Fencing
    readonly requests: Budget
    readonly network: N
    readonly clock: Clock
    readonly faults?: Faults
  },
) => {
  const { lease: granted, term } = longEnough(lease, clock)
  return system({
    name: "lease with a fencing token",
    processes: [
      named("server", fencedLeaseServer(granted)),
      named("resource", resource(fencing)),
      ...names("c", clients).map((name) =>
        named(name, fencedLeaseClient({ server: "server", resource: "resource" }, term, requests))
      ),
    ],
    network,
    clock,
    faults,
  })
}
