/**
 * # Agreement
 *
 * *What* a system of processes that agree on one value must achieve, whatever its protocol: those who decide agree, on a
 * value that somebody proposed, once and for all. And where acceptors vote: at most one value is ever *chosen*, that is,
 * voted for by a quorum in one ballot, and nobody decides anything else. That it stays chosen need not be said: what was
 * voted was voted.
 *
 * The properties are about two things: who has `decided` what, which is observed; and all `votes` that each acceptor has ever
 * cast. An acceptor may forget all but the last, so the votes are a {@link ghost}, which only the specification has.
 *
 * @module
 */
import type { Schema } from "effect"
import type { PaxosDecided } from "../../src/consensus/index.ts"
import type {
  CommonVariables,
  DeadlockFree,
  Language,
  Processes,
  Properties,
  RecordOf,
  Reply,
  SetOf,
  State,
} from "../../src/index.ts"

/** A vote as {@link agreement} sees it. */
export interface CastVote {
  readonly ballot: number
  readonly value: string
}

/** The system that {@link agreement} is about. */
export interface Decree {
  /** Those who decide. */
  readonly deciders: ReadonlyArray<string>
  /** The values that they may propose. */
  readonly values: ReadonlyArray<string>
  readonly ballots: ReadonlyArray<number>
  /** The sets of acceptors whose votes choose a value. */
  readonly quorums: ReadonlyArray<ReadonlyArray<string>>
}

/** What is looked at: who has decided what, and all that each acceptor has ever voted for. */
export type DecreeVariables = {
  readonly decided: RecordOf<string, Schema.Schema<string | null>>
  readonly votes: RecordOf<string, Schema.Schema<ReadonlyArray<CastVote>>>
}

type Observed = State<DecreeVariables>

/**
 * Whether a quorum has voted for a value in a ballot.
 *
 * @example
 * ```ts
 * import { isChosenBy } from "touchstone/spec/consensus"
 *
 * const votes = { a1: [{ ballot: 0, value: "v1" }, { ballot: 2, value: "v2" }], a2: [{ ballot: 2, value: "v2" }] }
 * isChosenBy({ votes }, ["a1", "a2"], 2, "v2") // => true
 * ```
 */
export const isChosenBy = (
  { votes }: Pick<Observed, "votes">,
  quorum: ReadonlyArray<string>,
  ballot: number,
  value: string,
): boolean =>
  quorum.every((acceptor) => votes[acceptor]?.some((vote) => vote.ballot === ballot && vote.value === value) === true)

/**
 * The properties of a decree.
 *
 * | property | formula |
 * |---|---|
 * | `agreement` | `∀ p, q : decided[p] = none ∨ decided[q] = none ∨ decided[p] = decided[q]` |
 * | `validity` | `∀ p : decided[p] = none ∨ decided[p] ∈ Values` |
 * | `integrity` | `∀ p : decided[p] = none ∨ decided′[p] = decided[p]` |
 * | `oneChosen` | `∀ v ≠ w : ¬(Chosen(v) ∧ Chosen(w))` |
 * | `decidedIsChosen` | `∀ p : decided[p] ≠ none ⇒ Chosen(decided[p])` |
 * | `mayDecide v` | some behaviour leads to `decided[p] = v`, for some `p` |
 *
 * where `Chosen(v) ≜ ∃ b, Q : ∀ a ∈ Q : ⟨b, v⟩ ∈ votes[a]`.
 *
 * @param language - the constructors of properties over the variables of the system, which observes `decided` and has the
 *   ghost `votes`.
 *
 * @example
 * ```ts
 * import { agreement, votesCast } from "touchstone/spec/consensus"
 * import { majority, paxosAcceptor, paxosProposer } from "touchstone/consensus"
 * import { named, system, unordered } from "touchstone"
 *
 * const quorums = majority(["a1"])
 * const alone = system({
 *   name: "one of each",
 *   processes: [
 *     named("p1", paxosProposer({ value: "v1", index: 0, proposers: 1, quorums, rounds: 1 })),
 *     named("a1", paxosAcceptor()),
 *   ],
 *   network: unordered(),
 *   ghosts: { votes: votesCast(["a1"]) },
 * })
 * const decree = { deciders: ["p1"], values: ["v1"], ballots: [0], quorums: quorums.phase2 }
 * alone.model(agreement(alone, decree)).name // => "one of each"
 * ```
 */
