/**
 * Smooth weighted round robin: near its shares in every window while the candidates stay the same; and ways to break it.
 *
 * @module
 */
import { Schema } from "effect"
import { chosenWell, proportionally } from "../../../spec/balance/fairness.ts"
import { type LoadBalancing, loadBalancing } from "../../../spec/balance/load-balancing.ts"
import {
  backends,
  type Balancer,
  roundRobin,
  smoothWeightedRoundRobin,
  type SmoothWeightedState,
} from "../../../src/balance/index.ts"
import { type Model, range } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { showing } from "../sabotage.ts"

type State = typeof SmoothWeightedState.Type

const constants = { weights: Schema.Array(Schema.Int).annotate({ description: "the weight of each backend" }) }

type Constants = ConstantsOf<typeof constants>

type Events = NonNullable<LoadBalancing<State, null>["events"]>

const among = ({ weights }: Constants, balancer: Balancer<any, any>, events: Events) =>
  loadBalancing({
    balancer,
    backends: backends(Object.fromEntries(weights.map((weight, index) => [`b${index + 1}`, weight]))),
    inFlight: 1,
    window: "anybody",
    events,
  })

/** Nothing happens to the backends. */
const stable = (constants: Constants): Model<any> => {
  const balanced = among(constants, smoothWeightedRoundRobin, [])
  return balanced.model({ ...chosenWell(balanced), proportionally: proportionally(balanced) })
}

/** Backends come and go, get sick and die. */
const changing = (events: Events) => (constants: Constants): Model<any> => {
  const balanced = among(constants, smoothWeightedRoundRobin, events)
  return balanced.model(chosenWell(balanced))
}

const sick = changing(["fail", "die"])
const joining = changing(["join"])

/** Backends get sick and recover, with the claim that the shares hold directly afterwards. */
const sharesAfterRecovery = (constants: Constants): Model<any> => {
  const balanced = among(constants, smoothWeightedRoundRobin, ["fail"])
  return balanced.model({ proportionally: proportionally(balanced) })
}

const broken = (
  name: string,
  claim: "proportionally" | "onlyHealthy" | "served",
  balancer: Balancer<any, any>,
  events: Events = [],
) =>
(constants: Constants): Model<any> => {
  const balanced = among(constants, { ...balancer, name: `smooth weighted round robin, ${name}` }, events)
  return showing(balanced, { ...chosenWell(balanced), proportionally: proportionally(balanced) }, claim)
}

/** Whoever is chosen goes back to nothing, and not down by the sum of the weights. */
const forgiving = broken("starting from nothing after each turn", "proportionally", {
  ...smoothWeightedRoundRobin,
  choose: (state, request) => {
    const { backend, state: next } = smoothWeightedRoundRobin.choose(state, request, null)
    return { backend, state: { ...next, current: { ...next.current, [backend as string]: 0 } } }
  },
})

/** Who is chosen goes down by the weights of all members, also of those that are not healthy. */
const totalOfAll = ({ weights }: Constants): Model<any> => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return broken("the weights of the sick counted", "proportionally", {
    ...smoothWeightedRoundRobin,
    choose: (state, request) => {
      const { backend, state: { current, members } } = smoothWeightedRoundRobin.choose(state, request, null)
      if (backend === null) return { backend, state }
      const sick = total - request.candidates.reduce((sum, { weight }) => sum + weight, 0)
      return { backend, state: { members, current: { ...current, [backend]: current[backend] as number - sick } } }
    },
  }, ["fail"])({ weights })
}

/** The weights are ignored: plain round robin. */
const unweighted = broken("the weights ignored", "proportionally", roundRobin)

/** Weighted round robin as it was before: a backend gets all that it is to have at once, then the next. */
const bursts = broken("one after the other", "proportionally", {
  ...roundRobin,
  choose: ({ members, next }, { candidates }) => {
    const inTurn = candidates.flatMap(({ name, weight }) => range(1, weight).map(() => name))
    return { state: { members, next: (next + 1) % inTurn.length }, backend: inTurn[next] as string }
  },
})

/** It looks at what its members are owed, and not at whether they are healthy. */
const blind = broken("blind", "onlyHealthy", {
  ...smoothWeightedRoundRobin,
  choose: (state, request) => {
    const owed = state.members.toSorted((one: string, other: string) =>
      (state.current[other] ?? 0) - (state.current[one] ?? 0)
    )
    return { ...smoothWeightedRoundRobin.choose(state, request, null), backend: owed[0] as string }
  },
}, ["fail"])

/** Who is owed most refuses the request if it is not healthy. */
const refusing = broken("refusing for who is sick", "served", {
  ...smoothWeightedRoundRobin,
  choose: (state, request) => {
    const { backend, state: next } = smoothWeightedRoundRobin.choose(state, request, null)
    const most = Math.max(...Object.values(next.current))
    return backend !== null && next.current[backend] === most ? { backend, state: next } : { backend: null, state }
  },
})

/** The suite `smooth-weighted-round-robin`. */
export const smoothWeightedRoundRobinSuite: Suite = suite({
  name: "balance/smooth-weighted-round-robin",
  aliases: ["smooth-weighted-round-robin"],
  description: "Smooth weighted round robin among backends that come and go, get sick, and die",
  source: "Dounin, Upstream: smooth weighted round-robin balancing (nginx, 2012)",
  constants,
  configurations: [
    ...([
      ["stable-5-1-1", [5, 1, 1], stable, 98, 197, 26],
      ["stable-3-2", [3, 2], stable, 50, 101, 18],
      ["stable-7-5-3-1", [7, 5, 3, 1], stable, 512, 1025, 62],
      ["drained-2-1-0", [2, 1, 0], stable, 18, 37, 10],
      ["equal-1-1-1", [1, 1, 1], sharesAfterRecovery, 737, 3686, 16],
      ["sick-2-1-1", [2, 1, 1], sick, 1563, 10932, 22],
      ["joining-2-1-1", [2, 1, 1], joining, 12530, 62651, 48],
    ] as const).map(([name, weights, model, distinct, generated, depth]) => ({
      name,
      constants: { weights },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["after-recovery-2-1-1", [2, 1, 1], sharesAfterRecovery, "proportionally", 17],
      ["sabotage-forgiving", [3, 2], forgiving, "proportionally", 24],
      ["sabotage-total-of-all", [2, 1], totalOfAll, "proportionally", 20],
      ["sabotage-unweighted", [5, 1, 1], unweighted, "proportionally", 10],
      ["sabotage-bursts", [3, 3, 3], bursts, "proportionally", 5],
      ["sabotage-blind", [2, 1, 1], blind, "onlyHealthy", 2],
      ["sabotage-refusing", [2, 1], refusing, "served", 1],
    ] as const).map(([name, weights, model, property, steps]) => ({
      name,
      constants: { weights },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
