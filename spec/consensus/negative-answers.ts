/**
 * # Negative answers
 *
 * What an acceptor of Paxos owes to whoever asks it, beside a promise or a vote: if it has promised a higher ballot, it says so, and
 * the proposer goes on above that one. After Lamport, *Paxos made simple* (2001), section 2.2, who recommends it, and van Renesse
 * and Altinbuken, *Paxos made moderately complex* (2015), section 3, whose leaders are *preempted*. Safety needs none of it. Without it
 * a proposer whose ballots are far too low has to try one after the other.
 *
 * All this is about networks in which a message stays once it was sent, for there it can be seen what was asked.
 *
 * @module
 */
import { Schema } from "effect"
import { type LogMessage, type multiPaxosServer, PaxosMessage, type paxosProposer } from "../../src/consensus/index.ts"
import {
  type BagOf,
  type CommonVariables,
  type Envelope,
  ghost,
  type GhostStep,
  type Language,
  type Processes,
  type Properties,
  type RecordOf,
  type State,
  type StateOf,
} from "../../src/index.ts"
import type { CastVote } from "./agreement.ts"

/** What is looked at: who has begun how many ballots, which is its highest, what it was told, what is on its way, and all votes. */
export type NegativeAnswerVariables = Pick<CommonVariables<Processes>, "status"> & {
  readonly begun: RecordOf<string, Schema.Schema<number>>
  readonly highest: RecordOf<string, Schema.Schema<number>>
  readonly told: RecordOf<string, Schema.Schema<number>>
  readonly votes: RecordOf<string, Schema.Schema<ReadonlyArray<CastVote>>>
  readonly network: BagOf<Envelope<typeof PaxosMessage.Type>>
}

type Observed = State<NegativeAnswerVariables>

/**
 * The highest ballot that each proposer was told of in a negative answer, -1 before: a ghost, for it is up to the proposer what it
 * makes of that.
 *
 * @example
 * ```ts
 * import { ballotTold } from "touchstone/spec/consensus"
 *
 * const state = { begun: 1, highest: 3, decided: null, phase: { _tag: "Idle" } } as const
 * const event = { _tag: "Message", message: { _tag: "Preempted", ballot: 3 } } as const
 * ballotTold(["p1"]).next(-1, { before: state, event, reaction: { _tag: "Next", state, commands: [] } }) // => 3
 * ```
 */
export const ballotTold = (proposers: ReadonlyArray<string>) =>
  ghost({
    of: proposers,
    schema: Schema.Int,
    initial: -1,
    next: (told, { event }: GhostStep<StateOf<ReturnType<typeof paxosProposer>>>) =>
      event._tag === "Message" && Schema.is(PaxosMessage.cases.Preempted)(event.message)
        ? Math.max(told, event.message.ballot)
        : told,
  })

/**
 * The properties of negative answers.
 *
 * | property | meaning |
 * |---|---|
 * | `allIsAnswered` | in a state in which nothing can happen any more, each acceptor that is up has answered all that it was asked: it has promised, voted, or told of a higher ballot |
 * | `beginsAbove` | a proposer begins no ballot that it was told is too low |
 *
 * @param language - the constructors of properties over the variables of the system `withVotes`, where what was sent stays on its way.
 * @param roles - the names of the proposers and of the acceptors.
 *
 * @example
 * ```ts
 * import { majority, singleDecreePaxos } from "touchstone/consensus"
 * import { names, unordered } from "touchstone"
 * import { negativeAnswers, withVotes } from "touchstone/spec/consensus"
 *
 * const definition = {
 *   proposals: [{ value: "v1", rounds: 2 }, { value: "v2", rounds: 1 }],
 *   quorums: majority(names("a", 3)),
 *   network: unordered({ duplication: "unbounded" }),
 * }
 * const system = withVotes(singleDecreePaxos(definition), definition)
 * const roles = { proposers: names("p", 2), acceptors: names("a", 3) }
 * Object.keys(negativeAnswers(system, roles)) // => ["allIsAnswered", "beginsAbove"]
 * ```
 */
