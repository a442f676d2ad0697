/**
 * # The leave of a request set
 *
 * What holds of `src/lock/maekawa.ts` beside {@link mutualExclusion}: who holds the lock has the leave of its whole request set. After
 * Maekawa, *A √N algorithm for mutual exclusion in decentralized systems* (1985).
 *
 * @module
 */
import { implies, type Network, type Properties, type Reachable } from "../../src/index.ts"
import type { maekawa } from "../../src/lock/index.ts"

type Maekawa = ReturnType<typeof maekawa<Network<"fifo">>>

/**
 * The leave that members of request sets give.
 *
 * | property | formula |
 * |---|---|
 * | `leaveOfAll` | `∀ p : phase[p] = holding ⇒ ∀ m ∈ requestSet[p] : lockedFor[m] = p` |
 *
 * @param requestSets - for each node, whom it asks, as the system was given.
 *
 * @example
 * ```ts
 * import { fifo, names } from "touchstone"
 * import { lines, maekawa } from "touchstone/lock"
 * import { requestSetLeave } from "touchstone/spec/lock"
 *
 * const requestSets = lines(names("p", 3), [0, 1])
 * const system = maekawa({ requestSets, entries: [1, 1, 1], network: fifo() })
 * Object.keys(requestSetLeave(system, requestSets)) // => ["leaveOfAll"]
 * ```
 */
export const requestSetLeave = (
  { always, definition }: Maekawa,
  requestSets: ReadonlyArray<ReadonlyArray<string>>,
): Properties => {
  const Node = definition.processes.map(({ name }) => name)
  return {
    leaveOfAll: always(
      { p: Node },
      implies(
        (s, { p }) => s.phase[p] === "holding",
        (s, { p }) =>
          Node.every((member) => !requestSets[Node.indexOf(p)]?.includes(member) || s.lockedFor[member]?.from === p),
      ),
    ),
  }
}

/**
 * Somebody may give back the leave that it has: some behaviour leads to a `Relinquish` on its way. Two nodes whose request sets share
 * one member never do, and then the lock is never in danger of a deadlock.
 *
 * @example
 * ```ts
 * import { fifo, names } from "touchstone"
 * import { lines, maekawa } from "touchstone/lock"
 * import { mayRelinquish } from "touchstone/spec/lock"
 *
 * const requestSets = lines(names("p", 3), [0, 1])
 * mayRelinquish(maekawa({ requestSets, entries: [1, 1, 1], network: fifo() })).kind // => "reachable"
 * ```
 */
export const mayRelinquish = ({ definition, reachable }: Maekawa): Reachable => {
  const Node = definition.processes.map(({ name }) => name)
  return reachable(
    { p: Node, q: Node },
    (s, { p, q }) => s.channels[`${p} → ${q}`].some(({ _tag }) => _tag === "Relinquish"),
  )
}
