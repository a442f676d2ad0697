/**
 * # Multi-Paxos among processes
 *
 * What must hold of the servers and clients of `src/consensus/multi-paxos.ts`: they are a {@link replicatedLog}, and while somebody
 * leads, every request is answered.
 *
 * @module
 */
import type { Schema } from "effect"
import type { multiPaxos, multiPaxosServer } from "../../src/consensus/index.ts"
import {
  type CommonVariables,
  encode,
  type Language,
  type Processes,
  type Properties,
  type RecordOf,
  type Reply,
  type SequentialObject,
  type SetOf,
  type State,
  type StateOf,
} from "../../src/index.ts"
import { type LogVariables, replicatedLog } from "./replicated-log.ts"

/**
 * A counter: an operation adds one, or takes one away (`"decrement"`), and is answered with the sum. So it shows if an operation is
 * applied twice.
 *
 * @example
 * ```ts
 * import { counter } from "touchstone/spec/consensus"
 *
 * counter.apply(2, "increment") // => [3, 3]
 * ```
 */
export const counter: SequentialObject<number, string, number> = {
  initial: 0,
  apply: (sum, operation) => {
    const after = operation === "decrement" ? sum - 1 : sum + 1
    return [after, after]
  },
}

/**
 * The properties of Multi-Paxos: those of {@link replicatedLog}; for each of several clients `mayBeFirst c`: what it asks for
 * may come first in the log; and `mayFillGap`: where two servers may lead, and two clients may ask the same one, a slot may have
 * to be filled with an entry that does nothing.
 *
 * @param language - the constructors of properties over the variables of the service, which records {@link askedAndReplied}.
 * @param definition - the definition of the service. The requests of every client must be bounded.
 *
 * @example
 * ```ts
 * import { majority, multiPaxos } from "touchstone/consensus"
 * import { unordered } from "touchstone"
 * import { askedAndReplied, counter, multiDecree } from "touchstone/spec/consensus"
 *
 * const definition = {
 *   object: counter,
 *   operations: ["increment"],
 *   quorums: majority(["s1", "s2", "s3"]),
 *   rounds: [1, 1, 0],
 *   requests: [1],
 *   network: unordered({ duplication: "unbounded" }),
 *   recording: askedAndReplied,
 * }
 * Object.keys(multiDecree(multiPaxos(definition), definition))[0] // => "grows"
 * ```
 */
export const multiDecree = (
  language: Pick<Language<LogVariables>, "always" | "reachable" | "step">,
  { contacts, object, quorums: { members: servers }, requests, rounds }: Pick<
    Parameters<typeof multiPaxos>[0],
    "contacts" | "object" | "quorums" | "requests" | "rounds"
  >,
): Properties => {
  const all = requests.reduce<number>((sum, count) => sum + (count === "unbounded" ? Infinity : count), 0)
  const asking = (server: string) => requests.filter((_, client) => contacts?.[client]?.includes(server) ?? true)
  const isGapPossible = rounds.filter((count) => count !== 0).length > 1 &&
    servers.some((server) => asking(server).length > 1)
  const clients = requests.map((_, index) => `c${index + 1}`)
  return {
    ...replicatedLog(language, { servers, object, requests: all }),
    // Else agreement would say nothing.
    ...clients.length > 1 && Object.fromEntries(clients.map((client) => [
      `mayBeFirst ${client}`,
      language.reachable({ s: servers }, ({ log }, { s }) => {
        const first = log[s]?.[0]
        return first?._tag === "Operation" && first.client === client
      }),
    ])),
    ...isGapPossible && {
      mayFillGap: language.reachable(
        { s: servers },
        ({ log }, { s }) => log[s]?.some(({ _tag }) => _tag === "Noop") === true,
      ),
    },
  }
}

/** What is looked at: what servers are at. */
export type KeptVariables = Pick<CommonVariables<Processes>, "state">

type Server = StateOf<ReturnType<typeof multiPaxosServer>>

const isDistinct = (values: ReadonlyArray<unknown>): boolean => new Set(values).size === values.length

/**
 * What a server keeps has an end, however often it is told the same.
 *
 * | property | meaning |
 * |---|---|
 * | `oneVoteKept` | a server keeps one vote in each slot |
 * | `keptAhead` | what it knows to be chosen beyond its log it keeps once, and no longer than until it is in the log |
 * | `heardOnce` | who has promised, and who has voted for a proposal, counts once |
 *
 * @param language - the constructors of properties over the variables of the service.
 * @param servers - their names.
 *
 * @example
 * ```ts
 * import { keptOnce } from "touchstone/spec/consensus"
 * import { variables } from "touchstone"
 * import { Schema } from "effect"
 *
 * Object.keys(keptOnce(variables({ state: Schema.Any }), ["s1"])) // => ["oneVoteKept", "keptAhead", "heardOnce"]
 * ```
 */
