/**
 * # Presumed abort among processes
 *
 * What holds of `src/commit/presumed-abort.ts` beside {@link atomicCommitment}: when it may forget, and that it does. After Mohan,
 * Lindsay and Obermarck, *Transaction Management in the R\* Distributed Database Management System* (1986), sections 2 and 3.
 *
 * A participant forgets what it was asked, has voted and has decided, and its log may have lost it. The specification remembers.
 *
 * @module
 */
import { Schema } from "effect"
import { Decision, type presumedAbort, type presumedAbortParticipant } from "../../src/commit/index.ts"
import { type DeadlockFree, ghost, type GhostStep, type Properties, type StateOf, system } from "../../src/index.ts"
import { participantsOf } from "./atomic-commitment.ts"

type Participant = StateOf<ReturnType<typeof presumedAbortParticipant>>
type Step = GhostStep<Participant>

/** What a participant has decided: the last record that it has written about it. */
const decided = (decision: Decision, { before, reaction: { state } }: Step): Decision => {
  if (state.commitRecord && !before.commitRecord) return "committed"
  return state.abortRecord && !before.abortRecord ? "aborted" : decision
}

/**
 * Presumed abort with what each participant was asked, has voted and has decided remembered, as {@link atomicCommitment} and
 * {@link forgetting} want it.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { presumedAbort } from "touchstone/commit"
 * import { atomicCommitment, withDecisions } from "touchstone/spec/commit"
 *
 * const system = withDecisions(
 *   presumedAbort({ participants: 2, maxDecisionRequests: 1, maxAnnouncements: 1, network: unordered() }),
 * )
 * Object.keys(system.definition.ghosts ?? {}) // => ["asked", "vote", "decision"]
 * system.model(atomicCommitment(system)).name // => "presumed abort"
 * ```
 */
export const withDecisions = ({ definition }: Pick<ReturnType<typeof presumedAbort>, "definition">) => {
  const of = definition.processes.map(({ name }) => name).filter((name) => name !== "coordinator")
  return system({
    ...definition,
    ghosts: {
      asked: ghost({
        of,
        schema: Schema.Boolean,
        initial: false,
        next: (asked, { reaction }: Step) => asked || reaction.state.phase === "asked",
      }),
      vote: ghost({
        of,
        schema: Schema.Literals(["none", "yes", "no", "readOnly"]),
        initial: "none",
        next: (vote, { event }: Step) => event._tag === "Input" ? event.args["vote"] as typeof vote : vote,
      }),
      decision: ghost({ of, schema: Decision, initial: "none", next: decided }),
    },
  })
}

/** Presumed abort {@link withDecisions}. */
export type RememberedPresumedAbort = ReturnType<typeof withDecisions>

type ParticipantName = Exclude<RememberedPresumedAbort["definition"]["processes"][number]["name"], "coordinator">

/** A state of the model. */
type Observed = Parameters<NonNullable<Parameters<RememberedPresumedAbort["model"]>[1]>>[0]

/** Whether a participant that finds these records in its log asks for the decision. */
const isUncertain = ({ abortRecord, commitRecord, prepareRecord }: Participant): boolean =>
  prepareRecord && !commitRecord && !abortRecord

/**
 * When presumed abort may forget.
 *
 * | property | meaning |
 * |---|---|
 * | `nobodyCanAsk` | once the coordinator has forgotten a commit, no participant asks for the decision, not even after a crash in which it loses what it has not forced |
 * | `onlyUpdatesCommit` | those that are to be told the commit have voted yes, and are told once: who only reads has no second phase |
 * | `mayForgetCommit` | some behaviour leads to a commit that has ended, and that everybody has forgotten |
 * | `mayForgetAbort` | the same of an abort, although somebody has voted yes |
 * | `mayOnlyRead` | some behaviour leads to a commit without any record, of which the client is told |
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { presumedAbort } from "touchstone/commit"
 * import { forgetting, withDecisions } from "touchstone/spec/commit"
 *
 * const system = withDecisions(
 *   presumedAbort({ participants: 2, maxDecisionRequests: 1, maxAnnouncements: 1, network: unordered() }),
 * )
 * system.model(forgetting(system)).name // => "presumed abort"
 * ```
 */
