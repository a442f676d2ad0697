/**
 * # Paxos Commit
 *
 * Atomic commitment that does not block. After Gray and Lamport, *Consensus on Transaction Commit* (ACM TODS 31(1), 2006),
 * section 4, and the public specification `PaxosCommit`.
 *
 * Two-phase commit blocks because one process, the transaction manager, alone knows what was decided. Paxos Commit lets
 * `2F + 1` acceptors remember it: every resource manager's vote, *prepared* or *aborted*, is the value that one instance of
 * the Paxos consensus algorithm chooses. The transaction is committed if every instance chooses *prepared*.
 *
 * An RM itself plays the leader of ballot 0 in its instance, and so may propose without asking anybody. If it falls silent,
 * another leader starts a higher ballot, asks the acceptors what they have voted, and proposes *aborted* unless some of
 * them may already have chosen *prepared*. With one acceptor (`F = 0`) this is two-phase commit.
 *
 * As in two-phase commit, messages are never taken out of the set, and nobody is said to receive: an action is enabled when
 * the messages that it needs have been sent. Leaders are not modelled, since any number of processes may believe that they
 * lead.
 *
 * @module
 */
import { Schema } from "effect"
import {
  add,
  majorities,
  type Model,
  names,
  range,
  record,
  type RecordOf,
  set,
  type SetOf,
  struct,
  type StructOf,
  variables,
} from "../../src/index.ts"
import { RmState, TCommit } from "./transaction-commit.ts"
import { Abort, Commit } from "./two-phase.ts"

/** What an RM votes. */
export const Val = Schema.Literals(["prepared", "aborted"])
/** What an acceptor has voted for. */
export const ValOrNone = Schema.Literals(["prepared", "aborted", "none"])

/** A leader begins ballot `bal` in instance `ins`. */
export const Phase1a = Schema.TaggedStruct("Phase1a", { ins: Schema.String, bal: Schema.Int })
/** An acceptor promises to take part in no ballot below `mbal`, and reports its latest vote. */
export const Phase1b = Schema.TaggedStruct("Phase1b", {
  ins: Schema.String,
  acc: Schema.String,
  mbal: Schema.Int,
  bal: Schema.Int,
  val: ValOrNone,
})
/** The leader of a ballot proposes a value. */
export const Phase2a = Schema.TaggedStruct("Phase2a", { ins: Schema.String, bal: Schema.Int, val: Val })
/** An acceptor votes for the value proposed. */
export const Phase2b = Schema.TaggedStruct("Phase2b", {
  ins: Schema.String,
  acc: Schema.String,
  bal: Schema.Int,
  val: Val,
})
/** The messages of Paxos Commit. */
export const PaxosCommitMsg = Schema.Union([Phase1a, Phase1b, Phase2a, Phase2b, Commit, Abort])

/** The variables of {@link PaxosCommit}. */
export type PaxosCommit = {
  readonly rmState: RecordOf<`rm${number}`, typeof RmState>
  readonly aState: RecordOf<
    `rm${number}`,
    RecordOf<
      `a${number}`,
      StructOf<{
        readonly mbal: Schema.Literals<ReadonlyArray<number>>
        readonly bal: Schema.Literals<ReadonlyArray<number>>
        readonly val: typeof ValOrNone
      }>
    >
  >
  readonly messages: SetOf<typeof PaxosCommitMsg.Type>
}

