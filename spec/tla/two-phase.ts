/**
 * # Two-phase commit
 *
 * The protocol that everybody uses, and its weakness. After Gray and Lamport, *Consensus on Transaction Commit* (ACM TODS
 * 31(1), 2006), section 3, and the public specification `TwoPhase`; the protocol is Gray's (*Notes on Data Base Operating
 * Systems*, 1978).
 *
 * A transaction manager (TM) collects *prepared* messages from the resource managers (RMs). When it has them all it may
 * decide to commit; until then it may decide to abort at any time. It broadcasts what it has decided, and the RMs follow.
 * A working RM may abort on its own; a prepared one may not, for the TM may already have counted on it.
 *
 * Messages are never taken out of the set `messages`: a message that was received can be received again, and a lost
 * message is one that is never received. So the safety of the protocol is explored under loss and duplication, though neither is
 * mentioned. What cannot be seen here is that the protocol *blocks*: a prepared RM whose TM has crashed waits
 * forever (Skeen, *Nonblocking Commit Protocols*, 1981).
 *
 * @module
 */
import { Schema } from "effect"
import { add, type Model, names, record, type RecordOf, set, type SetOf, variables } from "../../src/index.ts"
import { RmState, TCommit } from "./transaction-commit.ts"

/** The states of the transaction manager. */
export const TmState = Schema.Literals(["init", "committed", "aborted"])

/** An RM tells the TM that it is prepared. */
export const Prepared = Schema.TaggedStruct("Prepared", { rm: Schema.String })
/** The TM tells the RMs to commit. */
export const Commit = Schema.TaggedStruct("Commit", {})
/** The TM tells the RMs to abort. */
export const Abort = Schema.TaggedStruct("Abort", {})
/** The messages of two-phase commit. */
export const TwoPhaseMsg = Schema.Union([Prepared, Commit, Abort])

/** The variables of {@link TwoPhase}. */
export type TwoPhase = {
  readonly rmState: RecordOf<`rm${number}`, typeof RmState>
  readonly tmState: typeof TmState
  readonly tmPrepared: SetOf<`rm${number}`>
  readonly messages: SetOf<typeof TwoPhaseMsg.Type>
}

/**
 * Two-phase commit.
 *
 * | action | formula |
 * |---|---|
 * | `tmRcvPrepared(rm)` | `tmState = init ∧ Prepared(rm) ∈ messages ∧ tmPrepared′ = tmPrepared ∪ {rm}` |
 * | `tmCommit` | `tmState = init ∧ tmPrepared = RM ∧ tmState′ = committed ∧ messages′ = messages ∪ {Commit}` |
 * | `tmAbort` | `tmState = init ∧ tmState′ = aborted ∧ messages′ = messages ∪ {Abort}` |
 * | `rmPrepare(rm)` | `rmState[rm] = working ∧ rmState′[rm] = prepared ∧ messages′ = messages ∪ {Prepared(rm)}` |
 * | `rmChooseToAbort(rm)` | `rmState[rm] = working ∧ rmState′[rm] = aborted` |
 * | `rmRcvCommit(rm)` | `Commit ∈ messages ∧ rmState′[rm] = committed` |
 * | `rmRcvAbort(rm)` | `Abort ∈ messages ∧ rmState′[rm] = aborted` |
 *
 * | property | formula |
 * |---|---|
 * | `consistent` | `∀ rm1, rm2 ∈ RM : ¬(rmState[rm1] = aborted ∧ rmState[rm2] = committed)` |
 * | `commits` | `TwoPhase ⇒ TCommit`, with `rmState` mapped to itself |
 * | `mayCommit` | some behaviour leads to `∀ rm : rmState[rm] = committed` |
 *
 * @param constants - `rms`: the number of resource managers.
 *
 * @example
 * ```ts
 * import { TwoPhase } from "touchstone/spec/tla"
 *
 * Object.keys(TwoPhase({ rms: 3 }).properties) // => ["consistent", "commits", "mayCommit"]
 * ```
 */
export const TwoPhase = ({ rms }: { readonly rms: number }): Model<TwoPhase> => {
  const RM = names("rm", rms)
  const { action, always, model, reachable, refines } = variables({
    rmState: record(RM, RmState),
    tmState: TmState,
    /** The RMs from which the TM has received a prepared message. */
    tmPrepared: set(RM),
    messages: set(TwoPhaseMsg),
  })
  return model({
    name: "TwoPhase",
    initial: { rmState: () => "working", tmState: "init", tmPrepared: [], messages: [] },
    actions: {
      tmRcvPrepared: action(
        { rm: RM },
        (s, { rm }) =>
          s.tmState === "init" && s.messages.has(Prepared.make({ rm })) && {
            tmPrepared: add(rm),
          },
      ),

      /** Enabled exactly if the TM has not decided, and every RM is known to be prepared. */
      tmCommit: action((s) =>
        s.tmState === "init" && RM.every((rm) => s.tmPrepared.has(rm)) && {
          tmState: "committed",
          messages: add(Commit.make({})),
        }
      ),

      tmAbort: action((s) => s.tmState === "init" && { tmState: "aborted", messages: add(Abort.make({})) }),

      rmPrepare: action({ rm: RM }, (s, { rm }) =>
        s.rmState[rm] === "working" && {
          rmState: { [rm]: "prepared" },
          messages: add(Prepared.make({ rm })),
        }),

      /** No message is sent: the TM may abort at any time anyway, as if it had heard. */
      rmChooseToAbort: action(
        { rm: RM },
        (s, { rm }) => s.rmState[rm] === "working" && { rmState: { [rm]: "aborted" } },
      ),

      rmRcvCommit: action(
        { rm: RM },
        (s, { rm }) => s.messages.has(Commit.make({})) && { rmState: { [rm]: "committed" } },
      ),

      rmRcvAbort: action({ rm: RM }, (s, { rm }) => s.messages.has(Abort.make({})) && { rmState: { [rm]: "aborted" } }),
    },
    properties: {
      consistent: always(
        { rm1: RM, rm2: RM },
        (s, { rm1, rm2 }) => !(s.rmState[rm1] === "aborted" && s.rmState[rm2] === "committed"),
      ),
      commits: refines(TCommit({ rms }), { rmState: (s) => s.rmState }),
      mayCommit: reachable((s) => RM.every((rm) => s.rmState[rm] === "committed")),
    },
  })
}
