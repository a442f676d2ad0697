/**
 * # Paxos Commit
 *
 * Atomic commitment that blocks only if a majority of the acceptors is down. After Gray and Lamport, *Consensus on Transaction
 * Commit* (ACM TODS 31(1), 2006), sections 4 and 5.
 *
 * Each participant's vote, *prepared* or *aborted*, is the value that one instance of Paxos chooses; the transaction is
 * committed exactly if all instances choose *prepared*. So no process alone knows what was decided: `2F + 1` *acceptors* do.
 * A participant is the leader of ballot 0 in its own instance, and proposes its vote without asking. If it falls silent, one
 * of the *leaders* starts a higher ballot in all instances at once: it asks the acceptors what they have accepted, proposes in
 * each instance what was accepted last, and *aborted* where nothing was. Ballots above 0 are dealt out among the leaders in
 * turn, so that none has two.
 *
 * **Promises.** All processes that decide decide alike, and as the client is told; they commit only if all have voted yes; a
 * decision is never taken back. With `F + 1` leaders, as long as no more than `F` acceptors and `F` leaders are down and
 * timers do not fire too early too often, every participant that is up learns the decision.
 *
 * **Assumes** that processes write their log before they send, and read it when they recover. It takes any network (messages
 * may be lost, duplicated, reordered and late) and any number of crashes, and it does not matter for its safety when a timer
 * fires. With `F = 0` it is two-phase commit whose coordinator keeps its log elsewhere: it blocks when the one acceptor, or
 * the one leader, is down.
 *
 * **Costs**, for `n` participants, if nothing fails: `n(2F + 3) + 2F + 1` messages in 4 rounds (prepare; each vote to each
 * acceptor; each acceptor, for all instances in one message, to the leader; the decision), and one more to each other leader.
 * Leaders and acceptors on the same machines, and `F + 1` acceptors in ballot 0, make it fewer (section 5 of the paper).
 *
 * | a process waits for | when its timer fires it |
 * |---|---|
 * | participant that has not voted, for the first leader | aborts, and says so |
 * | participant that is prepared, for the decision | asks the leaders |
 * | first leader, for a participant's vote | starts a ballot |
 * | leader that has started a ballot, for the acceptors | starts its next ballot |
 * | another leader, for the first one | starts a ballot |
 *
 * | a process recovers | and then |
 * |---|---|
 * | acceptor | keeps its promise and what it has accepted |
 * | leader | starts its next ballot |
 * | participant without a vote | aborts, and says so |
 * | participant that is prepared | proposes its vote again, which is the same one, and asks the leaders |
 *
 * A timer is named after the process that its owner waits for; `ballot` is when a leader gives up the
 * ballot that it has started.
 *
 * @module
 */
import { Schema } from "effect"
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Faults } from "../system/fault.ts"
import { machine, type MachineCommand, type MachineState } from "../system/machine.ts"
import type { Network } from "../system/network.ts"
import { ignore } from "../system/process.ts"
import { system } from "../system/system.ts"
import { Decision, TransactionOutcome } from "./decision.ts"
import { announcement, commitmentMessages } from "./message.ts"
import { participantBehaviour, participantLog, participantMemory } from "./participant.ts"

/** What an instance of Paxos chooses. */
const Value = Schema.Literals(["prepared", "aborted"])
type Value = typeof Value.Type

/** What an acceptor has accepted in an instance, and in which ballot. */
const Accepted = Schema.Struct({ ballot: Schema.Int, value: Value })
type Accepted = typeof Accepted.Type

/** Per participant, that is per instance. */
const Values = Schema.Record(Schema.String, Value)
type Values = typeof Values.Type
const Acceptances = Schema.Record(Schema.String, Accepted)
type Acceptances = typeof Acceptances.Type

