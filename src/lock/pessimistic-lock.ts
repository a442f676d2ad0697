/**
 * # Pessimistic lock
 *
 * A lock on one server, with a lease: it is set only if it is free, in one atomic step with its expiry; it has an owner token, and
 * only who shows that may extend or release it. After the documentation of Redis,
 * [*Distributed Locks with Redis*](https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/), section *Correct
 * Implementation with a Single Instance*, and Gray and Cheriton, *Leases* (SOSP 1989).
 *
 * **Promises** that no two clients believe that they hold the lock, that only the owner releases it, that an extension comes too late or
 * extends the owner's own lease, and that a lock whose owner has crashed is free again when the lease has ended: with any delay of
 * messages, with loss and duplication, and with crashes of clients and of the server.
 *
 * **Assumes** that clocks run apart by no more than a known factor; that a client that is up looks at its clock in time, before it does
 * anything else; and that the server forgets nothing in a crash.
 *
 * **Does not promise** anything of a client that is *paused*: it wakes up, and believes what it believed before. Nor of the resource
 * that the lock protects: what a client has sent there may arrive when its lease has ended. For both see the lease with a fencing token.
 * Nor that everybody who asks gets the lock.
 *
 * | `SET … NX EX` and two scripts | here |
 * |---|---|
 * | `SET lock token NX EX lease` | `Acquire` |
 * | if the value is the token, `EXPIRE lock lease` | `Extend` |
 * | if the value is the token, `DEL lock` | `Release` |
 *
 * | a client | relies on a lease |
 * |---|---|
 * | that acquires the lock | from when it has sent `Acquire` |
 * | that extends the lease | from when it has sent `Extend`, and until it is told so, on the lease that it has |
 *
 * **Costs** 2 messages in 2 rounds to acquire the lock, and as many to extend and to release it. The server forces a write for each
 * change of the owner.
 *
 * **Not in the documentation**: an owner token there is a random value; here it is the client's name and the number of its request, which
 * is forced to the client's disk. Clients bound their requests and extensions, without which there would be no end to the states. A
 * client there measures for how long it has a lock that was granted, by a clock that it reads; here a timer does so.
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
import { type Lease, longEnough } from "./lease.ts"
import { pessimisticLockClient } from "./pessimistic-lock/client.ts"
import { pessimisticLockServer } from "./pessimistic-lock/server.ts"

export { pessimisticLockClient } from "./pessimistic-lock/client.ts"
export { PessimisticLockMessage } from "./pessimistic-lock/message.ts"
export { pessimisticLockServer } from "./pessimistic-lock/server.ts"

/**
 * A system that uses the pessimistic lock: a `server`, and clients `c1`, `c2`, ….
 *
 * @param definition - `clients`: how many; the `lease`, and the `term` for which a client relies on it; how many `requests` each
 *   client makes, and how many `extensions` of each; the `network`, the `clock`, and the `faults`, which are none unless given.
 * @throws LeaseTooShort when the lease may end at the server while a client still relies on it, with these clocks.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { leastLease, pessimisticLock } from "touchstone/lock"
 *
 * const clock = { rate: { min: 9, max: 10 } }
 * const lock = pessimisticLock({
 *   clients: 2,
 *   lease: { term: 18, lease: leastLease(18, clock) },
 *   requests: 2,
 *   extensions: 1,
 *   network: unordered({ loss: 1 }),
 *   clock,
 * })
 * lock.definition.processes.map(({ name }) => name) // => ["server", "c1", "c2"]
 * ```
 */
export const pessimisticLock = <N extends AnyNetwork>(
  { clients, clock, extensions, faults = {}, lease, network, requests }: {
    readonly clients: number
    readonly lease: Lease
    readonly requests: Budget
    readonly extensions: Budget
    readonly network: N
    readonly clock: Clock
    readonly faults?: Faults
  },
) => {
  const { lease: granted, term } = longEnough(lease, clock)
  return system({
    name: "pessimistic lock",
    processes: [
      named("server", pessimisticLockServer(granted)),
      ...names("c", clients).map((name) =>
        named(name, pessimisticLockClient("server", term, { requests, extensions }))
      ),
    ],
    network,
    clock,
    faults,
  })
}
