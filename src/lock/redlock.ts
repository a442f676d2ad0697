/**
 * # Redlock
 *
 * A lock on several servers of Redis that know nothing of each other: who has set the key on a majority of them within its validity time
 * holds the lock. After the documentation of Redis,
 * [*Distributed Locks with Redis*](https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/), section *The Redlock
 * Algorithm*; Kleppmann, [*How to do distributed locking*](https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html)
 * (2016); and Antirez, [*Is Redlock safe?*](https://antirez.com/news/101) (2016).
 *
 * **Promises** that no two clients believe that they hold the lock, as long as what it assumes is true.
 *
 * **Assumes** that clocks run apart by no more than a known factor, and *never jump*; that a client that is up looks at its clock in time,
 * and is *never paused* while it relies on the lock; and that a node does not forget a key in a crash, or takes no part for a lease after it.
 *
 * **Does not promise** anything else. It gives no fencing token: its values are random, and do not increase, so a resource cannot tell an
 * old holder from a new one.
 *
 * | who says so | what | and it is |
 * |---|---|---|
 * | Kleppmann | a client that is paused breaks it | so: `paused-3` |
 * | Kleppmann | a clock that jumps on one node breaks it | so: `clock-jumps-3` |
 * | Kleppmann | a message that is slow breaks it | not so, at the lock: `slow-3`. What was sent to a resource may be slow all the same |
 * | Antirez | the time that the answers took is subtracted, so delays do no harm | so: `slow-3` |
 * | Antirez | clocks need not agree, if they only run at about the same rate | so: `clocks-run-apart-3`; with too small a margin not: `margin-too-small-3` |
 * | Antirez | a node that has lost its key must stay away for a lease | so: `delayed-restart-3`; otherwise `restarts-at-once-3` |
 *
 * **Costs** `2q` messages in `2q` rounds to acquire a lock that is free, for a quorum of `q` nodes, and `q` messages in 1 round to release it;
 * a forced write at each of these nodes for each, where the nodes keep the key on their disks.
 *
 * **Not in the documentation**: a client there asks all nodes, and gives up on each after a short time-out; here it asks no more when it has a
 * quorum, and a node that does not answer holds it up until its term ends. It measures its validity time by a clock that it reads; here
 * by a timer. Clients bound their requests, without which there would be no end to the states. There is no retry after a random delay:
 * that is a request like any other.
 *
 * @module
 */
import { Data } from "effect"
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Budget } from "../system/budget.ts"
import type { Clock } from "../system/clock.ts"
import type { Faults } from "../system/fault.ts"
import type { AnyNetwork } from "../system/network.ts"
import { system } from "../system/system.ts"
import { type Lease, longEnough } from "./lease.ts"
import { redlockClient } from "./redlock/client.ts"
import { redlockNode, type RedlockPersistence } from "./redlock/node.ts"

export { redlockClient } from "./redlock/client.ts"
export { RedlockMessage } from "./redlock/message.ts"
export { redlockNode, type RedlockPersistence } from "./redlock/node.ts"

/** Two clients may each have a quorum of the nodes. */
export class DisjointNodeQuorums extends Data.TaggedError("DisjointNodeQuorums")<{
  readonly nodes: number
  readonly quorum: number
}> {
  override get message(): string {
    return `two clients may each have ${this.quorum} of ${this.nodes} nodes; give a quorum of ${
      Math.floor(this.nodes / 2) + 1
    } or more, or say mayBeDisjoint if that is what you want`
  }
}

/**
 * A system that uses Redlock: nodes `n1`, `n2`, …, and clients `c1`, `c2`, ….
 *
 * @param definition - `nodes` and `clients`: how many; the `quorum`, a majority unless given, and `mayBeDisjoint`, which permits one
 *   that is too small; the `lease` of the nodes, and the `term` for which a client relies on it; what a node does about crashes:
 *   `persistence`; how many `requests` each client makes; the `network`, the `clock`, and the `faults`, which are none unless given.
 * @throws {@link DisjointNodeQuorums}; LeaseTooShort when the lease may end at a node while a client still relies on it, with these
 *   clocks.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { redlock } from "touchstone/lock"
 *
 * const { definition } = redlock({
 *   nodes: 3,
 *   clients: 2,
 *   lease: { term: 1, lease: 2 },
 *   persistence: "delayedRestart",
 *   requests: 1,
 *   network: unordered(),
 *   clock: {},
 * })
 * definition.processes.map(({ name }) => name) // => ["n1", "n2", "n3", "c1", "c2"]
 * ```
 */
export const redlock = <N extends AnyNetwork, C extends Clock>(
  {
    clients,
    clock,
    faults = {},
    lease,
    mayBeDisjoint = false,
    network,
    nodes: count,
    persistence,
    quorum = Math.floor(count / 2) + 1,
    requests,
  }: {
    readonly nodes: number
    readonly clients: number
    readonly quorum?: number
    readonly mayBeDisjoint?: boolean
    readonly lease: Lease
    readonly persistence: RedlockPersistence
    readonly requests: Budget
    readonly network: N
    readonly clock: C
    readonly faults?: Faults
  },
) => {
  if (2 * quorum <= count && !mayBeDisjoint) throw new DisjointNodeQuorums({ nodes: count, quorum })
  const { lease: granted, term } = longEnough(lease, clock)
  const nodes = names("n", count)
  return system({
    name: "Redlock",
    processes: [
      ...nodes.map((name) => named(name, redlockNode(granted, persistence))),
      ...names("c", clients).map((name) => named(name, redlockClient(nodes, quorum, term, requests))),
    ],
    network,
    clock,
    faults,
  })
}