export const keptOnce = (
  { always }: Pick<Language<KeptVariables>, "always">,
  servers: ReadonlyArray<string>,
): Properties => ({
  oneVoteKept: always({ s: servers }, ({ state }, { s }) => {
    const { votes } = state[s] as Server
    return isDistinct(votes.map(({ slot }) => slot))
  }),
  keptAhead: always({ s: servers }, ({ state }, { s }) => {
    const { ahead, log } = state[s] as Server
    return isDistinct(ahead.map(({ slot }) => slot)) && ahead.every(({ slot }) => slot > log.length)
  }),
  heardOnce: always({ s: servers }, ({ state }, { s }) => {
    const { role } = state[s] as Server
    if (role._tag === "Follower") return true
    return role._tag === "Candidate"
      ? isDistinct(role.promised)
      : role.proposals.every(({ accepted }) => isDistinct(accepted))
  }),
})

/** What is looked at: what servers are at and have in their logs, who is up, and what clients asked and were answered. */
export type LedVariables = Pick<CommonVariables<Processes>, "status" | "state"> & LogVariables & {
  readonly promised: RecordOf<string, Schema.Schema<number>>
}

/** A server that leads, and is outbid by nobody who is up. */
const leaderOf = (s: State<LedVariables>, servers: ReadonlyArray<string>): string | undefined => {
  const up = servers.filter((name) => s.status[name] === "up")
  return up.find((name) => {
    const { role } = s.state[name] as Server
    return role._tag === "Leader" && up.every((other) => (s.promised[other] ?? 0) <= role.ballot)
  })
}

/**
 * What Multi-Paxos promises while one server leads: who crashed in the meantime is told, and may ask again. Both claim nothing about
 * states in which nobody leads, or something still happens.
 *
 * | property | meaning |
 * |---|---|
 * | `answersWhileLed` | if nothing can happen any more and a server leads, then everything that was asked has been answered |
 * | `learnsWhileLed` | then moreover every server that is up has the same log as the leader |
 *
 * They hold only where in the end a quorum of each phase is up.
 *
 * @param language - the constructors of properties over the variables of the service, which records {@link askedAndReplied}.
 * @param servers - their names.
 *
 * @example
 * ```ts
 * import { majority, multiPaxos } from "touchstone/consensus"
 * import { unordered } from "touchstone"
 * import { askedAndReplied, counter, whileLed } from "touchstone/spec/consensus"
 *
 * const servers = ["s1", "s2", "s3"]
 * const service = multiPaxos({
 *   object: counter,
 *   operations: ["increment"],
 *   quorums: majority(servers),
 *   rounds: [1, 1, 0],
 *   requests: [1],
 *   network: unordered({ duplication: "unbounded" }),
 *   recording: askedAndReplied,
 * })
 * Object.keys(whileLed(service, servers)) // => ["answersWhileLed", "learnsWhileLed"]
 * ```
 */
export const whileLed = (
  { deadlockFree }: Pick<Language<LedVariables>, "deadlockFree">,
  servers: ReadonlyArray<string>,
): Properties => ({
  answersWhileLed: deadlockFree((s) =>
    leaderOf(s, servers) === undefined ||
    Object.values(s.history).every(({ abandoned = [], pending }) => pending === null && abandoned.length === 0)
  ),
  learnsWhileLed: deadlockFree((s) => {
    const leader = leaderOf(s, servers)
    return leader === undefined ||
      servers.every((name) => s.status[name] !== "up" || encode(s.log[name]) === encode(s.log[leader]))
  }),
})

/** What clients asked, were answered, and replied. */
export type ToldVariables = Pick<LogVariables, "history"> & {
  readonly replies: SetOf<Reply<string, Schema.Json>>
}

/**
 * A client that asks again after a crash may tell its environment the result of a request twice, and it is the same result.
 *
 * @param clients - their names.
 *
 * @example
 * ```ts
 * import { toldAlike } from "touchstone/spec/consensus"
 * import { variables } from "touchstone"
 * import { Schema } from "effect"
 *
 * toldAlike(variables({ history: Schema.Any, replies: Schema.Any }), ["c1"]).kind // => "always"
 * ```
 */
export const toldAlike = (
  { always }: Pick<Language<ToldVariables>, "always">,
  clients: ReadonlyArray<string>,
) =>
  always(
    { c: clients },
    ({ history, replies }, { c }) =>
      [...replies.where({ _tag: "Reply", from: c })].every(({ value }) =>
        history[c]?.completed.some(({ result }) => encode(result) === encode(value)) === true
      ),
  )
