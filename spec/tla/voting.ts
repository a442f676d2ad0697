/**
 * # Voting
 *
 * The idea of Paxos, before anybody sends a message. After Lamport, *The Paxos algorithm, or how to win a Turing Award*
 * (lectures, 2019), and its public specification `Voting`.
 *
 * Acceptors cast votes in numbered ballots, at most one each in a ballot. A value is *chosen* if a quorum has voted for it
 * in one ballot. Any two quorums share an acceptor. The key is that an acceptor votes for `v` in ballot `b` only if `v` is
 * *safe at b*: no other value has been or ever can be chosen in a lower ballot. It knows this from a quorum `Q` whose
 * members have all promised to vote no more below `b`: let `c` be the highest ballot below `b` in which one of them voted;
 * if that vote was for `v`, then `v` is safe, and if nobody voted at all, everything is.
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
import { Consensus } from "./consensus.ts"

/** A vote: for a value, in a ballot. */
export interface BallotVote {
  readonly bal: number
  readonly val: `v${number}`
}

/** The variables of {@link Voting}. */
export type Voting = {
  readonly votes: RecordOf<`a${number}`, SetOf<BallotVote>>
  readonly maxBal: RecordOf<`a${number}`, Schema.Literals<ReadonlyArray<number>>>
}

/** The constants of {@link Voting} and of {@link Paxos}. */
export interface ConsensusConstants {
  readonly acceptors: number
  readonly values: number
  /** How many ballots, numbered from 0. */
  readonly ballots: number
}

/** A set of acceptors. Any two quorums intersect. */
export type AcceptorQuorum = ReadonlyArray<`a${number}`>

/**
 * Whether an acceptor has voted for a value in a ballot.
 *
 * @example
 * ```ts
 * import { check, variant } from "touchstone"
 * import { votedFor, Voting } from "touchstone/spec/tla"
 * import { Effect } from "effect"
 *
 * const constants = { acceptors: 3, values: 2, ballots: 1 }
 * const model = variant(Voting(constants), "Voting, never for v1", ({ always }) => ({
 *   properties: { never: always((s) => !votedFor(s, "a1", 0, "v1")) },
 * }))
 * Effect.runSync(check(model)).verdict // => "violated"
 * ```
 */
export const votedFor = (s: State<Voting>, a: `a${number}`, bal: number, val: `v${number}`): boolean =>
  s.votes[a].has({ bal, val })

/**
 * Whether the promises and votes of a quorum show that a value is safe at a ballot:
 * `(∀ a ∈ Q : maxBal[a] ≥ b) ∧ ∃ c ∈ −1 ‥ b−1 : (c ≠ −1 ⇒ ∃ a ∈ Q : VotedFor(a, c, v)) ∧ ∀ d ∈ c+1 ‥ b−1, a ∈ Q : DidNotVoteAt(a, d)`.
 *
 * @example
 * ```ts
 * import { check, variant } from "touchstone"
 * import { showsSafeAt, Voting } from "touchstone/spec/tla"
 * import { Effect } from "effect"
 *
 * const constants = { acceptors: 3, values: 2, ballots: 2 }
 * const model = variant(Voting(constants), "Voting, safe at 1", ({ reachable }) => ({
 *   properties: { safe: reachable((s) => showsSafeAt(s, ["v1", "v2"], ["a1", "a2"], 1, "v1")) },
 * }))
 * Effect.runSync(check(model)).verdict // => "holds"
 * ```
 */
export const showsSafeAt = (
  s: State<Voting>,
  values: ReadonlyArray<`v${number}`>,
  quorum: AcceptorQuorum,
  bal: number,
  val: `v${number}`,
): boolean =>
  quorum.every((a) => s.maxBal[a] >= bal) &&
  range(-1, bal - 1).some((c) => showsSafeBy(s, values, quorum, bal, val, c))

const didNotVoteAt = (s: State<Voting>, values: ReadonlyArray<`v${number}`>, a: `a${number}`, bal: number): boolean =>
  values.every((val) => !votedFor(s, a, bal, val))

/** The part of {@link showsSafeAt} that is about one `c`. */
const showsSafeBy = (
  s: State<Voting>,
  values: ReadonlyArray<`v${number}`>,
  quorum: AcceptorQuorum,
  bal: number,
  val: `v${number}`,
  c: number,
): boolean =>
  (c === -1 || quorum.some((a) => votedFor(s, a, c, val))) &&
  range(c + 1, bal - 1).every((d) => quorum.every((a) => didNotVoteAt(s, values, a, d)))