/** The messages of Paxos Commit. */
export const PaxosCommitMessage = Schema.TaggedUnion({
  ...commitmentMessages,
  /** A leader starts a ballot, in all instances. */
  Phase1a: { ballot: Schema.Int },
  /** An acceptor promises to take part in no lower ballot, and reports what it has accepted. */
  Phase1b: { ballot: Schema.Int, accepted: Acceptances },
  /** The leader of a ballot proposes; in ballot 0 each participant for its own instance. */
  Phase2a: { ballot: Schema.Int, values: Values },
  /** An acceptor has accepted a value in all instances. */
  Phase2b: { ballot: Schema.Int, values: Values },
})

/** Who takes part in Paxos Commit, by name. The first leader is the one that starts. */
export interface PaxosCommitRoles {
  readonly leaders: ReadonlyArray<string>
  readonly acceptors: ReadonlyArray<string>
  readonly participants: ReadonlyArray<string>
}

/**
 * A participant of Paxos Commit (a *resource manager* in the paper). When it is asked to prepare, its environment votes:
 * input `vote({ yes })`.
 *
 * Its log holds its `vote` and its `decision`.
 *
 * @param roles - who takes part.
 * @param self - its own name.
 * @param maxDecisionRequests - how often it asks the leaders before it only waits; forever unless given.
 *
 * @example
 * ```ts
 * import { paxosCommitParticipant } from "touchstone/commit"
 * import { react } from "touchstone"
 *
 * const participant = paxosCommitParticipant({ leaders: ["l1"], acceptors: ["a1"], participants: ["p1"] }, "p1")
 * const asked = { ...participant.start.state, asked: true }
 * const reaction = react("p1", participant, asked, { _tag: "Input", input: "vote", args: { yes: true } }, { now: 0 })
 * reaction._tag === "Next" && reaction.state.vote // => "yes"
 * ```
 */
export const paxosCommitParticipant = (
  { acceptors, leaders }: PaxosCommitRoles,
  self: string,
  maxDecisionRequests: number = Infinity,
) => {
  const first = leaders[0] as string
  const participant = machine({
    durable: participantLog,
    volatile: participantMemory,
    messages: PaxosCommitMessage,
    timers: [first],
  })
  const { broadcast, process } = participant
  /** In its own instance it leads ballot 0, and proposes without asking. */
  const propose = (value: Value) => broadcast(acceptors, { _tag: "Phase2a", ballot: 0, values: { [self]: value } })
  const { behaviour, receive } = participantBehaviour(participant, first, maxDecisionRequests, {
    voteYes: propose("prepared"),
    voteNo: propose("aborted"),
    requestDecision: broadcast(leaders, { _tag: "DecisionRequest" }),
    recoverUncertain: propose("prepared"),
  })
  return process({ ...behaviour, receive })
}

/**
 * An acceptor of Paxos Commit: one for all instances. Its log holds all that it knows: the ballot that it has `promised` to
 * go not below, and what it has `accepted` in each instance.
 *
 * @param roles - who takes part.
 *
 * @example
 * ```ts
 * import { paxosCommitAcceptor } from "touchstone/commit"
 * import { react } from "touchstone"
 *
 * const acceptor = paxosCommitAcceptor({ leaders: ["l1", "l2"], acceptors: ["a1"], participants: ["p1"] })
 * const promised = { ...acceptor.start.state, promised: 1 }
 * const late = { _tag: "Phase2a", ballot: 0, values: { p1: "prepared" } }
 * react("a1", acceptor, promised, { _tag: "Message", message: late }, { now: 0, from: "p1" }) // => { _tag: "Ignored" }
 * ```
 */
