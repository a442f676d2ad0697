/**
 * # The lock of the tutorials
 *
 * A lock as many a page teaches it in three lines: `SET lock 1 EX 10`, do the work, `DEL lock`. It is here to be broken, and each
 * repair that pages teach next is an option, to see what is left to repair. After the page of Redis about
 * [`SET`](https://redis.io/docs/latest/commands/set/), which names the first two repairs, and Kleppmann, *How to do distributed
 * locking* (2016), for what is wrong after them.
 *
 * **Promises** nothing that depends on anybody being slow. With both repairs, no two clients hold it at once as long as a client
 * needs less time than the lease lasts, from when its request arrives until it has done its work: that is a promise of the machines, and
 * of the network, not of the lock.
 *
 * | option | as taught | repaired |
 * |---|---|---|
 * | `set` | `always`: the key is set, whether it is there or not | `ifAbsent`: `SET … NX`, which says no while it is there |
 * | `del` | `always`: the key is deleted, whoever has set it | `ifOwner`: the server compares, and deletes only what the client has set |
 *
 * **What remains** after both repairs: the lease ends, and the client does not notice. A client can look at its clock; a resource that
 * checks fencing tokens need not rely on that: see {@link resource}.
 *
 * **Costs** 2 messages in 2 rounds to lock, and as many to unlock.
 *
 * **Not in the tutorials**: that the server compares the *name* of the client. Pages teach to compare a random value.
 *
 * @module
 */
import { Schema } from "effect"
import { names } from "../model/domain.ts"
import { named } from "../system/blueprint.ts"
import type { Clock } from "../system/clock.ts"
import type { Faults } from "../system/fault.ts"
import { machine } from "../system/machine.ts"
import type { AnyNetwork } from "../system/network.ts"
import { ignore } from "../system/process.ts"
import { system } from "../system/system.ts"
import { wholeTicks } from "../system/ticks.ts"
import { LockPhase } from "./phase.ts"

/** The commands of Redis that the lock of the tutorials uses, and the answers. */
export const TutorialLockMessage = Schema.TaggedUnion({
  /** `SET lock … EX …`, with or without `NX`. */
  Set: {},
  /** The key is set. */
  Ok: {},
  /** It was there, and is as it was. */
  Nil: {},
  /** `DEL lock`, or the script that compares first. */
  Del: {},
  /** How many keys are deleted. */
  Deleted: { keys: Schema.Literals([0, 1]) },
})

/** What of the lock of the tutorials is repaired. */
export interface TutorialLockRules {
  /** Whether a key that is there is set all the same. */
  readonly set: "always" | "ifAbsent"
  /** Whether a key is deleted that somebody else has set. */
  readonly del: "always" | "ifOwner"
}

/**
 * The server of the lock of the tutorials: one key, which expires.
 *
 * @param lease - for how many ticks of its clock the key is there, unless it is set again or deleted.
 * @throws InvalidDefinition when the lease is not a whole number of ticks, at least 1.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { tutorialLockServer } from "touchstone/lock"
 *
 * const server = tutorialLockServer({ set: "always", del: "always" }, 10)
 * const set = { _tag: "Message", message: { _tag: "Set" } } as const
 * const reaction = react("server", server, { owner: "c1" }, set, { now: 0, from: "c2" })
 * reaction._tag === "Next" && reaction.state // => { owner: "c2" }
 * ```
 */
export const tutorialLockServer = ({ del, set }: TutorialLockRules, lease: number) => {
  wholeTicks("the lease of a lock", lease, 1)
  const { cancelTimer, next, process, send, setTimer } = machine({
    /** Who has set the key. */
    volatile: { owner: Schema.NullOr(Schema.String) },
    messages: TutorialLockMessage,
    timers: ["expire"],
  })
  return process({
    initial: { owner: null },
    receive: {
      Set: (state, _, { from }) =>
        set === "ifAbsent" && state.owner !== null
          ? next(state, send(from, { _tag: "Nil" }))
          : next({ owner: from }, send(from, { _tag: "Ok" }), setTimer("expire", lease)),
      Del: (state, _, { from }) =>
        state.owner === null || (del === "ifOwner" && state.owner !== from)
          ? next(state, send(from, { _tag: "Deleted", keys: 0 }))
          : next({ owner: null }, send(from, { _tag: "Deleted", keys: 1 }), cancelTimer("expire")),
    },
    timers: { expire: () => next({ owner: null }) },
    observed: ["owner"],
  })
}

/**
 * A client of the lock of the tutorials. Its environment lets it lock: input `lock`. What it does with the lock takes it some time,
 * and it does not look at a clock meanwhile.
 *
 * @param server - the name of the server.
 * @param work - how many ticks of its clock its work takes.
 * @throws InvalidDefinition when the work is not a whole number of ticks.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { tutorialLockClient } from "touchstone/lock"
 *
 * const client = tutorialLockClient("server", 2)
 * const ok = { _tag: "Message", message: { _tag: "Ok" } } as const
 * const reaction = react("c1", client, { phase: "waiting" } as const, ok, { now: 0, from: "server" })
 * reaction._tag === "Next" && reaction.state // => { phase: "holding" }
 * ```
 */
export const tutorialLockClient = (server: string, work: number) => {
  wholeTicks("the work of a client", work, 0)
  const { input, next, process, send, setTimer } = machine({
    volatile: { phase: LockPhase },
    messages: TutorialLockMessage,
    timers: ["done"],
  })
  return process({
    initial: { phase: "idle" },
    inputs: {
      lock: input(({ phase }) => phase === "idle" ? next({ phase: "waiting" }, send(server, { _tag: "Set" })) : ignore),
    },
    receive: {
      Ok: () => next({ phase: "holding" }, setTimer("done", work)),
      Nil: () => next({ phase: "idle" }),
      Deleted: () => next({ phase: "idle" }),
    },
    timers: { done: () => next({ phase: "releasing" }, send(server, { _tag: "Del" })) },
    observed: ["phase"],
  })
}

/**
 * A system that uses the lock of the tutorials: a `server`, and clients `c1`, `c2`, ….
 *
 * @param definition - `clients`: how many; the `rules`: what is repaired; the `lease`, in ticks of the server's clock; the `work` that a
 *   client does with the lock, in ticks of its own; the `network`, the `clock`, and the `faults`, which are none unless given.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { tutorialLock } from "touchstone/lock"
 *
 * const { definition } = tutorialLock({
 *   clients: 2,
 *   rules: { set: "always", del: "always" },
 *   lease: 10,
 *   work: 2,
 *   network: unordered({ delay: { min: 0, max: 1 } }),
 *   clock: {},
 * })
 * definition.processes.map(({ name }) => name) // => ["server", "c1", "c2"]
 * ```
 */
export const tutorialLock = <N extends AnyNetwork>({ clients, clock, faults = {}, lease, network, rules, work }: {
  readonly clients: number
  readonly rules: TutorialLockRules
  readonly lease: number
  readonly work: number
  readonly network: N
  readonly clock: Clock
  readonly faults?: Faults
}) =>
  system({
    name: "the lock of the tutorials",
    processes: [
      named("server", tutorialLockServer(rules, lease)),
      ...names("c", clients).map((name) => named(name, tutorialLockClient("server", work))),
    ],
    network,
    clock,
    faults,
  })
