/**
 * The coordinator of three-phase commit.
 *
 * @module
 */
import { Schema } from "effect"
import { machine, type MachineState } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { Decision, TransactionOutcome } from "../decision.ts"
import { announcement } from "../message.ts"
import { ThreePhaseCommitMessage } from "./message.ts"

/**
 * The coordinator of three-phase commit. It starts by asking all participants to vote, and tells the client `committed` or
 * `aborted`.
 *
 * Its log holds its `decision`.
 *
 * @param participants - the names of the participants, in line.
 * @param maxDecisionRequests - how often it asks for the decision after a recovery before it only waits; forever unless given.
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
export const threePhaseCoordinator = (
  participants: ReadonlyArray<string>,
  maxDecisionRequests: number = Infinity,
) => {
  const coordinator = machine({
    durable: { decision: Decision },
    volatile: {
      phase: Schema.Literals(["voting", "preCommitted", "recovering"]),
      /** Whose votes or acknowledgements are missing. */
      awaited: Schema.Array(Schema.String),
      /** How often it has asked for the decision since it last recovered. */
      decisionRequests: Schema.Int,
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
  const requestDecision = (state: State) => {
    if (state.decisionRequests === maxDecisionRequests) return next(state)
    const decisionRequests = state.decisionRequests + 1
    return next(
      { ...state, decisionRequests },
      broadcast(participants, { _tag: "DecisionRequest" }),
      decisionRequests < maxDecisionRequests ? setTimer("inquiry") : [],
    )
  }
  return process({
    initial: { decision: "none", phase: "voting", awaited: participants, decisionRequests: 0 },
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
    observed: ["phase", "decision"],
  })
}
