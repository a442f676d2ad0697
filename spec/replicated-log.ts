/**
 * # A replicated log
 *
 * *What* servers that keep one log and apply it to one object must achieve, whatever their protocol: their logs never
 * contradict each other, they only grow, they contain nothing that nobody asked for, and clients cannot tell the servers
 * from a single object that takes one operation after the other.
 *
 * What the specification is asked about is observed: each server's `log` as far as it has applied it, how many operations
 * each client has `asked` for, and the history of what clients asked and were answered.
 *
 * @module
 */
import {
  type AnyState,
  encode,
  isLinearizable,
  type Language,
  type LogEntry,
  type Properties,
  type Recording,
  type SequentialObject,
} from "../src/index.ts"

/**
 * A client that is asked to ask begins an operation, what it replies ends it.
 *
 * @example
 * ```ts
 * import { askedAndReplied } from "touchstone/spec"
 *
 * askedAndReplied.response({ _tag: "Told", from: "c1", value: 1 }) // => { client: "c1", result: 1 }
 * ```
 */
export const askedAndReplied: Recording = {
  invocation: (seen) =>
    seen._tag === "Chosen" && seen.input === "ask"
      ? { client: seen.process, operation: seen.args.operation }
      : undefined,
  response: (seen) => seen._tag === "Told" ? { client: seen.from, result: seen.value } : undefined,
}

const isPrefix = (one: ReadonlyArray<LogEntry>, other: ReadonlyArray<LogEntry>): boolean =>
  one.length <= other.length && one.every((entry, slot) => encode(entry) === encode(other[slot]))

/**
 * The properties of a replicated log.
 *
 * | property | formula |
 * |---|---|
 * | `prefixAgreement` | `∀ s, t : log[s]` is a prefix of `log[t]`, or the other way round |
 * | `grows` | `∀ s : log[s]` is a prefix of `log′[s]` |
 * | `validity` | what is in a log is an operation that its client has asked for, or does nothing |
 * | `linearizable` | what the clients asked and were answered could have been answered by the object |
 * | `mayAnswerAll` | some behaviour leads to the answer to all requests |
 *
 * @param language - the constructors of properties over the variables of the system, which records {@link askedAndReplied}.
 * @param requests - how many requests there are in all.
 *
 * @example
 * ```ts
 * import { counter, replicatedLog } from "touchstone/spec"
 * import { variables } from "touchstone"
 *
 * const properties = replicatedLog(variables({}), { servers: ["s1", "s2"], object: counter, requests: 1 })
 * Object.keys(properties) // => ["prefixAgreement", "grows", "validity", "linearizable", "mayAnswerAll"]
 * ```
 */
export const replicatedLog = (
  { always, reachable, step }: Pick<Language<any>, "always" | "reachable" | "step">,
  { object, requests, servers }: {
    readonly servers: ReadonlyArray<string>
    readonly object: SequentialObject<any, any, any>
    readonly requests: number
  },
): Properties => ({
  prefixAgreement: always(
    { pair: servers.flatMap((one, index) => servers.slice(index + 1).map((other) => ({ one, other }))) },
    ({ log }: AnyState, { pair: { one, other } }) => isPrefix(log[one], log[other]) || isPrefix(log[other], log[one]),
  ),
  grows: step({ s: servers }, (before: AnyState, after: AnyState, { s }) => isPrefix(before.log[s], after.log[s])),
  validity: always(
    { s: servers },
    ({ asked, log }: AnyState, { s }) =>
      log[s].every((entry: LogEntry) => entry._tag === "Noop" || entry.sequence <= asked[entry.client]),
  ),
  linearizable: always(({ history }: AnyState) => isLinearizable(object, history)),
  mayAnswerAll: reachable(({ history }: AnyState) =>
    Object.values(history as { [client: string]: { completed: ReadonlyArray<unknown> } })
      .reduce((sum, { completed }) => sum + completed.length, 0) === requests
  ),
})
