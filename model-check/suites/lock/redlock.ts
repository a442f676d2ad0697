/**
 * Redlock on three nodes: safe where its assumptions hold, and unsafe where they do not. Each claim of the debate of 2016 is a configuration.
 *
 * @module
 */
import { becomesFree, mutualExclusion, noDeadlock } from "../../../spec/lock/index.ts"
import { type Clock, type Faults, type Model, type Properties, unordered } from "../../../src/index.ts"
import { leastLease, redlock, type RedlockPersistence } from "../../../src/lock/index.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

const constants = {
  nodes: atLeast(1, "nodes"),
  clients: atLeast(2, "clients"),
  term: atLeast(1, "ticks for which a client relies on the lock"),
}

type Constants = ConstantsOf<typeof constants>

/** What may go wrong, and by how much the lease is too short. */
interface Circumstances {
  readonly clock?: Clock
  readonly faults?: Faults
  readonly persistence?: RedlockPersistence
  readonly missing?: number
  readonly quorum?: number
}

/** Messages take any time, and each client asks for the lock once. The lease is as short as it may be. */
const locks = (
  { clients, nodes, term }: Constants,
  { clock = {}, faults = {}, missing = 0, persistence = "memory", quorum }: Circumstances,
) =>
  redlock({
    nodes,
    clients,
    ...(quorum !== undefined && { quorum, mayBeDisjoint: true }),
    lease: { term, lease: leastLease(term, clock) - missing, mayOverlap: true },
    persistence,
    requests: 1,
    network: unordered(),
    clock,
    faults,
  })

const propertiesOf = (system: ReturnType<typeof locks>): Properties => ({
  ...mutualExclusion(system),
  noDeadlock: noDeadlock(system),
  becomesFree: becomesFree(system),
})

const whole = (circumstances: Circumstances) => (constants: Constants): Model<any> => {
  const system = locks(constants, circumstances)
  return system.model(propertiesOf(system))
}

const violated = (property: string, circumstances: Circumstances) => (constants: Constants): Model<any> => {
  const system = locks(constants, circumstances)
  return showing(system, propertiesOf(system), property)
}

/** Messages are as slow as they like. */
const slow = whole({})

/** Clocks run apart by a factor of two. */
const clocksRunApart = whole({ clock: { rate: { min: 1, max: 2 } } })

/** A client crashes for good, and its keys expire. */
const clientStops = whole({ faults: { crashStop: { total: 1, of: ["c1"] } } })

const nodeCrashes: Faults = { crashRecovery: { total: 1, of: ["n2"] } }

/** A node crashes, and has its keys on its disk. */
const onDisk = whole({ persistence: "disk", faults: nodeCrashes })

/** A node crashes, has lost its keys, and takes no part for a lease. */
const delayedRestart = whole({
  persistence: "delayedRestart",
  faults: { crashRecovery: { total: 1, of: ["n1", "n2", "n3"] } },
})

/** A node crashes, has lost its keys, and takes part at once. */
const restartsAtOnce = violated("exclusive", { persistence: "memory", faults: nodeCrashes })

/** A client is paused while it holds the lock, or before it has heard that it does. */
const paused = violated("exclusive", { faults: { pause: { total: 1, of: ["c1"] } } })

/** The clock of a node jumps forwards, and its key expires. */
const clockJumps = violated("exclusive", { clock: { horizon: 2, jumps: { total: 1, by: [2] } } })

/** The same as `clocksRunApart`, of a lease that is one tick shorter. */
const marginTooSmall = violated("exclusive", { clock: { rate: { min: 1, max: 2 } }, missing: 1 })

/** One node of three is enough. */
const disjointQuorums = violated("exclusive", { quorum: 1 })

/** A lock in which every node, or every client, is changed. */
const broken = (
  name: string,
  who: "n" | "c",
  circumstances: Circumstances,
  property: string,
  change: (process: AnyProcess) => Partial<AnyProcess>,
) =>
(constants: Constants): Model<any> => {
  const system = sabotaged(
    locks(constants, circumstances),
    name,
    (process, name) => name.startsWith(who) ? { ...process, ...change(process) } : process,
  )
  return showing(system, propertiesOf(system), property)
}

/** A node deletes a key, whoever has set it: who did not get a quorum takes it from who did. */
const deletesAnothers = broken("a key deleted without a comparison", "n", {}, "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Del: (state, message, context) =>
      receive["Del"]!({ ...state, owner: context.from, request: message.request }, message, context),
  },
}))

/** A node sets a key that is there. */
const setsAnothers = broken("a key that is set twice", "n", {}, "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Set: (state, message, context) => receive["Set"]!({ ...state, owner: null }, message, context),
  },
}))

/** A node sets a key without an expiry. */
const noExpiry = broken(
  "no expiry",
  "n",
  { faults: { crashStop: { total: 1, of: ["c1"] } } },
  "becomesFree",
  ({ receive }) => ({
    receive: {
      ...receive,
      Set: (state, message, context) => {
        const reaction = receive["Set"]!(state, message, context)
        return reaction._tag === "Next"
          ? { ...reaction, commands: reaction.commands.filter(({ _tag }) => _tag !== "SetTimer") }
          : reaction
      },
    },
  }),
)

/** The suite `lock/redlock`. */
export const redlockSuite: Suite = suite({
  name: "lock/redlock",
  aliases: ["redlock"],
  description: "Redlock, and what was said about it in 2016",
  source:
    "the documentation of Redis, Distributed Locks with Redis; Kleppmann, How to do distributed locking (2016); Antirez, Is Redlock safe? (2016)",
  constants,
  unreachable: { timeoutAndCrash: "when a timer of a node fires, nothing is sent, so there is no middle of that step" },
  configurations: [
    ...([
      ["slow-3", 3, 2, 1, slow, 51375, 263697, 26],
      ["clocks-run-apart-3", 3, 2, 1, clocksRunApart, 109503, 2210859, 26],
      ["client-stops-3", 3, 2, 1, clientStops, 128779, 758048, 27],
      ["on-disk-3", 3, 2, 1, onDisk, 154109, 878711, 27],
      ["delayed-restart-3", 3, 2, 1, delayedRestart, 373270, 2149228, 28],
    ] as const).map(([name, nodes, clients, term, model, distinct, generated, depth]) => ({
      name,
      constants: { nodes, clients, term },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["restarts-at-once-3", 3, 2, 1, restartsAtOnce, "exclusive", 14],
      ["paused-3", 3, 2, 1, paused, "exclusive", 15],
      ["clock-jumps-3", 3, 2, 1, clockJumps, "exclusive", 14],
      ["margin-too-small-3", 3, 2, 1, marginTooSmall, "exclusive", 13],
      ["disjoint-quorums-3", 3, 2, 1, disjointQuorums, "exclusive", 8],
      ["sabotage-deletes-anothers", 1, 3, 1, deletesAnothers, "exclusive", 10],
      ["sabotage-sets-anothers", 3, 2, 1, setsAnothers, "exclusive", 10],
      ["sabotage-no-expiry", 1, 2, 1, noExpiry, "becomesFree", 6],
    ] as const).map(([name, nodes, clients, term, model, property, steps]) => ({
      name,
      constants: { nodes, clients, term },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
