/**
 * # Three-phase commit
 *
 * Two-phase commit with a phase in between, so that nobody can have committed while somebody is still uncertain: then the
 * participants can decide without the coordinator. After Skeen, *Nonblocking Commit Protocols* (SIGMOD 1981), with its central
 * termination protocol; timeouts and recovery after Bernstein, Hadzilacos and Goodman, *Concurrency Control and Recovery in
 * Database Systems* (1987), section 7.5.
 *
 * **Promises.** All processes that decide decide alike, and as the client is told; they commit only if all have voted yes; a
 * decision is never taken back; and as long as one participant is up, every participant that is up decides.
 *
 * **Assumes** that messages are not lost, that processes are *fail-stop* (a timer fires only for a process that has
 * stopped, and none of its messages is still on its way), and that the network never falls apart. Where two parts of a
 * network believe each other dead, one may commit and the other abort. Two-phase commit and Paxos Commit assume none of this.
 *
 * **Costs**, for `n` participants, if nothing fails: `5n` messages in 5 rounds (prepare, vote, pre-commit, ack, commit).
 *
 * | a process waits for | when it has stopped |
 * |---|---|
 * | participant that has not voted, for the coordinator | it aborts |
 * | coordinator, for a vote | it aborts |
 * | coordinator or backup, for an acknowledgement | it does without |
 * | participant that has voted yes, for whoever leads | the next participant in line leads |
 *
 * The *backup* that leads moves all participants behind it to its own state, pre-committed or not, and when they have
 * acknowledged this decides: to commit from the one, to abort from the other. The participants before it in line have
 * stopped. Without the first of the two steps the next backup could decide otherwise, after this one has decided and stopped.
 *
 * A process that recovers without a decision only asks, for the others may have decided without it; it does not lead. A
 * participant that recovers without a vote aborts.
 *
 * A timer is named after the process that its owner waits for; `inquiry` is when a process that has
 * recovered asks again.
 *
 * @module
 */
import { Schema } from "effect"
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Detector, DetectorKind } from "../system/detector.ts"
import type { Faults } from "../system/fault.ts"
import { machine, type MachineState } from "../system/machine.ts"
import type { Network } from "../system/network.ts"
import { ignore } from "../system/process.ts"
import { system } from "../system/system.ts"
import { Decision, TransactionOutcome, Vote } from "./decision.ts"
import { announcement, commitmentMessages } from "./message.ts"

/** The messages of three-phase commit. */
export const ThreePhaseCommitMessage = Schema.TaggedUnion({
  ...commitmentMessages,
  /** A participant votes. */
  Yes: {},
  No: {},
  /** All have voted yes. */
  PreCommit: {},
  /** A backup that is not pre-committed lets the others fall back to where it is. */
  FallBack: {},
  /** A participant is where it was moved to. */
  Ack: {},
  /** All before the receiver in line have stopped. */
  TakeOver: {},
})

/**
 * The coordinator of three-phase commit. It starts by asking all participants to vote, and tells the client `committed` or
 * `aborted`.
 *
 * Its log holds its `decision`.
 *
 * @param participants - the names of the participants, in line.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { threePhaseCoordinator } from "touchstone/commit"
 *
 * const coordinator = threePhaseCoordinator(["p1"])
 * const reaction = react(
 *   "coordinator",
 *   coordinator,
 *   coordinator.start.state,
 *   { _tag: "Message", message: { _tag: "Yes" } },
 *   { now: 0, from: "p1" },
 * )
 * reaction._tag === "Next" && reaction.commands.flatMap((command) => command._tag === "Send" ? [command.message._tag] : []) // => ["PreCommit"]
 * ```
 */
