/**
 * # Queue lock
 *
 * A lock in the manner of ZooKeeper's recipe: who wants it creates a node in a directory, numbered in sequence, and has it when its
 * own number is the lowest. The node is *ephemeral*: it goes with the session of its client. Who waits watches the node before its own,
 * and nobody else's. After Hunt, Konar, Junqueira and Reed, *ZooKeeper: wait-free coordination for internet-scale systems* (USENIX
 * ATC 2010, section 2.4, locks without herd effect), and the page *ZooKeeper Recipes and Solutions*.
 *
 * **Promises.** At most one client holds the lock, in the order of the numbers. When a client is gone, its session expires, and the next
 * in the queue has the lock. When a node is deleted, at most one client is told: there is no *herd*.
 *
 * **Assumes** that a session expires only when its client is down. That cannot be known: the ensemble goes by heartbeats, and
 * expires the session of a client that is paused or cut off for long enough. It holds the lock until it hears of that, and so may two:
 * a lock for safety needs a resource that checks the number of the node as a fencing token, see {@link fencedLease}. The ensemble is
 * one process here, which never fails; ZooKeeper keeps it on several.
 *
 * **Does not promise** anything of how long a client waits for one that is alive.
 *
 * **Costs** 4 messages in 4 rounds where nobody competes (create, and get the children), and 2 to release. Who waits needs 5 more: it
 * asks for the node before its own, is told when that is deleted, and gets the children again.
 *
 * | a connection closes while a client | and then it |
 * |---|---|
 * | creates its node | gets the children, and looks for an identifier of its own in their names; creates a node only if there is none |
 * | waits | gets the children again |
 * | holds the lock | goes on: its session has not expired |
 * | deletes its node | deletes it again |
 *
 * Without the identifier, a client whose node was created while the answer was lost creates another one. Then it waits for the first,
 * which is its own, and which will be there as long as its session: forever.
 *
 * **Not in the recipe**: a bound on how often a client asks for the lock, without which there would be no end to the states. A client
 * whose session has expired does not ask again; it would open another session.
 *
 * @module
 */
import { Schema } from "effect"
import { names } from "../model/domain.ts"
import { InvalidDefinition } from "../model/errors.ts"
import { named } from "../system/blueprint.ts"
import type { Detector, DetectorKind } from "../system/detector.ts"
import type { Faults } from "../system/fault.ts"
import { machine, type MachineState } from "../system/machine.ts"
import type { Network } from "../system/network.ts"
import { ignore } from "../system/process.ts"
import { system } from "../system/system.ts"
import { LockPhase } from "./phase.ts"

/** A node in the directory of a lock: its number, and the identifier that its client has put into its name. */
export const QueueNode = Schema.Struct({ number: Schema.Int, identifier: Schema.String })
/** The type of {@link QueueNode}. */
export type QueueNode = typeof QueueNode.Type

/** The messages of a queue lock: ZooKeeper's requests, and what they are answered. */
export const QueueLockMessage = Schema.TaggedUnion({
  /** Creates a node that is ephemeral and numbered in sequence. */
  Create: { identifier: Schema.String },
  Created: { number: Schema.Int },
  GetChildren: {},
  Children: { nodes: Schema.Array(QueueNode) },
  /** Asks for a node, and watches it if it exists. */
  Exists: { number: Schema.Int },
  Present: {},
  Absent: {},
  /** A node that was watched is deleted. */
  NodeDeleted: {},
  Delete: { number: Schema.Int },
  Deleted: {},
  /** The session has expired: its nodes are deleted. */
  Expired: {},
})

/**
 * The ensemble that keeps the directory of a lock. Each client has a session from the start, which expires when the timer of its name
 * fires.
 *
 * @param clients - the names of the clients.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { queueEnsemble } from "touchstone/lock"
 *
 * const ensemble = queueEnsemble(["c1", "c2"])
 * const create = { _tag: "Message", message: { _tag: "Create", identifier: "c1-1" } } as const
 * const reaction = react("ensemble", ensemble, ensemble.start.state, create, { now: 0, from: "c1" })
 * reaction._tag === "Next" && reaction.state.nodes // => [{ number: 1, identifier: "c1-1", session: "c1" }]
 * ```
 */
