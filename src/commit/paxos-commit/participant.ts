/**
 * The participant of Paxos Commit: that of two-phase commit, which proposes its vote to the acceptors.
 *
 * @module
 */
import { machine } from "../../system/machine.ts"
import { participantBehaviour, participantLog, participantMemory } from "../participant.ts"
import { PaxosCommitMessage, type PaxosCommitRoles, type Value } from "./message.ts"

/**
 * A participant of Paxos Commit (a *resource manager* in the paper). When it is asked to prepare, its environment votes:
 * input `vote({ yes })`.
 *
 * Its log holds its `vote` and its `decision`.
 *
 * @param roles - who takes part.
 * @param self - its own name.
 * @param maxDecisionRequests - how often it asks the leaders before it only waits; forever unless given.
 *
 * @example
 * ```ts
 * import { paxosCommitParticipant } from "touchstone/commit"
 * import { react } from "touchstone"
 *
 * const participant = paxosCommitParticipant({ leaders: ["l1"], acceptors: ["a1"], participants: ["p1"] }, "p1")
 * const asked = { ...participant.start.state, asked: true }
 * const reaction = react("p1", participant, asked, { _tag: "Input", input: "vote", args: { yes: true } }, { now: 0 })
 * reaction._tag === "Next" && reaction.state.vote // => "yes"
 * ```
 */
export const paxosCommitParticipant = (
  { acceptors, leaders }: PaxosCommitRoles,
  self: string,
  maxDecisionRequests: number = Infinity,
) => {
  const first = leaders[0] as string
  const participant = machine({
    durable: participantLog,
    volatile: participantMemory,
    messages: PaxosCommitMessage,
    timers: [first],
  })
  const { broadcast, process } = participant
  /** In its own instance it leads ballot 0, and proposes without asking. */
  const propose = (value: Value) => broadcast(acceptors, { _tag: "Phase2a", ballot: 0, values: { [self]: value } })
  const { behaviour, receive } = participantBehaviour(participant, first, maxDecisionRequests, {
    voteYes: propose("prepared"),
    voteNo: propose("aborted"),
    requestDecision: broadcast(leaders, { _tag: "DecisionRequest" }),
  })
  return process({ ...behaviour, receive })
}
