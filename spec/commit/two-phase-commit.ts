/**
 * # Two-phase commit among processes
 *
 * What holds of `src/commit/two-phase-commit.ts` beside {@link atomicCommitment}: when it blocks, and when it does not. After
 * Bernstein, Hadzilacos and Goodman (1987), section 7.4, and Skeen (1981).
 *
 * @module
 */
import type { DeadlockFree, Language, Reachable, State } from "../../src/index.ts"
import { type CommitmentSystem, type CommitmentVariables, participantsOf } from "./atomic-commitment.ts"
import { isOnItsWay, type TransitVariables } from "./fail-stop.ts"

/**
 * All participants may be blocked at once: some behaviour leads to a state in which all of them are up and uncertain (they
 * have voted yes and have not decided), and `stopped`, the only one who could tell them, has stopped with nothing of its on
 * its way to them.
 *
 * @example
 * ```ts
 * import { twoPhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { mayBlock } from "touchstone/spec/commit"
 *
 * const system = twoPhaseCommit({ participants: 2, maxDecisionRequests: 1, network: unordered(), faults: { crashStop: 1 } })
 * mayBlock(system, "coordinator").kind // => "reachable"
 * ```
 */
export const mayBlock = (
  system: CommitmentSystem & Pick<Language<CommitmentVariables & TransitVariables>, "reachable">,
  stopped: string,
): Reachable => {
  const Participant = participantsOf(system)
  const model = system.model()
  return system.reachable((s: State<CommitmentVariables & TransitVariables>) =>
    s.status[stopped] === "stopped" &&
    Participant.every((p) =>
      s.status[p] === "up" && s.vote[p] === "yes" && s.decision[p] === "none" && !isOnItsWay(model, s, stopped, p)
    )
  )
}

const isUncertain = (s: State<CommitmentVariables>, p: string): boolean =>
  s.vote[p] === "yes" && s.decision[p] === "none"

/**
 * Nobody is blocked as long as anybody can tell: in a state in which nothing can happen any more, each participant that is up has
 * decided, unless the coordinator is not up and all participants that are up are uncertain. It claims nothing about
 * behaviours that never end, as {@link nonBlocking} does not.
 *
 * @example
 * ```ts
 * import { twoPhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { blocksOnlyIfUncertain } from "touchstone/spec/commit"
 *
 * const system = twoPhaseCommit({ participants: 2, maxDecisionRequests: 1, network: unordered(), faults: { crashStop: 1 } })
 * blocksOnlyIfUncertain(system, "coordinator").kind // => "deadlockFree"
 * ```
 */
export const blocksOnlyIfUncertain = (system: CommitmentSystem, coordinator: string): DeadlockFree => {
  const Participant = participantsOf(system)
  return system.deadlockFree((s) => {
    const up = Participant.filter((p) => s.status[p] === "up")
    return up.every((p) => s.decision[p] !== "none") ||
      (s.status[coordinator] !== "up" && up.every((p) => isUncertain(s, p)))
  })
}

/**
 * Whoever decides tells, also after a restart: in a state in which nothing can happen any more, the client has been told if the
 * coordinator is up, and so has each participant that is up.
 *
 * @param system - two-phase commit, in which whoever crashes recovers.
 * @param coordinator - the name of the coordinator.
 *
 * @example
 * ```ts
 * import { twoPhaseCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 * import { everybodyIsTold } from "touchstone/spec/commit"
 *
 * const system = twoPhaseCommit({ participants: 2, maxDecisionRequests: 1, network: unordered(), faults: { crashRecovery: 1 } })
 * everybodyIsTold(system, "coordinator").kind // => "deadlockFree"
 * ```
 */
export const everybodyIsTold = (system: CommitmentSystem, coordinator: string): DeadlockFree => {
  const Participant = participantsOf(system)
  return system.deadlockFree((s) =>
    (s.status[coordinator] !== "up" || s.replies.some({ _tag: "Reply", from: coordinator })) &&
    Participant.every((p) => s.status[p] !== "up" || s.decision[p] !== "none")
  )
}