export const queueEnsemble = (clients: ReadonlyArray<string>) => {
  const ensemble = machine({
    volatile: {
      /** The nodes that exist, in the order of their numbers. */
      nodes: Schema.Array(Schema.Struct({ ...QueueNode.fields, session: Schema.String })),
      /** How many nodes were ever created. */
      created: Schema.Int,
      /** Who is to be told when a node is deleted. */
      watches: Schema.Array(Schema.Struct({ watcher: Schema.String, number: Schema.Int })),
      /** Whose session has expired. */
      expired: Schema.Array(Schema.String),
    },
    messages: QueueLockMessage,
    timers: clients,
  })
  const { next, process, send, setTimer } = ensemble
  type State = MachineState<typeof ensemble>

  /** Nodes are deleted, and whoever watches one is told, once. */
  const deleting = (state: State, isDeleted: (node: State["nodes"][number]) => boolean) => {
    const deleted = new Set(state.nodes.filter(isDeleted).map(({ number }) => number))
    const told = state.watches.filter(({ number }) => deleted.has(number))
    return {
      state: {
        ...state,
        nodes: state.nodes.filter((node) => !isDeleted(node)),
        watches: state.watches.filter((watch) => !told.includes(watch)),
      },
      notifications: told.map(({ watcher }) => send(watcher, { _tag: "NodeDeleted" })),
    }
  }
  const isExpired = (state: State, client: string) => state.expired.includes(client)
  const expired = (state: State, client: string) => next(state, send(client, { _tag: "Expired" }))

  const expire = (client: string) => (state: State) => {
    const { notifications, state: after } = deleting(
      { ...state, watches: state.watches.filter(({ watcher }) => watcher !== client) },
      ({ session }) => session === client,
    )
    return next(
      { ...after, expired: [...after.expired, client].toSorted() },
      notifications,
      send(client, { _tag: "Expired" }),
    )
  }
  return process({
    initial: { nodes: [], created: 0, watches: [], expired: [] },
    start: (state) => next(state, clients.map((name) => setTimer(name))),
    receive: {
      Create: (state, { identifier }, { from }) => {
        if (isExpired(state, from)) return expired(state, from)
        const number = state.created + 1
        return next(
          { ...state, nodes: [...state.nodes, { number, identifier, session: from }], created: number },
          send(from, { _tag: "Created", number }),
        )
      },
      GetChildren: (state, _, { from }) =>
        isExpired(state, from) ? expired(state, from) : next(
          state,
          send(from, {
            _tag: "Children",
            nodes: state.nodes.map(({ identifier, number }) => ({ number, identifier })),
          }),
        ),
      Exists: (state, { number }, { from }) => {
        if (isExpired(state, from)) return expired(state, from)
        if (!state.nodes.some((node) => node.number === number)) return next(state, send(from, { _tag: "Absent" }))
        const others = state.watches.filter(({ watcher }) => watcher !== from)
        return next({ ...state, watches: [...others, { watcher: from, number }] }, send(from, { _tag: "Present" }))
      },
      Delete: (state, { number }, { from }) => {
        if (isExpired(state, from)) return expired(state, from)
        const { notifications, state: after } = deleting(state, (node) => node.number === number)
        return next(after, notifications, send(from, { _tag: "Deleted" }))
      },
    },
    timers: Object.fromEntries(clients.map((name) => [name, expire(name)])),
  })
}

/**
 * A client of a queue lock. Its environment lets it `acquire` the lock and `release` it.
 *
 * @param self - its name, of which it makes the identifiers.
 * @param ensemble - the name of the ensemble.
 * @param options - `entries`: how often it asks for the lock; `identifies`: whether it puts an identifier into the names of its nodes.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { queueClient } from "touchstone/lock"
 *
 * const client = queueClient("c2", "ensemble", { entries: 1, identifies: true })
 * const listing = { ...client.start.state, phase: "waiting", step: "listing", number: 2 } as const
 * const nodes = [{ number: 1, identifier: "c1-0" }, { number: 2, identifier: "c2-0" }]
 * const children = { _tag: "Message", message: { _tag: "Children", nodes } } as const
 * const reaction = react("c2", client, listing, children, { now: 0, from: "ensemble" })
 * reaction._tag === "Next" && reaction.commands // => [{ _tag: "Send", to: "ensemble", message: { _tag: "Exists", number: 1 } }]
 * ```
 */
