/**
 * The participant of presumed abort.
 *
 * @module
 */
import { Schema } from "effect"
import type { Budget } from "../../system/budget.ts"
import { machine, type MachineState } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { PresumedAbortMessage } from "./message.ts"
import { lessPatient, Patience } from "./patience.ts"

/** What a participant of presumed abort has voted. */
export const PresumedAbortVote = Schema.Literals(["yes", "no", "readOnly"])
/** The type of {@link PresumedAbortVote}. */
export type PresumedAbortVote = typeof PresumedAbortVote.Type

/**
 * What a participant of presumed abort has in memory of the transaction: it is `working` until it is `asked` to prepare; it is
 * `prepared` when it has voted yes; in the end it has `forgotten` all of it.
 */
export const PresumedAbortPhase = Schema.Literals(["working", "asked", "prepared", "forgotten"])
/** The type of {@link PresumedAbortPhase}. */
export type PresumedAbortPhase = typeof PresumedAbortPhase.Type

/**
 * A participant of presumed abort. When it is asked to prepare, its environment votes: input `vote({ vote })`, which is `readOnly`
 * if it has changed nothing.
 *
 * @param coordinator - the name of the coordinator.
 * @param maxDecisionRequests - how often it asks for the decision before it only waits; forever unless given.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { presumedAbortParticipant } from "touchstone/commit"
 *
 * const participant = presumedAbortParticipant("coordinator")
 * const prepared = { ...participant.start.state, prepareRecord: true, phase: "prepared" } as const
 * const reaction = react(
 *   "p1",
 *   participant,
 *   prepared,
 *   { _tag: "Message", message: { _tag: "Commit" } },
 *   { now: 0, from: "coordinator" },
 * )
 * reaction._tag === "Next" && reaction.state.commitRecord // => true
 * reaction._tag === "Next" && reaction.commands.at(-1) // => { _tag: "Send", to: "coordinator", message: { _tag: "Ack" } }
 * ```
 */
export const presumedAbortParticipant = (coordinator: string, maxDecisionRequests: Budget = "unbounded") => {
  const participant = machine({
    durable: { prepareRecord: Schema.Boolean, commitRecord: Schema.Boolean },
    unforced: { abortRecord: Schema.Boolean },
    volatile: {
      phase: PresumedAbortPhase,
      /** How often it asks for the decision before it recovers. */
      patience: Patience,
    },
    messages: PresumedAbortMessage,
    timers: [coordinator],
  })
  const { cancelTimer, input, next, process, send, setTimer } = participant
  type State = MachineState<typeof participant>

  const tell = (_tag: "Yes" | "No" | "ReadOnly" | "Ack" | "DecisionRequest") => send(coordinator, { _tag })
  /** What it has done is undone. */
  const aborted = (state: State): State => ({ ...state, abortRecord: true, phase: "forgotten" })
  const requestDecision = (state: State) => {
    if (state.patience === 0) return next(state)
    return next({ ...state, patience: lessPatient(state.patience) }, tell("DecisionRequest"), setTimer(coordinator))
  }
  return process({
    initial: {
      prepareRecord: false,
      commitRecord: false,
      abortRecord: false,
      phase: "working",
      patience: maxDecisionRequests,
    },
    start: (state) => next(state, setTimer(coordinator)),
    inputs: {
      vote: input({ vote: PresumedAbortVote }, (state, { vote }) => {
        if (state.phase !== "asked") return ignore
        switch (vote) {
          case "yes":
            return next({ ...state, prepareRecord: true, phase: "prepared" }, tell("Yes"), setTimer(coordinator))
          case "no":
            return next(aborted(state), tell("No"))
          case "readOnly":
            return next({ ...state, phase: "forgotten" }, tell("ReadOnly"))
        }
      }),
    },
    receive: {
      Prepare: (state) => {
        switch (state.phase) {
          case "working":
            return next({ ...state, phase: "asked" }, cancelTimer(coordinator))
          case "forgotten":
            return next(state, tell("No"))
          default:
            return ignore
        }
      },
      Commit: (state) => {
        switch (state.phase) {
          case "prepared":
            return next({ ...state, commitRecord: true, phase: "forgotten" }, cancelTimer(coordinator), tell("Ack"))
          case "forgotten":
            return next(state, tell("Ack"))
          default:
            return ignore
        }
      },
      Abort: (state) => state.phase === "forgotten" ? ignore : next(aborted(state), cancelTimer(coordinator)),
    },
    timers: {
      [coordinator]: (state: State) => {
        switch (state.phase) {
          case "prepared":
            return requestDecision(state)
          case "forgotten":
            return ignore
          default:
            return next(aborted(state), tell("No"))
        }
      },
    },
    restart: (state) => {
      if (state.commitRecord || state.abortRecord) return next({ ...state, phase: "forgotten" })
      return state.prepareRecord ? requestDecision({ ...state, phase: "prepared" }) : next(aborted(state))
    },
    observed: ["phase"],
  })
}
