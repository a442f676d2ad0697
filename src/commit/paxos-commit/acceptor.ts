/**
 * The acceptor of Paxos Commit: one for all instances.
 *
 * @module
 */
import { Schema } from "effect"
import { machine } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { Acceptances, PaxosCommitMessage, type PaxosCommitRoles } from "./message.ts"

/**
 * An acceptor of Paxos Commit: one for all instances. Its log holds all that it knows: the ballot that it has `promised` to
 * go not below, and what it has `accepted` in each instance.
 *
 * @param roles - who takes part.
 *
 * @example
 * ```ts
 * import { paxosCommitAcceptor } from "touchstone/commit"
 * import { react } from "touchstone"
 *
 * const acceptor = paxosCommitAcceptor({ leaders: ["l1", "l2"], acceptors: ["a1"], participants: ["p1"] })
 * const promised = { ...acceptor.start.state, promised: 1 }
 * const late = { _tag: "Phase2a", ballot: 0, values: { p1: "prepared" } }
 * react("a1", acceptor, promised, { _tag: "Message", message: late }, { now: 0, from: "p1" }) // => { _tag: "Ignored" }
 * ```
 */
export const paxosCommitAcceptor = ({ leaders, participants }: PaxosCommitRoles) => {
  const first = leaders[0] as string
  const { next, process, send } = machine({
    durable: { promised: Schema.Int, accepted: Acceptances },
    messages: PaxosCommitMessage,
  })
  return process({
    initial: { promised: 0, accepted: {} },
    receive: {
      Phase1a: (state, { ballot }, { from }) =>
        ballot > state.promised
          ? next({ ...state, promised: ballot }, send(from, { _tag: "Phase1b", ballot, accepted: state.accepted }))
          : ignore,
      /** It tells the leader when it has accepted something in all instances, in one message. */
      Phase2a: (state, { ballot, values }, { from }) => {
        if (ballot < state.promised) return ignore
        const accepted: Acceptances = {
          ...state.accepted,
          ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { ballot, value }])),
        }
        const inBallot = participants.flatMap((name) => {
          const one = accepted[name]
          return one?.ballot === ballot ? [[name, one.value] as const] : []
        })
        return next(
          { promised: ballot, accepted },
          inBallot.length < participants.length ? [] : send(
            ballot === 0 ? first : from,
            { _tag: "Phase2b", ballot, values: Object.fromEntries(inBallot) },
          ),
        )
      },
    },
    observed: ["accepted"],
  })
}
