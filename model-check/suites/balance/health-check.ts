/**
 * Active and passive health checks with thresholds, a floor for ejections, and panic; and ways to break them.
 *
 * @module
 */
import { type HealthCheckedSystem, healthy, withHealthChecks } from "../../../spec/balance/unhealthy.ts"
import {
  backends,
  type HealthCheck,
  healthCheck,
  type OutlierEjection,
  outlierEjection,
  roundRobin,
} from "../../../src/balance/index.ts"
import { type Model, names } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { showing } from "../sabotage.ts"

const constants = {
  backends: atLeast(1, "backends"),
  fall: atLeast(1, "failed probes in a row that make a backend unhealthy"),
  rise: atLeast(1, "successful probes in a row that make it healthy"),
  failures: atLeast(1, "failed requests in a row after which a backend is ejected"),
  percent: atLeast(0, "how many percent may be ejected"),
  panic: atLeast(0, "below how many percent of able backends all are candidates"),
}

type Constants = ConstantsOf<typeof constants>

const checked = (
  { backends: count, failures, fall, panic, percent, rise }: Constants,
  change: { readonly check?: HealthCheck; readonly ejection?: OutlierEjection } = {},
): HealthCheckedSystem =>
  withHealthChecks({
    balancer: roundRobin,
    backends: backends(Object.fromEntries(names("b", count).map((name) => [name, 1]))),
    inFlight: 1,
    check: healthCheck({ fall, rise }),
    fall,
    rise,
    ejection: outlierEjection({ failures, percent }),
    failures,
    percent,
    panic,
    ...change,
  })

/** Probes and requests come to whatever they like. */
const anything = (constants: Constants): Model<any> => {
  const system = checked(constants)
  return system.model(healthy(system))
}

/** The claim that somebody is always there to choose, made of a balancer that never panics. */
const nobodyLeft = (constants: Constants): Model<any> => {
  const system = checked(constants)
  return system.model({ neverRefused: system.always((s) => !s.refused) })
}

/** The claim that only those are chosen that are able, made of a balancer that panics. */
const sickChosen = (constants: Constants): Model<any> => {
  const system = checked(constants)
  const calm = healthy({ ...system, definition: { ...system.definition, panic: 0 } })
  return showing(system, calm, "onlyAble")
}

const broken = (
  claim: string,
  change: (constants: Constants) => { readonly check?: HealthCheck; readonly ejection?: OutlierEjection },
) =>
(constants: Constants): Model<any> => {
  const system = checked(constants, change(constants))
  return showing(system, healthy(system), claim)
}

/** One failed probe is enough, whatever the threshold. */
const hasty = broken("patient", ({ rise }) => ({ check: healthCheck({ fall: 1, rise }) }))

/** Failures are counted, and a success between them is not looked at. */
const notInARow = broken("patient", ({ fall, rise }) => ({
  check: (health, succeeded) => succeeded === health.healthy ? health : healthCheck({ fall, rise })(health, succeeded),
}))

/** One more failure is needed than the threshold says. */
const late = broken("prompt", ({ fall, rise }) => ({ check: healthCheck({ fall: fall + 1, rise }) }))

/** Who is unhealthy stays so: nobody looks whether it has recovered. */
const forGood = broken("prompt", ({ fall, rise }) => ({
  check: (health, succeeded) => health.healthy ? healthCheck({ fall, rise })(health, succeeded) : health,
}))

/** There is no floor: all may be ejected. */
const noFloor = broken("floor", ({ failures, percent }) => ({
  ejection: {
    ...outlierEjection({ failures, percent }),
    answered: outlierEjection({ failures, percent: 100 }).answered,
  },
}))

/** A success does not make up for the failures before it. */
const unforgiving = broken("forCause", ({ failures, percent }) => {
  const ejection = outlierEjection({ failures, percent })
  return {
    ejection: {
      ...ejection,
      answered: (state, backend, succeeded) => succeeded ? state : ejection.answered(state, backend, false),
    },
  }
})

/** One more failure is needed than the threshold says. */
const slowEjection = broken("ejectedAtOnce", ({ failures, percent }) => ({
  ejection: outlierEjection({ failures: failures + 1, percent }),
}))

/** Who is ejected is forgotten at once, and goes on being chosen. */
const withoutEffect = (constants: Constants): Model<any> => {
  const system = checked({ ...constants, panic: 100 })
  return showing(
    system,
    healthy({ ...system, definition: { ...system.definition, panic: constants.panic } }),
    "onlyAble",
  )
}

const three = { backends: 3, fall: 2, rise: 1, failures: 2, percent: 50, panic: 50 } as const

/** The suite `health-check`. */
export const healthCheckSuite: Suite = suite({
  name: "balance/health-check",
  aliases: ["health-check"],
  description: "Active and passive health checks, ejection with a floor, and panic",
  source: "The documentation of Envoy: health checking, outlier detection, panic threshold",
  constants,
  configurations: [
    ...([
      ["two", { ...three, backends: 2, rise: 2 }, anything, 12740, 78597, 26],
      ["calm", { ...three, backends: 2, panic: 0, percent: 100 }, anything, 2412, 13941, 17],
      ["three", { ...three, failures: 1 }, anything, 49320, 401641, 24],
    ] as const).map(([name, constants, model, distinct, generated, depth]) => ({
      name,
      constants,
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["nobody-left", { ...three, panic: 0 }, nobodyLeft, "neverRefused", 7],
      ["sick-chosen", three, sickChosen, "onlyAble", 5],
      ["sabotage-hasty", three, hasty, "patient", 1],
      ["sabotage-not-in-a-row", three, notInARow, "patient", 3],
      ["sabotage-late", three, late, "prompt", 2],
      ["sabotage-for-good", three, forGood, "prompt", 3],
      ["sabotage-no-floor", three, noFloor, "floor", 10],
      ["sabotage-unforgiving", three, unforgiving, "forCause", 12],
      ["sabotage-slow-ejection", three, slowEjection, "ejectedAtOnce", 8],
      ["sabotage-without-effect", three, withoutEffect, "onlyAble", 3],
    ] as const).map(([name, constants, model, property, steps]) => ({
      name,
      constants,
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