/**
 * Paxos Commit.
 *
 * | action | formula |
 * |---|---|
 * | `rmPrepare(rm)` | `rmState[rm] = working ∧ rmState′[rm] = prepared ∧ Send(2a(rm, 0, prepared))` |
 * | `rmChooseToAbort(rm)` | `rmState[rm] = working ∧ rmState′[rm] = aborted ∧ Send(2a(rm, 0, aborted))` |
 * | `rmRcvCommit(rm)` | `Commit ∈ messages ∧ rmState′[rm] = committed` |
 * | `rmRcvAbort(rm)` | `Abort ∈ messages ∧ rmState′[rm] = aborted` |
 * | `phase1a(b, rm)`, `b > 0` | `Send(1a(rm, b))` |
 * | `phase2a(b, rm)`, `b > 0` | `2a(rm, b, ·) ∉ messages ∧ ∃ MS : (∀ a ∈ MS : 1b(rm, b, a) ∈ messages) ∧ Send(2a(rm, b, v))` |
 * | `decideCommit` | `∀ rm : Decided(rm, prepared) ∧ Send(Commit)` |
 * | `decideAbort` | `∃ rm : Decided(rm, aborted) ∧ Send(Abort)` |
 * | `phase1b(a)` | `∃ 1a(rm, b) ∈ messages : mbal < b ∧ mbal′ = b ∧ Send(1b(rm, b, a, bal, val))` |
 * | `phase2b(a)` | `∃ 2a(rm, b, v) ∈ messages : mbal ≤ b ∧ mbal′ = bal′ = b ∧ val′ = v ∧ Send(2b(rm, a, b, v))` |
 *
 * where `v` in `phase2a` is the value of the report with the highest `bal`, or *aborted* if nobody has voted, and
 * `Decided(rm, v) ≜ ∃ b, MS : ∀ a ∈ MS : 2b(rm, a, b, v) ∈ messages`.
 *
 * **What is here for the counts alone.** Where a formula says *there is*, TLC counts each witness as a transition of its own. For
 * the counts to agree, the witnesses (a ballot and a majority, for each RM) are parameters of the actions.
 *
 * | property | formula |
 * |---|---|
 * | `consistent` | `∀ rm1, rm2 ∈ RM : ¬(rmState[rm1] = aborted ∧ rmState[rm2] = committed)` |
 * | `commits` | `PaxosCommit ⇒ TCommit`, with `rmState` mapped to itself |
 * | `mayCommit` | some behaviour leads to `∀ rm : rmState[rm] = committed` |
 *
 * @param constants - `rms` resource managers, `acceptors` acceptors, `ballots` ballots numbered from 0.
 *
 * @example
 * ```ts
 * import { PaxosCommit } from "touchstone/spec/tla"
 *
 * PaxosCommit({ rms: 2, acceptors: 3, ballots: 2 }).name // => "PaxosCommit"
 * ```
 */
