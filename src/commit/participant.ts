/**
 * The participant that two-phase commit and Paxos Commit share. They differ in who is told its vote, and who is asked for the
 * decision.
 *
 * It may abort on its own until it votes yes. From then on it is *uncertain*, and can only ask.
 *
 * @module
 */
import { Schema } from "effect"
import type { Behaviour, Machine } from "../system/machine.ts"
import { type Command, ignore, type Tagged } from "../system/process.ts"
import { Decision, type TransactionOutcome, Vote } from "./decision.ts"

/** What a participant keeps in its log. */
export const participantLog = { vote: Vote, decision: Decision } as const

/** What a participant forgets in a crash. */
export const participantMemory = {
  /** Whether it has been asked to prepare. */
  asked: Schema.Boolean,
  /** How often it has asked for the decision since it last recovered. */
  decisionRequests: Schema.Int,
} as const

/** The state of a participant. */
export interface ParticipantState {
  readonly vote: Vote
  readonly decision: Decision
  readonly asked: boolean
  readonly decisionRequests: number
}

/** How a participant of one protocol speaks. Each part is a list of commands. */
export interface Speech<C extends Command> {
  /** It votes yes, and says so again when it recovers uncertain, before it asks. */
  readonly voteYes: ReadonlyArray<C>
  /** It votes no, or aborts without having been asked, and says so again when it recovers. */
  readonly voteNo: ReadonlyArray<C>
  readonly requestDecision: ReadonlyArray<C>
}

/**
 * What a participant does, whichever messages carry it.
 *
 * @param machine - the constructors of its reactions.
 * @param waitsFor - the process that asks it to vote and announces the decision; its timer is named after that process.
 * @param maxDecisionRequests - how often it asks for the decision before it only waits.
 * @param speech - how it speaks.
 * @returns the behaviour, and `abort`: what it does when it aborts on its own.
 */
export const participantBehaviour = <M extends Tagged>(
  { cancelTimer, input, next, setTimer }: Machine<ParticipantState, M, string, never>,
  waitsFor: string,
  maxDecisionRequests: number,
  speech: Speech<Command<M, string, never>>,
) => {
  type State = ParticipantState

  /** It has promised nothing, so it may. */
  const abort = (state: State) => next({ ...state, decision: "aborted" }, cancelTimer(waitsFor), speech.voteNo)
  const requestDecision = (state: State) =>
    state.decisionRequests === maxDecisionRequests ? next(state) : next(
      { ...state, decisionRequests: state.decisionRequests + 1 },
      speech.requestDecision,
      state.decisionRequests + 1 < maxDecisionRequests ? [setTimer(waitsFor)] : [],
    )
  const learn = (state: State, decision: TransactionOutcome) =>
    state.decision === "none" ? next({ ...state, decision }, cancelTimer(waitsFor)) : ignore
  const recoverUncertain = (state: State) => {
    const { commands, state: asking } = requestDecision(state)
    return next(asking, speech.voteYes, commands)
  }

  const behaviour = {
    initial: { vote: "none", decision: "none", asked: false, decisionRequests: 0 },
    start: (state) => next(state, setTimer(waitsFor)),
    inputs: {
      vote: input({ yes: [true, false] }, (state, { yes }) => {
        if (!state.asked || state.vote !== "none" || state.decision !== "none") return ignore
        return yes
          ? next({ ...state, vote: "yes" }, speech.voteYes, maxDecisionRequests > 0 ? [setTimer(waitsFor)] : [])
          : abort({ ...state, vote: "no" })
      }),
    },
    timers: {
      [waitsFor]: (state: State) => {
        if (state.decision !== "none") return ignore
        return state.vote === "yes" ? requestDecision(state) : abort(state)
      },
    },
    restart: (state) => {
      // It may have crashed before it said what it has voted.
      if (state.vote !== "yes") return abort(state)
      return state.decision === "none" ? recoverUncertain(state) : ignore
    },
    observed: ["asked", "vote", "decision"],
  } as const satisfies Partial<Behaviour<State, M, string, "asked" | "vote" | "decision">>
  const receive = {
    Prepare: (state: State) =>
      state.decision === "none" && state.vote === "none" && !state.asked
        ? next({ ...state, asked: true }, cancelTimer(waitsFor))
        : ignore,
    Commit: (state: State) => learn(state, "committed"),
    Abort: (state: State) => learn(state, "aborted"),
  }
  return { abort, behaviour, receive }
}
