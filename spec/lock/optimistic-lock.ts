/**
 * # Updates under an optimistic lock
 *
 * What holds of `src/lock/optimistic-lock.ts`: no update is lost, nobody is refused without cause.
 *
 * @module
 */
import type { DeadlockFree, Properties } from "../../src/index.ts"
import { implies } from "../../src/index.ts"
import type { optimisticLock } from "../../src/lock/index.ts"

type OptimisticLock = ReturnType<typeof optimisticLock>

/** A state of the model. */
type Observed = Parameters<NonNullable<Parameters<OptimisticLock["model"]>[1]>>[0]

/** What clients add, by their order. */
type Updates = ReadonlyArray<number>

const clientsOf = (updates: Updates) => updates.map((update, index) => ({ name: `c${index + 1}` as const, update }))

/** All that some of these numbers may come to. */
const sums = ([first, ...rest]: ReadonlyArray<number>): ReadonlyArray<number> =>
  first === undefined ? [0] : sums(rest).flatMap((sum) => [sum, sum + first])

/**
 * The properties of an optimistic lock.
 *
 * | property | formula |
 * |---|---|
 * | `noLostUpdate` | `∃ U ⊆ Pending : value = Σ u ∈ Updated ∪ U : update[u]` |
 * | `refusedForCause` | `∀ c : refusals[c] ≤ version` |
 * | `oneSucceeds` | `∀ c : phase[c] = givenUp ⇒ ∃ d ≠ c : d ∈ Updated ∪ Pending` |
 * | `mayUpdate` | some behaviour leads to `∀ c : phase[c] = updated` |
 *
 * where `Updated` are the clients whose update was acknowledged, `phase = updated`, and `Pending` those of whose update nobody knows
 * yet, or ever will: who is `writing`, has crashed, or is `unknown`. As the version counts the writes that took place, `refusedForCause` says that each refusal needs
 * another write.
 *
 * @param updates - what each client adds, as the system was given.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { optimisticLock } from "touchstone/lock"
 * import { optimisticUpdates } from "touchstone/spec/lock"
 *
 * const updates = [1, 1]
 * const system = optimisticLock({ updates, maxAttempts: 2, network: unordered() })
 * system.model(optimisticUpdates(system, updates)).name // => "optimistic lock"
 * ```
 */
export const optimisticUpdates = ({ always, reachable }: OptimisticLock, updates: Updates): Properties => {
  const clients = clientsOf(updates)
  const names = clients.map(({ name }) => name)
  const isPending = ({ phase, status }: Observed, name: (typeof names)[number]) =>
    phase[name] === "writing" || phase[name] === "unknown" || status[name] !== "up"
  return {
    noLostUpdate: always((s) => {
      const updated = clients.filter(({ name }) => s.phase[name] === "updated")
      const pending = clients.filter(({ name }) => isPending(s, name))
      const acknowledged = updated.reduce((sum, { update }) => sum + update, 0)
      return sums(pending.map(({ update }) => update)).some((sum) => s.state.store.value === acknowledged + sum)
    }),
    refusedForCause: always({ c: names }, (s, { c }) => s.refusals[c] <= s.state.store.version),
    oneSucceeds: always(
      { c: names },
      implies(
        (s, { c }) => s.phase[c] === "givenUp",
        (s, { c }) => names.some((name) => name !== c && (s.phase[name] === "updated" || isPending(s, name))),
      ),
    ),
    mayUpdate: reachable((s) => names.every((name) => s.phase[name] === "updated")),
  }
}

/**
 * What conflicts lead to, where there are enough clients.
 *
 * | property | meaning |
 * |---|---|
 * | `maySucceedLater` | some behaviour leads to a client that has updated the record after it was refused |
 * | `mayStarve` | some behaviour leads to a client that has given up, while all others have updated the record |
 *
 * @param updates - what each client adds, as the system was given.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { optimisticLock } from "touchstone/lock"
 * import { conflicts } from "touchstone/spec/lock"
 *
 * const updates = [1, 1]
 * const system = optimisticLock({ updates, maxAttempts: 2, network: unordered() })
 * Object.keys(conflicts(system, updates)) // => ["maySucceedLater", "mayStarve"]
 * ```
 */
export const conflicts = ({ reachable }: OptimisticLock, updates: Updates): Properties => {
  const names = clientsOf(updates).map(({ name }) => name)
  return {
    maySucceedLater: reachable({ c: names }, (s, { c }) => s.phase[c] === "updated" && s.refusals[c] > 0),
    mayStarve: reachable(
      { c: names },
      (s, { c }) => names.every((name) => name === c ? s.phase[name] === "givenUp" : s.phase[name] === "updated"),
    ),
  }
}

/**
 * Everybody is answered: where nothing can happen any more, each client that is up has updated the record or given up. It claims
 * nothing where messages are lost.
 *
 * @param updates - what each client adds, as the system was given.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { optimisticLock } from "touchstone/lock"
 * import { updatesEnd } from "touchstone/spec/lock"
 *
 * const updates = [1, 1]
 * updatesEnd(optimisticLock({ updates, maxAttempts: 2, network: unordered() }), updates).kind // => "deadlockFree"
 * ```
 */
export const updatesEnd = ({ deadlockFree }: OptimisticLock, updates: Updates): DeadlockFree =>
  deadlockFree((s) =>
    clientsOf(updates).every(({ name }) => s.phase[name] !== "reading" && s.phase[name] !== "writing")
  )