export const paxosCommitAcceptor = ({ leaders, participants }: PaxosCommitRoles) => {
  const first = leaders[0] as string
  const { next, process, send } = machine({
    durable: { promised: Schema.Int, accepted: Acceptances },
    messages: PaxosCommitMessage,
  })
  return process({
    initial: { promised: 0, accepted: {} },
    receive: {
      Phase1a: (state, { ballot }, { from }) =>
        ballot > state.promised
          ? next({ ...state, promised: ballot }, send(from, { _tag: "Phase1b", ballot, accepted: state.accepted }))
          : ignore,
      /** It tells the leader when it has accepted something in all instances, in one message. */
      Phase2a: (state, { ballot, values }, { from }) => {
        if (ballot < state.promised) return ignore
        const accepted: Acceptances = {
          ...state.accepted,
          ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { ballot, value }])),
        }
        const inBallot = participants.flatMap((name) => {
          const one = accepted[name]
          return one?.ballot === ballot ? [[name, one.value] as const] : []
        })
        return next(
          { promised: ballot, accepted },
          inBallot.length < participants.length ? [] : send(
            ballot === 0 ? first : from,
            { _tag: "Phase2b", ballot, values: Object.fromEntries(inBallot) },
          ),
        )
      },
    },
  })
}

/**
 * A leader of Paxos Commit. The first one starts by asking all participants to vote, and collects what the acceptors have
 * accepted in ballot 0; the others wait until their timers fire. Whoever knows the decision tells the client
 * `committed` or `aborted`.
 *
 * Its log holds the `ballot` that it has started last, so that it starts none twice.
 *
 * @param roles - who takes part.
 * @param self - its own name.
 * @param ballots - it starts no ballot of this number or higher; there is no end unless given.
 *
 * @example
 * ```ts
 * import { paxosCommitLeader } from "touchstone/commit"
 * import { react } from "touchstone"
 *
 * const leader = paxosCommitLeader({ leaders: ["l1", "l2"], acceptors: ["a1"], participants: ["p1"] }, "l2")
 * const reaction = react("l2", leader, leader.start.state, { _tag: "Timer", timer: "l1" }, { now: 0 })
 * reaction._tag === "Next" && reaction.commands.filter(({ _tag }) => _tag === "Send") // => [{ _tag: "Send", to: "a1", message: { _tag: "Phase1a", ballot: 1 } }]
 * ```
 */
