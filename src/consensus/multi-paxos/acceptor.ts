/**
 * The acceptor of Multi-Paxos: one for all slots. It promises and votes as that of single-decree Paxos does, slot by slot, but
 * one promise holds for all of them.
 *
 * Not in the papers: it follows whoever leads, so it waits anew before it becomes a candidate itself.
 *
 * @module
 */
import { ignore } from "../../system/process.ts"
import type { SlotVote } from "./message.ts"
import { type Commands, server, type ServerHandlers, type State } from "./state.ts"

const { cancelTimer, next, send, setTimer } = server

/** The votes with further ones: per slot the one in the highest ballot. */
export const withVotes = (votes: ReadonlyArray<SlotVote>, more: ReadonlyArray<SlotVote>): ReadonlyArray<SlotVote> => {
  const highest = new Map<number, SlotVote>()
  for (const vote of [...votes, ...more]) {
    const known = highest.get(vote.slot)
    if (known === undefined || vote.ballot > known.ballot) highest.set(vote.slot, vote)
  }
  return [...highest.values()].toSorted((one, other) => one.slot - other.slot)
}

/** The timer of a server that may still become a candidate, at most `rounds` times. */
export const electionTimer = ({ begun }: State, rounds: number): Commands =>
  begun < rounds ? [setTimer("election")] : []

/**
 * What an acceptor receives.
 *
 * @param negativeAnswers - whether it tells who is outbid.
 */
export const acceptor = (rounds: number, negativeAnswers: boolean) => {
  /** The server takes part in a ballot of somebody else's. */
  const follow = (state: State, ballot: number): readonly [State, Commands] => {
    const led = state.role._tag !== "Follower"
    return [
      { ...state, promised: ballot, role: { _tag: "Follower" } },
      [...electionTimer(state, rounds), ...led ? [cancelTimer("heartbeat")] : []],
    ]
  }

  const refuse = (state: State, from: string) =>
    negativeAnswers ? next(state, send(from, { _tag: "Preempted", ballot: state.promised })) : ignore

  return {
    Prepare: (state, { ballot, slot }, { from }) => {
      if (ballot < state.promised) return refuse(state, from)
      const [after, commands] = follow(state, ballot)
      // If it has voted in this ballot, whoever leads it is past phase 1: it is a heartbeat. Else its answer may have been lost.
      if (state.votes.some((vote) => vote.ballot === ballot)) return next(after, commands)
      const votes = state.votes.filter((vote) => vote.slot >= slot)
      return next(after, commands, send(from, { _tag: "Promise", ballot, votes }))
    },
    Accept: (state, { ballot, entry, slot }, { from }) => {
      if (ballot < state.promised) return refuse(state, from)
      const [after, commands] = follow(state, ballot)
      const votes = withVotes(state.votes, [{ slot, ballot, entry }])
      return next({ ...after, votes }, commands, send(from, { _tag: "Accepted", ballot, slot }))
    },
    /** Whoever is outbid gives up, and promises what it was told of: so its next ballot is above. */
    Preempted: (state, { ballot }) => {
      if (state.role._tag === "Follower" || ballot <= state.promised) return ignore
      const [after, commands] = follow(state, ballot)
      return next(after, commands)
    },
  } satisfies ServerHandlers
}
