/**
 * The leader of Multi-Paxos, and the candidate that it is before: the proposer of single-decree Paxos, in all slots at once.
 *
 * Not in the papers: the heartbeat, by which a leader, or a candidate, tells that it is there, and repeats all that may have been
 * lost; and the `rounds`, a bound on candidacies.
 *
 * @module
 */
import { range } from "../../model/domain.ts"
import { encode } from "../../model/encoding.ts"
import { ignore } from "../../system/process.ts"
import { hasQuorum, type QuorumSystem } from "../quorum-system.ts"
import { electionTimer, withVotes } from "./acceptor.ts"
import type { Choice, LogEntry } from "./message.ts"
import { answer, type replica } from "./replica.ts"
import { server, type ServerHandlers, type ServerTimers, type State, type Step } from "./state.ts"

const { broadcast, cancelTimer, next, setTimer } = server

/** What a leader, or a candidate, does. */
export const leader = ({ learn, quorums, rounds, self }: {
  readonly self: string
  readonly quorums: QuorumSystem
  /** How often it may become a candidate. */
  readonly rounds: number
  readonly learn: ReturnType<typeof replica>["learn"]
}) => {
  const peers = quorums.members.filter((name) => name !== self)

  /** The leader proposes entries, and votes for them. */
  const propose = (state: State, choices: ReadonlyArray<Choice>): Step => {
    const { role } = state
    if (role._tag !== "Leader") return next(state)
    const { ballot } = role
    const votes = withVotes(state.votes, choices.map((choice) => ({ ...choice, ballot })))
    const proposals = [...role.proposals, ...choices.map((choice) => ({ ...choice, accepted: [self] }))]
    const { commands, state: after } = choose({ ...state, votes, role: { ...role, proposals } })
    return next(
      after,
      choices.flatMap((choice) => broadcast(peers, { _tag: "Accept", ballot, ...choice })),
      commands,
    )
  }

  /** What a quorum has voted for is chosen. */
  const choose = (state: State): Step => {
    const { role } = state
    if (role._tag !== "Leader") return next(state)
    const chosen = role.proposals
      .filter(({ accepted }) => hasQuorum(quorums.phase2, accepted))
      .map(({ entry, slot }): Choice => ({ slot, entry }))
    const { commands, state: after } = learn(state, chosen)
    return next(after, chosen.flatMap((choice) => broadcast(peers, { _tag: "Chosen", ...choice })), commands)
  }

  /** A candidate with a quorum of promises leads: whatever may be chosen is proposed again, and gaps are filled. */
  const lead = (state: State): Step => {
    const { role } = state
    if (role._tag !== "Candidate" || !hasQuorum(quorums.phase1, role.promised)) return next(state)
    const last = Math.max(-1, ...[...role.votes, ...state.ahead].map(({ slot }) => slot))
    const open = range(state.log.length, last).filter((slot) => !state.ahead.some((choice) => choice.slot === slot))
    const { commands, state: after } = propose(
      { ...state, role: { _tag: "Leader", ballot: role.ballot, slot: role.slot, proposals: [] } },
      open.map((slot) => ({
        slot,
        // The vote in the highest ballot that was reported for the slot: why, single-decree-paxos.ts says where a proposer takes
        // its value.
        entry: role.votes.find((vote) => vote.slot === slot)?.entry ?? { _tag: "Noop" },
      })),
    )
    return next(after, cancelTimer("election"), setTimer("heartbeat"), commands)
  }

  return {
    receive: {
      /** Only a leader takes requests. */
      Request: (state, { operation, sequence }, { from: client }) => {
        const { role } = state
        const last = state.applied.answers[client]?.sequence ?? 0
        if (role._tag !== "Leader" || last > sequence) return ignore
        if (last === sequence) return next(state, answer(state.applied, { client, sequence }))
        const entry: LogEntry = { _tag: "Operation", client, sequence, operation }
        const underway = [...state.ahead, ...role.proposals]
        if (underway.some((choice) => encode(choice.entry) === encode(entry))) return ignore
        const slot = Math.max(state.log.length, ...underway.map((choice) => choice.slot + 1))
        return propose(state, [{ slot, entry }])
      },
      Promise: (state, { ballot, votes }, { from }) => {
        const { role } = state
        if (role._tag !== "Candidate" || role.ballot !== ballot || role.promised.includes(from)) return ignore
        const promised = [...role.promised, from].toSorted()
        return lead({ ...state, role: { ...role, promised, votes: withVotes(role.votes, votes) } })
      },
      Accepted: (state, { ballot, slot }, { from }) => {
        const { role } = state
        if (role._tag !== "Leader" || role.ballot !== ballot) return ignore
        // It is chosen already, or the vote is counted.
        if (!role.proposals.some((proposal) => proposal.slot === slot && !proposal.accepted.includes(from))) {
          return ignore
        }
        const proposals = role.proposals.map((proposal) =>
          proposal.slot === slot ? { ...proposal, accepted: [...proposal.accepted, from].toSorted() } : proposal
        )
        return choose({ ...state, role: { ...role, proposals } })
      },
    } satisfies ServerHandlers,
    timers: {
      election: (state) => {
        if (state.role._tag === "Leader" || state.begun >= rounds) return ignore
        const rank = quorums.members.indexOf(self)
        // The first of its ballots that is higher than what it takes part in.
        const round = Math.max(0, Math.ceil((state.promised + 1 - rank) / quorums.members.length))
        const ballot = round * quorums.members.length + rank
        const begun = state.begun + 1
        const slot = state.log.length
        const candidate: State = {
          ...state,
          begun,
          promised: ballot,
          role: {
            _tag: "Candidate",
            ballot,
            slot,
            promised: [self],
            votes: state.votes.filter((vote) => vote.slot >= slot),
          },
        }
        const { commands, state: after } = lead(candidate)
        return next(
          after,
          broadcast(peers, { _tag: "Prepare", ballot, slot }),
          electionTimer(candidate, rounds),
          setTimer("heartbeat"),
          commands,
        )
      },
      heartbeat: (state) => {
        const { role } = state
        if (role._tag === "Follower") return ignore
        const { ballot, slot } = role
        const repeated = [setTimer("heartbeat"), ...broadcast(peers, { _tag: "Prepare", ballot, slot })]
        if (role._tag === "Candidate") return next(state, repeated)
        return next(
          state,
          repeated,
          role.proposals.flatMap(({ entry, slot }) => broadcast(peers, { _tag: "Accept", ballot, slot, entry })),
          state.log.flatMap((entry, slot) => broadcast(peers, { _tag: "Chosen", slot, entry })),
        )
      },
    } satisfies ServerTimers,
  }
}
