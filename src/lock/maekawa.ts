/**
 * # Maekawa
 *
 * Mutual exclusion with the leave of some √*n* nodes in the place of all. Each node asks a *request set* of its own; any two of these
 * have a member in common, which gives its leave to one node at a time. After Maekawa, *A √N algorithm for mutual exclusion in
 * decentralized systems* (ACM TOCS 3(2), 1985).
 *
 * **Promises.** No two nodes hold the lock at once, and of those who wait somebody gets it, as long as who holds it releases it.
 *
 * **Assumes** that every message arrives, once, and those from one node to another in their order; and that no node fails.
 *
 * **Does not promise** the order of the requests among all nodes: only members of a request set order those that they know.
 *
 * **Costs**, where request sets have *K* members, the node itself among them: `3(K − 1)` messages where nobody competes (request,
 * locked, release), and some `5(K − 1)` where all do (inquire, relinquish, locked again; or failed). With the points and lines of a
 * projective plane, `n = K(K − 1) + 1`, so *K* is some √*n*. A message to itself is not counted. Nobody writes to a disk.
 *
 * | in its plain form | then |
 * |---|---|
 * | a member gives its leave to who asks first, and lets all others wait | three nodes, each with the leave of one member and waiting for that of the next, wait forever |
 *
 * So a member that has given its leave, and then hears of an earlier request, *inquires* of who has it. Who cannot get the lock now,
 * since another member has answered that it *failed*, *relinquishes* it.
 *
 * | message | a member |
 * |---|---|
 * | `Locked` | gives its leave |
 * | `Failed` | says that an earlier request goes first |
 * | `Inquire` | asks for its leave back, unless the lock will be had |
 *
 * **Not in the paper**: a member also tells a request that it `Failed` when a still earlier one overtakes it in the queue. Without that
 * the node goes on believing that it is next, relinquishes nothing, and there is a deadlock again; that the algorithm as published has
 * one is known since Sanders, *The information structure of distributed mutual exclusion algorithms* (ACM TOCS 5(3), 1987). Nor a
 * bound on how often a node enters, without which there would be no end to the states.
 *
 * @module
 */
import { Data, Schema } from "effect"
import { names } from "../model/domain.ts"
import { InvalidDefinition } from "../model/errors.ts"
import { named } from "../system/blueprint.ts"
import type { Faults } from "../system/fault.ts"
import { machine, type MachineState } from "../system/machine.ts"
import type { Network } from "../system/network.ts"
import { ignore } from "../system/process.ts"
import { system } from "../system/system.ts"
import { LockPhase } from "./phase.ts"

/** The messages of Maekawa's algorithm. */
export const MaekawaMessage = Schema.TaggedUnion({
  Request: { number: Schema.Int },
  /** A member gives its leave. */
  Locked: {},
  /** An earlier request goes first. */
  Failed: {},
  /** A member asks for its leave back. */
  Inquire: {},
  /** It gets it back. */
  Relinquish: {},
  Release: {},
})

/** A request as the members of a request set know it. */
export const MaekawaRequest = Schema.Struct({ number: Schema.Int, from: Schema.String })
/** The type of {@link MaekawaRequest}. */
export type MaekawaRequest = typeof MaekawaRequest.Type

const isEarlier = (one: MaekawaRequest, other: MaekawaRequest): boolean =>
  one.number < other.number || (one.number === other.number && one.from < other.from)

const inOrder = (requests: ReadonlyArray<MaekawaRequest>): ReadonlyArray<MaekawaRequest> =>
  requests.toSorted((one, other) => isEarlier(one, other) ? -1 : 1)

/**
 * A node of Maekawa's algorithm: it asks for the lock, and is a member of request sets. Its environment lets it `acquire` the lock and
 * `release` it.
 *
 * @param requestSet - the nodes whose leave it needs; itself, if it is among them.
 * @param entries - how often it asks for the lock.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { maekawaNode } from "touchstone/lock"
 *
 * const node = maekawaNode(["p1", "p2"], 1)
 * const locked = { ...node.start.state, lockedFor: { number: 2, from: "p3" } }
 * const earlier = { _tag: "Message", message: { _tag: "Request", number: 1 } } as const
 * const reaction = react("p2", node, locked, earlier, { now: 0, from: "p1" })
 * reaction._tag === "Next" && reaction.commands // => [{ _tag: "Send", to: "p3", message: { _tag: "Inquire" } }]
 * ```
 */