export const agreement = (
  { always, reachable, step }: Pick<Language<DecreeVariables>, "always" | "reachable" | "step">,
  { ballots, deciders, quorums, values }: Decree,
): Properties => {
  const pairs = <A>(of: ReadonlyArray<A>) =>
    of.flatMap((one, index) => of.slice(index + 1).map((other) => ({ one, other })))
  const isNone = (value: string | null | undefined): value is null | undefined => value === null
  const isChosen = (s: Observed, value: string): boolean =>
    quorums.some((quorum) => ballots.some((ballot) => isChosenBy(s, quorum, ballot, value)))
  return {
    agreement: always(
      { pair: pairs(deciders) },
      ({ decided }, { pair: { one, other } }) =>
        decided[one] === null || decided[other] === null || decided[one] === decided[other],
    ),
    validity: always(
      { p: deciders },
      ({ decided }, { p }) => isNone(decided[p]) || values.includes(decided[p]),
    ),
    integrity: step(
      { p: deciders },
      (before, after, { p }) => before.decided[p] === null || after.decided[p] === before.decided[p],
    ),
    oneChosen: always(
      { pair: pairs(values) },
      (s, { pair: { one, other } }) => !(isChosen(s, one) && isChosen(s, other)),
    ),
    decidedIsChosen: always(
      { p: deciders },
      (s, { p }) => isNone(s.decided[p]) || isChosen(s, s.decided[p]),
    ),
    ...Object.fromEntries(
      values.map((value) => [
        `mayDecide ${value}`,
        reachable((s) => deciders.some((p) => s.decided[p] === value)),
      ]),
    ),
  }
}

/** Who has decided, who is up, and what was replied. */
export type DecisionVariables = Pick<CommonVariables<Processes>, "status"> & Pick<DecreeVariables, "decided"> & {
  readonly replies: SetOf<Reply<string, typeof PaxosDecided.Type>>
}

const hasReplied = ({ decided, replies }: State<DecisionVariables>, p: string): boolean => {
  const value = decided[p]
  return value !== null && value !== undefined &&
    replies.some({ _tag: "Reply", from: p, value: { _tag: "Decided", value } })
}

/**
 * Whoever has decided answers: in a state in which nothing can happen any more, a process that is up has replied with what it has
 * decided, even if it has crashed in the meantime.
 *
 * @example
 * ```ts
 * import { majority, singleDecreePaxos } from "touchstone/consensus"
 * import { unordered } from "touchstone"
 * import { decisionReplied } from "touchstone/spec/consensus"
 *
 * const system = singleDecreePaxos({
 *   proposals: [{ value: "v1", rounds: 1 }],
 *   quorums: majority(["a1"]),
 *   network: unordered({ duplication: "unbounded" }),
 * })
 * decisionReplied(system, ["p1"]).kind // => "deadlockFree"
 * ```
 */
export const decisionReplied = (
  { deadlockFree }: Pick<Language<DecisionVariables>, "deadlockFree">,
  deciders: ReadonlyArray<string>,
): DeadlockFree =>
  deadlockFree((s) => deciders.every((p) => s.status[p] !== "up" || s.decided[p] === null || hasReplied(s, p)))

/**
 * Something is decided in the end: in a state in which nothing can happen any more, every process that is up has decided, and
 * has replied. It holds only where one process is not disturbed by others.
 *
 * @example
 * ```ts
 * import { majority, singleDecreePaxos } from "touchstone/consensus"
 * import { unordered } from "touchstone"
 * import { termination } from "touchstone/spec/consensus"
 *
 * const system = singleDecreePaxos({
 *   proposals: [{ value: "v1", rounds: 1 }],
 *   quorums: majority(["a1"]),
 *   network: unordered({ duplication: "unbounded" }),
 * })
 * termination(system, ["p1"]).kind // => "deadlockFree"
 * ```
 */
export const termination = (
  { deadlockFree }: Pick<Language<DecisionVariables>, "deadlockFree">,
  deciders: ReadonlyArray<string>,
): DeadlockFree => deadlockFree((s) => deciders.every((p) => s.status[p] !== "up" || hasReplied(s, p)))
