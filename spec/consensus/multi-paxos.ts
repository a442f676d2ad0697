/**
 * # Multi-Paxos among processes
 *
 * What must hold of the servers and clients of `src/consensus/multi-paxos.ts`: they are a {@link replicatedLog}.
 *
 * @module
 */
import type { multiPaxos } from "../../src/consensus/index.ts"
import type { Language, Properties, SequentialObject } from "../../src/index.ts"
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
