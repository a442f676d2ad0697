/**
 * # A lock through a pool
 *
 * An advisory lock belongs to a session of the database. An application that has its connections from a pool does not say which
 * session it means: each statement, or each transaction, is given one that is free. So it may lock in one session and unlock in another.
 * After the documentation of PostgreSQL, *Explicit Locking* (advisory locks) and *Advisory Lock Functions*, and that of PgBouncer, whose
 * `pool_mode` has these names.
 *
 * | pooling | a client keeps its session |
 * |---|---|
 * | `statement` | for one statement |
 * | `transaction` | until the transaction ends |
 * | `session` | until it gives it back: it is pinned |
 *
 * | lock | is taken by | ends with | if it is taken again by the session that has it |
 * |---|---|---|---|
 * | `session` | `pg_advisory_lock` | as many `pg_advisory_unlock`, in that session | it is had once more |
 * | `transaction` | `pg_advisory_xact_lock` | the transaction | it is had all the same |
 *
 * **Promises.** At most one client holds the lock, and it becomes free when that releases it, if the client keeps its session for as
 * long as the lock is to last: a `session` lock with `session` pooling, a `transaction` lock with that or with `transaction` pooling.
 * Those who wait have it in the order in which they asked.
 *
 * **Does not promise** anything with any other pair. A `session` lock that is unlocked in another session stays: the statement answers
 * no, with a warning that nobody reads. Whoever is given the session that has the lock is told that it has it, without waiting. A
 * `transaction` lock that is taken by a statement alone ends with that statement.
 *
 * **Assumes** that nobody fails; see {@link databaseLock} for connections that die.
 *
 * **Costs** 2 messages to lock and 2 to release. While a client waits for the lock, or keeps its session, nobody else can use that: those
 * who wait may use up the pool.
 *
 * **Not in the sources**: that the pool gives the session that has been free for the longest time, and a bound on how often a client
 * locks. The pool and the database are one process.
 *
 * @module
 */
import { Schema } from "effect"
import { names } from "../model/domain.ts"
import { InvalidDefinition } from "../model/errors.ts"
import { named } from "../system/blueprint.ts"
import { machine, type MachineState } from "../system/machine.ts"
import type { Network } from "../system/network.ts"
import { defer, ignore } from "../system/process.ts"
import { system } from "../system/system.ts"
import { LockPhase } from "./phase.ts"

/** For how long a client keeps the session that it is given. */
export const Pooling = Schema.Literals(["statement", "transaction", "session"])
/** The type of {@link Pooling}. */
export type Pooling = typeof Pooling.Type

/** What an advisory lock belongs to, and ends with. */
export const AdvisoryLock = Schema.Literals(["session", "transaction"])
/** The type of {@link AdvisoryLock}. */
export type AdvisoryLock = typeof AdvisoryLock.Type

/** The messages between a client and a database behind a pool. */
export const PooledLockMessage = Schema.TaggedUnion({
  /** `pg_advisory_lock`; or the beginning of a transaction, with `pg_advisory_xact_lock`. */
  Lock: {},
  Locked: {},
  /** `pg_advisory_unlock`; or the end of the transaction. */
  Unlock: {},
  /** Whether the session had the lock. */
  Unlocked: { wasLocked: Schema.Boolean },
})

/** A client and the session that it has been given. */
const Given = Schema.Struct({ client: Schema.String, session: Schema.String })
type Given = typeof Given.Type

/**
 * A database behind a pool.
 *
 * @param pooling - for how long a client keeps its session.
 * @param lock - what the lock belongs to.
 * @param sessions - how many sessions there are: `s1`, `s2`, ….
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { pooledDatabase } from "touchstone/lock"
 *
 * const database = pooledDatabase("statement", "session", 2)
 * const locked = { ...database.start.state, free: ["s2", "s1"], owner: "s1", holds: 1 }
 * const unlock = { _tag: "Message", message: { _tag: "Unlock" } } as const
 * const reaction = react("database", database, locked, unlock, { now: 0, from: "c1" })
 * // It is asked in another session, which has no lock.
 * reaction._tag === "Next" && reaction.state.owner // => "s1"
 * ```
 */
