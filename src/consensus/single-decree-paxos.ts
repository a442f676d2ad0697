/**
 * # Single-decree Paxos
 *
 * Processes that agree on one value, after Lamport, *The part-time parliament* (ACM TOCS 16(2), 1998), as told again in
 * *Paxos made simple* (2001), section 2, with any {@link QuorumSystem}.
 *
 * A *proposer* leads *ballots*, numbered so that no two proposers share one. In phase 1 it asks the acceptors to promise
 * to take part in no lower ballot; who promises reports its latest vote. When a quorum has promised, the proposer proposes
 * the value of the highest vote reported, or its own if nobody has voted: phase 2. (The reason why stands in the code.) An
 * *acceptor* votes for a proposal unless it has promised not to; then it tells which ballot it has promised, and the proposer
 * gives up its own and goes on above that one (a *negative answer*, which the paper recommends and safety does not need). The
 * proposer is also the *learner* of its ballots: a value for which a quorum has voted in one ballot is chosen, and the proposer
 * has decided.
 *
 * **It promises** that at most one value is ever chosen, so that no two proposers decide differently, and that only a value
 * that somebody proposed is decided: for any number of proposers, whatever is lost, duplicated, reordered or late, and
 * however often whoever crashes. It promises that something is decided only while one proposer goes on undisturbed by others for
 * long enough, with a quorum of each phase up. Whoever has decided replies with it, also if it crashed before it could.
 *
 * **It assumes** that a promise, a vote, a decision and the number of the last ballot survive a crash (they are durable, and
 * written before anything is sent), that messages are not forged, and that quorums of phase 1 and 2 intersect. It does not matter
 * whether a message that comes too late to mean anything waits in the network or is dropped, nor in which order messages come.
 *
 * **It costs**, with *n* acceptors, if nothing fails and nobody else proposes:
 *
 * | | until the proposer has decided | of these one after the other |
 * |---|---|---|
 * | messages | 4 *n*: to and from each acceptor, in each phase | 4: two rounds |
 * | forced writes | 2 *n* + 2: a promise and a vote of each acceptor, the ballot and the decision of the proposer | 4 |
 *
 * An acceptor that is down does not answer and does not write; *n* messages are sent to all in each phase all the same. An acceptor
 * that refuses sends one message and writes nothing. The paper does without a forced write of the decision: whoever has lost it can
 * lead another ballot.
 *
 * **It does not offer** what is built on it in practice: a second decision (that is what {@link multiPaxos} is for); learners other
 * than proposers, to whom acceptors would tell their votes, so whoever wants to know has to propose; acceptors that come and go, or
 * come back without their disk; a way to choose one proposer, without which two may outbid each other for ever.
 *
 * **What is explored in full** is small: two proposers, of which one or both begin a second ballot; three acceptors, four in a
 * grid, two where ballots are many, five where one proposer is alone; and with these one crash of anybody, or one acceptor that stops
 * (any two of five), or one message that is lost (two where one proposer is alone), with duplicates without end or with none, in any
 * order or in that of sending. Random walks go through more: seven acceptors, three proposers, six crashes, six messages lost.
 *
 * **Not in the paper**: who is outbid begins its next ballot when its timer `retry` fires, and not at once, so that two proposers need
 * not outbid each other for ever.
 *
 * @module
 */
import { Schema } from "effect"
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import { type Budget, budget } from "../system/budget.ts"
import type { Faults } from "../system/fault.ts"
import { machine, type MachineState } from "../system/machine.ts"
import type { Network } from "../system/network.ts"
import { ignore, type Next } from "../system/process.ts"
import { system } from "../system/system.ts"
import { hasQuorum, type QuorumSystem } from "./quorum-system.ts"

/** A vote for a value in a ballot. */
export const PaxosVote = Schema.Struct({ ballot: Schema.Int, value: Schema.String })
/** The type of {@link PaxosVote}. */
export type PaxosVote = typeof PaxosVote.Type

/** The messages of single-decree Paxos. */
export const PaxosMessage = Schema.TaggedUnion({
  /** Phase 1a: the leader of a ballot asks an acceptor to take part in no lower one. */
  Prepare: { ballot: Schema.Int },
  /** Phase 1b: an acceptor promises, and reports its latest vote, if any. */
  Promise: { ballot: Schema.Int, vote: Schema.NullOr(PaxosVote) },
  /** Phase 2a: the leader of a ballot asks an acceptor to vote for a value. */
  Accept: { ballot: Schema.Int, value: Schema.String },
  /** Phase 2b: an acceptor has voted in a ballot, for the only value that was proposed there. */
  Accepted: { ballot: Schema.Int },
  /** A negative answer to a `Prepare` or an `Accept`: the acceptor has promised this ballot, which is higher. */
  Preempted: { ballot: Schema.Int },
})

/** The answer of a proposer that has decided. */
export const PaxosDecided = Schema.TaggedStruct("Decided", { value: Schema.String })

