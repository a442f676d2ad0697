/**
 * Round robin: fair in every window, whatever the others do; and ways to break it.
 *
 * @module
 */
import { chosenWell, evenly } from "../../../spec/balance/fairness.ts"
import { type LoadBalancing, loadBalancing } from "../../../spec/balance/load-balancing.ts"
import { backends, type Balancer, roundRobin, type RoundRobinState } from "../../../src/balance/index.ts"
import { type Model, names } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { showing } from "../sabotage.ts"

type State = typeof RoundRobinState.Type

const constants = { backends: atLeast(1, "backends"), inFlight: atLeast(1, "requests at work at once") }

type Constants = ConstantsOf<typeof constants>

const among = (
  { backends: count, inFlight }: Constants,
  definition: Partial<LoadBalancing<State, null>>,
) =>
  loadBalancing({
    balancer: roundRobin,
    backends: backends(Object.fromEntries(names("b", count).map((name) => [name, 1]))),
    inFlight,
    window: "itself",
    ...definition,
  })

type Events = NonNullable<LoadBalancing<State, null>["events"]>

const fair = (events: Events) => (constants: Constants): Model<any> => {
  const balanced = among(constants, { events })
  return balanced.model({ ...chosenWell(balanced), evenly: evenly(balanced) })
}

const stable = fair([])
const sick = fair(["fail"])
const dying = fair(["die"])
const changing = fair(["join"])
const anything = fair(["fail", "die", "join"])

/** A backend joins a running balancer. */
const joining = (constants: Constants): Model<any> => {
  const balanced = among(constants, { events: ["join"], absent: ["b1"] })
  return balanced.model({ ...chosenWell(balanced), evenly: evenly(balanced) })
}

const broken = (
  name: string,
  events: Events,
  claim: "evenly" | "onlyHealthy" | "served",
  change: (balancer: Balancer<State, null>) => Partial<Balancer<State, null>>,
) =>
(constants: Constants): Model<any> => {
  const balancer = { ...roundRobin, ...change(roundRobin), name: `${roundRobin.name}, ${name}` }
  const balanced = among(constants, { balancer, events })
  return showing(balanced, { ...chosenWell(balanced), evenly: evenly(balanced) }, claim)
}

/** After each change of membership, it begins with the first backend again. Others that come and go make the first do all the work. */
const restarts = broken("beginning anew after every change", ["join"], "evenly", ({ join, leave }) => ({
  join: (state, backend) => ({ ...join(state, backend), next: 0 }),
  leave: (state, backend) => ({ ...leave(state, backend), next: 0 }),
}))

/** When a backend leaves, the place of the next is not corrected: whoever stood there is passed over. */
const leavesGap = broken("the turn lost when somebody leaves", ["join"], "evenly", ({ leave }) => ({
  leave: (state, backend) => {
    const left = leave(state, backend)
    return { ...left, next: state.next < left.members.length ? state.next : 0 }
  },
}))

/** Whoever joins stands in front of all others, and the place of the next is not corrected. */
const joinsInFront = broken("joining in front", ["join"], "evenly", () => ({
  join: ({ members, next }, backend) => ({ members: [backend, ...members], next }),
}))

/** Of those that are healthy it takes the first: those in front of the one whose turn it is get everything. */
const firstHealthy = broken("always the first", [], "evenly", ({ choose }) => ({
  choose: (state, request) => choose({ ...state, next: 0 }, request, null),
}))

/** It asks nobody who is healthy. */
const blind = broken("blind", ["fail"], "onlyHealthy", ({ choose }) => ({
  choose: (state, request) => choose(state, { ...request, candidates: all(state) }, null),
}))

const all = ({ members }: State) => backends(Object.fromEntries(members.map((name) => [name, 1])))

/** Where the one whose turn it is is not healthy, the request is refused. */
const givesUp = broken("giving up at the first that is not healthy", ["fail"], "served", ({ choose }) => ({
  choose: (state, request) => {
    const inTurn = state.members[state.next]
    return request.candidates.some(({ name }) => name === inTurn)
      ? choose(state, request, null)
      : { state, backend: null }
  },
}))

/** The suite `round-robin`. */
export const roundRobinSuite: Suite = suite({
  name: "balance/round-robin",
  aliases: ["round-robin"],
  description: "Round robin among backends that come and go, get sick, and die with requests on them",
  source: "Kleinrock, Analysis of a time-shared processor (1964)",
  constants,
  configurations: [
    ...([
      ["stable", 3, 2, stable, 63, 172, 12],
      ["sick", 3, 1, sick, 273, 1366, 13],
      ["dying", 3, 2, dying, 648, 3652, 16],
      ["changing", 3, 1, changing, 725, 3626, 16],
      ["joining", 3, 1, joining, 725, 3626, 17],
      ["anything", 3, 2, anything, 9356, 100859, 17],
    ] as const).map(([name, backends, inFlight, model, distinct, generated, depth]) => ({
      name,
      constants: { backends, inFlight },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["restarts", 3, restarts, "evenly", 4],
      ["sabotage-leaves-gap", 3, leavesGap, "evenly", 6],
      ["sabotage-joins-in-front", 3, joinsInFront, "evenly", 5],
      ["sabotage-first-healthy", 3, firstHealthy, "evenly", 3],
      ["sabotage-blind", 3, blind, "onlyHealthy", 2],
      ["sabotage-gives-up", 3, givesUp, "served", 2],
    ] as const).map(([name, backends, model, property, steps]) => ({
      name,
      constants: { backends, inFlight: 1 },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
