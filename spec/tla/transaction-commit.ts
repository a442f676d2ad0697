/**
 * # Transaction commit
 *
 * *What* an atomic commitment protocol must achieve, with nothing said of *how*. After Gray and Lamport, *Consensus on
 * Transaction Commit* (ACM TODS 31(1), 2006), section 2, and the public specification `TCommit`.
 *
 * A transaction has been carried out at several resource managers. Now all of them commit it, or all abort it. Each is
 * first *working*, then possibly *prepared* (it promises to do as it is told), and in the end *committed* or *aborted*. A
 * protocol for this is correct if, seen as changes of these states alone, it takes only the steps below: that is what
 * `TwoPhase ⇒ TCommit` and `PaxosCommit ⇒ TCommit` say.
 *
 * The specification sees all resource managers at once. Only the protocols have nothing but messages.
 *
 * @module
 */
import { Schema } from "effect"
import { type Model, names, record, type RecordOf, variables } from "../../src/index.ts"

/** The states of a resource manager. */
export const RmState = Schema.Literals(["working", "prepared", "committed", "aborted"])

/** The variables of {@link TCommit}. */
export type TCommit = { readonly rmState: RecordOf<`rm${number}`, typeof RmState> }

/**
 * The specification of transaction commit.
 *
 * | action | formula |
 * |---|---|
 * | `prepare(rm)` | `rmState[rm] = working ∧ rmState′[rm] = prepared` |
 * | `commit(rm)` | `rmState[rm] = prepared ∧ canCommit ∧ rmState′[rm] = committed` |
 * | `abort(rm)` | `rmState[rm] ∈ {working, prepared} ∧ notCommitted ∧ rmState′[rm] = aborted` |
 *
 * where `canCommit ≜ ∀ r ∈ RM : rmState[r] ∈ {prepared, committed}` and
 * `notCommitted ≜ ∀ r ∈ RM : rmState[r] ≠ committed`.
 *
 * | property | formula |
 * |---|---|
 * | `consistent` | `∀ rm1, rm2 ∈ RM : ¬(rmState[rm1] = aborted ∧ rmState[rm2] = committed)` |
 * | `decidesOnce` | in every step, `rmState[rm] ∈ {committed, aborted} ⇒ rmState′[rm] = rmState[rm]` |
 * | `mayCommit` | some behaviour leads to `∀ rm : rmState[rm] = committed` |
 * | `mayAbort` | some behaviour leads to `∀ rm : rmState[rm] = aborted` |
 *
 * @param constants - `rms`: the number of resource managers.
 *
 * @example
 * ```ts
 * import { TCommit } from "touchstone/spec/tla"
 *
 * Object.keys(TCommit({ rms: 3 }).actions) // => ["prepare", "commit", "abort"]
 * ```
 */
export const TCommit = ({ rms }: { readonly rms: number }): Model<TCommit> => {
  const RM = names("rm", rms)
  const { action, always, model, reachable, step } = variables({ rmState: record(RM, RmState) })
  return model({
    name: "TCommit",
    initial: { rmState: () => "working" },
    actions: {
      prepare: action({ rm: RM }, (s, { rm }) => s.rmState[rm] === "working" && { rmState: { [rm]: "prepared" } }),

      commit: action({ rm: RM }, (s, { rm }) =>
        s.rmState[rm] === "prepared" &&
        RM.every((r) => s.rmState[r] === "prepared" || s.rmState[r] === "committed") && {
          rmState: { [rm]: "committed" },
        }),

      abort: action({ rm: RM }, (s, { rm }) =>
        (s.rmState[rm] === "working" || s.rmState[rm] === "prepared") &&
        RM.every((r) => s.rmState[r] !== "committed") && {
          rmState: { [rm]: "aborted" },
        }),
    },
    properties: {
      consistent: always(
        { rm1: RM, rm2: RM },
        (s, { rm1, rm2 }) => !(s.rmState[rm1] === "aborted" && s.rmState[rm2] === "committed"),
      ),
      decidesOnce: step(
        { rm: RM },
        (before, after, { rm }) =>
          (before.rmState[rm] !== "committed" && before.rmState[rm] !== "aborted") ||
          after.rmState[rm] === before.rmState[rm],
      ),
      mayCommit: reachable((s) => RM.every((rm) => s.rmState[rm] === "committed")),
      mayAbort: reachable((s) => RM.every((rm) => s.rmState[rm] === "aborted")),
    },
  })
}
