/**
 * The participant of three-phase commit, and the backup that it becomes when all before it in line have stopped.
 *
 * @module
 */
import { Schema } from "effect"
import { machine, type MachineState } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { Decision, TransactionOutcome, Vote } from "../decision.ts"
import { announcement } from "../message.ts"
import { ThreePhaseCommitMessage } from "./message.ts"

/**
 * A participant of three-phase commit. When it is asked to prepare, its environment votes: input `vote({ yes })`.
 *
 * Its log holds its `vote` and its `decision`.
 *
 * @param coordinator - the name of the coordinator.
 * @param participants - the names of all participants, in line: who stands first leads if the coordinator stops.
 * @param self - its own name.
 * @param maxDecisionRequests - how often it asks for the decision after a recovery before it only waits; forever unless given.
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
  maxDecisionRequests: number = Infinity,
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
      /** How often it has asked for the decision since it last recovered. */
      decisionRequests: Schema.Int,
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
  const requestDecision = (state: State) => {
    if (state.decisionRequests === maxDecisionRequests) return next(state)
    const decisionRequests = state.decisionRequests + 1
    return next(
      { ...state, decisionRequests },
      broadcast(others, { _tag: "DecisionRequest" }),
      decisionRequests < maxDecisionRequests ? setTimer("inquiry") : [],
    )
  }

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
      decisionRequests: 0,
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
      // It may have crashed before it told anybody.
      if (state.decision !== "none") {
        return next(state, broadcast(others, announcement(state.decision)), reply(state.decision))
      }
      return state.vote === "yes" ? requestDecision({ ...state, recovering: true }) : abortOnItsOwn(state)
    },
    observed: ["asked", "vote", "decision", "recovering"],
  })
}
