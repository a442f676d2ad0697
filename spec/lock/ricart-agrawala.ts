/**
 * # The order of Ricart and Agrawala's nodes
 *
 * What holds of `src/lock/ricart-agrawala.ts` beside {@link mutualExclusion}: nodes enter in the order of their requests. After Ricart
 * and Agrawala, *An optimal algorithm for mutual exclusion in computer networks* (1981), which shows that nobody starves.
 *
 * @module
 */
import { implies, type Network, type Properties } from "../../src/index.ts"
import type { ricartAgrawala } from "../../src/lock/index.ts"

type RicartAgrawala = ReturnType<typeof ricartAgrawala<Network<"unordered">>>

/**
 * The order in which nodes enter.
 *
 * | property | formula |
 * |---|---|
 * | `inOrder` | `∀ p ≠ q : phase[p] = holding ∧ phase[q] = waiting ⇒ ⟨number[p], p⟩ < ⟨number[q], q⟩` |
 * | `increasing` | `∀ p : phase[p] = idle ∧ phase′[p] = waiting ⇒ number′[p] > number[p]` |
 * | `heard` | `∀ p ≠ q : phase[p] = waiting ∧ status[p] = up ∧ Request(p → q) ∉ network ⇒ highest[q] ≥ number[p]` |
 *
 * By the first two a request with the number *n* is overtaken by another node at most *n* times; by the third, at most once after
 * that node has heard of it, for its next request has a higher number. So there is bounded waiting.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { ricartAgrawala } from "touchstone/lock"
 * import { requestOrder } from "touchstone/spec/lock"
 *
 * const system = ricartAgrawala({ nodes: 2, entries: 1, network: unordered() })
 * Object.keys(requestOrder(system)) // => ["inOrder", "increasing", "heard"]
 * ```
 */
export const requestOrder = ({ always, definition, step }: RicartAgrawala): Properties => {
  const Node = definition.processes.map(({ name }) => name)
  return {
    inOrder: always(
      { p: Node, q: Node },
      implies(
        (s, { p, q }) => p !== q && s.phase[p] === "holding" && s.phase[q] === "waiting",
        (s, { p, q }) => s.number[p] < s.number[q] || (s.number[p] === s.number[q] && p < q),
      ),
    ),
    increasing: step(
      { p: Node },
      implies(
        (before, after, { p }) => before.phase[p] === "idle" && after.phase[p] === "waiting",
        (before, after, { p }) => after.number[p] > before.number[p],
      ),
    ),
    heard: always(
      { p: Node, q: Node },
      implies(
        (s, { p, q }) =>
          p !== q && s.phase[p] === "waiting" && s.status[p] === "up" &&
          !s.network.some({ _tag: "Envelope", from: p, to: q, message: { _tag: "Request", number: s.number[p] } }),
        (s, { p, q }) => s.highest[q] >= s.number[p],
      ),
    ),
  }
}
