/**
 * # Atomic commitment
 *
 * *What* a commitment protocol must achieve, whatever the protocol: its properties over what every participant has voted and
 * decided, and what the client was told. After Bernstein, Hadzilacos and Goodman, *Concurrency Control and Recovery in
 * Database Systems* (1987), section 7.3, and Skeen, *Nonblocking Commit Protocols* (1981).
 *
 * A participant is a process with the observed fields, or the ghosts, `asked`, `vote` and `decision`; the client is told `committed`
 * or `aborted`. One that has voted `readOnly` has changed nothing: it agrees with either decision, and takes part in neither.
 *
 * @module
 */
import type { Schema } from "effect"
import type { Decision, TransactionOutcome, Vote } from "../../src/commit/index.ts"
import type {
  Always,
  CommonVariables,
  DeadlockFree,
  Language,
  Model,
  Processes,
  Properties,
  RecordOf,
  Reply,
  SetOf,
  State,
} from "../../src/index.ts"

/** What is observed of participants, the replies to the client, and what may have failed. */
export type CommitmentVariables = Pick<CommonVariables<Processes>, "status" | "cut" | "left"> & {
  readonly asked: RecordOf<string, Schema.Schema<boolean>>
  readonly vote: RecordOf<string, Schema.Schema<Vote | "readOnly">>
  readonly decision: RecordOf<string, typeof Decision>
  readonly replies: SetOf<Reply<string, TransactionOutcome>>
}

/** What the specification asks of a system: who its processes are, and the constructors of its properties. */
export interface CommitmentSystem
  extends Pick<Language<CommitmentVariables>, "always" | "deadlockFree" | "reachable" | "step">
{
  readonly definition: {
    readonly processes: Processes
    readonly ghosts?: { readonly [name: string]: { readonly of: ReadonlyArray<string> } }
  }
  /** Its model, without properties. */
  readonly model: () => Model<any>
}

type Observed = State<CommitmentVariables>

/**
 * The participants of a system: its processes that vote, by name. They observe their vote, or have a ghost of it.
 *
 * @example
 * ```ts
 * import { twoPhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { participantsOf } from "touchstone/spec/commit"
 *
 * participantsOf(twoPhaseCommit({ participants: 2, maxDecisionRequests: 1, network: unordered() })) // => ["p1", "p2"]
 * ```
 */
export const participantsOf = ({ definition }: CommitmentSystem): ReadonlyArray<string> =>
  definition.processes
    .filter(({ name, process }) =>
      (process.observed as ReadonlyArray<string>).includes("vote") ||
      definition.ghosts?.["vote"]?.of.includes(name) === true
    )
    .map(({ name }) => name)

/**
 * The properties that every system must have, whatever goes wrong in it.
 *
 * | property | meaning |
 * |---|---|
 * | `agreement` | no two participants decide differently, not even if one of them has crashed since; whoever only reads does not count |
 * | `validity` | a participant commits only if all have voted yes, or only read |
 * | `stability` | a decision never changes |
 * | `votedWhenAsked` | a participant votes only when it has been asked to, and never changes its vote |
 * | `truthful` | no participant decides otherwise than the client is told, unless it only reads; the client is never told both |
 * | `mayCommit` | some behaviour leads to all committed, and the client told |
 * | `mayAbort` | some behaviour leads to all aborted, and the client told |
 *
 * @example
 * ```ts
 * import { twoPhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { atomicCommitment } from "touchstone/spec/commit"
 *
 * const system = twoPhaseCommit({ participants: 2, maxDecisionRequests: 1, network: unordered({ loss: 1 }) })
 * system.model(atomicCommitment(system)).name // => "two-phase commit"
 * ```
 */
