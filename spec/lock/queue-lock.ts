/**
 * # The queue of a lock
 *
 * What holds of `src/lock/queue-lock.ts` beside {@link mutualExclusion}: the lock is held in the order of the queue, and when it moves on
 * at most one client is told. After Hunt, Konar, Junqueira and Reed, *ZooKeeper: wait-free coordination for internet-scale systems*
 * (2010), section 2.4.
 *
 * @module
 */
import { implies, type Network, type Properties } from "../../src/index.ts"
import type { queueLock } from "../../src/lock/index.ts"
import { lockClientsOf } from "./mutual-exclusion.ts"

type QueueLock = ReturnType<typeof queueLock<Network<"connections">>>

/**
 * The properties of the queue.
 *
 * | property | formula |
 * |---|---|
 * | `lowestHolds` | `∀ c : phase[c] = holding ∧ status[c] = up ∧ c ∉ expired ⇒ session(lowest(nodes)) = c` |
 * | `oneNodeEach` | `∀ m, n ∈ nodes : session(m) = session(n) ⇒ m = n` |
 * | `noHerd` | `∀ v, w ∈ watches : number(v) = number(w) ⇒ v = w` |
 * | `mayWatch` | some behaviour leads to `watches ≠ ∅` |
 *
 * So of two that believe that they hold the lock, since the session of one has expired, the other has the greater number.
 *
 * @example
 * ```ts
 * import { connections } from "touchstone"
 * import { queueLock } from "touchstone/lock"
 * import { queueOrder } from "touchstone/spec/lock"
 *
 * const system = queueLock({ clients: 2, entries: 1, network: connections() })
 * Object.keys(queueOrder(system)) // => ["lowestHolds", "oneNodeEach", "noHerd", "mayWatch"]
 * ```
 */
export const queueOrder = (system: QueueLock): Properties => {
  const { always, reachable } = system
  const Client = lockClientsOf(system) as ReadonlyArray<`c${number}`>
  const areDistinct = (all: ReadonlyArray<unknown>): boolean => new Set(all).size === all.length
  return {
    lowestHolds: always(
      { c: Client },
      implies(
        (s, { c }) => s.phase[c] === "holding" && s.status[c] === "up" && !s.state.ensemble.expired.includes(c),
        (s, { c }) => s.state.ensemble.nodes[0]?.session === c,
      ),
    ),
    oneNodeEach: always((s) => areDistinct(s.state.ensemble.nodes.map(({ session }) => session))),
    noHerd: always((s) => areDistinct(s.state.ensemble.watches.map(({ number }) => number))),
    mayWatch: reachable((s) => s.state.ensemble.watches.length > 0),
  }
}