export const PaxosCommit = ({ acceptors, ballots, rms }: {
  readonly rms: number
  readonly acceptors: number
  readonly ballots: number
}): Model<PaxosCommit> => {
  const RM = names("rm", rms)
  const Acceptor = names("a", acceptors)
  const Majority = majorities(Acceptor)
  const Ballot = range(0, ballots - 1)
  const higher = range(1, ballots - 1)
  const { action, always, model, reachable, refines } = variables({
    rmState: record(RM, RmState),
    /** Per instance and acceptor: the highest ballot it takes part in, and its latest vote. */
    aState: record(
      RM,
      record(
        Acceptor,
        struct({ mbal: Schema.Literals(Ballot), bal: Schema.Literals([-1, ...Ballot]), val: ValOrNone }),
      ),
    ),
    messages: set(PaxosCommitMsg),
  })

  /** For the counts alone: a ballot and a majority of acceptors who may all have voted in it. */
  const witnesses = Ballot.flatMap((bal) => Majority.map((majority) => ({ bal, majority })))
  /** For the counts alone: one such witness per RM. */
  const commitWitnesses = RM.reduce<ReadonlyArray<{ readonly [rm: string]: (typeof witnesses)[number] }>>(
    (partial, rm) => partial.flatMap((chosen) => witnesses.map((witness) => ({ ...chosen, [rm]: witness }))),
    [{}],
  )

  return model({
    name: "PaxosCommit",
    initial: {
      rmState: () => "working",
      aState: () => () => ({ mbal: 0, bal: -1, val: "none" }),
      messages: [],
    },
    actions: {
      /** In its own instance an RM leads ballot 0, and proposes without asking. */
      rmPrepare: action({ rm: RM }, (s, { rm }) =>
        s.rmState[rm] === "working" && {
          rmState: { [rm]: "prepared" },
          messages: add(Phase2a.make({ ins: rm, bal: 0, val: "prepared" })),
        }),

      rmChooseToAbort: action({ rm: RM }, (s, { rm }) =>
        s.rmState[rm] === "working" && {
          rmState: { [rm]: "aborted" },
          messages: add(Phase2a.make({ ins: rm, bal: 0, val: "aborted" })),
        }),

      rmRcvCommit: action(
        { rm: RM },
        (s, { rm }) => s.messages.has(Commit.make({})) && { rmState: { [rm]: "committed" } },
      ),

      rmRcvAbort: action({ rm: RM }, (s, { rm }) => s.messages.has(Abort.make({})) && { rmState: { [rm]: "aborted" } }),

      /** A leader who has waited too long begins a higher ballot. Doing so twice is harmless. */
      phase1a: action({ bal: higher, rm: RM }, (_, { bal, rm }) => ({
        messages: add(Phase1a.make({ ins: rm, bal })),
      })),

      /** The leader has heard from a majority; what the latest vote among them was, it must propose. */
      phase2a: action({ bal: higher, rm: RM, majority: Majority }, (s, { bal, majority, rm }) => {
        if (s.messages.some({ _tag: "Phase2a", ins: rm, bal })) return false
        let latest = -1
        let val: typeof Val.Type = "aborted"
        for (const acc of majority) {
          const [promise] = s.messages.where({ _tag: "Phase1b", ins: rm, acc, mbal: bal })
          if (promise === undefined) return false
          if (promise.bal > latest && promise.val !== "none") {
            latest = promise.bal
            val = promise.val
          }
        }
        return { messages: add(Phase2a.make({ ins: rm, bal, val })) }
      }),

      /** Every instance has chosen *prepared*. */
      decideCommit: action({ decided: commitWitnesses }, (s, { decided }) =>
        RM.every((rm) => {
          const { bal, majority } = decided[rm] as (typeof witnesses)[number]
          return majority.every((acc) => s.messages.has(Phase2b.make({ ins: rm, acc, bal, val: "prepared" })))
        }) && { messages: add(Commit.make({})) }),

      /** Some instance has chosen *aborted*. */
      decideAbort: action(
        { rm: RM, decided: witnesses },
        (s, { decided: { bal, majority }, rm }) =>
          majority.every((acc) => s.messages.has(Phase2b.make({ ins: rm, acc, bal, val: "aborted" }))) && {
            messages: add(Abort.make({})),
          },
      ),

      /** An acceptor joins a higher ballot, and reports its latest vote. */
      phase1b: action(
        { acc: Acceptor, rm: RM, bal: higher },
        (s, { acc, bal, rm }) =>
          s.messages.has(Phase1a.make({ ins: rm, bal })) && s.aState[rm][acc].mbal < bal && {
            aState: { [rm]: { [acc]: { mbal: bal } } },
            messages: add(
              Phase1b.make({ ins: rm, acc, mbal: bal, bal: s.aState[rm][acc].bal, val: s.aState[rm][acc].val }),
            ),
          },
      ),

      /** An acceptor votes, unless it has joined a higher ballot. */
      phase2b: action(
        { acc: Acceptor, rm: RM, bal: Ballot, val: Val },
        (s, { acc, bal, rm, val }) =>
          s.messages.has(Phase2a.make({ ins: rm, bal, val })) && s.aState[rm][acc].mbal <= bal && {
            aState: { [rm]: { [acc]: { mbal: bal, bal, val } } },
            messages: add(Phase2b.make({ ins: rm, acc, bal, val })),
          },
      ),
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
