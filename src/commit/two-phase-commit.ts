/**
 * # Two-phase commit
 *
 * A coordinator asks all participants to vote, and decides: to commit if all of them vote yes, to abort otherwise. After
 * Gray, *Notes on Data Base Operating Systems* (1978); timeouts, cooperative termination and recovery after Bernstein,
 * Hadzilacos and Goodman, *Concurrency Control and Recovery in Database Systems* (1987), chapter 7.
 *
 * **Promises.** No two processes decide differently, nor otherwise than the client is told; they commit only if all have voted
 * yes; a decision is never taken back.
 *
 * **Assumes** that processes write their log before they send, and read it when they recover. It takes any network
 * (messages may be lost, duplicated, reordered and late) and any number of crashes, and it does not matter for its safety
 * when a timer fires.
 *
 * **Does not promise** that anybody decides. A participant that has voted yes is *uncertain*: it may neither commit nor abort
 * until somebody tells it. If the coordinator is down and all others that it can ask are uncertain too, it is blocked (Skeen 1981),
 * and its locks stay locked until the coordinator recovers.
 *
 * **Costs**, for `n` participants, if nothing fails: `3n` messages in 3 rounds (prepare, vote, decision). The client is told
 * after 2 rounds and `n + 1` forced writes (each yes, and the commit record); `n` more are the decisions in the logs of the
 * participants. An abort takes as many messages, and forces what each participant has voted and decided.
 *
 * | a process waits for | when its timer fires it |
 * |---|---|
 * | participant, for *prepare* | aborts: it has promised nothing |
 * | coordinator, for a vote | aborts: nobody can have committed |
 * | participant, for the decision | asks everybody: a process that has decided answers, one that has not voted aborts, one that is uncertain cannot help |
 *
 * | a process recovers with | and then |
 * |---|---|
 * | coordinator: a commit record | announces the commit again |
 * | coordinator: no record | aborts: it cannot have told anybody to commit |
 * | participant: no vote | aborts |
 * | participant: a no | says so again |
 * | participant: a yes, no decision | says so again, and asks everybody |
 *
 * The coordinator never forgets what it has decided, and so it can always answer. {@link presumedAbort} shows what
 * it takes to forget.
 *
 * **Not in the papers**: a bound on how often a participant asks, without which there would be no end to the states; and that who
 * recovers says again what it has voted, so that the coordinator need not lose patience with one that is back.
 *
 * **Not offered**: an identifier of the transaction in the messages, for one transaction is all that the processes know of; a tree of
 * coordinators; participants that only read ({@link presumedAbort} has these).
 *
 * Who asks before anybody can tell is answered only if its question waits, or if it asks again: where a network drops what is ignored,
 * a participant that may ask so many times may be blocked although nobody is down.
 *
 * A timer is named after the process that its owner waits for.
 *
 * @module
 */
import { Schema } from "effect"
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Faults } from "../system/fault.ts"
import { machine, type MachineState } from "../system/machine.ts"
import type { Network } from "../system/network.ts"
import { ignore } from "../system/process.ts"
import { system } from "../system/system.ts"
import { TransactionOutcome } from "./decision.ts"
import { announcement, commitmentMessages } from "./message.ts"
import { participantBehaviour, participantLog, participantMemory } from "./participant.ts"

/** The messages of two-phase commit. */
export const TwoPhaseCommitMessage = Schema.TaggedUnion({
  ...commitmentMessages,
  /** A participant votes. */
  Yes: {},
  No: {},
})

/**
 * The coordinator of two-phase commit. It starts by asking all participants to vote.
 *
 * Its log holds nothing but the commit record: `committed`. Whoever has an answer to give tells the client `committed` or
 * `aborted`; after a recovery it tells it again.
 *
 * @param participants - the names of the participants.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { twoPhaseCoordinator } from "touchstone/commit"
 *
 * const coordinator = twoPhaseCoordinator(["p1"])
 * const reaction = react(
 *   "coordinator",
 *   coordinator,
 *   coordinator.start.state,
 *   { _tag: "Message", message: { _tag: "No" } },
 *   { now: 0, from: "p1" },
 * )
 * reaction._tag === "Next" && reaction.commands.filter(({ _tag }) => _tag !== "CancelTimer").map(({ _tag }) => _tag) // => ["Send", "SendReply"]
 * ```
 */
