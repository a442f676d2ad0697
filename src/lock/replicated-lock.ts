/**
 * # A lock with a replica
 *
 * A lock on a server of Redis, which copies what it does to another one. When the first one, the *primary*, fails, the *replica* takes
 * over. After the documentation of Redis,
 * [*Distributed Locks with Redis*](https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/), section *Why Failover-based
 * Implementations Are Not Enough*, and [*Replication*](https://redis.io/docs/latest/operate/oss_and_stack/management/replication/).
 *
 * | the primary answers | and then |
 * |---|---|
 * | `atOnce`, as Redis does | what it has not copied when it fails is lost: the replica gives the lock away once more |
 * | `afterCopy`, when the replica has the copy | who holds the lock is known to the replica |
 *
 * **Promises**, where it answers after the copy: no two clients believe that they hold the lock, also when a primary that is only slow is taken
 * for failed.
 *
 * **Assumes** that messages from one process to another arrive in their order, and that the replica does not fail.
 *
 * **Does not promise** anything where the primary answers at once. Nor, in either case, that the lock becomes free when a client fails: it
 * has no lease here, since what goes wrong has nothing to do with time; and nor that a primary that is wrongly taken for failed can give the lock
 * to anybody.
 *
 * **Costs** 2 messages in 2 rounds to acquire the lock where it answers at once, and one copy; 4 messages in 4 rounds where it answers after the
 * copy.
 *
 * **Not in Redis**: `WAIT` makes a client wait for copies, but what was written is there all the same, and others see it before. How many
 * requests a client makes has a bound, without which there would be no end to the states. A client finds out by itself that the
 * primary has failed; in practice a sentinel tells it.
 *
 * @module
 */
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Budget } from "../system/budget.ts"
import type { Detector, DetectorKind } from "../system/detector.ts"
import type { Faults } from "../system/fault.ts"
import { fifo } from "../system/network.ts"
import { system } from "../system/system.ts"
import { replicatedLockClient } from "./replicated-lock/client.ts"
import { type ReplicatedLockAnswers, replicatedLockServer } from "./replicated-lock/server.ts"

export { replicatedLockClient } from "./replicated-lock/client.ts"
export { ReplicatedLockMessage } from "./replicated-lock/message.ts"
export { type ReplicatedLockAnswers, replicatedLockServer } from "./replicated-lock/server.ts"

/**
 * A system that uses a lock with a replica: `primary` and `replica`, and clients `c1`, `c2`, …. Messages keep their order, and none is
 * lost.
 *
 * @param definition - `clients`: how many; when the primary `answers`; how many `requests` each client makes; the `detector` by which it is
 *   found out that the primary has failed, and the `faults`, which are none unless given.
 *
 * @example
 * ```ts
 * import { replicatedLock } from "touchstone/lock"
 *
 * const { definition } = replicatedLock({
 *   clients: 2,
 *   answers: "afterCopy",
 *   requests: 1,
 *   detector: "perfect",
 *   faults: { crashStop: { total: 1, of: ["primary"] } },
 * })
 * definition.processes.map(({ name }) => name) // => ["primary", "replica", "c1", "c2"]
 * ```
 */
export const replicatedLock = ({ answers, clients, detector, faults = {}, requests }: {
  readonly clients: number
  readonly answers: ReplicatedLockAnswers
  readonly requests: Budget
  readonly detector: DetectorKind | Detector
  readonly faults?: Faults
}) =>
  system({
    name: "a lock with a replica",
    processes: [
      named("primary", replicatedLockServer("primary", "replica", answers)),
      named("replica", replicatedLockServer("replica", "primary", answers)),
      ...names("c", clients).map((name) => named(name, replicatedLockClient("primary", "replica", requests))),
    ],
    network: fifo(),
    detector,
    faults,
  })