/**
 * The voting algorithm.
 *
 * | action | formula |
 * |---|---|
 * | `increaseMaxBal(a, b)` | `b > maxBal[a] ∧ maxBal′[a] = b` |
 * | `voteFor(a, b, v)` | `maxBal[a] ≤ b ∧ DidNotVoteAt(a, b) ∧ (∀ c ≠ a, w ≠ v : ¬VotedFor(c, b, w)) ∧ (∃ Q : ShowsSafeAt(Q, b, v)) ∧ votes′[a] = votes[a] ∪ {⟨b, v⟩} ∧ maxBal′[a] = b` |
 *
 * **What is here for the counts alone.** `voteFor` has the witnesses of `ShowsSafeAt` as parameters (the quorum, the ballot `c`,
 * and the acceptor that voted in it), since TLC counts each as a transition of its own.
 *
 * | property | formula |
 * |---|---|
 * | `votesSafe` | `∀ a, b, v : VotedFor(a, b, v) ⇒ SafeAt(b, v)` |
 * | `oneValuePerBallot` | `∀ a1, a2, b, v1 ≠ v2 : ¬(VotedFor(a1, b, v1) ∧ VotedFor(a2, b, v2))` |
 * | `chooses` | `Voting ⇒ Consensus`, with `chosen = {v : ∃ b, Q : ∀ a ∈ Q : VotedFor(a, b, v)}` |
 *
 * where `SafeAt(b, v) ≜ ∀ c ∈ 0 ‥ b−1 : ∃ Q : ∀ a ∈ Q : VotedFor(a, c, v) ∨ (maxBal[a] > c ∧ DidNotVoteAt(a, c))`.
 *
 * @param constants - `acceptors`, `values`, `ballots` (numbered from 0).
 * @param quorums - the quorums; majorities unless given. Nothing checks that they intersect: a specification with quorums
 *   that do not is a good way to see why they must.
 *
 * @example
 * ```ts
 * import { Voting } from "touchstone/spec/tla"
 *
 * Voting({ acceptors: 3, values: 2, ballots: 3 }).name // => "Voting"
 * ```
 */
export const Voting = (
  { acceptors, ballots, values }: ConsensusConstants,
  quorums?: ReadonlyArray<AcceptorQuorum>,
): Model<Voting> => {
  const Acceptor = names("a", acceptors)
  const Value = names("v", values)
  const Ballot = range(0, ballots - 1)
  const Quorums = quorums ?? majorities(Acceptor)
  const allVotes = Ballot.flatMap((bal) => Value.map((val) => ({ bal, val })))
  const { action, always, model, refines } = variables({
    votes: record(Acceptor, set(allVotes)),
    /** The highest ballot that the acceptor has joined: it votes in no lower one any more. */
    maxBal: record(Acceptor, Schema.Literals([-1, ...Ballot])),
  })

  /** A ballot to vote in, and, for the counts alone, what shows that the value is safe there. */
  const shown = Ballot.flatMap((bal) =>
    Quorums.flatMap((quorum) =>
      range(-1, bal - 1).flatMap((c) =>
        c === -1 ? [{ bal, quorum, c, voter: quorum.slice(0, 0) }] : quorum.map((a) => ({ bal, quorum, c, voter: [a] }))
      )
    )
  )

  const noneOtherChoosableAt = (s: State<Voting>, bal: number, val: `v${number}`): boolean =>
    Quorums.some((quorum) =>
      quorum.every((a) => votedFor(s, a, bal, val) || (s.maxBal[a] > bal && didNotVoteAt(s, Value, a, bal)))
    )

  return model({
    name: "Voting",
    initial: { votes: () => [], maxBal: () => -1 },
    actions: {
      increaseMaxBal: action({ a: Acceptor, b: Ballot }, (s, { a, b }) => b > s.maxBal[a] && { maxBal: { [a]: b } }),

      voteFor: action(
        { a: Acceptor, v: Value, shown },
        (s, { a, shown: { bal: b, c, quorum, voter }, v }) =>
          s.maxBal[a] <= b &&
          didNotVoteAt(s, Value, a, b) &&
          Acceptor.every((other) => other === a || Value.every((w) => w === v || !votedFor(s, other, b, w))) &&
          quorum.every((member) => s.maxBal[member] >= b) &&
          voter.every((member) => votedFor(s, member, c, v)) &&
          range(c + 1, b - 1).every((d) => quorum.every((member) => didNotVoteAt(s, Value, member, d))) && {
            votes: { [a]: add({ bal: b, val: v }) },
            maxBal: { [a]: b },
          },
      ),
    },
    properties: {
      votesSafe: always(
        { a: Acceptor, vote: allVotes },
        (s, { a, vote: { bal, val } }) =>
          !votedFor(s, a, bal, val) || range(0, bal - 1).every((c) => noneOtherChoosableAt(s, c, val)),
      ),
      oneValuePerBallot: always(
        { a1: Acceptor, a2: Acceptor, b: Ballot, v1: Value, v2: Value },
        (s, { a1, a2, b, v1, v2 }) => v1 === v2 || !(votedFor(s, a1, b, v1) && votedFor(s, a2, b, v2)),
      ),
      chooses: refines(Consensus({ values }), {
        chosen: (s) =>
          Value.filter((val) =>
            Ballot.some((bal) => Quorums.some((quorum) => quorum.every((a) => votedFor(s, a, bal, val))))
          ),
      }),
    },
  })
}