export const pooledDatabase = (pooling: Pooling, lock: AdvisoryLock, sessions: number) => {
  const database = machine({
    volatile: {
      /** The sessions that nobody has, the one that has been free for the longest time first. */
      free: Schema.Array(Schema.String),
      /** Who keeps which session between two statements. */
      kept: Schema.Array(Given),
      /** Which session has the lock. */
      owner: Schema.NullOr(Schema.String),
      /** How often it has it. */
      holds: Schema.Int,
      /** Whose sessions wait for it, the first one first. */
      queue: Schema.Array(Given),
    },
    messages: PooledLockMessage,
  })
  const { next, process, send } = database
  type State = MachineState<typeof database>

  const isKept = pooling === "session" || (pooling === "transaction" && lock === "transaction")
  /** A client is given a session for a statement, unless all are in use. */
  const given = ({ free, kept }: State, client: string): Given | undefined => {
    const [session = undefined] = [
      ...kept.filter((one) => one.client === client).map(({ session }) => session),
      ...free,
    ]
    return session === undefined ? undefined : { client, session }
  }
  const using = (state: State, { session }: Given): State => ({
    ...state,
    free: state.free.filter((one) => one !== session),
    kept: state.kept.filter((one) => one.session !== session),
  })
  const freeing = (state: State, { session }: Given): State => ({ ...state, free: [...state.free, session] })
  /** A session has the lock, and its statement ends. */
  const locked = (state: State, one: Given) => {
    const after = isKept ? { ...state, kept: [...state.kept, one] } : freeing(state, one)
    // A statement outside of a transaction is one by itself.
    const ends = lock === "transaction" && !isKept
    return {
      state: ends ? after : { ...after, owner: one.session, holds: state.holds + 1 },
      commands: [send(one.client, { _tag: "Locked" })],
    }
  }
  return process({
    initial: { free: names("s", sessions), kept: [], owner: null, holds: 0, queue: [] },
    receive: {
      Lock: (state, _, { from }) => {
        const one = given(state, from)
        if (one === undefined) return defer
        const used = using(state, one)
        if (state.owner !== null && state.owner !== one.session) return next({ ...used, queue: [...state.queue, one] })
        const { commands, state: after } = locked(used, one)
        return next(after, commands)
      },
      Unlock: (state, _, { from }) => {
        const one = given(state, from)
        if (one === undefined) return defer
        const used = freeing(using(state, one), one)
        const wasLocked = state.owner === one.session
        const answer = send(from, { _tag: "Unlocked", wasLocked })
        if (!wasLocked) return next(used, answer)
        if (state.holds > 1) return next({ ...used, holds: state.holds - 1 }, answer)
        const [first, ...queue] = state.queue
        const free = { ...used, owner: null, holds: 0, queue }
        if (first === undefined) return next(free, answer)
        const { commands, state: after } = locked(free, first)
        return next(after, answer, commands)
      },
    },
    observed: ["owner"],
  })
}

/**
 * A client of a database behind a pool. Its environment lets it `acquire` the lock and `release` it.
 *
 * @param database - the name of the database.
 * @param entries - how often it locks.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { pooledClient } from "touchstone/lock"
 *
 * const client = pooledClient("database", 1)
 * const releasing = { ...client.start.state, phase: "releasing" } as const
 * const unlocked = { _tag: "Message", message: { _tag: "Unlocked", wasLocked: false } } as const
 * const reaction = react("c1", client, releasing, unlocked, { now: 0, from: "database" })
 * // It takes no notice of the warning.
 * reaction._tag === "Next" && reaction.state.phase // => "idle"
 * ```
 */
export const pooledClient = (database: string, entries: number) => {
  const { input, next, process, send } = machine({
    volatile: {
      phase: LockPhase,
      /** How often it may lock yet. */
      entries: Schema.Int,
    },
    messages: PooledLockMessage,
  })
  return process({
    initial: { phase: "idle", entries },
    inputs: {
      acquire: input((state) =>
        state.phase === "idle" && state.entries > 0
          ? next({ phase: "waiting", entries: state.entries - 1 }, send(database, { _tag: "Lock" }))
          : ignore
      ),
      release: input((state) =>
        state.phase === "holding"
          ? next({ ...state, phase: "releasing" }, send(database, { _tag: "Unlock" }))
          : ignore
      ),
    },
    receive: {
      Locked: (state) => next({ ...state, phase: "holding" }),
      Unlocked: (state) => next({ ...state, phase: "idle" }),
    },
    observed: ["phase"],
  })
}

/**
 * A system in which clients `c1`, `c2`, … lock in a `database` behind a pool.
 *
 * @param definition - `pooling`: for how long a client keeps its session; `lock`: what the lock belongs to; `clients`, `sessions`: how
 *   many; `entries`: how often each client locks; the `network`.
 * @throws {@link touchstone!InvalidDefinition | InvalidDefinition} when there is no client, no session, or a client may not lock even
 *   once.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { pooledLock } from "touchstone/lock"
 *
 * const { definition } = pooledLock({
 *   pooling: "transaction",
 *   lock: "transaction",
 *   clients: 2,
 *   sessions: 2,
 *   entries: 1,
 *   network: unordered(),
 * })
 * definition.processes.map(({ name }) => name) // => ["database", "c1", "c2"]
 * ```
 */
export const pooledLock = <N extends Network>({ clients, entries, lock, network, pooling, sessions }: {
  readonly pooling: Pooling
  readonly lock: AdvisoryLock
  readonly clients: number
  readonly sessions: number
  readonly entries: number
  readonly network: N
}) => {
  for (const [name, count] of Object.entries({ clients, sessions, entries })) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new InvalidDefinition({ reason: `${name} is ${count}; a lock through a pool needs at least 1` })
    }
  }
  return system({
    name: "lock through a pool",
    processes: [
      named("database", pooledDatabase(pooling, lock, sessions)),
      ...names("c", clients).map((name) => named(name, pooledClient("database", entries))),
    ],
    network,
  })
}
