/**
 * The coordinator of presumed abort.
 *
 * @module
 */
import { Schema } from "effect"
import type { Budget } from "../../system/budget.ts"
import { machine, type MachineState } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { TransactionOutcome } from "../decision.ts"
import { PresumedAbortMessage } from "./message.ts"
import { lessPatient, Patience } from "./patience.ts"

/**
 * The coordinator of presumed abort. It starts by asking all participants to vote.
 *
 * In memory it is `voting`, then `committing` until all have acknowledged, and at last it has `forgotten` the transaction. It
 * tells the client `committed` or `aborted`; when it recovers with a commit it tells it again.
 *
 * @param participants - the names of the participants.
 * @param maxAnnouncements - how often it announces a commit again, to whom it waits for, before it only waits; forever unless given.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { presumedAbortCoordinator } from "touchstone/commit"
 *
 * const coordinator = presumedAbortCoordinator(["p1"])
 * const forgetful = { ...coordinator.start.state, phase: "forgotten" } as const
 * const reaction = react(
 *   "coordinator",
 *   coordinator,
 *   forgetful,
 *   { _tag: "Message", message: { _tag: "DecisionRequest" } },
 *   { now: 0, from: "p1" },
 * )
 * reaction._tag === "Next" && reaction.commands // => [{ _tag: "Send", to: "p1", message: { _tag: "Abort" } }]
 * ```
 */
export const presumedAbortCoordinator = (
  participants: ReadonlyArray<string>,
  maxAnnouncements: Budget = "unbounded",
) => {
  const coordinator = machine({
    durable: {
      /** Who has voted yes, and so must acknowledge. */
      commitRecord: Schema.NullOr(Schema.Array(Schema.String)),
    },
    unforced: { abortRecord: Schema.Boolean, endRecord: Schema.Boolean },
    volatile: {
      phase: Schema.Literals(["voting", "committing", "forgotten"]),
      /** Whose votes, or acknowledgements, are missing. */
      awaited: Schema.Array(Schema.String),
      /** Who has voted yes. */
      prepared: Schema.Array(Schema.String),
      /** How often it announces the commit again before it recovers. */
      patience: Patience,
    },
    messages: PresumedAbortMessage,
    timers: participants,
    replies: TransactionOutcome,
  })
  const { broadcast, cancelTimer, next, process, reply, send, setTimer } = coordinator
  type State = MachineState<typeof coordinator>

  const cancelTimers = participants.map((name) => cancelTimer(name))
  const without = (names: ReadonlyArray<string>, name: string) => names.filter((other) => other !== name)

  /** Nobody is awaited, and nothing need be known. */
  const forgetting = { phase: "forgotten", awaited: [], prepared: [] } as const
  /** Whoever is prepared or has not voted must be told; who has voted no, or has only read, need not. */
  const abort = (state: State, except?: string) =>
    next(
      { ...state, ...forgetting, abortRecord: true },
      cancelTimers,
      broadcast(without([...state.prepared, ...state.awaited], except ?? ""), { _tag: "Abort" }),
      reply("aborted"),
    )
  const announce = (state: State, commitRecord: ReadonlyArray<string>) =>
    next(
      { ...state, commitRecord, phase: "committing", awaited: commitRecord, prepared: [] },
      cancelTimers,
      broadcast(commitRecord, { _tag: "Commit" }),
      commitRecord.map((name) => setTimer(name)),
      reply("committed"),
    )
  const counted = (state: State, from: string, prepared: ReadonlyArray<string>) => {
    const awaited = without(state.awaited, from)
    if (awaited.length > 0) return next({ ...state, awaited, prepared }, cancelTimer(from))
    // Where all have only read, there is nothing to commit, and nothing to remember.
    return prepared.length > 0
      ? announce(state, prepared)
      : next({ ...state, ...forgetting }, cancelTimers, reply("committed"))
  }
  const hasNotVoted = ({ awaited, phase }: State, name: string) => phase === "voting" && awaited.includes(name)
  const onTimeout = (name: string) => (state: State) => {
    if (state.phase === "voting") return abort(state)
    // It is committing, for whoever forgets has no timers.
    if (state.patience === 0) return ignore
    return next({ ...state, patience: lessPatient(state.patience) }, send(name, { _tag: "Commit" }), setTimer(name))
  }
  return process({
    initial: {
      commitRecord: null,
      abortRecord: false,
      endRecord: false,
      phase: "voting",
      awaited: participants,
      prepared: [],
      patience: maxAnnouncements,
    },
    start: (state) =>
      next(state, broadcast(participants, { _tag: "Prepare" }), participants.map((name) => setTimer(name))),
    receive: {
      Yes: (state, _, { from }) =>
        hasNotVoted(state, from) ? counted(state, from, [...state.prepared, from].toSorted()) : ignore,
      ReadOnly: (state, _, { from }) => hasNotVoted(state, from) ? counted(state, from, state.prepared) : ignore,
      No: (state, _, { from }) => state.phase === "voting" ? abort(state, from) : ignore,
      Ack: (state, _, { from }) => {
        if (state.phase !== "committing") return ignore
        const awaited = without(state.awaited, from)
        return awaited.length > 0
          ? next({ ...state, awaited }, cancelTimer(from))
          : next({ ...state, ...forgetting, endRecord: true }, cancelTimer(from))
      },
      DecisionRequest: (state, _, { from }) => {
        switch (state.phase) {
          case "voting":
            return ignore
          case "committing":
            return next(state, send(from, { _tag: "Commit" }))
          case "forgotten":
            return next(state, send(from, { _tag: "Abort" }))
        }
      },
    },
    timers: Object.fromEntries(participants.map((name) => [name, onTimeout(name)])),
    restart: (state) =>
      state.commitRecord !== null && !state.endRecord
        ? announce(state, state.commitRecord)
        : next({ ...state, ...forgetting }),
    observed: ["phase"],
  })
}
