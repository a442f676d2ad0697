/**
 * Transaction commit: the problem that two-phase commit and Paxos commit solve.
 *
 * Source: J. Gray and L. Lamport, *Consensus on Transaction Commit*, ACM Transactions on Database Systems 31 (2006),
 * section 2; the public specification `TCommit`.
 *
 * **Guarantees** that no resource manager aborts a transaction that another one commits, and that it is committed only
 * when all of them were prepared to.
 *
 * **Assumes** nothing of messages or failures, since there are none here: each resource manager sees the states of all
 * others and acts on them at once. That is what makes it a problem and not a solution. A protocol solves it if its steps,
 * looked at through its resource managers' states alone, are steps of this model.
 *
 * The problem in a picture. A transaction has been carried out on several machines, each of which keeps a part of the
 * data. Each *resource manager* (RM) may find that it can make its part permanent, and says so by becoming prepared; or
 * that it cannot, and aborts. Being prepared is a promise: from then on the RM can go either way, and which way is no
 * longer its own decision.
 *
 * ```
 *              ┌──▶ prepared ──┬──▶ committed      once all are prepared or committed
 *   working ───┤               │
 *              └───────────────┴──▶ aborted        while nobody has committed
 * ```
 *
 * @module
 */
import { Schema } from "effect"
import { names } from "../src/model/domain.ts"
import { variables } from "../src/model/model.ts"
import { record } from "../src/model/variable.ts"

/** What a resource manager can be. */
export const RmState = Schema.Literals(["working", "prepared", "committed", "aborted"])

/**
 * The problem of transaction commit.
 *
 * @param constants - `rms`: the number of resource managers.
 *
 * @example
 * ```ts
 * import { transactionCommit } from "touchstone/spec"
 *
 * Object.keys(transactionCommit({ rms: 3 }).actions) // => ["prepare", "commit", "abort"]
 * ```
 */
export const transactionCommit = (constants: { readonly rms: number }) => {
  const RM = names("rm", constants.rms)

  const { action, always, deadlockFree, model, reachable, step } = variables({
    /** The state of each resource manager. */
    rmState: record(RM, RmState),
  })

  return model({
    name: "transaction commit",

    /** Init ≜ ∀ rm ∈ RM : rmState[rm] = working */
    initial: { rmState: () => "working" },

    actions: {
      /**
       * Prepare(rm) ≜ rmState[rm] = working ∧ rmState′[rm] = prepared
       *
       * The RM gives its word, and gives up its right to abort alone.
       */
      prepare: action({ rm: RM }, (s, { rm }) => s.rmState[rm] === "working" && { rmState: { [rm]: "prepared" } }),

      /**
       * Decide(rm), first disjunct ≜ rmState[rm] = prepared ∧ canCommit ∧ rmState′[rm] = committed,
       * where canCommit ≜ ∀ r ∈ RM : rmState[r] ∈ {prepared, committed}
       *
       * Unanimity: the transaction commits only if everyone can. Those already committed saw that it is so.
       */
      commit: action(
        { rm: RM },
        (s, { rm }) =>
          s.rmState[rm] === "prepared" &&
          RM.every((other) => s.rmState[other] === "prepared" || s.rmState[other] === "committed") &&
          { rmState: { [rm]: "committed" } },
      ),

      /**
       * Decide(rm), second disjunct ≜ rmState[rm] ∈ {working, prepared} ∧ notCommitted ∧ rmState′[rm] = aborted,
       * where notCommitted ≜ ∀ r ∈ RM : rmState[r] ≠ committed
       *
       * Anyone undecided may abort, for whatever reason, until the first commit settles the matter.
       */
      abort: action(
        { rm: RM },
        (s, { rm }) =>
          (s.rmState[rm] === "working" || s.rmState[rm] === "prepared") &&
          RM.every((other) => s.rmState[other] !== "committed") &&
          { rmState: { [rm]: "aborted" } },
      ),
    },

    properties: {
      /**
       * Consistent ≜ ∀ rm1, rm2 ∈ RM : ¬(rmState[rm1] = aborted ∧ rmState[rm2] = committed)
       *
       * No two RMs come to conflicting decisions.
       */
      consistent: always(
        { rm1: RM, rm2: RM },
        (s, { rm1, rm2 }) => !(s.rmState[rm1] === "aborted" && s.rmState[rm2] === "committed"),
      ),

      /**
       * rmState[rm] ∈ {committed, aborted} ⇒ rmState′[rm] = rmState[rm]
       *
       * A decision is for ever: users have been told of it.
       */
      decidedForEver: step(
        { rm: RM },
        ({ rmState: before }, { rmState: after }, { rm }) =>
          before[rm] === "working" || before[rm] === "prepared" || after[rm] === before[rm],
      ),

      /** All can commit. Without this, a protocol that always aborts would do. */
      mayCommit: reachable((s) => RM.every((rm) => s.rmState[rm] === "committed")),

      /** Nobody is left undecided for want of a step to take. */
      decides: deadlockFree((s) => RM.every((rm) => s.rmState[rm] === "committed" || s.rmState[rm] === "aborted")),
    },
  })
}