export const negativeAnswers = (
  { deadlockFree, step }: Pick<Language<NegativeAnswerVariables>, "deadlockFree" | "step">,
  { acceptors, proposers }: { readonly acceptors: ReadonlyArray<string>; readonly proposers: ReadonlyArray<string> },
): Properties => {
  const isSent = (s: Observed, from: string, to: string, is: (message: typeof PaxosMessage.Type) => boolean): boolean =>
    [...s.network.where({ _tag: "Envelope", from, to })].some(({ message }) => is(message))
  const isAnswered = (s: Observed, acceptor: string, proposer: string, asked: typeof PaxosMessage.Type): boolean => {
    if (asked._tag !== "Prepare" && asked._tag !== "Accept") return true
    const { ballot } = asked
    // A proposer that has a vote in its ballot is past phase 1.
    const isOver = asked._tag === "Prepare" && s.votes[acceptor]?.some((vote) => vote.ballot === ballot) === true
    return isOver ||
      isSent(
        s,
        acceptor,
        proposer,
        (answer) =>
          answer._tag === "Preempted" ?
            answer.ballot > ballot :
            answer._tag === (asked._tag === "Prepare" ? "Promise" : "Accepted") &&
            answer.ballot === ballot,
      )
  }
  return {
    allIsAnswered: deadlockFree((s) =>
      acceptors.every((acceptor) =>
        s.status[acceptor] !== "up" ||
        proposers.every((proposer) =>
          [...s.network.where({ _tag: "Envelope", from: proposer, to: acceptor })].every(({ message }) =>
            isAnswered(s, acceptor, proposer, message)
          )
        )
      )
    ),
    beginsAbove: step(
      { p: proposers },
      (before, after, { p }) => after.begun[p] === before.begun[p] || (after.highest[p] ?? -1) > (before.told[p] ?? -1),
    ),
  }
}

/** What is looked at of servers: what they are at, who is up, and what is on its way. */
export type LogAnswerVariables = Pick<CommonVariables<Processes>, "status" | "state"> & {
  readonly network: BagOf<Envelope<typeof LogMessage.Type>>
}

/**
 * The properties of negative answers, and of promises, in Multi-Paxos.
 *
 * | property | meaning |
 * |---|---|
 * | `allIsAnswered` | in a state in which nothing can happen any more, each server that is up has answered all that it was asked: it has promised, voted, or told of a higher ballot |
 * | `outbidGivesUp` | in such a state nobody leads, or would like to, who was told of a higher ballot |
 * | `promisesNoMore` | a promise carries votes in no slot of which the candidate knew what is chosen |
 *
 * @param language - the constructors of properties over the variables of the service, where what was sent stays on its way.
 * @param servers - the names of the servers.
 *
 * @example
 * ```ts
 * import { majority, multiPaxos } from "touchstone/consensus"
 * import { unordered } from "touchstone"
 * import { counter, logAnswers } from "touchstone/spec/consensus"
 *
 * const service = multiPaxos({
 *   object: counter,
 *   operations: ["increment"],
 *   quorums: majority(["s1", "s2", "s3"]),
 *   rounds: [1, 1, 0],
 *   requests: [1],
 *   network: unordered({ duplication: "unbounded" }),
 * })
 * Object.keys(logAnswers(service, ["s1", "s2", "s3"])) // => ["allIsAnswered", "outbidGivesUp", "promisesNoMore"]
 * ```
 */
export const logAnswers = (
  { always, deadlockFree, each }: Pick<Language<LogAnswerVariables>, "always" | "deadlockFree" | "each">,
  servers: ReadonlyArray<string>,
): Properties => {
  type Service = State<LogAnswerVariables>
  type Message = typeof LogMessage.Type
  type Server = StateOf<ReturnType<typeof multiPaxosServer>>
  const serverOf = (s: Service, name: string) => s.state[name] as Server
  const sent = (s: Service, from: string, to: string): ReadonlyArray<Message> =>
    [...s.network.where({ _tag: "Envelope", from, to })].map(({ message }) => message)
  const isAnswered = (s: Service, server: string, asking: string, asked: Message): boolean => {
    if (asked._tag !== "Prepare" && asked._tag !== "Accept") return true
    const { ballot } = asked
    const isOver = asked._tag === "Prepare" && serverOf(s, server).votes.some((vote) => vote.ballot === ballot)
    return isOver || sent(s, server, asking).some((answer) =>
      answer._tag === "Preempted"
        ? answer.ballot > ballot
        : asked._tag === "Prepare"
        ? answer._tag === "Promise" && answer.ballot === ballot
        : answer._tag === "Accepted" && answer.ballot === ballot && answer.slot === asked.slot
    )
  }
  const isUp = (s: Service, name: string) => s.status[name] === "up"
  return {
    allIsAnswered: deadlockFree((s) =>
      servers.every((server) =>
        !isUp(s, server) ||
        servers.every((asking) => sent(s, asking, server).every((asked) => isAnswered(s, server, asking, asked)))
      )
    ),
    outbidGivesUp: deadlockFree((s) =>
      servers.every((name) => {
        const { role } = serverOf(s, name)
        return !isUp(s, name) || role._tag === "Follower" || servers.every((other) =>
          sent(s, other, name).every((told) => told._tag !== "Preempted" || told.ballot < role.ballot)
        )
      })
    ),
    promisesNoMore: always(
      { envelope: each("network") },
      (s, { envelope: { from, message, to } }) =>
        message._tag !== "Promise" ||
        sent(s, to, from).every((asked) =>
          asked._tag !== "Prepare" || asked.ballot !== message.ballot ||
          message.votes.every(({ slot }) => slot >= asked.slot)
        ),
    ),
  }
}