export const threePhaseCoordinator = (participants: ReadonlyArray<string>) => {
  const coordinator = machine({
    durable: { decision: Decision },
    volatile: {
      phase: Schema.Literals(["voting", "preCommitted", "recovering"]),
      /** Whose votes or acknowledgements are missing. */
      awaited: Schema.Array(Schema.String),
    },
    messages: ThreePhaseCommitMessage,
    timers: [...participants, "inquiry"],
    replies: TransactionOutcome,
  })
  const { broadcast, cancelTimer, next, process, reply, send, setTimer } = coordinator
  type State = MachineState<typeof coordinator>

  const watch = participants.map((name) => setTimer(name))
  const unwatch = participants.map((name) => cancelTimer(name))
  const decide = (state: State, decision: TransactionOutcome) =>
    next(
      { ...state, decision, awaited: [] },
      unwatch,
      broadcast(participants, announcement(decision)),
      reply(decision),
    )
  const without = (state: State, from: string) => state.awaited.filter((name) => name !== from)
  /** One acknowledgement less is missing: it has arrived, or never will. */
  const acknowledged = (state: State, from: string) => {
    const awaited = without(state, from)
    return awaited.length === 0 ? decide(state, "committed") : next({ ...state, awaited }, cancelTimer(from))
  }
  const learn = (state: State, decision: TransactionOutcome) =>
    state.decision === "none" && state.phase === "recovering"
      ? next({ ...state, decision }, cancelTimer("inquiry"), reply(decision))
      : ignore
  const requestDecision = (state: State) =>
    next(state, broadcast(participants, { _tag: "DecisionRequest" }), setTimer("inquiry"))
  return process({
    initial: { decision: "none", phase: "voting", awaited: participants },
    start: (state) => next(state, broadcast(participants, { _tag: "Prepare" }), watch),
    receive: {
      Yes: (state, _, { from }) => {
        if (state.phase !== "voting" || !state.awaited.includes(from)) return ignore
        const awaited = without(state, from)
        if (awaited.length > 0) return next({ ...state, awaited }, cancelTimer(from))
        return next(
          { ...state, phase: "preCommitted", awaited: participants },
          broadcast(participants, { _tag: "PreCommit" }),
          watch,
        )
      },
      No: (state) => state.phase === "voting" && state.decision === "none" ? decide(state, "aborted") : ignore,
      Ack: (state, _, { from }) =>
        state.phase === "preCommitted" && state.awaited.includes(from) ? acknowledged(state, from) : ignore,
      Commit: (state) => learn(state, "committed"),
      Abort: (state) => learn(state, "aborted"),
      DecisionRequest: (state, _, { from }) =>
        state.decision === "none" ? ignore : next(state, send(from, announcement(state.decision))),
    },
    timers: {
      ...Object.fromEntries(participants.map((name) => [name, (state: State) => {
        if (state.decision !== "none" || !state.awaited.includes(name)) return ignore
        return state.phase === "voting" ? decide(state, "aborted") : acknowledged(state, name)
      }])),
      inquiry: (state) => state.decision === "none" ? requestDecision(state) : ignore,
    },
    restart: (state) =>
      state.decision === "none"
        ? requestDecision({ ...state, phase: "recovering", awaited: [] })
        : decide(state, state.decision),
  })
}

/**
 * A participant of three-phase commit. When it is asked to prepare, its environment votes: input `vote({ yes })`.
 *
 * Its log holds its `vote` and its `decision`.
 *
 * @param coordinator - the name of the coordinator.
 * @param participants - the names of all participants, in line: who stands first leads if the coordinator stops.
 * @param self - its own name.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { threePhaseParticipant } from "touchstone/commit"
 *
 * const participant = threePhaseParticipant("coordinator", ["p1", "p2"], "p2")
 * const uncertain = { ...participant.start.state, vote: "yes" } as const
 * const reaction = react("p2", participant, uncertain, { _tag: "Timer", timer: "coordinator" }, { now: 0 })
 * reaction._tag === "Next" && reaction.commands.flatMap((command) => command._tag === "Send" ? [[command.to, command.message._tag]] : []) // => [["p1", "TakeOver"]]
 * ```
 */