export const paxosCommitLeader = (
  { acceptors, leaders, participants }: PaxosCommitRoles,
  self: string,
  ballots: number = Infinity,
) => {
  const rank = leaders.indexOf(self)
  const [first] = leaders
  const majority = Math.floor(acceptors.length / 2) + 1
  const others = leaders.filter((name) => name !== self)
  const watched = self === first ? participants : [first as string]
  const leader = machine({
    durable: { ballot: Schema.Int },
    volatile: {
      decision: Decision,
      phase: Schema.Literals(["asking", "proposed"]),
      /** In its ballot: what the acceptors have reported until it proposed. */
      promises: Schema.Record(Schema.String, Acceptances),
      /** In its ballot: who has accepted. */
      accepts: Schema.Array(Schema.String),
    },
    messages: PaxosCommitMessage,
    timers: [...watched, "ballot"],
    replies: TransactionOutcome,
  })
  const { broadcast, cancelTimer, next, process, reply, send, setTimer } = leader
  type State = MachineState<typeof leader>

  const unwatch = watched.map((name) => cancelTimer(name))

  /** The ballots whose number is its rank, modulo the number of leaders, are its own. */
  const nextBallot = (ballot: number) => {
    const own = ballot - ballot % leaders.length + rank
    return own > ballot ? own : own + leaders.length
  }
  const startBallot = (state: State) => {
    const ballot = nextBallot(state.ballot)
    if (ballot >= ballots) return ignore
    return next(
      { ...state, ballot, phase: "asking", promises: {}, accepts: [] },
      unwatch,
      broadcast(acceptors, { _tag: "Phase1a", ballot }),
      nextBallot(ballot) < ballots ? [setTimer("ballot")] : [],
    )
  }
  const onTimeout = (state: State) => state.decision === "none" ? startBallot(state) : ignore

  /** What it must propose in an instance: what was accepted in the highest ballot, or else *aborted*. */
  const latest = (promises: State["promises"], participant: string): Value =>
    Object.values(promises)
      .flatMap((accepted) => accepted[participant] ?? [])
      .reduce<Accepted>((one, other) => one.ballot < other.ballot ? other : one, { ballot: -1, value: "aborted" })
      .value

  const learn = (
    state: State,
    decision: TransactionOutcome,
    ...commands: ReadonlyArray<MachineCommand<typeof leader>>
  ) =>
    next(
      { ...state, decision, promises: {}, accepts: [] },
      unwatch,
      cancelTimer("ballot"),
      commands,
      reply(decision),
    )
  return process({
    initial: { ballot: 0, decision: "none", phase: "proposed", promises: {}, accepts: [] },
    start: (state) =>
      next(
        state,
        self === first ? broadcast(participants, { _tag: "Prepare" }) : [],
        watched.map((name) => setTimer(name)),
      ),
    receive: {
      /** When a majority has promised, no lower ballot can choose anything that they do not report. */
      Phase1b: (state, { accepted, ballot }, { from }) => {
        if (ballot !== state.ballot || state.decision !== "none" || state.phase === "proposed") return ignore
        const promises = { ...state.promises, [from]: accepted }
        if (Object.keys(promises).length < majority) return next({ ...state, promises })
        const values = Object.fromEntries(participants.map((name) => [name, latest(promises, name)]))
        return next(
          { ...state, phase: "proposed", promises: {} },
          broadcast(acceptors, { _tag: "Phase2a", ballot, values }),
        )
      },
      /** When a majority has accepted in all instances, all of them have chosen. */
      Phase2b: (state, { ballot, values }, { from }) => {
        if (ballot !== state.ballot || state.decision !== "none" || state.accepts.includes(from)) return ignore
        const accepts = [...state.accepts, from].toSorted()
        if (accepts.length < majority) return next({ ...state, accepts })
        const decision = Object.values(values).every((value) => value === "prepared") ? "committed" : "aborted"
        return learn(state, decision, ...broadcast([...participants, ...others], announcement(decision)))
      },
      Commit: (state) => state.decision === "none" ? learn(state, "committed") : ignore,
      Abort: (state) => state.decision === "none" ? learn(state, "aborted") : ignore,
      DecisionRequest: (state, _, { from }) =>
        state.decision === "none" ? ignore : next(state, send(from, announcement(state.decision))),
    },
    timers: Object.fromEntries([...watched, "ballot"].map((name) => [name, onTimeout])),
    restart: startBallot,
  })
}

/**
 * A system that runs Paxos Commit once: leaders `l1`, `l2`, …, acceptors `a1`, `a2`, …, and participants `p1`, `p2`, ….
 *
 * @param definition - `participants`: how many; `F`: how many of the `2F + 1` acceptors, and of the `F + 1` leaders, may be
 *   down; `ballots`: how many there are, ballot 0 included; `maxDecisionRequests`: how often a participant asks the leaders; the
 *   `network` and the `faults`, which are none unless given.
 *
 * @example
 * ```ts
 * import { paxosCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 *
 * const { definition } = paxosCommit({ participants: 2, F: 1, ballots: 2, maxDecisionRequests: 0, network: unordered() })
 * definition.processes.map(({ name }) => name) // => ["l1", "l2", "a1", "a2", "a3", "p1", "p2"]
 * ```
 */
export const paxosCommit = (
  { F, ballots, faults = {}, maxDecisionRequests, network, participants }: {
    readonly participants: number
    readonly F: number
    readonly ballots: number
    readonly maxDecisionRequests: number
    readonly network: Network
    readonly faults?: Faults
  },
) => {
  const roles = {
    leaders: names("l", F + 1),
    acceptors: names("a", 2 * F + 1),
    participants: names("p", participants),
  }
  return system({
    name: "Paxos Commit",
    processes: [
      ...roles.leaders.map((name) => named(name, paxosCommitLeader(roles, name, ballots))),
      ...roles.acceptors.map((name) => named(name, paxosCommitAcceptor(roles))),
      ...roles.participants.map((name) => named(name, paxosCommitParticipant(roles, name, maxDecisionRequests))),
    ],
    network,
    faults,
  })
}
