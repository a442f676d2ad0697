/**
 * A lock on a server that fails over to its replica: given twice where the primary answers before it has copied, exclusive where it does not;
 * and ways to break that.
 *
 * @module
 */
import { mutualExclusion, noDeadlock } from "../../../spec/lock/index.ts"
import type { Detector, DetectorKind, Faults, Model, Properties } from "../../../src/index.ts"
import { replicatedLock, type ReplicatedLockAnswers } from "../../../src/lock/index.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

const constants = { clients: atLeast(2, "clients"), requests: atLeast(1, "requests of each client") }

type Constants = ConstantsOf<typeof constants>

/** The primary fails, and all find out that it has. */
const FAILS: Faults = { crashStop: { total: 1, of: ["primary"] } }

const locks = (
  constants: Constants,
  answers: ReplicatedLockAnswers,
  { detector = "perfect", faults = FAILS }: {
    readonly detector?: DetectorKind | Detector
    readonly faults?: Faults
  } = {},
) => replicatedLock({ ...constants, answers, detector, faults })

const propertiesOf = (system: ReturnType<typeof locks>): Properties => ({
  ...mutualExclusion(system),
  noDeadlock: noDeadlock(system),
})

/** The primary fails. It had told nobody of a lock that the replica did not know of. */
const copied = (constants: Constants): Model<any> => {
  const system = locks(constants, "afterCopy")
  return system.model(propertiesOf(system))
}

/**
 * The primary is taken for failed by some, and goes on to serve others. Who waits for a copy that the replica no longer takes may wait until
 * it takes the primary for failed too.
 */
const suspected = (constants: Constants): Model<any> => {
  const system = locks(constants, "afterCopy", { detector: "unreliable", faults: {} })
  return system.model(mutualExclusion(system))
}

/** The primary answers at once, and fails before it has copied what it did. */
const lost = (constants: Constants): Model<any> => {
  const system = locks(constants, "atOnce")
  return showing(system, propertiesOf(system), "exclusive")
}

/** The primary answers at once, and does not even fail: it is only taken for failed. */
const suspectedWrongly = (constants: Constants): Model<any> => {
  const system = locks(constants, "atOnce", { detector: { kind: "eventuallyPerfect", wrongSuspicions: 2 }, faults: {} })
  return showing(system, propertiesOf(system), "exclusive")
}

/** The lock in which the servers or the clients are changed. */
const broken = (
  name: string,
  who: "replica" | "client",
  property: string,
  change: (process: AnyProcess) => Partial<AnyProcess>,
) =>
(constants: Constants): Model<any> => {
  const system = sabotaged(
    locks(constants, "afterCopy"),
    name,
    (process, name) =>
      (who === "replica" ? name === who : name.startsWith("c")) ? { ...process, ...change(process) } : process,
  )
  return showing(system, propertiesOf(system), property)
}

/** The replica takes copies also when it serves clients. */
const lateCopy = broken("a replica that takes copies for ever", "replica", "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Copy: (state, message, context) => {
      const reaction = receive["Copy"]!({ ...state, serves: false }, message, context)
      return reaction._tag === "Next" ? { ...reaction, state: { ...reaction.state, serves: state.serves } } : reaction
    },
  },
}))

/** A client takes a grant for its last request, whichever it is for. */
const oldGrant = broken("a grant of an earlier request", "client", "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Granted: (state, message, context) => receive["Granted"]!(state, { ...message, request: state.requests }, context),
  },
}))

/** A client that waits for the primary does not ask the replica when that has failed. */
const waitsForEver = broken("a client that waits for who has failed", "client", "noDeadlock", ({ timers }) => ({
  timers: {
    ...timers,
    primary: (state, context) => {
      const reaction = timers["primary"]!(state, context)
      return reaction._tag === "Next" ? { ...reaction, commands: [] } : reaction
    },
  },
}))

/** The suite `lock/replicated-lock`. */
export const replicatedLockSuite: Suite = suite({
  name: "lock/replicated-lock",
  aliases: ["replicated-lock"],
  description: "A lock on a server that fails over to its replica, before and after it has copied",
  source: "the documentation of Redis, Distributed Locks with Redis",
  constants,
  configurations: [
    ...([
      ["fails-over-2", 2, 2, copied, 26785, 86107, 33],
      ["wrongly-suspected-2", 2, 2, suspected, 23131, 77347, 32],
    ] as const).map(([name, clients, requests, model, distinct, generated, depth]) => ({
      name,
      constants: { clients, requests },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["lost-in-failover-2", 2, 1, lost, "exclusive", 9],
      ["only-slow-2", 2, 1, suspectedWrongly, "exclusive", 8],
      ["sabotage-late-copy", 2, 1, lateCopy, "exclusive", 12],
      ["sabotage-old-grant", 2, 2, oldGrant, "exclusive", 17],
      ["sabotage-waits-for-ever", 2, 1, waitsForEver, "noDeadlock", 6],
    ] as const).map(([name, clients, requests, model, property, steps]) => ({
      name,
      constants: { clients, requests },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
