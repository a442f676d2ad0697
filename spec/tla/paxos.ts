/**
 * # Paxos
 *
 * The consensus algorithm with which most others are compared. After Lamport, *The Part-Time Parliament* (ACM TOCS 16(2),
 * 1998) and *Paxos made simple* (2001), in the form of his lectures *The Paxos algorithm, or how to win a Turing Award*
 * (2019) and their public specification `Paxos`.
 *
 * Paxos is {@link Voting | Voting} done with messages. The leader of a ballot asks the acceptors to join it (1a); an acceptor that
 * joins promises to vote in no lower ballot, and reports its latest vote (1b). With the promises of a quorum the leader knows a
 * value that is safe: the one of the highest vote reported, or any if there was none. It proposes that value (2a), and the
 * acceptors vote for it (2b) unless they have joined a higher ballot in the meantime.
 *
 * Messages are never taken out of the set, so each may be received late, twice, or never; acceptors that stop for a time
 * are only slow. Any number of leaders may be at work.
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
  type State,
  variables,
} from "../../src/index.ts"
import { type AcceptorQuorum, type ConsensusConstants, showsSafeAt, Voting } from "./voting.ts"

const AcceptorName = Schema.TemplateLiteral(["a", Schema.Number])
const ValueName = Schema.TemplateLiteral(["v", Schema.Number])
const ValueOrNone = Schema.Union([ValueName, Schema.Literal("none")])

/** The leader of ballot `bal` asks the acceptors to join it. */
export const Paxos1a = Schema.TaggedStruct("1a", { bal: Schema.Int })
/** An acceptor has joined ballot `bal`; its latest vote was for `mval` in ballot `mbal` (−1 and none if it has not voted). */
export const Paxos1b = Schema.TaggedStruct("1b", {
  acc: AcceptorName,
  bal: Schema.Int,
  mbal: Schema.Int,
  mval: ValueOrNone,
})
/** The leader of ballot `bal` proposes a value. */
export const Paxos2a = Schema.TaggedStruct("2a", { bal: Schema.Int, val: ValueName })
/** An acceptor has voted for a value in ballot `bal`. */
export const Paxos2b = Schema.TaggedStruct("2b", { acc: AcceptorName, bal: Schema.Int, val: ValueName })
/** The messages of Paxos. */
export const PaxosMsg = Schema.Union([Paxos1a, Paxos1b, Paxos2a, Paxos2b])

/** The variables of {@link Paxos}. */
export type Paxos = {
  readonly maxBal: RecordOf<`a${number}`, Schema.Literals<ReadonlyArray<number>>>
  readonly maxVBal: RecordOf<`a${number}`, Schema.Literals<ReadonlyArray<number>>>
  readonly maxVal: RecordOf<`a${number}`, Schema.Literals<ReadonlyArray<`v${number}` | "none">>>
  readonly messages: SetOf<typeof PaxosMsg.Type>
}

/**
 * The promises that the members of a quorum have sent for a ballot.
 *
 * @example
 * ```ts
 * import { check, variant } from "touchstone"
 * import { Paxos, promises } from "touchstone/spec/tla"
 * import { Effect } from "effect"
 *
 * const constants = { acceptors: 3, values: 2, ballots: 1 }
 * const model = variant(Paxos(constants), "Paxos, two promises", ({ reachable }) => ({
 *   properties: { promised: reachable((s) => promises(s, ["a1", "a2"], 0).length === 2) },
 * }))
 * Effect.runSync(check(model)).verdict // => "holds"
 * ```
 */
export const promises = (
  s: State<Paxos>,
  quorum: AcceptorQuorum,
  bal: number,
): ReadonlyArray<typeof Paxos1b.Type> => quorum.flatMap((acc) => s.messages.where({ _tag: "1b", acc, bal }))

