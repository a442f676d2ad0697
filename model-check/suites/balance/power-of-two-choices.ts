/**
 * The power of two choices: the fullest are unlikely, by the square of their share; and ways to break it.
 *
 * @module
 */
import { fullestAvoided } from "../../../spec/balance/chances.ts"
import { accounted, leastLoaded } from "../../../spec/balance/counting.ts"
import { chosenWell } from "../../../spec/balance/fairness.ts"
import { type LoadBalancing, loadBalancing } from "../../../spec/balance/load-balancing.ts"
import { backends, type Balancer, type CountingState, powerOfTwoChoices } from "../../../src/balance/index.ts"
import { type Model, names } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { showing } from "../sabotage.ts"

const constants = { backends: atLeast(1, "backends"), inFlight: atLeast(1, "requests at work at once") }

type Constants = ConstantsOf<typeof constants>

type Two = Balancer<CountingState, readonly [string, string]>

type Events = NonNullable<LoadBalancing<CountingState, readonly [string, string]>["events"]>

const among = ({ backends: count, inFlight }: Constants, balancer: Two, events: Events) =>
  loadBalancing({
    balancer,
    backends: backends(Object.fromEntries(names("b", count).map((name) => [name, 1]))),
    inFlight,
    events,
  })

const claims = (balanced: ReturnType<typeof among>, inFlight: number) => ({
  ...chosenWell(balanced),
  accounted: accounted(balanced),
  fullestAvoided: fullestAvoided(balanced, inFlight),
})

/** Backends come and go, get sick and die. */
const anything = (constants: Constants): Model<any> => {
  const balanced = among(constants, powerOfTwoChoices, ["fail", "die", "join"])
  return balanced.model(claims(balanced, constants.inFlight))
}

/** The claim that least connections can make: that nobody has less to do than who is chosen. */
const notTheLeast = (constants: Constants): Model<any> => {
  const balanced = among(constants, powerOfTwoChoices, [])
  return balanced.model({ leastLoaded: leastLoaded(balanced) })
}

const broken =
  (name: string, claim: string, events: Events, change: Partial<Two>) => (constants: Constants): Model<any> => {
    const balancer = { ...powerOfTwoChoices, ...change, name: `the power of two choices, ${name}` }
    const balanced = among(constants, balancer, events)
    return showing(balanced, claims(balanced, constants.inFlight), claim)
  }

/** Of the two, the first is taken whatever it has to do: this is uniform random. */
const firstOfTwo = broken("only one of them", "fullestAvoided", [], {
  choose: (state, request, [first]) => powerOfTwoChoices.choose(state, request, [first, first]),
})

/** Of the two, the one is taken that has more to do. */
const fullerOfTwo = broken("the fuller of the two", "fullestAvoided", [], {
  choose: (state, request, [one, other]) => {
    const { backend } = powerOfTwoChoices.choose(state, request, [one, other])
    const fuller = backend === one ? other : one
    return powerOfTwoChoices.choose(state, request, [fuller, fuller])
  },
})

/** What is over is not counted off. */
const leak = broken("a leak", "accounted", [], { release: (state) => state })

/** The dice are thrown among all members, healthy or not. */
const blind = broken("blind", "onlyHealthy", ["fail"], {
  chances: (state, request) => powerOfTwoChoices.chances(state, { ...request, candidates: all(state) }),
  choose: (state, request, choice) => powerOfTwoChoices.choose(state, { ...request, candidates: all(state) }, choice),
})

const all = ({ members }: CountingState) => backends(Object.fromEntries(members.map((name) => [name, 1])))

/** The suite `power-of-two-choices`. */
export const powerOfTwoChoicesSuite: Suite = suite({
  name: "balance/power-of-two-choices",
  aliases: ["power-of-two-choices"],
  description: "The power of two choices among backends that come and go, get sick, and die with requests on them",
  source: "Azar, Broder, Karlin and Upfal, Balanced allocations (1999)",
  constants,
  configurations: [
    ...([
      ["anything-2", 2, 4, anything, 245, 1781, 9],
      ["anything-3", 3, 2, anything, 854, 8121, 10],
    ] as const).map(([name, backends, inFlight, model, distinct, generated, depth]) => ({
      name,
      constants: { backends, inFlight },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["not-the-least", 3, 3, notTheLeast, "leastLoaded", 2],
      ["sabotage-first-of-two", 2, 2, firstOfTwo, "fullestAvoided", 1],
      ["sabotage-fuller-of-two", 2, 2, fullerOfTwo, "fullestAvoided", 1],
      ["sabotage-leak", 2, 2, leak, "accounted", 2],
      ["sabotage-blind", 2, 2, blind, "onlyHealthy", 2],
    ] as const).map(([name, backends, inFlight, model, property, steps]) => ({
      name,
      constants: { backends, inFlight },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
