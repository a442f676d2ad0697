/**
 * # Reader–writer lock
 *
 * A lock that is held by any number of readers, or by one writer. After Courtois, Heymans and Parnas, *Concurrent control with "readers"
 * and "writers"* (CACM 14(10), 1971), with leases, after Gray and Cheriton, *Leases* (SOSP 1989): a lock whose client is gone comes
 * back by itself.
 *
 * **Promises.** While a writer relies on the lock, nobody else does. Readers and writers are admitted in the order in which they
 * ask, so neither starve: a reader that comes after a writer who waits, waits too.
 *
 * **Assumes** what a {@link semaphore} assumes of delays, clocks and the server.
 *
 * **Does not promise** anything of a client that is *paused*, as a semaphore does not. The paper has two solutions, which let readers or
 * writers go first; in the first writers may starve, in the second readers. Neither is this one.
 *
 * Its server and its clients are those of a {@link semaphore}, whose server admits others.
 *
 * **Costs** 2 messages to acquire the lock, and 1 to release it. The server forces a write for each change.
 *
 * **Not in the papers**: the queue at the server, and a bound on how often a client asks, without which there would be no end to the
 * states.
 *
 * @module
 */
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
import { type Admission, sharedLockServer } from "./semaphore/server.ts"

/**
 * Whom a reader–writer lock admits: a reader beside readers, a writer alone.
 *
 * @example
 * ```ts
 * import { admitsReadersOrWriter } from "touchstone/lock"
 *
 * admitsReadersOrWriter(["read", "read"], "read") // => true
 * admitsReadersOrWriter(["read"], "write") // => false
 * ```
 */
export const admitsReadersOrWriter: Admission = (held, mode) =>
  mode === "write" ? held.length === 0 : !held.includes("write")

/**
 * A system in which clients read or write under a lock, which a `server` keeps: readers `r1`, `r2`, …, and writers `w1`, `w2`, ….
 *
 * @param definition - `readers` and `writers`: how many; the `lease` of the lock, and the `term` for which a client relies on it;
 *   `requests`: how often each client asks; the `delay` of messages, in ticks of the global clock, the `clock`, and the `faults`, which
 *   are none unless given.
 * @throws LeaseTooShort when the lease may end at the server while a client still relies on it, and InvalidDefinition when there is no
 *   client, or one may not ask even once.
 *
 * @example
 * ```ts
 * import { readerWriterLock } from "touchstone/lock"
 *
 * const { definition } = readerWriterLock({
 *   readers: 2,
 *   writers: 1,
 *   lease: { term: 1, lease: 3 },
 *   requests: 1,
 *   delay: { min: 0, max: 1 },
 *   clock: {},
 * })
 * definition.processes.map(({ name }) => name) // => ["server", "r1", "r2", "w1"]
 * ```
 */
export const readerWriterLock = ({ clock, delay, faults = {}, lease, readers, requests, writers }: {
  readonly readers: number
  readonly writers: number
  readonly lease: Lease
  readonly requests: number
  readonly delay: Ticks
  readonly clock: Clock
  readonly faults?: Faults
}) => {
  for (
    const [name, count, least] of [["readers", readers, 0], ["writers", writers, 0], ["requests", requests, 1]] as const
  ) {
    if (!Number.isSafeInteger(count) || count < least) {
      throw new InvalidDefinition({ reason: `${name} is ${count}; a reader–writer lock needs at least ${least}` })
    }
  }
  if (readers + writers === 0) {
    throw new InvalidDefinition({ reason: "a reader–writer lock without readers and writers has no client" })
  }
  const { lease: granted, term } = longEnoughGranted(lease, clock, delay)
  const numbered = <P extends string>(prefix: P, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${index + 1}` as const)
  const reading = numbered("r", readers)
  const writing = numbered("w", writers)
  return system({
    name: "reader–writer lock",
    processes: [
      named("server", sharedLockServer([...reading, ...writing], admitsReadersOrWriter, granted)),
      ...reading.map((name) => named(name, sharedLockClient("server", "read", term, requests))),
      ...writing.map((name) => named(name, sharedLockClient("server", "write", term, requests))),
    ],
    network: unordered({ delay }),
    clock,
    faults,
  })
}
