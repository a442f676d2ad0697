/**
 * The acceptor of Paxos Commit: one for all instances.
 *
 * @module
 */
import { Schema } from "effect"
import { machine } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import { Acceptances, inBallot, PaxosCommitMessage, type PaxosCommitRoles, Values } from "./message.ts"

/**
 * An acceptor of Paxos Commit: one for all instances. Its log holds the ballot that it has `promised` to go not below, and what
 * it has `accepted` in each instance.
 *
 * In ballot 0 it collects in memory who is prepared, and accepts when all are: so it forces its log once for all instances, and
 * tells the first leader in one message. Where one aborts it accepts that at once, and nothing else.
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
    volatile: {
      /** What has been proposed to it in ballot 0, and it has yet to accept. */
      proposed: Values,
    },
    messages: PaxosCommitMessage,
  })
  return process({
    initial: { promised: 0, accepted: {}, proposed: {} },
    receive: {
      Phase1a: (state, { ballot }, { from }) =>
        ballot > state.promised
          ? next(
            { ...state, promised: ballot, proposed: {} },
            send(from, { _tag: "Phase1b", ballot, accepted: state.accepted }),
          )
          : ignore,
      Phase2a: (state, { ballot, values }, { from }) => {
        if (ballot < state.promised) return ignore
        const aborts = Object.values(values).includes("aborted")
        // Where one aborts, it does not matter that others are prepared.
        if (!aborts && Object.values(state.accepted).some(({ value }) => value === "aborted")) return ignore
        const proposed = aborts ? values : { ...state.proposed, ...values }
        if (!aborts && !participants.every((name) => name in proposed)) return next({ ...state, proposed })
        return next(
          {
            promised: ballot,
            accepted: { ...state.accepted, ...inBallot(ballot, proposed) },
            proposed: aborts ? {} : proposed,
          },
          send(ballot === 0 ? first : from, { _tag: "Phase2b", ballot, values: proposed }),
        )
      },
    },
    observed: ["promised", "accepted"],
  })
}
