/**
 * Histories: what clients asked of a concurrent object and what they were answered, and whether a sequential object could
 * have answered so.
 *
 * A history keeps no times, only what consistency depends on: the order of each client's operations, and for each
 * operation how many operations of every other client had been answered when it was invoked. So two runs that no test of
 * consistency can tell apart have the same history, which keeps state spaces small.
 *
 * @module
 */
import type { SequentialObject } from "./sequential-object.ts"
import { type Entry, WitnessSearch } from "./witness.ts"

/** For each client, how many of its operations had been answered. */
export type Answered = { readonly [client: string]: number }

/** An operation that was invoked. */
export interface Pending {
  readonly operation: unknown
  /** What came before it: for each other client, the number of its operations answered by then. */
  readonly after: Answered
}

/** An operation that was answered. */
export interface Completed extends Pending {
  readonly result: unknown
}

/** The operations of one client; it invokes one at a time. */
export interface ClientHistory {
  readonly completed: ReadonlyArray<Completed>
  readonly pending: Pending | null
  /**
   * The operations for whose answers it gave up waiting, in the order of invocation. The `after` of each also says how many of the
   * client's own operations had been answered: that is its place among them.
   */
  readonly abandoned?: ReadonlyArray<Pending>
}

/** The operations of all clients. */
export type History = { readonly [client: string]: ClientHistory }

/** A history in which nothing has happened. */
export const emptyHistory: History = {}

const clientOf = (history: History, client: string): ClientHistory =>
  Object.hasOwn(history, client) ? history[client] as ClientHistory : { completed: [], pending: null }

/**
 * A history in which a client has invoked an operation. A client that invokes another one before the answer has given up
 * waiting: the first one stays pending forever.
 *
 * @example
 * ```ts
 * import { emptyHistory, invoked } from "touchstone"
 *
 * invoked(emptyHistory, "c1", { _tag: "Read" })["c1"]?.pending?.operation // => { _tag: "Read" }
 * ```
 */
export const invoked = (history: History, client: string, operation: unknown): History => {
  const { abandoned = [], pending, ...answered } = clientOf(history, client)
  const own = answered.completed.length
  const given = pending === null
    ? abandoned
    : [...abandoned, { ...pending, after: { ...pending.after, ...(own > 0 && { [client]: own }) } }]
  const after = Object.fromEntries(
    Object.entries(history)
      .filter(([other, { completed }]) => other !== client && completed.length > 0)
      .map(([other, { completed }]) => [other, completed.length]),
  )
  return {
    ...history,
    [client]: { ...answered, pending: { operation, after }, ...(given.length > 0 && { abandoned: given }) },
  }
}

/**
 * A history in which a client has been answered. An answer that nobody waits for changes nothing.
 *
 * @example
 * ```ts
 * import { emptyHistory, invoked, returned } from "touchstone"
 *
 * const asked = invoked(emptyHistory, "c1", { _tag: "Read" })
 * returned(asked, "c1", { _tag: "ReadOk", value: 0 })["c1"]?.completed.length // => 1
 * ```
 */
export const returned = (history: History, client: string, result: unknown): History => {
  const { completed, pending, ...given } = clientOf(history, client)
  if (pending === null) return history
  return { ...history, [client]: { ...given, completed: [...completed, { ...pending, result }], pending: null } }
}

type Operation = Pending | Completed

const isCompleted = (operation: Operation): operation is Completed => "result" in operation

/** An operation, and how many of its own client's had been answered when it was invoked. */
type Placed = readonly [operation: Operation, own: number]

const placed = (client: string, { abandoned = [], completed, pending }: ClientHistory) => ({
  answered: completed.map((operation, index): Placed => [operation, index]),
  open: pending === null ? [] : [[pending, completed.length] as Placed],
  givenUp: abandoned.map((operation): Placed => [operation, operation.after[client] ?? 0]),
})

/** How many operations had been answered when this one was invoked: the time of its invocation. */
const invokedAt = ([{ after }, own]: Placed, client: string): number =>
  Object.entries(after).reduce((sum, [other, answers]) => other === client ? sum : sum + answers, own)

/**
 * When the operations of each client were answered, in the same time: as late as can be, where no invocation tells when. Those that
 * came before an invocation are the first of all, as many as there were.
 */
const answeredAt = (history: History): ReadonlyMap<string, ReadonlyArray<number>> => {
  const clients = Object.entries(history)
  const latest = new Map(clients.map(([client, { completed }]) => [client, completed.map(() => Infinity)]))
  for (const [client, own] of clients) {
    const { answered, givenUp, open } = placed(client, own)
    for (const operation of [...answered, ...givenUp, ...open]) {
      const before = invokedAt(operation, client) - 1
      for (const [other, answers] of Object.entries({ ...operation[0].after, [client]: operation[1] })) {
        const times = latest.get(other) ?? []
        if (answers > 0) times[answers - 1] = Math.min(times[answers - 1] as number, before)
      }
    }
  }
  for (const times of latest.values()) {
    for (let index = times.length - 2; index >= 0; index--) {
      times[index] = Math.min(times[index] as number, times[index + 1] as number)
    }
  }
  return latest
}

