/**
 * A backend that fails fast draws all requests of a balancer that goes by connections, and not of one that takes turns; and what ejection
 * does about it.
 *
 * @module
 */
import { failingFast } from "../../../spec/balance/failing-fast.ts"
import { backends, leastConnections, outlierEjection, roundRobin } from "../../../src/balance/index.ts"
import { type Model, names } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

const constants = {
  backends: atLeast(2, "backends, of which the last is broken"),
  inFlight: atLeast(1, "requests at work at once"),
  mayFail: atLeast(0, "how many requests in a row may fail"),
}

type Constants = ConstantsOf<typeof constants>

const among = (
  { backends: count, inFlight, mayFail }: Constants,
  balancer: typeof leastConnections | typeof roundRobin,
  failures?: number,
): Model<any> => {
  const system = failingFast({
    balancer: balancer as typeof leastConnections,
    backends: backends(Object.fromEntries(names("b", count).map((name) => [name, 1]))),
    broken: `b${count}`,
    inFlight,
    mayFail,
    ...(failures !== undefined && { ejection: outlierEjection({ failures, percent: 50 }) }),
  })
  return system.model({ fewFail: system.fewFail })
}

/** Everybody in turn, also the one that is broken. */
const inTurn = (constants: Constants): Model<any> => among(constants, roundRobin)

/** Whoever fails twice in a row is ejected. */
const ejected = (constants: Constants): Model<any> => among(constants, leastConnections, 2)

/** Whoever has least to do: that is always the one that is broken. */
const blackHole = (constants: Constants): Model<any> => among(constants, leastConnections)

/** Whoever fails is ejected, but after three failures. */
const ejectedLate = (constants: Constants): Model<any> => among(constants, leastConnections, 3)

/** The suite `failing-fast`. */
export const failingFastSuite: Suite = suite({
  name: "balance/failing-fast",
  aliases: ["failing-fast"],
  description: "A backend that fails at once has never anything to do, and draws all requests",
  source: "Beyer et al., Site Reliability Engineering (2016), chapter 20, Load balancing in the datacenter",
  constants,
  configurations: [
    ...([
      ["round-robin", 2, 3, 1, inTurn, 8, 13, 6],
      ["ejected", 3, 3, 2, ejected, 28, 75, 7],
    ] as const).map(([name, backends, inFlight, mayFail, model, distinct, generated, depth]) => ({
      name,
      constants: { backends, inFlight, mayFail },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["black-hole", 3, 3, 5, blackHole, "fewFail", 6],
      ["ejected-late", 3, 3, 2, ejectedLate, "fewFail", 3],
    ] as const).map(([name, backends, inFlight, mayFail, model, property, steps]) => ({
      name,
      constants: { backends, inFlight, mayFail },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
