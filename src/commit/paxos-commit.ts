/**
 * # Paxos Commit
 *
 * Atomic commitment that does not block while `F` of those who remember the decision, and `F` of those who lead, are down. After
 * Gray and Lamport, *Consensus on Transaction Commit* (ACM TODS 31(1), 2006), sections 4 and 5.
 *
 * Each participant's vote, *prepared* or *aborted*, is the value that one instance of Paxos chooses; the transaction is
 * committed exactly if all instances choose *prepared*, and aborted as soon as one chooses *aborted*, in whatever ballots they do. So no
 * process alone knows what was decided: `2F + 1` *acceptors* do. A participant is the leader of ballot 0 in its own instance, and
 * proposes its vote without asking. If it falls silent, one of the *leaders* starts a higher ballot in all instances at once: it
 * asks the acceptors what they have accepted, proposes in each instance what was accepted last, and *aborted* where nothing was. Ballots
 * above 0 are assigned to the leaders in turn, so that no ballot has two leaders.
 *
 * **Promises.** No two processes decide differently, nor otherwise than the client is told; they commit only if all have voted
 * yes; a decision is never taken back. With `F + 1` leaders, as long as no more than `F` acceptors and `F` leaders are down and
 * timers do not fire too early too often, every participant that is up learns the decision.
 *
 * **Assumes** that processes write their log before they send, and read it when they recover. It takes any network (messages
 * may be lost, duplicated, reordered and late) and any number of crashes, and it does not matter for its safety when a timer
 * fires. With `F = 0` it is two-phase commit whose coordinator keeps its log elsewhere: it blocks when the one acceptor, or
 * the one leader, is down.
 *
 * **Costs**, for `n` participants, if nothing fails: `n(2F + 3) + 2F + 1` messages in 4 rounds (prepare; each vote to each
 * acceptor; each acceptor, for all instances in one message, to the leader; the decision), and one more to each other leader. The
 * client is told after 3 rounds and `n + 2F + 1` forced writes (each yes, and one of each acceptor); `n` more are the decisions in
 * the logs of the participants. An abort takes as many messages and rounds, and `2F + 1` messages more
 * for each further *no*; it does not wait for those who have yet to vote.
 * Leaders and acceptors on the same machines, and only `F + 1` acceptors in ballot 0, make it fewer: then the paper has
 * `n + F + 1` forced writes (its section 5). This is not done here.
 *
 * **Not in the paper**: a participant that waits for the decision asks (`DecisionRequest`), up to `maxDecisionRequests` times; the
 * ballots may be bounded; any process may lead in the paper, and `F + 1` fixed ones do here, which are as many as its promise needs; a
 * leader begins a ballot in all instances, also in those of which it knows what they have chosen.
 *
 * **Not offered**: an identifier of the transaction in the messages, for one transaction is all that the processes know of; an answer to a
 * leader whose ballot is too low, which finds out by its timer; forgetting: acceptors keep what they have accepted.
 *
 * Who asks before a leader knows the decision is answered only if its question waits, or if it asks again: where a network drops what is
 * ignored, a participant that may ask so many times may be blocked.
 *
 * | a process waits for | when its timer fires it |
 * |---|---|
 * | participant that has not voted, for the first leader | aborts, and says so |
 * | participant that is prepared, for the decision | asks the leaders |
 * | first leader, for a participant's vote | starts a ballot |
 * | leader that has started a ballot, for the acceptors | starts its next ballot |
 * | another leader, for the first one | starts a ballot |
 *
 * | a process recovers | and then |
 * |---|---|
 * | acceptor | keeps its promise and what it has accepted; what was proposed to it and it has yet to accept is lost, like a message |
 * | leader | starts its next ballot |
 * | participant without a vote | aborts, and says so |
 * | participant that has voted no | says so again |
 * | participant that is prepared | proposes its vote again, which is the same one, and asks the leaders |
 *
 * A timer is named after the process that its owner waits for, except `ballot`: when that fires, a leader gives up the ballot
 * that it has started.
 *
 * @module
 */
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Detector, DetectorKind } from "../system/detector.ts"
import type { Faults } from "../system/fault.ts"
import type { Network } from "../system/network.ts"
import { system } from "../system/system.ts"
import { paxosCommitAcceptor } from "./paxos-commit/acceptor.ts"
import { paxosCommitLeader } from "./paxos-commit/leader.ts"
import { paxosCommitParticipant } from "./paxos-commit/participant.ts"

export { paxosCommitAcceptor } from "./paxos-commit/acceptor.ts"
export { paxosCommitLeader } from "./paxos-commit/leader.ts"
export { PaxosCommitMessage, type PaxosCommitRoles } from "./paxos-commit/message.ts"
export { paxosCommitParticipant } from "./paxos-commit/participant.ts"

/**
 * A system that runs Paxos Commit once: leaders `l1`, `l2`, …, acceptors `a1`, `a2`, …, and participants `p1`, `p2`, ….
 *
 * @param definition - `participants`: how many; `F`: how many of the `2F + 1` acceptors, and of the `F + 1` leaders, may be
 *   down; `ballots`: how many there are, ballot 0 included; `maxDecisionRequests`: how often a participant asks the leaders; the
 *   `network`; the `faults` and the `detector`, of which there are none unless given.
 *
 * @example
 * ```ts
 * import { paxosCommit } from "touchstone/commit"
 * import { unordered } from "touchstone"
 *
 * const { definition } = paxosCommit({ participants: 2, F: 1, ballots: 2, maxDecisionRequests: 0, network: unordered() })
 * definition.processes.map(({ name }) => name) // => ["l1", "l2", "a1", "a2", "a3", "p1", "p2"]
 * ```
 */
export const paxosCommit = (
  { F, ballots, detector, faults = {}, maxDecisionRequests, network, participants }: {
    readonly participants: number
    readonly F: number
    readonly ballots: number
    readonly maxDecisionRequests: number
    readonly network: Network
    readonly faults?: Faults
    readonly detector?: DetectorKind | Detector
  },
) => {
  const roles = {
    leaders: names("l", F + 1),
    acceptors: names("a", 2 * F + 1),
    participants: names("p", participants),
  }
  return system({
    name: "Paxos Commit",
    processes: [
      ...roles.leaders.map((name) => named(name, paxosCommitLeader(roles, name, ballots))),
      ...roles.acceptors.map((name) => named(name, paxosCommitAcceptor(roles))),
      ...roles.participants.map((name) => named(name, paxosCommitParticipant(roles, name, maxDecisionRequests))),
    ],
    network,
    faults,
    ...(detector !== undefined && { detector }),
  })
}
