/**
 * Least connections: it knows what its backends have to do, and gives to who has least; and ways to lose count.
 *
 * @module
 */
import { Schema } from "effect"
import { accounted, leastLoaded } from "../../../spec/balance/counting.ts"
import { chosenWell } from "../../../spec/balance/fairness.ts"
import { type LoadBalancing, loadBalancing, type LoadBalancingVariables } from "../../../spec/balance/load-balancing.ts"
import { backends, type Balancer, type CountingState, leastConnections } from "../../../src/balance/index.ts"
import { type Language, type Model, variant } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { showing } from "../sabotage.ts"

const constants = {
  weights: Schema.Array(Schema.Int).annotate({ description: "the weight of each backend" }),
  inFlight: atLeast(1, "requests at work at once"),
}

type Constants = ConstantsOf<typeof constants>

type Counting = Balancer<CountingState, string>

type Events = NonNullable<LoadBalancing<CountingState, string>["events"]>

const among = ({ inFlight, weights }: Constants, balancer: Counting, events: Events) =>
  loadBalancing({
    balancer,
    backends: backends(Object.fromEntries(weights.map((weight, index) => [`b${index + 1}`, weight]))),
    inFlight,
    events,
  })

const claims = (balanced: ReturnType<typeof among>) => ({
  ...chosenWell(balanced),
  accounted: accounted(balanced),
  leastLoaded: leastLoaded(balanced),
})

const counts = (events: Events) => (constants: Constants): Model<any> => {
  const balanced = among(constants, leastConnections, events)
  return balanced.model(claims(balanced))
}

const stable = counts([])
const anything = counts(["fail", "die", "join"])

const broken =
  (name: string, claim: string, events: Events, change: Partial<Counting>) => (constants: Constants): Model<any> => {
    const balancer = { ...leastConnections, ...change, name: `least connections, ${name}` }
    const balanced = among(constants, balancer, events)
    return showing(balanced, claims(balanced), claim)
  }

/** Nobody tells the balancer when a backend dies with requests on it: it looks busy when it is back, and gets nothing more. */
const silentDeath = (constants: Constants): Model<any> => {
  const balanced = among(constants, leastConnections, ["die"])
  const model = showing(balanced, claims(balanced), "accounted")
  return variant(
    model,
    "least connections, a death that nobody tells of",
    ({ action }: Language<LoadBalancingVariables>) => ({
      actions: {
        die: action(
          { backend: balanced.backends.map(({ name }) => name) },
          (s, { backend }) =>
            s.status[backend] === "healthy" && { status: { [backend]: "unhealthy" }, load: { [backend]: 0 } },
        ),
      },
    }),
  )
}

/** A release is not counted: who has had many requests looks as if it still had them. */
const leak = broken("a leak", "accounted", [], { release: (state) => state })

/** When a backend leaves, what it still has to do is forgotten, and it comes back as if it were idle. */
const forgetful = broken("forgetting who leaves", "accounted", ["join"], {
  leave: ({ connections, members }, backend) => {
    const { [backend]: _, ...others } = connections
    return { members: members.filter((member) => member !== backend), connections: others }
  },
  release: (state, backend) => (state.connections[backend] ?? 0) > 0 ? leastConnections.release(state, backend) : state,
})

/** Who joins is taken for idle, whatever it still has to do from before. */
const freshStart = broken("a fresh start for who joins", "accounted", ["join"], {
  join: (state, backend) => {
    const { connections, members } = leastConnections.join(state, backend)
    return { members, connections: { ...connections, [backend]: 0 } }
  },
  release: (state, backend) => (state.connections[backend] ?? 0) > 0 ? leastConnections.release(state, backend) : state,
})

/** Requests are not counted when they are given away, as by a balancer that looks at an average from time to time. */
const uncounted = broken("requests not counted", "leastLoaded", [], {
  choose: (state, _, choice) => ({ state, backend: choice }),
  release: (state) => state,
})

/** The weights are ignored: a backend that is twice as strong gets no more than the others. */
const unweighted = broken("the weights ignored", "leastLoaded", [], {
  chances: (state, request) =>
    leastConnections.chances(state, {
      ...request,
      candidates: request.candidates.map(({ name }) => ({ name, weight: 1 })),
    }),
})

/** The fullest is taken for the emptiest. */
const fullest = broken("the fullest", "leastLoaded", [], {
  chances: (state, request) =>
    leastConnections.chances({
      ...state,
      connections: Object.fromEntries(Object.entries(state.connections).map(([name, count]) => [name, -count])),
    }, request),
})

/** It looks at what its members have to do, and not at whether they are healthy. */
const blind = broken("blind", "onlyHealthy", ["fail"], {
  chances: (state, request) => {
    const all = backends(Object.fromEntries(state.members.map((name) => [name, 1])))
    return leastConnections.chances(state, { ...request, candidates: all })
  },
  choose: (state, request, choice) =>
    leastConnections.choose(state, { ...request, candidates: backends({ [choice]: 1 }) }, choice),
})

/** The suite `least-connections`. */
export const leastConnectionsSuite: Suite = suite({
  name: "balance/least-connections",
  aliases: ["least-connections"],
  description: "Least connections among backends that come and go, get sick, and die with requests on them",
  source: "Haight, Two queues in parallel (1958); the directives least_conn of nginx and leastconn of HAProxy",
  constants,
  configurations: [
    ...([
      ["stable-1-1-1", [1, 1, 1], 5, stable, 26, 88, 7],
      ["stable-2-1", [2, 1], 6, stable, 15, 39, 9],
      ["anything-1-1-1", [1, 1, 1], 3, anything, 1740, 16719, 12],
      ["anything-2-1-0", [2, 1, 0], 3, anything, 952, 8727, 12],
    ] as const).map(([name, weights, inFlight, model, distinct, generated, depth]) => ({
      name,
      constants: { weights, inFlight },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["silent-death", [1, 1], silentDeath, "accounted", 2],
      ["sabotage-leak", [1, 1], leak, "accounted", 2],
      ["sabotage-forgetful", [1, 1], forgetful, "accounted", 2],
      ["sabotage-fresh-start", [1, 1], freshStart, "accounted", 3],
      ["sabotage-uncounted", [1, 1], uncounted, "leastLoaded", 2],
      ["sabotage-unweighted", [2, 1], unweighted, "leastLoaded", 3],
      ["sabotage-fullest", [1, 1], fullest, "leastLoaded", 2],
      ["sabotage-blind", [1, 1], blind, "onlyHealthy", 2],
    ] as const).map(([name, weights, model, property, steps]) => ({
      name,
      constants: { weights, inFlight: 3 },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