/**
 * The operations as threads that take effect one after the other. Where real time counts, an abandoned one may take effect at any time
 * after its invocation, as if another client had asked for it; else it keeps its place in the order of its client.
 */
const threadsOf = (history: History, realTime: boolean): ReadonlyArray<ReadonlyArray<Entry>> => {
  const times = realTime ? answeredAt(history) : undefined
  return Object.entries(history).flatMap(([client, own]) => {
    const { answered, givenUp, open } = placed(client, own)
    const entry = (operation: Placed, returned = Infinity): Entry => ({
      operation: operation[0].operation,
      answer: isCompleted(operation[0]) ? { result: operation[0].result } : undefined,
      invoked: realTime ? invokedAt(operation, client) : 0,
      returned,
    })
    if (times === undefined) {
      // What was given up comes before what was answered later, and has the same number.
      return [
        [...givenUp, ...answered, ...open].toSorted(([, one], [, other]) => one - other).map((placed) => entry(placed)),
      ]
    }
    return [
      [
        ...answered.map((operation, index) => entry(operation, times.get(client)?.[index])),
        ...open.map((open) => entry(open)),
      ],
      ...givenUp.map((operation) => [entry(operation)]),
    ]
  })
}

/** @param realTime - whether an operation that was answered before another one was invoked must come before it. */
const hasWitness = <S>(object: SequentialObject<S, any, unknown>, history: History, realTime: boolean): boolean => {
  const search = new WitnessSearch(object, threadsOf(history, realTime))
  search.run()
  return search.ending === "found"
}

/**
 * Whether a history is linearizable: every operation seems to take effect at once, at some moment between its invocation
 * and its answer (Herlihy and Wing, *Linearizability: a correctness condition for concurrent objects*, ACM TOPLAS 12(3),
 * 1990). A pending operation may have taken effect or not.
 *
 * @param object - what the operations do, one after the other.
 *
 * @example
 * ```ts
 * import { emptyHistory, invoked, isLinearizable, register, returned } from "touchstone"
 *
 * const written = invoked(emptyHistory, "c1", { _tag: "Write", value: 1 })
 * const stale = returned(invoked(returned(written, "c1", { _tag: "WriteOk" }), "c2", { _tag: "Read" }), "c2", {
 *   _tag: "ReadOk",
 *   value: 0,
 * })
 * isLinearizable(register(0), stale) // => false
 * ```
 */
export const isLinearizable = <S>(object: SequentialObject<S, any, unknown>, history: History): boolean =>
  hasWitness(object, history, true)

/**
 * Whether a history is sequentially consistent: some order of all operations, in which each client's own are as it invoked
 * them, explains the answers (Lamport, *How to make a multiprocessor computer that correctly executes multiprocess
 * programs*, 1979). One without an answer may be left out. Where no client gave up waiting this is weaker than
 * {@link isLinearizable}: a stale read is allowed.
 *
 * @param object - what the operations do, one after the other.
 *
 * @example
 * ```ts
 * import { emptyHistory, invoked, isSequentiallyConsistent, register, returned } from "touchstone"
 *
 * const written = invoked(emptyHistory, "c1", { _tag: "Write", value: 1 })
 * const stale = returned(invoked(returned(written, "c1", { _tag: "WriteOk" }), "c2", { _tag: "Read" }), "c2", {
 *   _tag: "ReadOk",
 *   value: 0,
 * })
 * isSequentiallyConsistent(register(0), stale) // => true
 * ```
 */
export const isSequentiallyConsistent = <S>(object: SequentialObject<S, any, unknown>, history: History): boolean =>
  hasWitness(object, history, false)

/** Something that a history may record. */
export type Observation =
  | { readonly _tag: "Sent"; readonly from: string; readonly to: string; readonly message: any }
  | { readonly _tag: "Delivered"; readonly from: string; readonly to: string; readonly message: any }
  | { readonly _tag: "Chosen"; readonly process: string; readonly input: string; readonly args: any }
  | { readonly _tag: "Replied"; readonly from: string; readonly value: any }

/** What a history keeps: which observations are the invocation of an operation, and which an answer. */
export interface Recording {
  /** The operation that an observation is the invocation of, and the client that asks for it. */
  readonly invocation: (
    observation: Observation,
  ) => { readonly client: string; readonly operation: unknown } | undefined
  /** The result that an observation is the answer with, and the client that is answered. */
  readonly response: (observation: Observation) => { readonly client: string; readonly result: unknown } | undefined
}
