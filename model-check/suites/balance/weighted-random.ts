/**
 * Weighted random: each candidate is as likely as its weight says; and ways to break it.
 *
 * @module
 */
import { Schema } from "effect"
import { asLikelyAsWeighted } from "../../../spec/balance/chances.ts"
import { chosenWell, proportionally } from "../../../spec/balance/fairness.ts"
import { type LoadBalancing, loadBalancing } from "../../../spec/balance/load-balancing.ts"
import { backends, type Balancer, type Membership, uniformRandom, weightedRandom } from "../../../src/balance/index.ts"
import type { Model } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { showing } from "../sabotage.ts"

const constants = { weights: Schema.Array(Schema.Int).annotate({ description: "the weight of each backend" }) }

type Constants = ConstantsOf<typeof constants>

const among = ({ weights }: Constants, definition: Partial<LoadBalancing<Membership, string>>) =>
  loadBalancing({
    balancer: weightedRandom,
    backends: backends(Object.fromEntries(weights.map((weight, index) => [`b${index + 1}`, weight]))),
    inFlight: 2,
    ...definition,
  })

/** Backends come and go, get sick and die. */
const anything = (constants: Constants): Model<any> => {
  const balanced = among(constants, { events: ["fail", "die", "join"] })
  return balanced.model({ ...chosenWell(balanced), asLikelyAsWeighted: asLikelyAsWeighted(balanced) })
}

/** The claim that smooth weighted round robin can make: that everybody is near its share in every window. */
const farOff = (constants: Constants): Model<any> => {
  const balanced = among(constants, { window: "anybody" })
  return balanced.model({ proportionally: proportionally(balanced) })
}

const broken = (name: string, claim: string, change: Partial<Balancer<Membership, string>>) =>
(
  constants: Constants,
): Model<any> => {
  const balanced = among(constants, {
    balancer: { ...weightedRandom, ...change, name: `weighted random, ${name}` },
    events: ["fail"],
  })
  return showing(balanced, { ...chosenWell(balanced), asLikelyAsWeighted: asLikelyAsWeighted(balanced) }, claim)
}

/** The weights are ignored. */
const unweighted = broken("the weights ignored", "asLikelyAsWeighted", { chances: uniformRandom.chances })

/** The dice have a side for every member, and where they show one that is sick, the next in line takes the request. */
const nextInLine = broken("the next in line for who is sick", "asLikelyAsWeighted", {
  chances: ({ members }, request) => {
    const all = members.map((name) => ({ name, weight: 1 }))
    return weightedRandom.chances({ members }, { ...request, candidates: all })
  },
  choose: (state, { candidates }, choice) => {
    const from = state.members.indexOf(choice)
    const inLine = [...state.members.slice(from), ...state.members.slice(0, from)]
    return { state, backend: inLine.find((member) => candidates.some(({ name }) => name === member)) ?? null }
  },
})

/** The suite `weighted-random`. */
export const weightedRandomSuite: Suite = suite({
  name: "balance/weighted-random",
  aliases: ["weighted-random"],
  description: "Weighted random among backends that come and go, get sick and die",
  source: "Azar, Broder, Karlin and Upfal, Balanced allocations (1999)",
  constants,
  configurations: [
    ...([
      ["anything-2-1-1", [2, 1, 1], anything, 854, 7785, 10],
      ["drained-2-1-0", [2, 1, 0], anything, 555, 4879, 10],
    ] as const).map(([name, weights, model, distinct, generated, depth]) => ({
      name,
      constants: { weights },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["far-off", [2, 1], farOff, "proportionally", 4],
      ["sabotage-unweighted", [2, 1], unweighted, "asLikelyAsWeighted", 0],
      ["sabotage-next-in-line", [1, 1, 1], nextInLine, "asLikelyAsWeighted", 1],
    ] as const).map(([name, weights, model, property, steps]) => ({
      name,
      constants: { weights },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
