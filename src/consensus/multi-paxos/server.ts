/**
 * The server of Multi-Paxos: leader, acceptor and replica in one.
 *
 * @module
 */
import type { SequentialObject } from "../../history/sequential-object.ts"
import { type Budget, budget } from "../../system/budget.ts"
import type { QuorumSystem } from "../quorum-system.ts"
import { acceptor, electionTimer } from "./acceptor.ts"
import { leader } from "./leader.ts"
import { nothingApplied, replica } from "./replica.ts"
import { server } from "./state.ts"

/**
 * A server. Its timer `election` makes it a candidate for the leadership; a runtime should let it fire only after some
 * silence of the leader, which sets it anew. The timer `heartbeat` is the leader's, and the candidate's.
 *
 * @param definition - `self`: its name; `quorums`, whose members are the names of all servers; `object`: what the operations
 *   do; `rounds`: how often it may become a candidate at most, any number unless given; `negativeAnswers`: whether it tells a
 *   candidate or a leader whose ballot is too low which one it has promised, as it does unless given.
 * @throws InvalidBudget
 *
 * @example
 * ```ts
 * import { majority, multiPaxosServer } from "touchstone/consensus"
 * import { react, register } from "touchstone"
 *
 * const server = multiPaxosServer({ self: "s2", quorums: majority(["s1", "s2", "s3"]), object: register(0) })
 * const candidacy = react("s2", server, server.start.state, { _tag: "Timer", timer: "election" }, { now: 0 })
 * candidacy._tag === "Next" && candidacy.commands[0]
 * // => { _tag: "Send", to: "s1", message: { _tag: "Prepare", ballot: 1, slot: 0 } }
 * ```
 */
export const multiPaxosServer = ({ negativeAnswers = true, object, quorums, rounds = "unbounded", self }: {
  readonly self: string
  readonly quorums: QuorumSystem
  readonly object: SequentialObject<any, any, any>
  readonly rounds?: Budget
  readonly negativeAnswers?: boolean
}) => {
  const limit = budget("rounds", rounds)
  const most = limit === "unbounded" ? Infinity : limit
  const { learn, rebuilt, receive } = replica(object)
  const leading = leader({ self, quorums, rounds: most, learn })
  const { next, process } = server
  return process({
    initial: {
      begun: 0,
      promised: -1,
      votes: [],
      log: [],
      role: { _tag: "Follower" },
      ahead: [],
      applied: nothingApplied(object),
    },
    start: (state) => next(state, electionTimer(state, most)),
    receive: { ...acceptor(most, negativeAnswers), ...leading.receive, ...receive },
    timers: leading.timers,
    restart: (state) => next(rebuilt(state), electionTimer(state, most)),
    observed: ["log", "promised"],
  })
}