export const forgetting = (system: RememberedPresumedAbort): Properties => {
  const { always, reachable } = system
  const Participant = participantsOf(system) as ReadonlyArray<ParticipantName>
  const hasForgotten = (s: Observed, name: "coordinator" | ParticipantName): boolean =>
    s.phase[name] === "forgotten" && s.status[name] === "up"
  /** What a participant may find in its log: all that it has written, or less. */
  const logs = (s: Observed, p: ParticipantName): ReadonlyArray<Participant> => {
    const log = s.state[p]
    const lost = s.unforced.where({ _tag: "Unforced", process: p })
    return [log, ...lost.map(({ before }) => ({ ...log, ...before }))]
  }
  const isUnwritten = ({ state: { coordinator, ...participants } }: Observed): boolean =>
    coordinator.commitRecord === null && !coordinator.abortRecord && !coordinator.endRecord &&
    Participant.every((p) => !Object.values(participants[p]).includes(true))
  const isForgotten = (s: Observed): boolean =>
    hasForgotten(s, "coordinator") && Participant.every((p) => hasForgotten(s, p))
  return {
    nobodyCanAsk: always(
      { p: Participant },
      (s, { p }) =>
        !hasForgotten(s, "coordinator") || s.state.coordinator.commitRecord === null ||
        !logs(s, p).some((log) => isUncertain(log)),
    ),
    onlyUpdatesCommit: always((s) => {
      const told = s.state.coordinator.commitRecord ?? []
      return new Set(told).size === told.length && told.every((p) => s.vote[p as ParticipantName] === "yes")
    }),
    mayForgetCommit: reachable((s) =>
      isForgotten(s) && s.state.coordinator.endRecord && Participant.every((p) => s.decision[p] === "committed")
    ),
    mayForgetAbort: reachable((s) =>
      isForgotten(s) && s.state.coordinator.abortRecord && Participant.every((p) => s.decision[p] === "aborted") &&
      Participant.some((p) => s.vote[p] === "yes")
    ),
    mayOnlyRead: reachable((s) =>
      isForgotten(s) && isUnwritten(s) && s.replies.some({ _tag: "Reply", value: "committed" }) &&
      Participant.every((p) => s.vote[p] === "readOnly")
    ),
  }
}

/**
 * Everybody forgets: in a state in which nothing can happen any more, no process that is up has anything of the transaction in
 * memory. It claims nothing about behaviours that never end, as {@link nonBlocking} does not.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { presumedAbort } from "touchstone/commit"
 * import { allForget, withDecisions } from "touchstone/spec/commit"
 *
 * const definition = { participants: 2, maxDecisionRequests: 1, maxAnnouncements: 1, network: unordered() }
 * allForget(withDecisions(presumedAbort(definition))).kind // => "deadlockFree"
 * ```
 */
export const allForget = ({ deadlockFree, definition }: RememberedPresumedAbort): DeadlockFree =>
  deadlockFree((s) =>
    definition.processes.every(({ name }) => s.phase[name] === "forgotten" || s.status[name] !== "up")
  )

/**
 * The same of commits only: for who has no patience, and asks nobody.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { presumedAbort } from "touchstone/commit"
 * import { commitsAreForgotten, withDecisions } from "touchstone/spec/commit"
 *
 * const definition = { participants: 2, maxDecisionRequests: 0, maxAnnouncements: 1, network: unordered({ loss: 1 }) }
 * commitsAreForgotten(withDecisions(presumedAbort(definition))).kind // => "deadlockFree"
 * ```
 */
export const commitsAreForgotten = ({ deadlockFree, definition }: RememberedPresumedAbort): DeadlockFree =>
  deadlockFree((s) =>
    s.state.coordinator.commitRecord === null ||
    definition.processes.every(({ name }) => s.phase[name] === "forgotten" || s.status[name] !== "up")
  )

/**
 * Nobody gives up: in a state in which nothing can happen any more, a process that is up has forgotten the transaction, or has asked
 * or announced as often as it may. Where there is no bound to that it is the same as {@link allForget}.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { presumedAbort } from "touchstone/commit"
 * import { nobodyGivesUp, withDecisions } from "touchstone/spec/commit"
 *
 * const definition = { participants: 2, maxDecisionRequests: 1, maxAnnouncements: 1, network: unordered({ loss: 1 }) }
 * nobodyGivesUp(withDecisions(presumedAbort(definition))).kind // => "deadlockFree"
 * ```
 */
export const nobodyGivesUp = ({ deadlockFree, definition }: RememberedPresumedAbort): DeadlockFree =>
  deadlockFree((s) =>
    definition.processes.every(({ name }) =>
      s.phase[name] === "forgotten" || s.status[name] !== "up" || s.state[name].patience === 0
    )
  )
