/**
 * # Database locks
 *
 * A lock that a relational database keeps, in the ways in which applications use it, and what becomes of each when the connection
 * dies in the middle. A client locks, reads a number, writes one more, and releases. After Gray and Reuter, *Transaction Processing:
 * Concepts and Techniques* (1993), chapter 7, for locks that end with their transaction, and PostgreSQL's documentation, chapter
 * *Explicit Locking*, for the statements.
 *
 * | lock | taken by | ends with |
 * |---|---|---|
 * | `row` | `SELECT … FOR UPDATE` in a transaction | the transaction, and so with the session |
 * | `uniqueRow` | `INSERT` of a row with a unique key, committed | `DELETE` of the row |
 * | `none` | `SELECT`, which locks nothing | |
 *
 * An advisory lock is like a `row` as long as a client has a connection of its own: `pg_advisory_xact_lock` ends with the transaction,
 * `pg_advisory_lock` with the session, if it is not unlocked. Where the two differ is in {@link pooledLock}.
 *
 * **Promises**, with any lock but `none`: no update of the number is lost, however many connections die, for a client writes over the
 * connection over which it has locked; what it does over a connection that is dead does not happen. A `row` becomes free when
 * its client is gone.
 *
 * **Does not promise**, with a `row`, that a client that believes that it holds the lock does so: when the connection dies, the
 * database may notice first. So it is no protection for what is done *outside* of the database meanwhile. A `uniqueRow` is, and stays
 * when its client is gone, forever: somebody must judge whether that client is gone. Nor does any of them promise that a client
 * knows whether it has committed: the answer may be lost.
 *
 * **Assumes** a database that does not fail, and one connection at a time between a client and it.
 *
 * **Costs** 4 messages in 4 rounds: lock and read, and the answer; write and release, and the answer. For a transaction one forced write, for
 * a `uniqueRow` two.
 *
 * | the connection closes | and then |
 * |---|---|
 * | the database notices | it rolls back; it ends what ends with the session, and the next in the queue has the lock |
 * | the client notices | it does not know whether it has committed, if it was committing; it does not begin again by itself |
 *
 * A pool of connections is another matter, see {@link pooledLock}. **Not in the sources**: a bound on how often a client locks,
 * without which there would be no end to the states.
 *
 * @module
 */
import { Schema } from "effect"
import { names } from "../model/domain.ts"
import { InvalidDefinition } from "../model/errors.ts"
import { named } from "../system/blueprint.ts"
import type { Faults } from "../system/fault.ts"
import { machine, type MachineState } from "../system/machine.ts"
import type { Network } from "../system/network.ts"
import { ignore } from "../system/process.ts"
import { system } from "../system/system.ts"
import { LockPhase } from "./phase.ts"

/** How a database keeps a lock. */
export const DatabaseLock = Schema.Literals(["row", "uniqueRow", "none"])
/** The type of {@link DatabaseLock}. */
export type DatabaseLock = typeof DatabaseLock.Type

/** The messages between a client and a database. */
export const DatabaseLockMessage = Schema.TaggedUnion({
  /** Takes the lock, waiting for it, and reads the number. */
  LockAndRead: {},
  /** The lock is taken, and this is the number. */
  Locked: { value: Schema.Int },
  /** Writes the number, commits, and releases the lock. */
  WriteAndRelease: { value: Schema.Int },
  /** It is written. */
  Committed: {},
})

/**
 * A database with one number, 0 at first, and one lock.
 *
 * @param lock - how it keeps the lock.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { lockingDatabase } from "touchstone/lock"
 *
 * const database = lockingDatabase("row")
 * const held = { value: 7, owner: "c1", queue: ["c2"] }
 * const closed = react("database", database, held, { _tag: "Closed", from: "c1" }, { now: 0, from: "c1" })
 * // The transaction is rolled back, and the next one has the lock.
 * closed._tag === "Next" && closed.state // => { value: 7, owner: "c2", queue: [] }
 * ```
 */
export const lockingDatabase = (lock: DatabaseLock) => {
  const database = machine({
    durable: {
      value: Schema.Int,
      /** Whose session has the lock. */
      owner: Schema.NullOr(Schema.String),
      /** Whose sessions wait for it, the first one first. */
      queue: Schema.Array(Schema.String),
    },
    messages: DatabaseLockMessage,
  })
  const { next, process, send } = database
  type State = MachineState<typeof database>

  const locked = (to: string, { value }: State) => send(to, { _tag: "Locked", value })
  /** The lock is free, and the next in the queue has it. */
  const released = (state: State) => {
    const [owner = null, ...queue] = state.queue
    const after = { ...state, owner, queue }
    return { state: after, commands: owner === null ? [] : [locked(owner, after)] }
  }
  return process({
    initial: { value: 0, owner: null, queue: [] },
    receive: {
      LockAndRead: (state, _, { from }) => {
        if (lock === "none") return next(state, locked(from, state))
        return state.owner === null
          ? next({ ...state, owner: from }, locked(from, state))
          : next({ ...state, queue: [...state.queue, from] })
      },
      WriteAndRelease: (state, { value }, { from }) => {
        const written = { ...state, value }
        const { commands, state: after } = lock === "none" ? { state: written, commands: [] } : released(written)
        return next(after, send(from, { _tag: "Committed" }), commands)
      },
    },
    closed: (state, { from }) => {
      const waiting = { ...state, queue: state.queue.filter((client) => client !== from) }
      if (lock === "uniqueRow" || state.owner !== from) return next(waiting)
      const { commands, state: after } = released(waiting)
      return next(after, commands)
    },
    observed: ["owner", "value"],
  })
}

