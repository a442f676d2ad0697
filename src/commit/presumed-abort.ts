/**
 * # Presumed abort
 *
 * Two-phase commit that may forget: whoever asks about a transaction of which nothing is known is told that it was aborted. So
 * an abort needs no acknowledgement and no forced record, and who only read has no second phase. A commit must be remembered
 * until nobody can ask about it any more. After Mohan, Lindsay and Obermarck, *Transaction Management in the R\* Distributed
 * Database Management System* (ACM TODS 11(4), 1986), sections 2 and 3.
 *
 * **Promises.** All participants that have something to commit decide alike, and as the client is told; they commit only if nobody
 * has voted no; a decision is never taken back. As long as all messages arrive in the end and processes recover, everybody
 * decides, and everybody forgets: no process keeps anything of a transaction in memory, and none needs its log.
 *
 * **Assumes** of the log that it keeps what is forced, and of what is not forced a beginning. It takes any network and any number of
 * crashes, and it does not matter for its safety when a timer fires.
 *
 * **Does not promise** that a participant that has voted yes decides while the coordinator is down: it asks nobody else. Nor that
 * the client is told: a coordinator that crashes before it commits knows nothing of the transaction afterwards.
 *
 * | record | of | is written | and forced |
 * |---|---|---|---|
 * | *prepare* | participant | before it votes yes | yes |
 * | *commit*, with those that have voted yes | coordinator | before it tells anybody | yes |
 * | *commit* | participant | before it acknowledges | yes |
 * | *end* | coordinator | when all have acknowledged | no |
 * | *abort* | both | when they abort | no |
 *
 * A record is not forced where its loss does no harm. Without its *end*, a commit is announced once more, and acknowledged by those
 * who have forgotten it. Without its *abort*, a participant that was prepared asks, and is told again.
 *
 * | what is lost | what would happen |
 * |---|---|
 * | *prepare*, after a yes | the participant recovers and aborts, and the others commit |
 * | *commit* of the coordinator, after somebody was told | it recovers with nothing, and tells the next one who asks to abort |
 * | *commit* of a participant, after its acknowledgement | it recovers prepared, and asks about what is forgotten |
 *
 * **Costs**, if nothing fails, with `u` participants that update and vote yes and `r` that only read: a commit takes `4u + 2r`
 * messages in 4 rounds (prepare, vote, commit, acknowledgement), with `2u + 2` records of which `2u + 1` are forced; the client is told
 * after 2 rounds and `u + 1` forced writes. If nobody updates it takes `2r` messages and no record. An abort takes 2 messages for each
 * participant, one more for each that has voted yes or has not voted yet, and forces nothing but what was prepared.
 *
 * | a process waits for | when its timer fires it |
 * |---|---|
 * | participant, for *prepare* | aborts: it has promised nothing |
 * | coordinator, for a vote | aborts: nobody can have committed |
 * | participant that is prepared, for the decision | asks the coordinator |
 * | coordinator, for an acknowledgement | announces the commit to that participant again |
 *
 * | a process recovers with | and then |
 * |---|---|
 * | coordinator: *commit*, no *end* | announces the commit again to all, and awaits all acknowledgements |
 * | coordinator: anything else | knows nothing |
 * | participant: *prepare*, neither *commit* nor *abort* | asks the coordinator |
 * | participant: no record | aborts: what it did is undone |
 * | participant: *commit* or *abort* | knows nothing |
 *
 * | who knows nothing and is | answers |
 * |---|---|
 * | asked for the decision | *abort* |
 * | told to commit | with an acknowledgement: it has committed, and forgotten |
 * | asked to prepare | *no* |
 *
 * **Not in the paper**: bounds on how often a participant asks and a commit is announced again, without which there would be no end
 * to the states. Its hierarchy of coordinators is left out, and so is what the coordinator's own database writes, and the identifier of the transaction
 * in messages and records: one transaction is all that the processes know of.
 *
 * A timer is named after the process that its owner waits for.
 *
 * @module
 */
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Budget } from "../system/budget.ts"
import type { Faults } from "../system/fault.ts"
import type { Network } from "../system/network.ts"
import { system } from "../system/system.ts"
import { presumedAbortCoordinator } from "./presumed-abort/coordinator.ts"
import { presumedAbortParticipant } from "./presumed-abort/participant.ts"

export { presumedAbortCoordinator } from "./presumed-abort/coordinator.ts"
export { PresumedAbortMessage } from "./presumed-abort/message.ts"
export { presumedAbortParticipant, PresumedAbortPhase, PresumedAbortVote } from "./presumed-abort/participant.ts"

/**
 * A system that runs presumed abort once: a `coordinator`, and participants `p1`, `p2`, ….
 *
 * @param definition - `participants`: how many; `maxDecisionRequests`: how often each of them asks for the decision;
 *   `maxAnnouncements`: how often the coordinator announces a commit again; the `network` and the `faults`, which are none unless
 *   given.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { presumedAbort } from "touchstone/commit"
 *
 * const { definition } = presumedAbort({
 *   participants: 2,
 *   maxDecisionRequests: 1,
 *   maxAnnouncements: 1,
 *   network: unordered({ loss: 1 }),
 * })
 * definition.processes.map(({ name }) => name) // => ["coordinator", "p1", "p2"]
 * ```
 */
export const presumedAbort = (
  { faults = {}, maxAnnouncements, maxDecisionRequests, network, participants }: {
    readonly participants: number
    readonly maxDecisionRequests: Budget
    readonly maxAnnouncements: Budget
    readonly network: Network
    readonly faults?: Faults
  },
) => {
  const all = names("p", participants)
  return system({
    name: "presumed abort",
    processes: [
      named("coordinator", presumedAbortCoordinator(all, maxAnnouncements)),
      ...all.map((name) => named(name, presumedAbortParticipant("coordinator", maxDecisionRequests))),
    ],
    network,
    faults,
  })
}
