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
import { encode } from "../model/encoding.ts"
import type { SequentialObject } from "./sequential-object.ts"

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

/** A client's own operations without those that it gave up. */
const unabandoned = ({ completed, pending }: ClientHistory): ReadonlyArray<Operation> =>
  pending === null ? completed : [...completed, pending]

/**
 * Which operations must take effect one after the other, if they take effect at all. The first lists are those of the clients,
 * in their order. Where real time counts, an abandoned operation may take effect at any time after its invocation, as if
 * another client had asked for it; else it keeps its place in the order of its client.
 */
const threadsOf = (history: History, realTime: boolean): ReadonlyArray<ReadonlyArray<Operation>> => {
  const clients = Object.entries(history)
  if (realTime) {
    return [
      ...clients.map(([, own]) => unabandoned(own)),
      ...clients.flatMap(([, { abandoned = [] }]) => abandoned.map((operation) => [operation])),
    ]
  }
  return clients.map(([client, own]) => {
    const { abandoned = [], completed } = own
    const givenUpAt = (place: number) => abandoned.filter(({ after }) => (after[client] ?? 0) === place)
    return [
      ...completed.flatMap((operation, place) => [...givenUpAt(place), operation]),
      ...givenUpAt(completed.length),
      ...unabandoned(own).slice(completed.length),
    ]
  })
}

/**
 * Looks for an order of all completed and of some pending operations in which a sequential object gives these answers.
 *
 * @param realTime - whether an operation that was answered before another one was invoked must come before it.
 */
const hasWitness = <S>(
  { apply, initial }: SequentialObject<S, any, unknown>,
  history: History,
  realTime: boolean,
): boolean => {
  const clients = Object.keys(history)
  const threads = threadsOf(history, realTime)
  const failed = new Set<string>()
  /** The first `done[i]` operations of thread `i` have been put in order, or left out where nobody was answered. */
  const search = (state: S, done: ReadonlyArray<number>): boolean => {
    if (!threads.some((thread, index) => thread.slice(done[index]).some(isCompleted))) return true
    const place = encode([state, done])
    if (failed.has(place)) return false
    const found = threads.some((thread, index) => {
      const ahead = thread.slice(done[index])
      const required = ahead.findIndex(isCompleted)
      return (required < 0 ? ahead : ahead.slice(0, required + 1)).some((operation, skipped) => {
        const early = realTime && clients.some((other, i) => (operation.after[other] ?? 0) > (done[i] as number))
        if (early) return false
        const [after, result] = apply(state, operation.operation)
        if (isCompleted(operation) && encode(result) !== encode(operation.result)) return false
        return search(after, done.map((count, i) => i === index ? count + skipped + 1 : count))
      })
    })
    if (!found) failed.add(place)
    return found
  }
  return search(initial, threads.map(() => 0))
}

/**
 * Whether a history is linearizable: every operation seems to take effect at once, at some moment between its invocation
 * and its answer (Herlihy and Wing, *Linearizability: a correctness condition for concurrent objects*, ACM TOPLAS 12(3),
 * 1990). A pending operation may have taken effect or not. The search is that of Wing and Gong (*Testing and verifying
 * concurrent objects*, 1993), which never tries the same operations in the same state twice.
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
