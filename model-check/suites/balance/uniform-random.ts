/**
 * Uniform random: each candidate is equally likely, and nothing is certain.
 *
 * @module
 */
import { asLikelyAsWeighted } from "../../../spec/balance/chances.ts"
import { chosenWell, evenly } from "../../../spec/balance/fairness.ts"
import { type LoadBalancing, loadBalancing } from "../../../spec/balance/load-balancing.ts"
import { backends, type Balancer, type Membership, uniformRandom } from "../../../src/balance/index.ts"
import { type Model, names } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { showing } from "../sabotage.ts"

const constants = { backends: atLeast(1, "backends") }

type Constants = ConstantsOf<typeof constants>

const among = ({ backends: count }: Constants, definition: Partial<LoadBalancing<Membership, string>>) =>
  loadBalancing({
    balancer: uniformRandom,
    backends: backends(Object.fromEntries(names("b", count).map((name) => [name, 1]))),
    inFlight: 2,
    ...definition,
  })

/** Backends come and go, get sick and die. */
const anything = (constants: Constants): Model<any> => {
  const balanced = among(constants, { events: ["fail", "die", "join"] })
  return balanced.model({ ...chosenWell(balanced), asLikelyAsWeighted: asLikelyAsWeighted(balanced) })
}

/** The claim that round robin can make: that nobody gets two requests more than somebody else. */
const uneven = (constants: Constants): Model<any> => {
  const balanced = among(constants, { window: "itself" })
  return balanced.model({ evenly: evenly(balanced) })
}

const broken = (name: string, claim: string, change: Partial<Balancer<Membership, string>>) =>
(
  constants: Constants,
): Model<any> => {
  const balanced = among(constants, {
    balancer: { ...uniformRandom, ...change, name: `uniform random, ${name}` },
    events: ["fail"],
  })
  return showing(balanced, { ...chosenWell(balanced), asLikelyAsWeighted: asLikelyAsWeighted(balanced) }, claim)
}

/** A byte at random, and its remainder: the first backends are more likely. */
const remainder = broken("a remainder of a byte", "asLikelyAsWeighted", {
  chances: (_, { candidates }) =>
    candidates.map(({ name }, index) => ({
      choice: name,
      probability: { numerator: Math.ceil((256 - index) / candidates.length), denominator: 256 },
    })),
})

/** The dice are thrown among all members, healthy or not. */
const blind = broken("blind", "onlyHealthy", {
  chances: ({ members }, request) =>
    uniformRandom.chances({ members }, {
      ...request,
      candidates: backends(Object.fromEntries(members.map((name) => [name, 1]))),
    }),
  choose: (state, _, backend) => ({ state, backend }),
})

/** The dice are thrown among all members, and where somebody is not healthy the request is refused. */
const refusing = broken("refusing for who is sick", "served", {
  chances: ({ members }, request) =>
    uniformRandom.chances({ members }, {
      ...request,
      candidates: backends(Object.fromEntries(members.map((name) => [name, 1]))),
    }),
  choose: (state, { candidates }, choice) => ({
    state,
    backend: candidates.some(({ name }) => name === choice) ? choice : null,
  }),
})

/** The suite `uniform-random`. */
export const uniformRandomSuite: Suite = suite({
  name: "balance/uniform-random",
  aliases: ["uniform-random"],
  description: "Uniform random among backends that come and go, get sick and die",
  source: "Azar, Broder, Karlin and Upfal, Balanced allocations (1999)",
  constants,
  configurations: [
    ...([
      ["anything", 3, anything, 854, 7785, 10],
    ] as const).map(([name, backends, model, distinct, generated, depth]) => ({
      name,
      constants: { backends },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["uneven", 2, uneven, "evenly", 2],
      ["sabotage-remainder", 3, remainder, "asLikelyAsWeighted", 0],
      ["sabotage-blind", 2, blind, "onlyHealthy", 2],
      ["sabotage-refusing", 2, refusing, "served", 2],
    ] as const).map(([name, backends, model, property, steps]) => ({
      name,
      constants: { backends },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
