/**
 * # Consensus
 *
 * *What* a consensus algorithm must achieve: at most one value is ever chosen. After Lamport, *The Paxos algorithm, or how
 * to win a Turing Award* (lectures, 2019), and its public specification `Consensus`.
 *
 * There are no processes here, and no failures: only the set of chosen values, which is empty at first, may become a set of
 * one, and never changes again. That "never again" is why this is a specification of steps and not just the invariant that
 * there is at most one chosen value: that alone would let a value be chosen, unchosen, and another one chosen.
 *
 * @module
 */
import { type Model, names, set, type SetOf, variables } from "../../src/index.ts"

/** The variables of {@link Consensus}. */
export type Consensus = { readonly chosen: SetOf<`v${number}`> }

/**
 * The specification of consensus.
 *
 * | action | formula |
 * |---|---|
 * | `choose(v)` | `chosen = {} ∧ chosen′ = {v}` |
 *
 * | property | formula |
 * |---|---|
 * | `atMostOne` | `‖chosen‖ ≤ 1` |
 *
 * @param constants - `values`: how many values there are to choose from.
 *
 * @example
 * ```ts
 * import { Consensus } from "touchstone/spec/tla"
 *
 * Consensus({ values: 3 }).name // => "Consensus"
 * ```
 */
export const Consensus = ({ values }: { readonly values: number }): Model<Consensus> => {
  const Value = names("v", values)
  const { action, always, model } = variables({ chosen: set(Value) })
  return model({
    name: "Consensus",
    initial: { chosen: [] },
    actions: {
      choose: action({ v: Value }, (s, { v }) => s.chosen.size === 0 && { chosen: [v] }),
    },
    properties: { atMostOne: always((s) => s.chosen.size <= 1) },
  })
}