/**
 * A client of a database that locks. Its environment lets it `acquire` the lock; when it has it, it may do something outside of the
 * database, until its environment lets it `release` it with what it writes.
 *
 * @param database - the name of the database.
 * @param entries - how often it takes the lock.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { databaseLockClient } from "touchstone/lock"
 *
 * const client = databaseLockClient("database", 1)
 * const waiting = { ...client.start.state, phase: "waiting" } as const
 * const locked = { _tag: "Message", message: { _tag: "Locked", value: 7 } } as const
 * const reaction = react("c1", client, waiting, locked, { now: 0, from: "database" })
 * reaction._tag === "Next" && reaction.state.phase // => "holding"
 * ```
 */
export const databaseLockClient = (database: string, entries: number) => {
  const { input, next, process, send } = machine({
    volatile: {
      phase: LockPhase,
      /** The number that it has read. */
      read: Schema.NullOr(Schema.Int),
      /** How often it may lock yet. */
      entries: Schema.Int,
      /** Of how many writes it knows that they were committed. */
      committed: Schema.Int,
      /** Of how many writes it does not know whether they were. */
      uncertain: Schema.Int,
    },
    messages: DatabaseLockMessage,
  })
  return process({
    initial: { phase: "idle", read: null, entries, committed: 0, uncertain: 0 },
    inputs: {
      acquire: input((state) =>
        state.phase === "idle" && state.entries > 0
          ? next({ ...state, phase: "waiting", entries: state.entries - 1 }, send(database, { _tag: "LockAndRead" }))
          : ignore
      ),
      release: input((state) =>
        state.phase === "holding" && state.read !== null
          ? next(
            { ...state, phase: "releasing", read: null },
            send(database, { _tag: "WriteAndRelease", value: state.read + 1 }),
          )
          : ignore
      ),
    },
    receive: {
      Locked: (state, { value }) => next({ ...state, phase: "holding", read: value }),
      Committed: (state) => next({ ...state, phase: "idle", committed: state.committed + 1 }),
    },
    closed: (state, { from }) => {
      // Clients have connections to each other too, and say nothing over them.
      if (from !== database || state.phase === "idle") return ignore
      const uncertain = state.uncertain + (state.phase === "releasing" ? 1 : 0)
      return next({ ...state, phase: "idle", read: null, uncertain })
    },
    observed: ["phase", "committed", "uncertain"],
  })
}

/**
 * A system in which clients `c1`, `c2`, … lock in a `database`.
 *
 * @param definition - `lock`: how the database keeps the lock; `clients`: how many; `entries`: how often each locks; the `network`, of
 *   `connections`, and the `faults`, which are none unless given.
 * @throws {@link touchstone!InvalidDefinition | InvalidDefinition} when there is no client, or one may not lock even once.
 *
 * @example
 * ```ts
 * import { connections } from "touchstone"
 * import { databaseLock } from "touchstone/lock"
 *
 * const network = connections({ disconnects: 1 })
 * const { definition } = databaseLock({ lock: "row", clients: 2, entries: 1, network })
 * definition.processes.map(({ name }) => name) // => ["database", "c1", "c2"]
 * ```
 */
export const databaseLock = <N extends Network>({ clients, entries, faults = {}, lock, network }: {
  readonly lock: DatabaseLock
  readonly clients: number
  readonly entries: number
  readonly network: N
  readonly faults?: Faults
}) => {
  if (!Number.isSafeInteger(clients) || clients < 1) {
    throw new InvalidDefinition({ reason: `clients is ${clients}; a database lock needs at least one` })
  }
  if (!Number.isSafeInteger(entries) || entries < 1) {
    throw new InvalidDefinition({ reason: `entries is ${entries}; each client must be able to lock once` })
  }
  return system({
    name: "database lock",
    processes: [
      named("database", lockingDatabase(lock)),
      ...names("c", clients).map((name) => named(name, databaseLockClient("database", entries))),
    ],
    network,
    faults,
  })
}