/**
 * The Paxos consensus algorithm.
 *
 * | action | formula |
 * |---|---|
 * | `phase1a(b)` | `Send(1a(b))` |
 * | `phase1b(a)` | `∃ 1a(b) ∈ messages : b > maxBal[a] ∧ maxBal′[a] = b ∧ Send(1b(a, b, maxVBal[a], maxVal[a]))` |
 * | `phase2aFree(b, v, Q)` | `2a(b, ·) ∉ messages ∧ (∀ a ∈ Q : 1b(a, b, ·) ∈ messages) ∧ no such 1b reports a vote ∧ Send(2a(b, v))` |
 * | `phase2aBound(b, v, Q, m)` | `2a(b, ·) ∉ messages ∧ (∀ a ∈ Q : 1b(a, b, ·) ∈ messages) ∧ m is among these, has the highest mbal and reports v ∧ Send(2a(b, v))` |
 * | `phase2b(a)` | `∃ 2a(b, v) ∈ messages : b ≥ maxBal[a] ∧ maxBal′[a] = maxVBal′[a] = b ∧ maxVal′[a] = v ∧ Send(2b(a, b, v))` |
 *
 * **What is here for the counts alone.** Where a formula says *there is* (a quorum, a deciding report), TLC counts each witness
 * as a transition of its own, in each of the two disjuncts of the original's `Phase2a`. For the counts to agree, such witnesses
 * are parameters, and the disjuncts are two actions. Nothing else depends on it: with one action that asks whether *some* quorum
 * has promised, the same states are reached.
 *
 * | property | formula |
 * |---|---|
 * | `agreement` | `∀ b1, b2, Q1, Q2, v1 ≠ v2 : ¬(ChosenAt(b1, v1, Q1) ∧ ChosenAt(b2, v2, Q2))` |
 * | `votesBelowPromise` | `∀ a : maxBal[a] ≥ maxVBal[a]` |
 * | `latestVoteSent` | `∀ a : maxVBal[a] = −1 ? maxVal[a] = none : 2b(a, maxVBal[a], maxVal[a]) ∈ messages` |
 * | `promisesKept` | `∀ 1b(a, b, mb, mv) ∈ messages : maxBal[a] ≥ b ∧ (mb ≥ 0 ⇒ 2b(a, mb, mv) ∈ messages)` |
 * | `proposalsSafe` | `∀ 2a(b, v) ∈ messages : (∃ Q : ShowsSafeAt(Q, b, v)) ∧ 2a(b, w ≠ v) ∉ messages` |
 * | `votesProposed` | `∀ 2b(a, b, v) ∈ messages : maxVBal[a] ≥ b ∧ 2a(b, v) ∈ messages` |
 * | `mayChoose` | some behaviour leads to a quorum of votes for `v` in one ballot, for some `v` |
 * | `votes` | `Paxos ⇒ Voting`, with `votes[a] = {⟨b, v⟩ : 2b(a, b, v) ∈ messages}` |
 *
 * The second to the sixth are the conjuncts of the inductive invariant: together they are the reason why the first
 * holds.
 *
 * @param constants - `acceptors`, `values`, `ballots` (numbered from 0).
 * @param quorums - the quorums; majorities unless given.
 *
 * @example
 * ```ts
 * import { Paxos } from "touchstone/spec/tla"
 *
 * Paxos({ acceptors: 3, values: 2, ballots: 2 }).name // => "Paxos"
 * ```
 */