export const maekawaNode = (requestSet: ReadonlyArray<string>, entries: number) => {
  const node = machine({
    volatile: {
      phase: LockPhase,
      /** How often it may ask yet. */
      entries: Schema.Int,
      /** The highest number of a request that it has sent or received. */
      highest: Schema.Int,
      /** Who has given it their leave. */
      locked: Schema.Array(Schema.String),
      /** Who lets another go first. */
      failed: Schema.Array(Schema.String),
      /** Who has asked for their leave back, and waits until it knows whether it will get the lock. */
      inquired: Schema.Array(Schema.String),
      /** As a member of request sets, to whom it has given its leave. */
      lockedFor: Schema.NullOr(MaekawaRequest),
      /** Who waits for its leave, the earliest first. */
      queue: Schema.Array(MaekawaRequest),
      /** Whether it has asked for its leave back. */
      inquires: Schema.Boolean,
    },
    messages: MaekawaMessage,
  })
  const { broadcast, input, next, process, send } = node
  type State = MachineState<typeof node>

  const including = (names: ReadonlyArray<string>, name: string) =>
    [...names.filter((one) => one !== name), name].toSorted()
  const without = (names: ReadonlyArray<string>, name: string) => names.filter((one) => one !== name)

  /** It gives back leave that it has, since it cannot get the lock now. */
  const relinquish = (state: State, to: ReadonlyArray<string>) =>
    next(
      {
        ...state,
        locked: state.locked.filter((name) => !to.includes(name)),
        failed: [...new Set([...state.failed, ...to])].toSorted(),
        inquired: [],
      },
      broadcast(to, { _tag: "Relinquish" }),
    )
  /** As a member it gives its leave to the earliest of these requests. */
  const lockEarliest = (state: State, requests: ReadonlyArray<MaekawaRequest>) => {
    const [lockedFor = null, ...queue] = inOrder(requests)
    const locked = lockedFor === null ? [] : [send(lockedFor.from, { _tag: "Locked" })]
    return next({ ...state, lockedFor, queue, inquires: false }, locked)
  }
  return process({
    initial: {
      phase: "idle",
      entries,
      highest: 0,
      locked: [],
      failed: [],
      inquired: [],
      lockedFor: null,
      queue: [],
      inquires: false,
    },
    inputs: {
      acquire: input((state) => {
        if (state.phase !== "idle" || state.entries === 0) return ignore
        const number = state.highest + 1
        return next(
          { ...state, phase: "waiting", entries: state.entries - 1, highest: number },
          broadcast(requestSet, { _tag: "Request", number }),
        )
      }),
      release: input((state) =>
        state.phase === "holding"
          ? next({ ...state, phase: "idle", locked: [] }, broadcast(requestSet, { _tag: "Release" }))
          : ignore
      ),
    },
    receive: {
      Locked: (state, _, { from }) => {
        const locked = including(state.locked, from)
        const given = { ...state, locked, failed: without(state.failed, from) }
        return locked.length < requestSet.length ? next(given) : next({ ...given, phase: "holding", inquired: [] })
      },
      Failed: (state, _, { from }) => relinquish({ ...state, failed: including(state.failed, from) }, state.inquired),
      Inquire: (state, _, { from }) => {
        // Who has the lock, or has released it, has given the answer or will.
        if (state.phase !== "waiting" || !state.locked.includes(from)) return ignore
        return state.failed.length > 0
          ? relinquish(state, [from])
          : next({ ...state, inquired: including(state.inquired, from) })
      },
      Request: (state, { number }, { from }) => {
        const request = { number, from }
        const heard = { ...state, highest: Math.max(state.highest, number) }
        const { lockedFor, queue: [first] } = state
        if (lockedFor === null) return lockEarliest(heard, [request])
        const queued = { ...heard, queue: inOrder([...state.queue, request]) }
        if (isEarlier(lockedFor, request) || (first !== undefined && isEarlier(first, request))) {
          return next(queued, send(from, { _tag: "Failed" }))
        }
        return next(
          { ...queued, inquires: true },
          first === undefined ? [] : [send(first.from, { _tag: "Failed" })],
          state.inquires ? [] : [send(lockedFor.from, { _tag: "Inquire" })],
        )
      },
      Relinquish: (state) => state.lockedFor === null ? ignore : lockEarliest(state, [...state.queue, state.lockedFor]),
      Release: (state) => lockEarliest(state, state.queue),
    },
    observed: ["phase", "lockedFor"],
  })
}

