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
import { encode } from "./encoding.ts"
import type { SequentialObject } from "./sequential-object.ts"

/** How many operations each client had been answered. */
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
}

/** The operations of all clients. */
export type History = { readonly [client: string]: ClientHistory }

/** A history in which nothing has happened. */
export const emptyHistory: History = {}

const clientOf = (history: History, client: string): ClientHistory =>
  history[client] ?? { completed: [], pending: null }

/**
 * A history in which a client has invoked an operation. A client that invokes another one before the answer has given up
 * waiting: the former stays pending for ever as the operation of another client, which came after what this one had been
 * answered.
 *
 * @example
 * ```ts
 * import { emptyHistory, invoked } from "touchstone"
 *
 * invoked(emptyHistory, "c1", { _tag: "Read" })["c1"]?.pending?.operation // => { _tag: "Read" }
 * ```
 */
export const invoked = (history: History, client: string, operation: unknown): History => {
  const { completed, pending } = clientOf(history, client)
  const own = completed.length === 0 ? {} : { [client]: completed.length }
  const abandoned = pending === null ? {} : {
    [`${client}, abandoned ${Object.keys(history).length}`]: {
      completed: [],
      pending: { ...pending, after: { ...pending.after, ...own } },
    },
  }
  const after = Object.fromEntries(
    Object.entries(history)
      .filter(([other, { completed }]) => other !== client && completed.length > 0)
      .map(([other, { completed }]) => [other, completed.length]),
  )
  return { ...history, ...abandoned, [client]: { completed, pending: { operation, after } } }
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
  const { completed, pending } = clientOf(history, client)
  if (pending === null) return history
  return { ...history, [client]: { completed: [...completed, { ...pending, result }], pending: null } }
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
  const failed = new Set<string>()
  /** `done[i]` operations of client `i` have been put in order, the pending one counted as the last. */
  const search = (state: S, done: ReadonlyArray<number>): boolean => {
    if (clients.every((client, index) => (done[index] as number) >= clientOf(history, client).completed.length)) {
      return true
    }
    const place = encode([state, done])
    if (failed.has(place)) return false
    const found = clients.some((client, index) => {
      const { completed, pending } = clientOf(history, client)
      const at = done[index] as number
      const operation: Pending | Completed | null | undefined = at < completed.length
        ? completed[at]
        : at === completed.length
        ? pending
        : undefined
      if (operation === undefined || operation === null) return false
      const early = realTime && clients.some((other, i) => (operation.after[other] ?? 0) > (done[i] as number))
      if (early) return false
      const [after, result] = apply(state, operation.operation)
      if ("result" in operation && encode(result) !== encode(operation.result)) return false
      return search(after, done.map((count, i) => i === index ? count + 1 : count))
    })
    if (!found) failed.add(place)
    return found
  }
  return search(initial, clients.map(() => 0))
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
 * programs*, 1979). Weaker than {@link isLinearizable}: a stale read is allowed.
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

/** Something that a history may take note of. */
export type Observation =
  | { readonly _tag: "Sent"; readonly from: string; readonly to: string; readonly message: any }
  | { readonly _tag: "Delivered"; readonly from: string; readonly to: string; readonly message: any }
  | { readonly _tag: "Chosen"; readonly process: string; readonly input: string; readonly args: any }
  | { readonly _tag: "Told"; readonly from: string; readonly value: any }

/** What a history keeps: which observations are the invocation of an operation, and which an answer. */
export interface Recording {
  /** The operation that an observation is the invocation of, and the client that asks for it. */
  readonly invocation: (
    observation: Observation,
  ) => { readonly client: string; readonly operation: unknown } | undefined
  /** The result that an observation is the answer with, and the client that is answered. */
  readonly response: (observation: Observation) => { readonly client: string; readonly result: unknown } | undefined
}
