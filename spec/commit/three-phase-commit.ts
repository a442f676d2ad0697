/**
 * # Three-phase commit among processes
 *
 * What must be possible in `src/commit/three-phase-commit.ts` beside {@link atomicCommitment} and {@link nonBlocking}: a process
 * that has crashed only asks when it recovers, and so it must be able to learn what the others have decided. After Bernstein,
 * Hadzilacos and Goodman (1987), section 7.5.
 *
 * @module
 */
import type { Schema } from "effect"
import type { TransactionOutcome } from "../../src/commit/index.ts"
import type { Language, Properties, RecordOf, State } from "../../src/index.ts"
import { type CommitmentSystem, type CommitmentVariables, participantsOf } from "./atomic-commitment.ts"

/** What is observed of participants, and which processes have recovered without a decision. */
export type RecoveryVariables = CommitmentVariables & {
  readonly recovering: RecordOf<string, Schema.Schema<boolean>>
}

/**
 * Whoever recovers undecided may learn the decision: for each participant and each outcome, `mayLearn committed p`.
 *
 * @example
 * ```ts
 * import { threePhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { learnsAfterRecovery } from "touchstone/spec/commit"
 *
 * const system = threePhaseCommit({ participants: 1, network: unordered(), faults: { crashRecovery: 1 } })
 * Object.keys(learnsAfterRecovery(system)) // => ["mayLearn committed p1", "mayLearn aborted p1"]
 * ```
 */
export const learnsAfterRecovery = (
  system: CommitmentSystem & Pick<Language<RecoveryVariables>, "reachable">,
): Properties =>
  Object.fromEntries(
    participantsOf(system).flatMap((p) =>
      (["committed", "aborted"] as const).map((outcome: TransactionOutcome) => [
        `mayLearn ${outcome} ${p}`,
        system.reachable((s: State<RecoveryVariables>) => s.recovering[p] === true && s.decision[p] === outcome),
      ])
    ),
  )