export const twoPhaseCoordinator = (participants: ReadonlyArray<string>) => {
  const coordinator = machine({
    durable: { committed: Schema.Boolean },
    volatile: {
      aborted: Schema.Boolean,
      /** Whose votes are missing. */
      awaited: Schema.Array(Schema.String),
    },
    messages: TwoPhaseCommitMessage,
    timers: participants,
    replies: TransactionOutcome,
  })
  const { broadcast, cancelTimer, next, process, reply, send, setTimer } = coordinator
  type State = MachineState<typeof coordinator>

  const isUndecided = ({ aborted, committed }: State) => !committed && !aborted
  const cancelTimers = participants.map((name) => cancelTimer(name))
  const commit = (state: State) =>
    next(
      { ...state, committed: true, awaited: [] },
      cancelTimers,
      broadcast(participants, { _tag: "Commit" }),
      reply("committed"),
    )
  const abort = (state: State) =>
    next(
      { ...state, aborted: true, awaited: [] },
      cancelTimers,
      broadcast(participants, { _tag: "Abort" }),
      reply("aborted"),
    )
  const onTimeout = (state: State) => isUndecided(state) ? abort(state) : ignore
  return process({
    initial: { committed: false, aborted: false, awaited: participants },
    start: (state) =>
      next(state, broadcast(participants, { _tag: "Prepare" }), participants.map((name) => setTimer(name))),
    receive: {
      Yes: (state, _, { from }) => {
        if (!state.awaited.includes(from)) return ignore
        const awaited = state.awaited.filter((name) => name !== from)
        return awaited.length === 0 ? commit(state) : next({ ...state, awaited }, cancelTimer(from))
      },
      No: (state) => isUndecided(state) ? abort(state) : ignore,
      DecisionRequest: (state, _, { from }) =>
        isUndecided(state) ? ignore : next(state, send(from, announcement(state.committed ? "committed" : "aborted"))),
    },
    timers: Object.fromEntries(participants.map((name) => [name, onTimeout])),
    restart: (state) => state.committed ? commit(state) : abort(state),
  })
}

/**
 * A participant of two-phase commit. When it is asked to prepare, its environment votes: input `vote({ yes })`.
 *
 * Its log holds its `vote` and its `decision`.
 *
 * @param coordinator - the name of the coordinator.
 * @param peers - the names of the other participants, which it asks when the coordinator does not answer.
 * @param maxDecisionRequests - how often it asks before it only waits; forever unless given.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { twoPhaseParticipant } from "touchstone/commit"
 *
 * const participant = twoPhaseParticipant("coordinator", ["p2"])
 * const uncertain = { ...participant.start.state, vote: "yes" } as const
 * const reaction = react("p1", participant, uncertain, { _tag: "Timer", timer: "coordinator" }, { now: 0 })
 * reaction._tag === "Next" && reaction.commands.flatMap((command) => command._tag === "Send" ? [command.to] : []) // => ["coordinator", "p2"]
 * ```
 */
export const twoPhaseParticipant = (
  coordinator: string,
  peers: ReadonlyArray<string>,
  maxDecisionRequests: number = Infinity,
) => {
  const participant = machine({
    durable: participantLog,
    volatile: participantMemory,
    messages: TwoPhaseCommitMessage,
    timers: [coordinator],
  })
  const { broadcast, next, process, send } = participant
  const { abort, behaviour, receive } = participantBehaviour(participant, coordinator, maxDecisionRequests, {
    voteYes: [send(coordinator, { _tag: "Yes" })],
    voteNo: [send(coordinator, { _tag: "No" })],
    requestDecision: broadcast([coordinator, ...peers], { _tag: "DecisionRequest" }),
  })
  return process({
    ...behaviour,
    receive: {
      ...receive,
      DecisionRequest: (state, _, { from }) => {
        if (state.decision !== "none") return next(state, send(from, announcement(state.decision)))
        if (state.vote === "yes") return ignore
        const aborted = abort(state)
        return next(aborted.state, aborted.commands, send(from, { _tag: "Abort" }))
      },
    },
  })
}

/**
 * A system that runs two-phase commit once: a `coordinator`, and participants `p1`, `p2`, ….
 *
 * @param definition - `participants`: how many; `maxDecisionRequests`: how often each of them asks the others; the `network` and the
 *   `faults`, which are none unless given.
 *
 * @example
 * ```ts
 * import { twoPhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 *
 * const { definition } = twoPhaseCommit({ participants: 2, maxDecisionRequests: 1, network: unordered({ loss: 1 }) })
 * definition.processes.map(({ name }) => name) // => ["coordinator", "p1", "p2"]
 * ```
 */
export const twoPhaseCommit = (
  { faults = {}, maxDecisionRequests, network, participants }: {
    readonly participants: number
    readonly maxDecisionRequests: number
    readonly network: Network
    readonly faults?: Faults
  },
) => {
  const all = names("p", participants)
  return system({
    name: "two-phase commit",
    processes: [
      named("coordinator", twoPhaseCoordinator(all)),
      ...all.map((name) =>
        named(name, twoPhaseParticipant("coordinator", all.filter((other) => other !== name), maxDecisionRequests))
      ),
    ],
    network,
    faults,
  })
}
