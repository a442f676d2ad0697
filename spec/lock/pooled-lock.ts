/**
 * # The session of a lock through a pool
 *
 * What holds of `src/lock/pooled-lock.ts` beside {@link mutualExclusion}: the lock that a client holds is had by a session, and it
 * becomes free.
 *
 * @module
 */
import { type DeadlockFree, implies, type Network, type Properties } from "../../src/index.ts"
import type { pooledLock } from "../../src/lock/index.ts"
import { lockClientsOf } from "./mutual-exclusion.ts"

type PooledLock = ReturnType<typeof pooledLock<Network<"unordered">>>

/**
 * The session that has the lock.
 *
 * | property | formula |
 * |---|---|
 * | `heldBySession` | `∀ c : phase[c] = holding ⇒ ∃ s : kept(c) = s ∧ owner = s` |
 * | `mayWaitInQueue` | some behaviour leads to `queue ≠ ∅` |
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { pooledLock } from "touchstone/lock"
 * import { sessionOfLock } from "touchstone/spec/lock"
 *
 * const sizes = { clients: 2, sessions: 2, entries: 1 }
 * const system = pooledLock({ pooling: "session", lock: "session", ...sizes, network: unordered() })
 * Object.keys(sessionOfLock(system)) // => ["heldBySession", "mayWaitInQueue"]
 * ```
 */
export const sessionOfLock = (system: PooledLock): Properties => {
  const { always, reachable } = system
  const Client = lockClientsOf(system)
  return {
    heldBySession: always(
      { c: Client as ReadonlyArray<`c${number}`> },
      implies(
        (s, { c }) => s.phase[c] === "holding",
        (s, { c }) => s.state.database.kept.some(({ client, session }) => client === c && session === s.owner.database),
      ),
    ),
    mayWaitInQueue: reachable((s) => s.state.database.queue.length > 0),
  }
}

/**
 * Nothing is left over: where nothing can happen any more, no session has the lock, waits for it or is kept.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { pooledLock } from "touchstone/lock"
 * import { poolIsFree } from "touchstone/spec/lock"
 *
 * const sizes = { clients: 2, sessions: 2, entries: 1 }
 * poolIsFree(pooledLock({ pooling: "session", lock: "session", ...sizes, network: unordered() })).kind // => "deadlockFree"
 * ```
 */
export const poolIsFree = ({ deadlockFree }: PooledLock): DeadlockFree =>
  deadlockFree((s) =>
    s.owner.database === null && s.state.database.queue.length === 0 && s.state.database.kept.length === 0
  )