/** What a proposer is at: nothing, or phase 1 or 2 of a ballot. */
const Phase = Schema.TaggedUnion({
  Idle: {},
  /**
   * Who has promised, by name and not in the order of arrival, which makes no difference; and the highest vote that they have
   * reported.
   */
  Preparing: {
    ballot: Schema.Int,
    promised: Schema.Array(Schema.String),
    highest: Schema.NullOr(PaxosVote),
  },
  /** What was proposed, and who has voted for it. */
  Proposing: { ballot: Schema.Int, value: Schema.String, accepted: Schema.Array(Schema.String) },
})

/** The later one of two votes. */
const later = (one: PaxosVote | null, other: PaxosVote | null): PaxosVote | null =>
  one === null || (other !== null && other.ballot > one.ballot) ? other : one

const acceptor = machine({
  durable: {
    /** The highest ballot in which it takes part. */
    promised: Schema.Int,
    /** Its vote in the highest ballot in which it has voted; none that it cast before is of any use. */
    vote: Schema.NullOr(PaxosVote),
  },
  messages: PaxosMessage,
})

const proposer = machine({
  durable: {
    /** How many ballots it has begun. */
    begun: Schema.Int,
    /**
     * The highest ballot that it has begun or was told of. It begins only higher ones, so none twice: another value may have been
     * proposed there.
     */
    highest: Schema.Int,
    decided: Schema.NullOr(Schema.String),
  },
  volatile: { phase: Phase },
  messages: PaxosMessage,
  timers: ["retry"],
  replies: PaxosDecided,
})

/**
 * An acceptor.
 *
 * @param definition - `negativeAnswers`: whether it tells a proposer whose ballot is too low which one it has promised, as it
 *   does unless given.
 *
 * @example
 * ```ts
 * import { paxosAcceptor } from "touchstone/consensus"
 * import { react } from "touchstone"
 *
 * const acceptor = paxosAcceptor()
 * const prepare = { _tag: "Message", message: { _tag: "Prepare", ballot: 3 } } as const
 * const promise = react("a1", acceptor, acceptor.start.state, prepare, { now: 0, from: "p1" })
 * promise // => { _tag: "Next", state: { promised: 3, vote: null }, commands: [{ _tag: "Send", to: "p1", message: { _tag: "Promise", ballot: 3, vote: null } }] }
 * ```
 */
export const paxosAcceptor = ({ negativeAnswers = true }: { readonly negativeAnswers?: boolean } = {}) => {
  const { next, process, send } = acceptor
  const refuse = (state: MachineState<typeof acceptor>, proposer: string) =>
    negativeAnswers ? next(state, send(proposer, { _tag: "Preempted", ballot: state.promised })) : ignore
  // What it is asked again it answers again: its answer may have been lost.
  return process({
    initial: { promised: -1, vote: null },
    receive: {
      Prepare: (state, { ballot }, { from }) => {
        if (ballot < state.promised) return refuse(state, from)
        // If it has voted in this ballot, whoever leads it is past phase 1.
        if (ballot === state.vote?.ballot) return ignore
        return next({ ...state, promised: ballot }, send(from, { _tag: "Promise", ballot, vote: state.vote }))
      },
      Accept: (state, { ballot, value }, { from }) =>
        ballot < state.promised
          ? refuse(state, from)
          : next({ promised: ballot, vote: { ballot, value } }, send(from, { _tag: "Accepted", ballot })),
    },
    observed: ["promised"],
  })
}

/**
 * A proposer, which is also the learner of its ballots. It begins at once, and begins a higher ballot whenever its timer
 * `retry` fires and after a crash, until it has decided. A runtime should let the timer fire soon when the proposer is told
 * that it is outbid, and by chance, so that not all fire at once. The answer to its environment is {@link PaxosDecided}.
 *
 * @param definition - `value`: what it would like to be decided; `index`: its place among the `proposers`, from 0 (its
 *   ballots are some of `index`, `index + proposers`, and so on); the `quorums`; `rounds`: how many ballots it may lead at most, any
 *   number unless given.
 * @throws InvalidBudget
 *
 * @example
 * ```ts
 * import { majority, paxosProposer } from "touchstone/consensus"
 *
 * const proposer = paxosProposer({ value: "v2", index: 1, proposers: 2, quorums: majority(["a1", "a2", "a3"]) })
 * proposer.start.commands[0] // => { _tag: "Send", to: "a1", message: { _tag: "Prepare", ballot: 1 } }
 * ```
 */
