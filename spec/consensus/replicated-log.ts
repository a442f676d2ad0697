/**
 * # A replicated log
 *
 * *What* servers that keep one log and apply it to one object must achieve, whatever their protocol: their logs never
 * contradict each other, they only grow, they contain nothing that nobody asked for, and clients cannot tell the servers
 * from a single object that takes one operation after the other.
 *
 * The properties are about what is observed: each server's `log` as far as it has applied it, and the history of what clients
 * asked and were answered.
 *
 * @module
 */
import type { Schema } from "effect"
import { type LogEntry } from "../../src/consensus/index.ts"
import {
  type ClientHistory,
  type DeadlockFree,
  encode,
  type History,
  isLinearizable,
  type Language,
  type Properties,
  type Recording,
  type RecordOf,
  type SequentialObject,
} from "../../src/index.ts"

/**
 * An operation begins when the environment lets a client ask, and ends when the client replies to the environment.
 *
 * @example
 * ```ts
 * import { askedAndReplied } from "touchstone/spec/consensus"
 *
 * askedAndReplied.response({ _tag: "Replied", from: "c1", value: 1 }) // => { client: "c1", result: 1 }
 * ```
 */
export const askedAndReplied: Recording = {
  invocation: (seen) =>
    seen._tag === "Chosen" && seen.input === "ask"
      ? { client: seen.process, operation: seen.args.operation }
      : undefined,
  response: (seen) => seen._tag === "Replied" ? { client: seen.from, result: seen.value } : undefined,
}

/** What is observed of servers, and the history. */
export type LogVariables = {
  readonly log: RecordOf<string, Schema.Schema<ReadonlyArray<LogEntry>>>
  readonly history: Schema.Schema<History>
}

const isPrefix = (one: ReadonlyArray<LogEntry> = [], other: ReadonlyArray<LogEntry> = []): boolean =>
  one.length <= other.length && one.every((entry, slot) => encode(entry) === encode(other[slot]))

const answersIn = (history: History): number =>
  Object.values(history).reduce((sum, { completed }) => sum + completed.length, 0)

/** All operations that a client has asked for, in their order, also those that it no longer waits for. */
const askedBy = (client: string, { abandoned = [], completed, pending }: ClientHistory): ReadonlyArray<unknown> => {
  const givenUpAfter = (own: number) => abandoned.filter(({ after }) => (after[client] ?? 0) === own)
  return [
    ...completed.flatMap((answered, own) => [...givenUpAfter(own), answered]),
    ...givenUpAfter(completed.length),
    ...pending === null ? [] : [pending],
  ].map(({ operation }) => operation)
}

/**
 * The properties of a replicated log.
 *
 * | property | formula |
 * |---|---|
 * | `prefixAgreement` | `∀ s, t : log[s]` is a prefix of `log[t]`, or `log[t]` of `log[s]`; only if there is more than one request |
 * | `grows` | `∀ s : log[s]` is a prefix of `log′[s]` |
 * | `validity` | what is in a log is the operation that its client has asked for under its number, or does nothing |
 * | `linearizable` | what the clients asked and were answered could have been answered by the object |
 * | `mayAnswerAll` | some behaviour leads to the answer to all requests |
 *
 * @param language - the constructors of properties over the variables of the system, which records {@link askedAndReplied}.
 * @param requests - how many requests there are in all.
 *
 * @example
 * ```ts
 * import { counter, replicatedLog } from "touchstone/spec/consensus"
 * import { LogEntry } from "touchstone/consensus"
 * import { record, variables } from "touchstone"
 * import { Schema } from "effect"
 *
 * const observed = variables({
 *   log: record(["s1", "s2"], Schema.Array(LogEntry)),
 *   history: Schema.Any,
 * })
 * const properties = replicatedLog(observed, { servers: ["s1", "s2"], object: counter, requests: 2 })
 * Object.keys(properties) // => ["prefixAgreement", "grows", "validity", "linearizable", "mayAnswerAll"]
 * ```
 */
export const replicatedLog = (
  { always, reachable, step }: Pick<Language<LogVariables>, "always" | "reachable" | "step">,
  { object, requests, servers }: {
    readonly servers: ReadonlyArray<string>
    readonly object: SequentialObject<any, any, any>
    readonly requests: number
  },
): Properties => ({
  // Of one request there can be no two logs.
  ...requests > 1 && {
    prefixAgreement: always(
      { pair: servers.flatMap((one, index) => servers.slice(index + 1).map((other) => ({ one, other }))) },
      ({ log }, { pair: { one, other } }) => isPrefix(log[one], log[other]) || isPrefix(log[other], log[one]),
    ),
  },
  grows: step({ s: servers }, (before, after, { s }) => isPrefix(before.log[s], after.log[s])),
  validity: always(
    { s: servers },
    ({ history, log }, { s }) =>
      log[s]?.every((entry) => {
        if (entry._tag === "Noop") return true
        const { client, operation, sequence } = entry
        const asked = Object.hasOwn(history, client) ? askedBy(client, history[client]!) : []
        return sequence <= asked.length && encode(asked[sequence - 1]) === encode(operation)
      }) === true,
  ),
  linearizable: always(({ history }) => isLinearizable(object, history)),
  mayAnswerAll: reachable(({ history }) => answersIn(history) === requests),
})

/**
 * Every request is answered in the end: in a state in which nothing can happen any more, all have been.
 *
 * It claims nothing about behaviours that never end. It holds only of services in which somebody still leads at the end, with
 * quorums that are up, and in which what is sent arrives: a network with unbounded duplication may deliver everything again.
 *
 * @param language - the constructors of properties over the variables of the service, which records {@link askedAndReplied}.
 * @param requests - how many requests there are in all.
 *
 * @example
 * ```ts
 * import { answers } from "touchstone/spec/consensus"
 * import { variables } from "touchstone"
 * import { Schema } from "effect"
 *
 * answers(variables({ history: Schema.Any }), { requests: 1 }).kind // => "deadlockFree"
 * ```
 */
export const answers = (
  { deadlockFree }: Pick<Language<Pick<LogVariables, "history">>, "deadlockFree">,
  { requests }: { readonly requests: number },
): DeadlockFree => deadlockFree(({ history }) => answersIn(history) === requests)
