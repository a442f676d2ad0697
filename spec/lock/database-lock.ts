/**
 * # Updates under a database lock
 *
 * What holds of `src/lock/database-lock.ts` beside {@link mutualExclusion}: no update of the number that the lock protects is lost.
 *
 * @module
 */
import type { Network, Properties } from "../../src/index.ts"
import type { databaseLock } from "../../src/lock/index.ts"
import { lockClientsOf } from "./mutual-exclusion.ts"

type DatabaseLocked = ReturnType<typeof databaseLock<Network<"connections">>>

/**
 * The updates of the number in a database, each of which adds 1.
 *
 * | property | formula |
 * |---|---|
 * | `noUpdateLost` | `Σ c : committed[c] ≤ value ≤ Σ c : committed[c] + uncertain[c] + (phase[c] = releasing ? 1 : 0)` |
 * | `mayCommit` | some behaviour leads to `∀ c : committed[c] > 0` |
 *
 * @example
 * ```ts
 * import { connections } from "touchstone"
 * import { databaseLock } from "touchstone/lock"
 * import { databaseUpdates } from "touchstone/spec/lock"
 *
 * const system = databaseLock({ lock: "row", clients: 2, entries: 1, network: connections() })
 * Object.keys(databaseUpdates(system)) // => ["noUpdateLost", "mayCommit"]
 * ```
 */
export const databaseUpdates = (system: DatabaseLocked): Properties => {
  const { always, reachable } = system
  const Client = lockClientsOf(system) as ReadonlyArray<`c${number}`>
  return {
    noUpdateLost: always((s) => {
      const sum = (of: (client: `c${number}`) => number) => Client.reduce((total, client) => total + of(client), 0)
      const committed = sum((client) => s.committed[client])
      const pending = sum((client) => s.uncertain[client] + (s.phase[client] === "releasing" ? 1 : 0))
      return committed <= s.value.database && s.value.database <= committed + pending
    }),
    mayCommit: reachable((s) => Client.every((client) => s.committed[client] > 0)),
  }
}
