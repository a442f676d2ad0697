/**
 * # Three-phase commit
 *
 * Two-phase commit with a phase in between, so that nobody can have committed while somebody is still uncertain: then the
 * participants can decide without the coordinator. After Skeen, *Nonblocking Commit Protocols* (SIGMOD 1981), with its central
 * termination protocol; timeouts and recovery after Bernstein, Hadzilacos and Goodman, *Concurrency Control and Recovery in
 * Database Systems* (1987), section 7.5.
 *
 * **Promises.** No two processes decide differently, nor otherwise than the client is told; they commit only if all have voted yes; a
 * decision is never taken back; and as long as there is one participant that has never failed, every participant that is up decides.
 *
 * **Assumes** that messages are not lost, that processes are *fail-stop* (a timer fires only for a process that has
 * failed, and while it is down none of its messages is still on its way), and that the network never falls apart. Where two parts of a
 * network believe each other dead, one may commit and the other abort. Two-phase commit and Paxos Commit assume none of this.
 *
 * What *has failed* is not what is down: a process that comes back takes no part in the termination protocol, so whoever waits for it
 * must find out that it has been away. With a detector that knows only who is down, one crash and a quick recovery block everybody.
 * Who asks before the other knows the decision is told only if its question waits, or if it asks again.
 *
 * **A total failure.** If all processes have failed, those who recover only ask each other, and are blocked until one comes back that
 * knows the decision. They could do better: the one that failed last could have been leading when it failed, so that what its log and its state say
 * is what a leader would decide, and it may decide alone. To know that it was the last, each process would have to log who else was
 * up, and wait until all of these are back (Skeen, *Determining the Last Process to Fail*, ACM TOCS 3(1), 1985), and it would have to
 * log that it is pre-committed. This is not offered here.
 *
 * **Costs**, for `n` participants, if nothing fails: `5n` messages in 5 rounds (prepare, vote, pre-commit, ack, commit). The client
 * is told after 4 rounds and `n + 1` forced writes (each yes, and the decision of the coordinator); `n` more are the decisions in the
 * logs of the participants. That somebody is pre-committed is not forced: who crashes does not lead any more. An abort takes `3n`
 * messages in 3 rounds.
 *
 * | a process waits for | when it has stopped |
 * |---|---|
 * | participant that has not voted, for the coordinator | it aborts |
 * | coordinator, for a vote | it aborts |
 * | coordinator or backup, for an acknowledgement | it does without |
 * | participant that has voted yes, for whoever leads | the next participant in line leads |
 *
 * The *backup* that leads moves all participants behind it to its own state, pre-committed or not, and when they have
 * acknowledged this decides: to commit from the one, to abort from the other. The participants before it in line have
 * stopped. Without the first of the two steps the next backup could decide otherwise, after this one has decided and stopped.
 *
 * A process that recovers without a decision only asks, for the others may have decided without it; it does not lead. A
 * participant that recovers without a vote aborts. Who recovers with a decision tells it, for it may have crashed before it did.
 *
 * **Not in the papers**: a process that has recovered asks again whenever its timer `inquiry` fires, so many times as it may.
 *
 * **Not offered**: a network that falls apart. Skeen's *A Quorum-Based Commit Protocol* (1982) and the enhanced three-phase commit of
 * Keidar and Dolev (1998) commit or abort only with a quorum, and so are safe there; {@link paxosCommit} is too. Nor is there an
 * identifier of the transaction in the messages: one transaction is all that the processes know of.
 *
 * A timer is named after the process that its owner waits for, apart from `inquiry`.
 *
 * @module
 */
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Detector, DetectorKind } from "../system/detector.ts"
import type { Faults } from "../system/fault.ts"
import type { Network } from "../system/network.ts"
import { system } from "../system/system.ts"
import { threePhaseCoordinator } from "./three-phase-commit/coordinator.ts"
import { threePhaseParticipant } from "./three-phase-commit/participant.ts"

export { threePhaseCoordinator } from "./three-phase-commit/coordinator.ts"
export { ThreePhaseCommitMessage } from "./three-phase-commit/message.ts"
export { threePhaseParticipant } from "./three-phase-commit/participant.ts"

/**
 * A system that runs three-phase commit once: a `coordinator`, and participants `p1`, `p2`, ….
 *
 * @param definition - `participants`: how many; `maxDecisionRequests`: how often a process that has recovered asks for the decision,
 *   without end unless given; the `network`; the `faults` and the `detector`, of which there are none unless given.
 *
 * @example
 * ```ts
 * import { fifo } from "touchstone"
 * import { threePhaseCommit } from "touchstone/commit"
 *
 * const { definition } = threePhaseCommit({ participants: 2, network: fifo() })
 * definition.processes.map(({ name }) => name) // => ["coordinator", "p1", "p2"]
 * ```
 */
export const threePhaseCommit = (
  { detector, faults = {}, maxDecisionRequests, network, participants }: {
    readonly participants: number
    readonly maxDecisionRequests?: number
    readonly network: Network
    readonly faults?: Faults
    readonly detector?: DetectorKind | Detector
  },
) => {
  const all = names("p", participants)
  return system({
    name: "three-phase commit",
    processes: [
      named("coordinator", threePhaseCoordinator(all, maxDecisionRequests)),
      ...all.map((name) => named(name, threePhaseParticipant("coordinator", all, name, maxDecisionRequests))),
    ],
    network,
    faults,
    ...(detector !== undefined && { detector }),
  })
}