export const atomicCommitment = (system: CommitmentSystem): Properties => {
  const { always, reachable, step } = system
  const Participant = participantsOf(system)
  const isReplied = (s: Observed, value: TransactionOutcome): boolean => s.replies.some({ _tag: "Reply", value })
  /** Whether a participant that changes something has aborted. */
  const hasAborted = (s: Observed, p: string): boolean => s.decision[p] === "aborted" && s.vote[p] !== "readOnly"
  const all = (decision: TransactionOutcome) => (s: Observed) =>
    Participant.every((p) => s.decision[p] === decision) && isReplied(s, decision)
  return {
    agreement: always(
      { one: Participant, other: Participant },
      (s, { one, other }) => !(s.decision[one] === "committed" && hasAborted(s, other)),
    ),
    validity: always(
      { committed: Participant, voter: Participant },
      (s, { committed, voter }) =>
        s.decision[committed] !== "committed" || s.vote[voter] === "yes" || s.vote[voter] === "readOnly",
    ),
    stability: step(
      { p: Participant },
      (before, after, { p }) => before.decision[p] === "none" || after.decision[p] === before.decision[p],
    ),
    votedWhenAsked: step(
      { p: Participant },
      (before, after, { p }) =>
        after.vote[p] === before.vote[p] || (before.vote[p] === "none" && before.asked[p] === true),
    ),
    truthful: always((s) =>
      !(isReplied(s, "committed") && isReplied(s, "aborted")) &&
      Participant.every((p) =>
        !(s.decision[p] === "committed" && isReplied(s, "aborted")) &&
        !(hasAborted(s, p) && isReplied(s, "committed"))
      )
    ),
    mayCommit: reachable(all("committed")),
    mayAbort: reachable(all("aborted")),
  }
}

/**
 * The other half of validity: a participant aborts only if somebody has voted no or something has failed. A timer that fires
 * is a failure as far as anybody knows; so this can only be asked of a system whose timers do not fire without a reason, as
 * in {@link failStop}. Something has failed if a process is not up, the network is cut, or a budget is no longer whole.
 *
 * @example
 * ```ts
 * import { twoPhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { abortsForCause, failStop } from "touchstone/spec/commit"
 *
 * const system = twoPhaseCommit({ participants: 2, maxDecisionRequests: 1, network: unordered() })
 * failStop(system.model({ abortsForCause: abortsForCause(system) })).name // => "two-phase commit, fail-stop"
 * ```
 */
export const abortsForCause = (system: CommitmentSystem): Always => {
  const Participant = participantsOf(system)
  const whole = (system.model().initial[0] as Observed).left
  const budgets = Object.keys(whole) as ReadonlyArray<keyof typeof whole>
  const hasFailed = (s: Observed): boolean =>
    Object.values(s.status).some((status) => status !== "up") || s.cut !== null ||
    budgets.some((budget) => s.left[budget] !== whole[budget])
  return system.always(
    { aborted: Participant },
    (s, { aborted }) =>
      s.decision[aborted] !== "aborted" || Participant.some((p) => s.vote[p] === "no") || hasFailed(s),
  )
}

/**
 * Nobody is blocked: in a state in which nothing can happen any more, every participant that is up has decided, or only reads.
 *
 * It claims nothing about behaviours that never end. In a system in which all of them end it says that, whatever happens,
 * every participant decides or fails. All end if the budgets are finite and each timer is set finitely often, for then a
 * step uses up a message, a timer, a vote or a budget. A process that is down may always restart: a participant that waits for
 * one that will recover is not blocked, one that waits for one that has stopped is.
 *
 * @example
 * ```ts
 * import { twoPhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { nonBlocking } from "touchstone/spec/commit"
 *
 * nonBlocking(twoPhaseCommit({ participants: 2, maxDecisionRequests: 1, network: unordered() })).kind // => "deadlockFree"
 * ```
 */
export const nonBlocking = (system: CommitmentSystem): DeadlockFree => {
  const Participant = participantsOf(system)
  return system.deadlockFree((s) =>
    Participant.every((p) => s.decision[p] !== "none" || s.status[p] !== "up" || s.vote[p] === "readOnly")
  )
}