export const queueClient = (
  self: string,
  ensemble: string,
  { entries, identifies }: { readonly entries: number; readonly identifies: boolean },
) => {
  const client = machine({
    volatile: {
      phase: LockPhase,
      /** What it waits for: answers to its requests in the order of the recipe, and at last that it is told. */
      step: Schema.Literals(["none", "creating", "listing", "asking", "watching"]),
      /** The number of its node. */
      number: Schema.NullOr(Schema.Int),
      /** How often it may ask yet. */
      entries: Schema.Int,
    },
    messages: QueueLockMessage,
  })
  const { input, next, process, send } = client
  type State = MachineState<typeof client>

  const identifier = ({ entries }: State) => identifies ? `${self}-${entries}` : ""
  const create = (state: State) =>
    next({ ...state, step: "creating" }, send(ensemble, { _tag: "Create", identifier: identifier(state) }))
  const list = (state: State) => next({ ...state, step: "listing" }, send(ensemble, { _tag: "GetChildren" }))
  const remove = (state: State, number: number) =>
    next({ ...state, phase: "releasing" }, send(ensemble, { _tag: "Delete", number }))
  return process({
    initial: { phase: "idle", step: "none", number: null, entries },
    inputs: {
      acquire: input((state) =>
        state.phase === "idle" && state.entries > 0
          ? create({ ...state, phase: "waiting", entries: state.entries - 1 })
          : ignore
      ),
      release: input((state) =>
        state.phase === "holding" && state.number !== null ? remove(state, state.number) : ignore
      ),
    },
    receive: {
      Created: (state, { number }) => list({ ...state, number }),
      Children: (state, { nodes }) => {
        const number = state.number ?? nodes.find((node) => node.identifier === identifier(state))?.number
        if (number === undefined) return create(state)
        const before = nodes.findLast((node) => node.number < number)
        return before === undefined
          ? next({ ...state, phase: "holding", step: "none", number })
          : next({ ...state, step: "asking", number }, send(ensemble, { _tag: "Exists", number: before.number }))
      },
      Present: (state) => next({ ...state, step: "watching" }),
      Absent: (state) => list(state),
      NodeDeleted: (state) => state.step === "watching" ? list(state) : ignore,
      Deleted: (state) => next({ ...state, phase: "idle", number: null }),
      Expired: (state) =>
        state.phase === "idle" && state.entries === 0
          ? ignore
          : next({ phase: "idle", step: "none", number: null, entries: 0 }),
    },
    closed: (state, { from }) => {
      // Clients have connections to each other too, and say nothing over them.
      if (from !== ensemble) return ignore
      if (state.phase === "releasing" && state.number !== null) return remove(state, state.number)
      if (state.phase !== "waiting") return ignore
      return state.step === "creating" && !identifies ? create(state) : list(state)
    },
    observed: ["phase"],
  })
}

/**
 * A system in which clients `c1`, `c2`, … lock by a queue that an `ensemble` keeps.
 *
 * @param definition - `clients`: how many; `entries`: how often each asks for the lock; `identifies`: whether clients put an identifier
 *   into the names of their nodes, as they should; the `network`, of `connections`; the `faults`; the `detector`, which decides when a
 *   session expires: it may be that of a client that is down, unless given.
 * @throws {@link touchstone!InvalidDefinition | InvalidDefinition} when there is no client, or one may not ask even once.
 *
 * @example
 * ```ts
 * import { connections } from "touchstone"
 * import { queueLock } from "touchstone/lock"
 *
 * const { definition } = queueLock({ clients: 2, entries: 1, network: connections({ disconnects: 1 }) })
 * definition.processes.map(({ name }) => name) // => ["ensemble", "c1", "c2"]
 * ```
 */
export const queueLock = <N extends Network>(
  { clients, detector = "perfect", entries, faults = {}, identifies = true, network }: {
    readonly clients: number
    readonly entries: number
    readonly identifies?: boolean
    readonly network: N
    readonly faults?: Faults
    readonly detector?: Detector | DetectorKind
  },
) => {
  if (!Number.isSafeInteger(clients) || clients < 1) {
    throw new InvalidDefinition({ reason: `clients is ${clients}; a queue lock needs at least one` })
  }
  if (!Number.isSafeInteger(entries) || entries < 1) {
    throw new InvalidDefinition({ reason: `entries is ${entries}; each client must be able to ask for the lock once` })
  }
  const all = names("c", clients)
  return system({
    name: "queue lock",
    processes: [
      named("ensemble", queueEnsemble(all)),
      ...all.map((name) => named(name, queueClient(name, "ensemble", { entries, identifies }))),
    ],
    network,
    faults,
    detector,
  })
}
