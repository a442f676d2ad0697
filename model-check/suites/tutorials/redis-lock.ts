/**
 * The Redis lock as it is commonly taught, and after each of the repairs that are taught next: three ways to break it, one behind the
 * other.
 *
 * @module
 */
import { mutualExclusion, onlyTheOwnerReleases, withReleases } from "../../../spec/lock/index.ts"
import { type Faults, type Model, unordered } from "../../../src/index.ts"
import { tutorialLock, type TutorialLockRules } from "../../../src/lock/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { showing } from "../sabotage.ts"

const constants = {
  clients: atLeast(2, "clients"),
  lease: atLeast(1, "ticks after which the key expires"),
  work: atLeast(0, "ticks that a client needs with the lock"),
}

type Constants = ConstantsOf<typeof constants>

/** A message takes at most one tick, and all clocks are right. */
const locks = (rules: TutorialLockRules, faults: Faults, constants: Constants) =>
  withReleases(
    tutorialLock({ ...constants, rules, network: unordered({ delay: { min: 0, max: 1 } }), clock: {}, faults }),
  )

const propertiesOf = (system: ReturnType<typeof locks>) => ({
  ...mutualExclusion(system),
  onlyTheOwnerReleases: onlyTheOwnerReleases(system),
})

/** Both repairs, and every client is done before its lease ends. */
const inTime = (constants: Constants): Model<any> => {
  const system = locks({ set: "ifAbsent", del: "ifOwner" }, {}, constants)
  return system.model(propertiesOf(system))
}

/** As taught: `SET` without `NX`. */
const setOverwrites = (constants: Constants): Model<any> => {
  const system = locks({ set: "always", del: "always" }, {}, constants)
  return showing(system, propertiesOf(system), "exclusive")
}

/** With `NX`, and a `DEL` that does not compare: it arrives when the key has expired, and deletes what another has set meanwhile. */
const deletesAnothers = (constants: Constants): Model<any> => {
  const system = locks({ set: "ifAbsent", del: "always" }, {}, constants)
  return showing(system, propertiesOf(system), "onlyTheOwnerReleases")
}

/** Both repairs, and a client is paused until its lease has ended. */
const doesNotNotice = (constants: Constants): Model<any> => {
  const system = locks({ set: "ifAbsent", del: "ifOwner" }, { pause: 1 }, constants)
  return showing(system, propertiesOf(system), "exclusive")
}

/** Both repairs, and nobody is paused: a client just needs longer than the lease lasts. */
const needsLonger = (constants: Constants): Model<any> => {
  const system = locks({ set: "ifAbsent", del: "ifOwner" }, {}, constants)
  return showing(system, propertiesOf(system), "exclusive")
}

/** The suite `tutorials/redis-lock`. */
export const tutorialLockSuite: Suite = suite({
  name: "tutorials/redis-lock",
  aliases: ["redis-lock"],
  description: "The Redis lock as it is commonly taught, with SET and DEL, and after each repair",
  source: "the page of the command SET of Redis, and Kleppmann, How to do distributed locking (2016)",
  constants,
  configurations: [
    ...([
      ["in-time-2", 2, 3, 1, inTime, 205, 445, 16],
    ] as const).map(([name, clients, lease, work, model, distinct, generated, depth]) => ({
      name,
      constants: { clients, lease, work },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["set-overwrites", 2, 3, 1, setOverwrites, "exclusive", 6],
      ["deletes-anothers", 2, 3, 1, deletesAnothers, "onlyTheOwnerReleases", 11],
      ["does-not-notice", 2, 3, 1, doesNotNotice, "exclusive", 11],
      ["needs-longer", 2, 3, 2, needsLonger, "exclusive", 10],
    ] as const).map(([name, clients, lease, work, model, property, steps]) => ({
      name,
      constants: { clients, lease, work },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