/** Two request sets have no member in common. */
export class RequestSetsDoNotIntersect extends Data.TaggedError("RequestSetsDoNotIntersect")<{
  readonly one: ReadonlyArray<string>
  readonly other: ReadonlyArray<string>
}> {
  override get message(): string {
    return `the request sets {${this.one.join(", ")}} and {${
      this.other.join(", ")
    }} have no member in common, so two nodes could hold the lock at once; let any two share one`
  }
}

/**
 * Request sets as the lines of a finite projective plane: that of the node `i` are the nodes `i + d`, modulo their number, for all
 * numbers `d` of a perfect difference set (Singer, Transactions of the AMS 43(3), 1938). Such are `0, 1` for 3 nodes, `0, 1, 3` for 7 and
 * `0, 1, 3, 9` for 13.
 *
 * @param nodes - the names of all nodes.
 * @param differences - the difference set.
 *
 * @example
 * ```ts
 * import { lines } from "touchstone/lock"
 *
 * lines(["p1", "p2", "p3"], [0, 1]) // => [["p1", "p2"], ["p2", "p3"], ["p3", "p1"]]
 * ```
 */
export const lines = (
  nodes: ReadonlyArray<string>,
  differences: ReadonlyArray<number>,
): ReadonlyArray<ReadonlyArray<string>> =>
  nodes.map((_, index) => differences.map((difference) => nodes[(index + difference) % nodes.length] as string))

/**
 * A system of nodes `p1`, `p2`, … that exclude each other by Maekawa's algorithm.
 *
 * @param definition - `requestSets`: for each node, whom it asks; `entries`: how often it does; the `network`, which keeps the order, and
 *   the `faults`, which are none unless given.
 * @throws {@link RequestSetsDoNotIntersect} when two of the request sets have no member in common, and
 *   {@link touchstone!InvalidDefinition | InvalidDefinition} when there are fewer than two, when one has somebody twice or somebody
 *   who is no node, or when nobody may enter.
 *
 * @example
 * ```ts
 * import { fifo, names } from "touchstone"
 * import { lines, maekawa } from "touchstone/lock"
 *
 * const requestSets = lines(names("p", 7), [0, 1, 3])
 * const { definition } = maekawa({ requestSets, entries: [1, 1], network: fifo() })
 * definition.processes.length // => 7
 * ```
 */
export const maekawa = <N extends Network>({ entries, faults = {}, network, requestSets }: {
  readonly requestSets: ReadonlyArray<ReadonlyArray<string>>
  /** Of nodes for which nothing is given, never. */
  readonly entries: ReadonlyArray<number>
  readonly network: N
  readonly faults?: Faults
}) => {
  const all = names("p", requestSets.length)
  const refuse = (reason: string) => new InvalidDefinition({ reason })
  if (all.length < 2) throw refuse(`there are ${all.length} request sets; give one for each of at least two nodes`)
  for (const set of requestSets) {
    const stranger = set.find((name) => !(all as ReadonlyArray<string>).includes(name))
    if (stranger !== undefined) throw refuse(`a request set has ${stranger}, who is not among ${all.join(", ")}`)
    if (new Set(set).size < set.length) throw refuse(`the request set {${set.join(", ")}} has somebody twice`)
    const other = requestSets.find((other) => !other.some((name) => set.includes(name)))
    if (other !== undefined) throw new RequestSetsDoNotIntersect({ one: set, other })
  }
  const wrong = entries.find((count) => !Number.isSafeInteger(count) || count < 0)
  if (wrong !== undefined) throw refuse(`entries has ${wrong}; say how often a node enters, or 0`)
  if (!entries.slice(0, all.length).some((count) => count > 0)) throw refuse("no node may enter; give entries to some")
  return system({
    name: "Maekawa",
    processes: all.map((name, index) =>
      named(name, maekawaNode(requestSets[index] as ReadonlyArray<string>, entries[index] ?? 0))
    ),
    network,
    faults,
  })
}