export const Paxos = (
  { acceptors, ballots, values }: ConsensusConstants,
  quorums?: ReadonlyArray<AcceptorQuorum>,
): Model<Paxos> => {
  const Acceptor = names("a", acceptors)
  const Value = names("v", values)
  const Ballot = range(0, ballots - 1)
  const Quorums = quorums ?? majorities(Acceptor)
  const { action, always, each, model, reachable, refines } = variables({
    /** The highest ballot that the acceptor has joined. */
    maxBal: record(Acceptor, Schema.Literals([-1, ...Ballot])),
    /** The ballot and the value of its latest vote. */
    maxVBal: record(Acceptor, Schema.Literals([-1, ...Ballot])),
    maxVal: record(Acceptor, Schema.Literals([...Value, "none"])),
    messages: set(PaxosMsg),
  })

  /** For the counts alone: the witnesses of the second disjunct, a quorum and the acceptor whose vote in `mbal` decides. */
  const reports = Ballot.flatMap((bal) =>
    Quorums.flatMap((quorum) => quorum.flatMap((acc) => range(0, bal - 1).map((mbal) => ({ bal, quorum, acc, mbal }))))
  )
  const pairs = Value.flatMap((v1, index) => Value.slice(index + 1).map((v2) => ({ v1, v2 })))

  /** The state as {@link Voting} sees it. */
  const asVoting = (s: State<Paxos>): State<Voting> => ({
    maxBal: s.maxBal,
    votes: Object.fromEntries(Acceptor.map((acc) => [acc, {
      has: ({ bal, val }) => s.messages.has(Paxos2b.make({ acc, bal, val })),
    } as Pick<State<Voting>["votes"][`a${number}`], "has">])) as State<Voting>["votes"],
  })

  return model({
    name: "Paxos",
    initial: { maxBal: () => -1, maxVBal: () => -1, maxVal: () => "none", messages: [] },
    actions: {
      /** Nothing keeps a leader from sending this twice: the second time is a stutter. */
      phase1a: action({ bal: Ballot }, (_, { bal }) => ({ messages: add(Paxos1a.make({ bal })) })),

      phase1b: action(
        { acc: Acceptor, bal: Ballot },
        (s, { acc, bal }) =>
          s.messages.has(Paxos1a.make({ bal })) && bal > s.maxBal[acc] && {
            maxBal: { [acc]: bal },
            messages: add(Paxos1b.make({ acc, bal, mbal: s.maxVBal[acc], mval: s.maxVal[acc] })),
          },
      ),

      /** Nobody in the quorum has voted yet: the leader is free to propose any value. */
      phase2aFree: action({ bal: Ballot, quorum: Quorums, val: Value }, (s, { bal, quorum, val }) => {
        if (s.messages.some({ _tag: "2a", bal })) return false
        const promised = promises(s, quorum, bal)
        return quorum.every((a) => promised.some(({ acc }) => acc === a)) &&
          promised.every(({ mbal }) => mbal === -1) && {
          messages: add(Paxos2a.make({ bal, val })),
        }
      }),

      /** The highest vote reported decides what the leader must propose. */
      phase2aBound: action({ report: reports, val: Value }, (s, { report: { acc, bal, mbal, quorum }, val }) => {
        if (s.messages.some({ _tag: "2a", bal })) return false
        if (!s.messages.has(Paxos1b.make({ acc, bal, mbal, mval: val }))) return false
        const promised = promises(s, quorum, bal)
        return quorum.every((a) => promised.some((promise) => promise.acc === a)) &&
          promised.every((promise) => mbal >= promise.mbal) && {
          messages: add(Paxos2a.make({ bal, val })),
        }
      }),

      phase2b: action(
        { acc: Acceptor, bal: Ballot, val: Value },
        (s, { acc, bal, val }) =>
          s.messages.has(Paxos2a.make({ bal, val })) && bal >= s.maxBal[acc] && {
            maxBal: { [acc]: bal },
            maxVBal: { [acc]: bal },
            maxVal: { [acc]: val },
            messages: add(Paxos2b.make({ acc, bal, val })),
          },
      ),
    },
    properties: {
      agreement: always(
        { pair: pairs, b1: Ballot, b2: Ballot, q1: Quorums, q2: Quorums },
        (s, { b1, b2, pair: { v1, v2 }, q1, q2 }) =>
          !(q1.every((acc) => s.messages.has(Paxos2b.make({ acc, bal: b1, val: v1 }))) &&
            q2.every((acc) => s.messages.has(Paxos2b.make({ acc, bal: b2, val: v2 })))),
      ),
      votesBelowPromise: always({ a: Acceptor }, (s, { a }) => s.maxBal[a] >= s.maxVBal[a]),
      latestVoteSent: always({ acc: Acceptor }, (s, { acc }) => {
        const val = s.maxVal[acc]
        return val === "none"
          ? s.maxVBal[acc] === -1
          : s.messages.has(Paxos2b.make({ acc, bal: s.maxVBal[acc], val }))
      }),
      promisesKept: always(
        { m: each("messages", { _tag: "1b" }) },
        (s, { m: { acc, bal, mbal, mval } }) =>
          s.maxBal[acc] >= bal &&
          (mval === "none" ? mbal === -1 : s.messages.has(Paxos2b.make({ acc, bal: mbal, val: mval }))),
      ),
      proposalsSafe: always(
        { m: each("messages", { _tag: "2a" }) },
        (s, { m: { bal, val } }) =>
          Quorums.some((quorum) => showsSafeAt(asVoting(s), Value, quorum, bal, val)) &&
          Value.every((other) => other === val || !s.messages.has(Paxos2a.make({ bal, val: other }))),
      ),
      votesProposed: always(
        { m: each("messages", { _tag: "2b" }) },
        (s, { m: { acc, bal, val } }) => s.maxVBal[acc] >= bal && s.messages.has(Paxos2a.make({ bal, val })),
      ),
      mayChoose: reachable(
        { bal: Ballot, val: Value, quorum: Quorums },
        (s, { bal, quorum, val }) => quorum.every((acc) => s.messages.has(Paxos2b.make({ acc, bal, val }))),
      ),
      votes: refines(Voting({ acceptors, values, ballots }, Quorums), {
        maxBal: (s) => s.maxBal,
        votes: (s) => (acc) => s.messages.where({ _tag: "2b", acc }).map(({ bal, val }) => ({ bal, val })),
      }),
    },
  })
}
