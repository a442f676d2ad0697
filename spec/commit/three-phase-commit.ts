/**
 * # Three-phase commit among processes
 *
 * What holds of `src/commit/three-phase-commit.ts` beside {@link atomicCommitment}: when it blocks, and what a process may learn that has
 * crashed, for it only asks when it recovers. After Bernstein, Hadzilacos and Goodman (1987), section 7.5, and Skeen,
 * *Determining the Last Process to Fail* (ACM TOCS 3(1), 1985).
 *
 * @module
 */
import type { Schema } from "effect"
import type { TransactionOutcome } from "../../src/commit/index.ts"
import type { DeadlockFree, Language, Properties, Reachable, RecordOf, State } from "../../src/index.ts"
import { type CommitmentSystem, type CommitmentVariables, participantsOf } from "./atomic-commitment.ts"

/** What is observed of participants and of the coordinator, and which of them have recovered without a decision. */
export type RecoveryVariables = CommitmentVariables & {
  readonly recovering: RecordOf<string, Schema.Schema<boolean>>
  readonly phase: RecordOf<string, Schema.Schema<"voting" | "preCommitted" | "recovering">>
}

type Observed = State<RecoveryVariables>

/** A system of three-phase commit. */
export type ThreePhaseCommitSystem = CommitmentSystem & Pick<Language<RecoveryVariables>, "reachable" | "deadlockFree">

const OUTCOMES: ReadonlyArray<TransactionOutcome> = ["committed", "aborted"]

/**
 * Whoever recovers undecided may learn the decision: for each participant and each outcome, `mayLearn committed p`; and the coordinator,
 * which then tells the client.
 *
 * @param system - three-phase commit.
 * @param coordinator - the name of the coordinator.
 *
 * @example
 * ```ts
 * import { threePhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { learnsAfterRecovery } from "touchstone/spec/commit"
 *
 * const system = threePhaseCommit({ participants: 1, network: unordered(), faults: { crashRecovery: 1 } })
 * Object.keys(learnsAfterRecovery(system, "coordinator")).slice(0, 2) // => ["mayLearn committed p1", "mayLearn aborted p1"]
 * ```
 */
export const learnsAfterRecovery = (system: ThreePhaseCommitSystem, coordinator: string): Properties =>
  Object.fromEntries(
    [...participantsOf(system), coordinator].flatMap((name) =>
      OUTCOMES.map((outcome) => [
        `mayLearn ${outcome} ${name}`,
        system.reachable((s: Observed) =>
          s.decision[name] === outcome && (name === coordinator
            ? s.phase[name] === "recovering" && s.replies.some({ _tag: "Reply", from: name, value: outcome })
            : s.recovering[name] === true)
        ),
      ])
    ),
  )

/** Whether a process that is up can be of no help: it has failed, and does not know the decision. */
const isAsking = (s: Observed, coordinator: string, name: string): boolean =>
  s.decision[name] === "none" && (name === coordinator ? s.phase[name] === "recovering" : s.recovering[name] === true)

/**
 * Nobody is blocked unless all have failed: in a state in which nothing can happen any more, each participant that is up has
 * decided, unless all processes that are up, the coordinator too, have failed without knowing the decision, and recovered since. So it is enough that one
 * participant has never failed. It claims nothing about behaviours that never end, as {@link nonBlocking} does not.
 *
 * @param system - three-phase commit.
 * @param coordinator - the name of the coordinator.
 *
 * @example
 * ```ts
 * import { threePhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { blocksOnlyAfterTotalFailure } from "touchstone/spec/commit"
 *
 * const system = threePhaseCommit({ participants: 1, network: unordered(), faults: { crashRecovery: 1 } })
 * blocksOnlyAfterTotalFailure(system, "coordinator").kind // => "deadlockFree"
 * ```
 */
export const blocksOnlyAfterTotalFailure = (system: ThreePhaseCommitSystem, coordinator: string): DeadlockFree => {
  const Participant = participantsOf(system)
  return system.deadlockFree((s: Observed) => {
    const up = Participant.filter((p) => s.status[p] === "up")
    return up.every((p) => s.decision[p] !== "none") ||
      [...up, ...s.status[coordinator] === "up" ? [coordinator] : []].every((name) => isAsking(s, coordinator, name))
  })
}

/**
 * Whoever knows the decision tells: in a state in which nothing can happen any more, the client has been told if anybody who is up
 * has decided.
 *
 * @param system - three-phase commit, whose coordinator comes back if it crashes.
 * @param coordinator - the name of the coordinator.
 *
 * @example
 * ```ts
 * import { threePhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { clientIsTold } from "touchstone/spec/commit"
 *
 * const system = threePhaseCommit({ participants: 1, network: unordered(), faults: { crashRecovery: 1 } })
 * clientIsTold(system, "coordinator").kind // => "deadlockFree"
 * ```
 */
export const clientIsTold = (system: ThreePhaseCommitSystem, coordinator: string): DeadlockFree => {
  const all = [coordinator, ...participantsOf(system)]
  return system.deadlockFree((s: Observed) =>
    s.replies.size > 0 || all.every((name) => s.status[name] !== "up" || s.decision[name] === "none")
  )
}

/**
 * After a total failure all may be blocked: some behaviour leads to a state in which every process has failed and is up again, and
 * none knows the decision. Each of them only asks.
 *
 * @param system - three-phase commit.
 * @param coordinator - the name of the coordinator.
 *
 * @example
 * ```ts
 * import { threePhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { mayBlockAfterTotalFailure } from "touchstone/spec/commit"
 *
 * const system = threePhaseCommit({ participants: 1, network: unordered(), faults: { crashRecovery: 2 } })
 * mayBlockAfterTotalFailure(system, "coordinator").kind // => "reachable"
 * ```
 */
export const mayBlockAfterTotalFailure = (system: ThreePhaseCommitSystem, coordinator: string): Reachable => {
  const all = [coordinator, ...participantsOf(system)]
  return system.reachable((s: Observed) =>
    all.every((name) => s.status[name] === "up" && isAsking(s, coordinator, name))
  )
}
