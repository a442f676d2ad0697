/**
 * # Locks that several hold
 *
 * What must hold of a semaphore and of a reader–writer lock. A client holds the lock while it believes so, also while it is paused. After
 * Dijkstra, *Cooperating sequential processes* (1965), and Courtois, Heymans and Parnas, *Concurrent control with "readers" and
 * "writers"* (1971).
 *
 * @module
 */
import type { Schema } from "effect"
import { encode, type Language, type Properties, type Reachable, type Step } from "../../src/index.ts"
import type { readerWriterLock, semaphore } from "../../src/lock/index.ts"
import { lockClientsOf } from "./mutual-exclusion.ts"

type Semaphore = ReturnType<typeof semaphore>
type ReaderWriterLock = ReturnType<typeof readerWriterLock>

type Observed = Parameters<NonNullable<Parameters<Semaphore["model"]>[1]>>[0]

interface Request {
  readonly client: string
  readonly request: number
}

/** The queue of the server, and whose leases have not ended. */
type QueueVariables = {
  readonly state: Schema.Schema<
    { readonly server: { readonly held: ReadonlyArray<Request>; readonly queue: ReadonlyArray<Request> } }
  >
}

const believes = (s: Pick<Observed, "phase" | "status">, client: string): boolean => {
  const { phase, status } = s as { readonly [of: string]: { readonly [client: string]: string } }
  return phase![client] === "holding" && (status![client] === "up" || status![client] === "paused")
}

/**
 * The permits of a semaphore, where `Holders` are the clients that believe that they have one.
 *
 * | property | formula |
 * |---|---|
 * | `atMost` | `|Holders| ≤ permits` |
 * | `mayShare` | some behaviour leads to `|Holders| = permits` |
 *
 * @param permits - how many there are, as the system was given.
 *
 * @example
 * ```ts
 * import { semaphore } from "touchstone/lock"
 * import { permitsHeld } from "touchstone/spec/lock"
 *
 * const times = { lease: { term: 1, lease: 3 }, delay: { min: 0, max: 1 }, clock: {} }
 * const system = semaphore({ permits: 2, clients: 3, requests: 1, ...times })
 * Object.keys(permitsHeld(system, 2)) // => ["atMost", "mayShare"]
 * ```
 */
export const permitsHeld = (system: Semaphore, permits: number): Properties => {
  const Client = lockClientsOf(system)
  const holders = (s: Observed) => Client.filter((client) => believes(s, client)).length
  return {
    atMost: system.always((s) => holders(s) <= permits),
    mayShare: system.reachable((s) => holders(s) === permits),
  }
}

/**
 * Readers and writers, where `Readers` and `Writers` are those that believe that they hold the lock.
 *
 * | property | formula |
 * |---|---|
 * | `oneWriter` | `|Writers| ≤ 1` |
 * | `noReaderWithWriter` | `Writers = ∅ ∨ Readers = ∅` |
 * | `mayRead` | some behaviour leads to `Readers ≠ ∅` |
 * | `mayWrite` | some behaviour leads to `Writers ≠ ∅` |
 *
 * @example
 * ```ts
 * import { readerWriterLock } from "touchstone/lock"
 * import { readersAndWriters } from "touchstone/spec/lock"
 *
 * const times = { lease: { term: 1, lease: 3 }, delay: { min: 0, max: 1 }, clock: {} }
 * const system = readerWriterLock({ readers: 2, writers: 1, requests: 1, ...times })
 * Object.keys(readersAndWriters(system)) // => ["oneWriter", "noReaderWithWriter", "mayRead", "mayWrite"]
 * ```
 */
export const readersAndWriters = (system: ReaderWriterLock): Properties => {
  const { always, reachable } = system
  const Client = lockClientsOf(system)
  const readers = (s: Parameters<typeof believes>[0]) =>
    Client.filter((client) => client.startsWith("r") && believes(s, client)).length
  const writers = (s: Parameters<typeof believes>[0]) =>
    Client.filter((client) => client.startsWith("w") && believes(s, client)).length
  return {
    oneWriter: always((s) => writers(s) <= 1),
    noReaderWithWriter: always((s) => writers(s) === 0 || readers(s) === 0),
    mayRead: reachable((s) => readers(s) > 0),
    mayWrite: reachable((s) => writers(s) > 0),
  }
}

/**
 * Several may read at once: some behaviour leads to two readers that believe that they hold the lock.
 *
 * @example
 * ```ts
 * import { readerWriterLock } from "touchstone/lock"
 * import { mayReadTogether } from "touchstone/spec/lock"
 *
 * const times = { lease: { term: 1, lease: 3 }, delay: { min: 0, max: 1 }, clock: {} }
 * mayReadTogether(readerWriterLock({ readers: 2, writers: 1, requests: 1, ...times })).kind // => "reachable"
 * ```
 */
export const mayReadTogether = (system: ReaderWriterLock): Reachable => {
  const Reader = lockClientsOf(system).filter((client) => client.startsWith("r"))
  return system.reachable((s) => Reader.filter((reader) => believes(s, reader)).length > 1)
}

/**
 * Nobody is overtaken: whoever waits in the queue of the server is served before those behind it, and before those who are not in the
 * queue yet. So each waits for no more than those before it.
 *
 * In each step, what stays of the queue is its end as it was, and its beginning as it is then; and while somebody stays in it, nobody
 * is served who was not in it.
 *
 * @example
 * ```ts
 * import { semaphore } from "touchstone/lock"
 * import { notOvertaken } from "touchstone/spec/lock"
 *
 * const times = { lease: { term: 1, lease: 3 }, delay: { min: 0, max: 1 }, clock: {} }
 * notOvertaken(semaphore({ permits: 2, clients: 3, requests: 1, ...times })).kind // => "step"
 * ```
 */
export const notOvertaken = ({ step }: Pick<Language<QueueVariables>, "step">): Step =>
  step((before, after) => {
    const namesOf = (requests: ReadonlyArray<Request>) => requests.map(({ client, request }) => `${client}.${request}`)
    const [was, is] = [namesOf(before.state.server.queue), namesOf(after.state.server.queue)]
    const [held, holds] = [namesOf(before.state.server.held), namesOf(after.state.server.held)]
    const stays = was.filter((one) => is.includes(one))
    const isEnd = encode(was.slice(was.length - stays.length)) === encode(stays)
    const isBeginning = encode(is.slice(0, stays.length)) === encode(stays)
    const isPassed = stays.length > 0 && holds.some((one) => !held.includes(one) && !was.includes(one))
    return isEnd && isBeginning && !isPassed
  })