export const threePhaseParticipant = (
  coordinator: string,
  participants: ReadonlyArray<string>,
  self: string,
) => {
  const line = [coordinator, ...participants]
  const rank = line.indexOf(self)
  const behind = line.slice(rank + 1)
  const others = line.filter((name) => name !== self)
  const nameAt = (position: number) => line[position] as string

  const participant = machine({
    durable: { vote: Vote, decision: Decision },
    volatile: {
      /** Whether it has been asked to prepare. */
      asked: Schema.Boolean,
      preCommitted: Schema.Boolean,
      /** Whom it follows, by the position in line. */
      leader: Schema.Int,
      /** While it leads: whose acknowledgements are missing. */
      awaited: Schema.Array(Schema.String),
      recovering: Schema.Boolean,
    },
    messages: ThreePhaseCommitMessage,
    timers: [...others, "inquiry"],
    replies: TransactionOutcome,
  })
  const { broadcast, cancelTimer, input, next, process, reply, send, setTimer } = participant
  type State = MachineState<typeof participant>

  const unwatch = others.map((name) => cancelTimer(name))
  const isUndecided = (state: State) => state.decision === "none"
  const isLeading = (state: State) => state.leader === rank
  /** It has promised nothing, so it may. */
  const abortOnItsOwn = (state: State) =>
    next({ ...state, decision: "aborted" }, unwatch, send(coordinator, { _tag: "No" }))
  const learn = (state: State, decision: TransactionOutcome) => {
    if (!isUndecided(state)) return ignore
    return isLeading(state)
      ? conclude(state, decision)
      : next({ ...state, decision }, unwatch, cancelTimer("inquiry"))
  }
  const tell = (state: State, to: string) =>
    state.decision === "none" ? ignore : next(state, send(to, announcement(state.decision)))
  const requestDecision = (state: State) =>
    next(state, broadcast(others, { _tag: "DecisionRequest" }), setTimer("inquiry"))

  /** All before it in line have stopped: it moves those behind it to its own state. */
  const lead = (state: State) => {
    const leading = { ...state, leader: rank, awaited: behind }
    return behind.length === 0 ? conclude(leading, outcome(leading)) : next(
      leading,
      broadcast(behind, { _tag: state.preCommitted ? "PreCommit" : "FallBack" }),
      behind.map((name) => setTimer(name)),
    )
  }
  const outcome = (state: State): TransactionOutcome => state.preCommitted ? "committed" : "aborted"
  const conclude = (state: State, decision: TransactionOutcome) =>
    next(
      { ...state, decision, awaited: [] },
      unwatch,
      broadcast(behind, announcement(decision)),
      reply(decision),
    )
  /** One acknowledgement less is missing: it has arrived, or never will. */
  const acknowledged = (state: State, from: string) => {
    const awaited = state.awaited.filter((name) => name !== from)
    return awaited.length === 0
      ? conclude(state, outcome(state))
      : next({ ...state, awaited }, cancelTimer(from))
  }
  /** Whom it follows has stopped. */
  const followNext = (state: State) => {
    const leader = state.leader + 1
    return leader === rank
      ? lead(state)
      : next({ ...state, leader }, send(nameAt(leader), { _tag: "TakeOver" }), setTimer(nameAt(leader)))
  }
  /** A leader moves it. One that it no longer follows is not listened to. */
  const move = (state: State, preCommitted: boolean, from: string) => {
    const leader = line.indexOf(from)
    if (!isUndecided(state)) return tell(state, from)
    if (leader < state.leader || state.recovering) return ignore
    if (state.vote === "none") {
      const aborted = abortOnItsOwn(state)
      return next(aborted.state, aborted.commands, send(from, { _tag: "Abort" }))
    }
    return next(
      { ...state, preCommitted, leader },
      leader === state.leader ? [] : [cancelTimer(nameAt(state.leader)), setTimer(from)],
      send(from, { _tag: "Ack" }),
    )
  }
  return process({
    initial: {
      vote: "none",
      decision: "none",
      asked: false,
      preCommitted: false,
      leader: 0,
      awaited: [],
      recovering: false,
    },
    start: (state) => next(state, setTimer(coordinator)),
    receive: {
      Prepare: (state) =>
        isUndecided(state) && state.vote === "none" && !state.asked
          ? next({ ...state, asked: true }, cancelTimer(coordinator))
          : ignore,
      PreCommit: (state, _, { from }) => move(state, true, from),
      FallBack: (state, _, { from }) => move(state, false, from),
      Ack: (state, _, { from }) => state.awaited.includes(from) ? acknowledged(state, from) : ignore,
      Commit: (state) => learn(state, "committed"),
      Abort: (state) => learn(state, "aborted"),
      TakeOver: (state, _, { from }) => {
        if (!isUndecided(state)) return tell(state, from)
        if (isLeading(state) || state.recovering) return ignore
        if (state.vote === "yes") return lead(state)
        const aborted = abortOnItsOwn(state)
        return next(aborted.state, aborted.commands, send(from, { _tag: "Abort" }))
      },
      DecisionRequest: (state, _, { from }) => tell(state, from),
    },
    inputs: {
      vote: input({ yes: [true, false] }, (state, { yes }) => {
        if (!state.asked || state.vote !== "none" || !isUndecided(state)) return ignore
        return yes
          ? next({ ...state, vote: "yes" }, send(coordinator, { _tag: "Yes" }), setTimer(coordinator))
          : abortOnItsOwn({ ...state, vote: "no" })
      }),
    },
    timers: {
      ...Object.fromEntries(others.map((name) => [name, (state: State) => {
        if (!isUndecided(state)) return ignore
        if (state.vote === "none") return abortOnItsOwn(state)
        if (state.awaited.includes(name)) return acknowledged(state, name)
        return nameAt(state.leader) === name ? followNext(state) : ignore
      }])),
      inquiry: (state) => isUndecided(state) ? requestDecision(state) : ignore,
    },
    restart: (state) => {
      if (!isUndecided(state)) return ignore
      return state.vote === "yes" ? requestDecision({ ...state, recovering: true }) : abortOnItsOwn(state)
    },
    observed: ["vote", "decision"],
  })
}

/**
 * A system that runs three-phase commit once: a `coordinator`, and participants `p1`, `p2`, ….
 *
 * @param definition - `participants`: how many; the `network`; the `faults` and the `detector`, of which there are none unless given.
 *
 * @example
 * ```ts
 * import { fifo } from "touchstone"
 * import { threePhaseCommit } from "touchstone/commit"
 *
 * const { definition } = threePhaseCommit({ participants: 2, network: fifo() })
 * definition.processes.map(({ name }) => name) // => ["coordinator", "p1", "p2"]
 * ```
 */
export const threePhaseCommit = (
  { detector, faults = {}, network, participants }: {
    readonly participants: number
    readonly network: Network
    readonly faults?: Faults
    readonly detector?: DetectorKind | Detector
  },
) => {
  const all = names("p", participants)
  return system({
    name: "three-phase commit",
    processes: [
      named("coordinator", threePhaseCoordinator(all)),
      ...all.map((name) => named(name, threePhaseParticipant("coordinator", all, name))),
    ],
    network,
    faults,
    ...(detector !== undefined && { detector }),
  })
}
