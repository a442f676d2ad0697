/**
 * # Ricart–Agrawala
 *
 * Mutual exclusion among nodes that know each other, without a server. Who wants to enter asks all others, and enters when all
 * have replied; who is inside, or has asked earlier, replies when it has left. After Ricart and Agrawala, *An optimal algorithm for
 * mutual exclusion in computer networks* (CACM 24(1), 1981).
 *
 * **Promises.** No two nodes are inside at once. Who waits gets in, as long as who is inside leaves. Nodes enter in the order of
 * their requests, each of which has a number that is greater than all that its node has seen; so whoever has heard of a request enters
 * at most once before it.
 *
 * **Assumes** that every message arrives, once, in any order, and that no node fails. A single node that is down stops all others; a
 * reply that arrives twice lets two in.
 *
 * **Does not promise** anything of time: a request that is long on its way may be overtaken as often as the others like, until it
 * arrives.
 *
 * **Costs** `2(n − 1)` messages for `n` nodes in 2 rounds: a request to each other node, and a reply from each. Nobody writes to a disk.
 *
 * | in the paper | here |
 * |---|---|
 * | `Our_Sequence_Number` | `number` |
 * | `Highest_Sequence_Number` | `highest` |
 * | `Requesting_Critical_Section` | `phase` is `waiting` or `holding` |
 * | `Outstanding_Reply_Count` | `awaited`, by name |
 * | `Reply_Deferred` | `deferred` |
 *
 * The program in the paper counts the requests that a node receives, and not those that it sends. Here it counts both: otherwise it
 * may ask with the same number again and again, and overtake without end a request that is on its way.
 *
 * **Not in the paper**: a bound on how often a node enters, without which there would be no end to the states. Its section on nodes
 * that fail is left out.
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

/** The messages of Ricart and Agrawala's algorithm. */
export const RicartAgrawalaMessage = Schema.TaggedUnion({
  /** A node asks for leave to enter. */
  Request: { number: Schema.Int },
  /** A node gives it. */
  Reply: {},
})

/**
 * A node of Ricart and Agrawala's algorithm. Its environment lets it `acquire` the lock and `release` it.
 *
 * @param self - its name, which decides between requests of the same number: the lesser goes first.
 * @param others - the names of all other nodes.
 * @param entries - how often it enters.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { ricartAgrawalaNode } from "touchstone/lock"
 *
 * const node = ricartAgrawalaNode("p2", ["p1", "p3"], 1)
 * const inside = { ...node.start.state, phase: "holding", number: 1, highest: 1 } as const
 * const request = { _tag: "Message", message: { _tag: "Request", number: 2 } } as const
 * const reaction = react("p2", node, inside, request, { now: 0, from: "p1" })
 * reaction._tag === "Next" && [reaction.state.deferred, reaction.commands] // => [["p1"], []]
 * ```
 */
export const ricartAgrawalaNode = (self: string, others: ReadonlyArray<string>, entries: number) => {
  const node = machine({
    volatile: {
      phase: LockPhase,
      /** The number of its last request. */
      number: Schema.Int,
      /** The highest number of a request that it has sent or received. */
      highest: Schema.Int,
      /** Whose replies are missing. */
      awaited: Schema.Array(Schema.String),
      /** Who is to be replied when it leaves. */
      deferred: Schema.Array(Schema.String),
      /** How often it may enter yet. */
      entries: Schema.Int,
    },
    messages: RicartAgrawalaMessage,
  })
  const { broadcast, input, next, process, send } = node
  type State = MachineState<typeof node>

  const isEarlier = (state: State, number: number, from: string) =>
    state.number < number || (state.number === number && self < from)
  return process({
    initial: { phase: "idle", number: 0, highest: 0, awaited: [], deferred: [], entries },
    inputs: {
      acquire: input((state) => {
        if (state.phase !== "idle" || state.entries === 0) return ignore
        const number = state.highest + 1
        return next(
          { ...state, phase: "waiting", number, highest: number, awaited: others, entries: state.entries - 1 },
          broadcast(others, { _tag: "Request", number }),
        )
      }),
      release: input((state) =>
        state.phase === "holding"
          ? next({ ...state, phase: "idle", deferred: [] }, broadcast(state.deferred, { _tag: "Reply" }))
          : ignore
      ),
    },
    receive: {
      Request: (state, { number }, { from }) => {
        const heard = { ...state, highest: Math.max(state.highest, number) }
        return state.phase !== "idle" && isEarlier(state, number, from)
          ? next({ ...heard, deferred: [...state.deferred, from].toSorted() })
          : next(heard, send(from, { _tag: "Reply" }))
      },
      Reply: (state, _, { from }) => {
        if (!state.awaited.includes(from)) return ignore
        const awaited = state.awaited.filter((name) => name !== from)
        return next({ ...state, awaited, phase: awaited.length === 0 ? "holding" : "waiting" })
      },
    },
    observed: ["phase", "number", "highest"],
  })
}

/**
 * A system of nodes `p1`, `p2`, … that exclude each other by Ricart and Agrawala's algorithm.
 *
 * @param definition - `nodes`: how many; `entries`: how often each of them enters; the `network` and the `faults`, which are none
 *   unless given.
 * @throws {@link touchstone!InvalidDefinition | InvalidDefinition} when there are fewer than two nodes, or a node may not enter even
 *   once.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { ricartAgrawala } from "touchstone/lock"
 *
 * const { definition } = ricartAgrawala({ nodes: 3, entries: 1, network: unordered() })
 * definition.processes.map(({ name }) => name) // => ["p1", "p2", "p3"]
 * ```
 */
export const ricartAgrawala = <N extends Network>({ entries, faults = {}, network, nodes }: {
  readonly nodes: number
  readonly entries: number
  readonly network: N
  readonly faults?: Faults
}) => {
  if (!Number.isSafeInteger(nodes) || nodes < 2) {
    throw new InvalidDefinition({ reason: `nodes is ${nodes}; there must be two that exclude each other` })
  }
  if (!Number.isSafeInteger(entries) || entries < 1) {
    throw new InvalidDefinition({ reason: `entries is ${entries}; each node must be able to enter once` })
  }
  const all = names("p", nodes)
  return system({
    name: "Ricart–Agrawala",
    processes: all.map((name) => named(name, ricartAgrawalaNode(name, all.filter((other) => other !== name), entries))),
    network,
    faults,
  })
}
