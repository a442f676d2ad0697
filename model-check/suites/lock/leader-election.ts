/**
 * Leader election by lease: one leader, where it steps down in time; and two, where it does not, or is paused.
 *
 * @module
 */
import { mutualExclusion } from "../../../spec/lock/index.ts"
import { type Clock, type Faults, type Model, type Properties, unordered } from "../../../src/index.ts"
import { leaderElection, type LeaderLease } from "../../../src/lock/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next } = untyped

const constants = {
  candidates: atLeast(2, "candidates"),
  duration: atLeast(1, "ticks without a change of the record after which others may lead"),
  updates: atLeast(1, "updates of the record by each candidate"),
}

type Constants = ConstantsOf<typeof constants>

/** What may go wrong, and how others know that a lease is over. */
interface Circumstances {
  readonly clock?: Clock
  readonly faults?: Faults
  readonly judgedBy?: LeaderLease["judgedBy"]
}

/** A message takes at most one tick. A leader steps down after one tick without a renewal. */
const elections = (
  { candidates, duration, updates }: Constants,
  { clock = {}, faults = {}, judgedBy = "change" }: Circumstances,
) =>
  leaderElection({
    candidates,
    lease: { duration, renewDeadline: 1, retryPeriod: 1, judgedBy },
    mayOverlap: true,
    updates,
    network: unordered({ delay: { min: 0, max: 1 } }),
    clock,
    faults,
  })

const propertiesOf = (system: ReturnType<typeof elections>): Properties => ({
  ...mutualExclusion(system),
  mayFollow: system.reachable((s) => s.phase["c2"] === "holding" && s.status["c1"] === "stopped"),
})

const whole = (circumstances: Circumstances) => (constants: Constants): Model<any> => {
  const system = elections(constants, circumstances)
  const { mayFollow: _, ...others } = propertiesOf(system)
  return system.model(others)
}

const violated = (circumstances: Circumstances) => (constants: Constants): Model<any> => {
  const system = elections(constants, circumstances)
  return showing(system, propertiesOf(system), "exclusive")
}

/** Nothing goes wrong. */
const inTime = whole({})

/** The leader stops, and another one leads. */
const leaderStops = (constants: Constants): Model<any> => {
  const system = elections(constants, { faults: { crashStop: { total: 1, of: ["c1"] } } })
  return system.model(propertiesOf(system))
}

/** A candidate crashes, and comes back. */
const crashes = whole({ faults: { crashRecovery: { total: 1, of: ["c1", "c2"] } } })

/** All clocks show the same time: then the stamp may be believed. */
const stampWithoutSkew = whole({ clock: { horizon: 5 }, judgedBy: "stamp" })

/** There is no time to step down: a lease is over for others in the tick in which a leader steps down. */
const noMargin = violated({})

/** A leader is paused, and leads when it wakes up. */
const paused = violated({ faults: { pause: { total: 1, of: ["c1"] } } })

const broken =
  (name: string, who: "store" | "c", change: (process: AnyProcess) => Partial<AnyProcess>) =>
  (constants: Constants): Model<any> => {
    const system = sabotaged(
      elections(constants, {}),
      name,
      (process, name) => name.startsWith(who) ? { ...process, ...change(process) } : process,
    )
    return showing(system, propertiesOf(system), "exclusive")
  }

/** A leader does not step down. */
const neverStepsDown = broken("a leader that does not step down", "c", ({ timers }) => ({
  timers: { ...timers, deadline: (state) => next(state) },
}))

/** The store changes the record whatever its version is. */
const overwrites = broken("a record that is overwritten", "store", ({ receive }) => ({
  receive: {
    ...receive,
    Update: (state, message, context) => receive["Update"]!({ ...state, version: message.version }, message, context),
  },
}))

/** A candidate takes the record without waiting for the lease to be over. */
const impatient = broken("a candidate that does not wait", "c", ({ receive }) => ({
  receive: {
    ...receive,
    Record: (state, message, context) => receive["Record"]!(state, { ...message, leader: null }, context),
  },
}))

/** The suite `lock/leader-election`. */
export const leaderElectionSuite: Suite = suite({
  name: "lock/leader-election",
  aliases: ["leader-election"],
  description: "Leader election by a lease in a record that is renewed",
  source: "the package leaderelection of client-go, and Gray and Cheriton, Leases (1989)",
  constants,
  configurations: [
    ...([
      ["in-time-2", 2, 3, 2, inTime, 19262, 46068, 52],
      ["leader-stops-2", 2, 3, 1, leaderStops, 6838, 19089, 38],
      ["crashes-2", 2, 3, 1, crashes, 118372, 346967, 51],
      ["stamp-without-skew-2", 2, 4, 1, stampWithoutSkew, 12112, 25967, 32],
    ] as const).map(([name, candidates, duration, updates, model, distinct, generated, depth]) => ({
      name,
      constants: { candidates, duration, updates },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["no-margin-2", 2, 2, 1, noMargin, "exclusive", 14],
      ["paused-2", 2, 3, 1, paused, "exclusive", 16],
      ["sabotage-never-steps-down", 2, 3, 1, neverStepsDown, "exclusive", 17],
      ["sabotage-overwrites", 2, 3, 1, overwrites, "exclusive", 8],
      ["sabotage-impatient", 2, 3, 1, impatient, "exclusive", 8],
    ] as const).map(([name, candidates, duration, updates, model, property, steps]) => ({
      name,
      constants: { candidates, duration, updates },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