export const paxosProposer = ({ index, proposers, quorums, rounds = "unbounded", value: own }: {
  readonly value: string
  readonly index: number
  readonly proposers: number
  readonly quorums: QuorumSystem
  readonly rounds?: Budget
}) => {
  const limit = budget("rounds", rounds)
  const most = limit === "unbounded" ? Infinity : limit
  const { broadcast, cancelTimer, next, process, reply, setTimer } = proposer
  type State = MachineState<typeof proposer>

  const begin = (state: State): Next<State> => {
    if (state.decided !== null || state.begun >= most) return next({ ...state, phase: { _tag: "Idle" } })
    const rounds = Math.floor((state.highest - index) / proposers) + 1
    const ballot = index + Math.max(0, rounds) * proposers
    const begun = state.begun + 1
    return next(
      { ...state, begun, highest: ballot, phase: { _tag: "Preparing", ballot, promised: [], highest: null } },
      broadcast(quorums.members, { _tag: "Prepare", ballot }),
      begun < most ? setTimer("retry") : [],
    )
  }

  return process({
    initial: { begun: 0, highest: -1, decided: null, phase: { _tag: "Idle" } },
    start: begin,
    receive: {
      Promise: (state, { ballot, vote }, { from }) => {
        const { phase } = state
        if (phase._tag !== "Preparing" || phase.ballot !== ballot || phase.promised.includes(from)) return ignore
        const promised = [...phase.promised, from].toSorted()
        const highest = later(phase.highest, vote)
        if (!hasQuorum(quorums.phase1, promised)) return next({ ...state, phase: { ...phase, promised, highest } })
        // Why the value of the highest vote? So that this holds (P2b of the paper): *if v is chosen in a ballot b, whatever is
        // proposed in a higher ballot is v.* By induction: let v be chosen in b < ballot, and let all proposals in between be v.
        //  - A quorum voted for v in b. It shares an acceptor with the quorum that has promised here.
        //  - That acceptor voted in b before it promised; after the promise it would have refused. So it reports its vote
        //    in b, or a later one. Hence the highest vote reported is in a ballot from b up to this one.
        //  - In those ballots nothing but v was proposed. So the highest vote is for v.
        // If no vote is reported, then nothing was chosen in a lower ballot, nor can be: a quorum takes no part there any more.
        //
        // Any lower vote may be for a value that never was chosen. Of three acceptors, a1 votes alone for v1 in ballot 0; a2
        // and a3 choose v2 in ballot 1; then the leader of ballot 2 hears from a1 and a2. Whoever takes the v1 of a1 chooses
        // a second value (`sabotage-lower-vote-taken`); so does who takes no heed of votes at all (`sabotage-votes-ignored`).
        const value = highest?.value ?? own
        return next(
          { ...state, phase: { _tag: "Proposing", ballot, value, accepted: [] } },
          broadcast(quorums.members, { _tag: "Accept", ballot, value }),
        )
      },
      Accepted: (state, { ballot }, { from }) => {
        const { phase } = state
        if (phase._tag !== "Proposing" || phase.ballot !== ballot || phase.accepted.includes(from)) return ignore
        const accepted = [...phase.accepted, from].toSorted()
        if (!hasQuorum(quorums.phase2, accepted)) return next({ ...state, phase: { ...phase, accepted } })
        return next(
          { ...state, decided: phase.value, phase: { _tag: "Idle" } },
          cancelTimer("retry"),
          reply({ _tag: "Decided", value: phase.value }),
        )
      },
      /** No quorum may be left for its ballot. */
      Preempted: (state, { ballot }) =>
        state.phase._tag === "Idle" || ballot <= state.highest
          ? ignore
          : next({ ...state, highest: ballot, phase: { _tag: "Idle" } }),
    },
    timers: { retry: begin },
    // It may have crashed before its answer left it.
    restart: (state) =>
      state.decided === null
        ? begin(state)
        : next({ ...state, phase: { _tag: "Idle" } }, reply({ _tag: "Decided", value: state.decided })),
    observed: ["decided", "begun", "highest"],
  })
}

/**
 * A system that decides on one value by Paxos: proposers `p1`, `p2`, …, and as acceptors the members of the quorums.
 *
 * @param definition - `proposals`: of each proposer, the value that it would like to be decided, and how many ballots it may
 *   lead; the `quorums`; the `network` and the `faults`, which are none unless given.
 *
 * @example
 * ```ts
 * import { majority, singleDecreePaxos } from "touchstone/consensus"
 * import { names, unordered } from "touchstone"
 *
 * const { definition } = singleDecreePaxos({
 *   proposals: [{ value: "v1", rounds: 1 }, { value: "v2", rounds: 1 }],
 *   quorums: majority(names("a", 3)),
 *   network: unordered({ duplication: "unbounded" }),
 * })
 * definition.processes.map(({ name }) => name) // => ["p1", "p2", "a1", "a2", "a3"]
 * ```
 */
export const singleDecreePaxos = (
  { faults = {}, negativeAnswers, network, proposals, quorums }: {
    readonly proposals: ReadonlyArray<{ readonly value: string; readonly rounds: Budget }>
    readonly quorums: QuorumSystem
    /** Whether acceptors give negative answers, as they do unless given. */
    readonly negativeAnswers?: boolean
    readonly network: Network
    readonly faults?: Faults
  },
) =>
  system({
    name: "single-decree Paxos",
    processes: [
      ...names("p", proposals.length).map((name, index) =>
        named(name, paxosProposer({ ...proposals[index]!, index, proposers: proposals.length, quorums }))
      ),
      ...quorums.members.map((name) =>
        named(name, paxosAcceptor({ ...(negativeAnswers !== undefined && { negativeAnswers }) }))
      ),
    ],
    network,
    faults,
  })
