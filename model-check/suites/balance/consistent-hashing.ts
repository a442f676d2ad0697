/**
 * Consistent hashing, without and with a bound for the loads; and ways to break it.
 *
 * @module
 */
import { accounted } from "../../../spec/balance/counting.ts"
import { chosenWell } from "../../../spec/balance/fairness.ts"
import {
  alwaysWithinBound,
  everybodyHasKeys,
  givenWithinBound,
  onlyItsKeysMove,
} from "../../../spec/balance/hashing.ts"
import { type LoadBalancing, loadBalancing } from "../../../spec/balance/load-balancing.ts"
import {
  backends,
  type Balancer,
  consistentHashing,
  type ConsistentHashingState,
  hashOf,
} from "../../../src/balance/index.ts"
import { type Model, names } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { showing } from "../sabotage.ts"

type State = typeof ConsistentHashingState.Type

const constants = {
  backends: atLeast(1, "backends"),
  keys: atLeast(1, "different keys"),
  inFlight: atLeast(1, "requests at work at once"),
  percent: atLeast(100, "the bound, as a percentage of the average"),
}

type Constants = ConstantsOf<typeof constants>

type Events = NonNullable<LoadBalancing<State, null>["events"]>

/** Points of each backend on the circle. */
const POINTS = 3

const among = ({ backends: count, inFlight, keys }: Constants, balancer: Balancer<State, null>, events: Events) =>
  loadBalancing({
    balancer,
    backends: backends(Object.fromEntries(names("b", count).map((name) => [name, 1]))),
    keys: names("k", keys),
    inFlight,
    events,
  })

/** Without a bound. */
const unbounded = (constants: Constants): Model<any> => {
  const balanced = among(constants, consistentHashing({ points: POINTS }), ["fail", "die", "join"])
  return balanced.model({
    ...chosenWell(balanced),
    accounted: accounted(balanced),
    onlyItsKeysMove: onlyItsKeysMove(balanced),
    everybodyHasKeys: everybodyHasKeys(balanced),
  })
}

const claims = (balanced: ReturnType<typeof among>, { percent }: Constants) => ({
  ...chosenWell(balanced),
  accounted: accounted(balanced),
  givenWithinBound: givenWithinBound(balanced, percent),
})

/** With a bound, among backends that come and go, get sick and die. */
const bounded = (constants: Constants): Model<any> => {
  const { percent } = constants
  const balanced = among(constants, consistentHashing({ percent, points: POINTS }), ["fail", "die", "join"])
  return balanced.model(claims(balanced, constants))
}

/** The claim of the paper, where balls are moved when others are taken away: that nobody is ever above the bound. */
const aboveAfterRelease = (constants: Constants): Model<any> => {
  const { percent } = constants
  const balanced = among(constants, consistentHashing({ percent, points: POINTS }), [])
  return balanced.model({ alwaysWithinBound: alwaysWithinBound(balanced, percent) })
}

/** The claim that only the keys of who comes or goes move, made of a balancer with a bound. */
const fullMoves = (constants: Constants): Model<any> => {
  const { percent } = constants
  const balanced = among(constants, consistentHashing({ percent, points: POINTS }), ["fail"])
  return balanced.model({ onlyItsKeysMove: onlyItsKeysMove(balanced) })
}

/** The bound, of a balancer that has none: a key that everybody asks for. */
const noBound = (constants: Constants): Model<any> => {
  const balanced = among(constants, consistentHashing({ points: POINTS }), [])
  return balanced.model({ givenWithinBound: givenWithinBound(balanced, constants.percent) })
}

const broken = (
  name: string,
  claim: string,
  events: Events,
  change: (balancer: Balancer<State, null>) => Partial<Balancer<State, null>>,
) =>
(constants: Constants): Model<any> => {
  const { percent } = constants
  const balancer = consistentHashing({ percent, points: POINTS })
  const balanced = among(constants, { ...balancer, ...change(balancer), name: `${balancer.name}, ${name}` }, events)
  const all = {
    ...claims(balanced, constants),
    onlyItsKeysMove: onlyItsKeysMove(balanced),
    everybodyHasKeys: everybodyHasKeys(balanced),
  }
  return showing(balanced, all, claim)
}

/** What is over is not counted off: the bound grows with all that was ever asked. */
const leak = broken("a leak", "accounted", [], () => ({ release: (state) => state }))

/** The request that comes is not counted: the bound is that of those before it, and the first fits nowhere. */
const lateCount = broken("the new request not counted", "served", [], ({ choose }) => ({
  choose: (state, request) => {
    const loads = Object.values(state.connections)
    const most = Math.ceil(loads.reduce((sum, load) => sum + load, 0) / loads.length)
    const candidates = request.candidates.filter(({ name }) => (state.connections[name] as number) < most)
    return choose(state, { ...request, candidates }, null)
  },
}))

/** One more than the bound is let in. */
const oneMore = broken("one more than the bound", "givenWithinBound", [], ({ choose }) => ({
  choose: (state, request) => {
    const connections = Object.fromEntries(
      Object.entries(state.connections).map(([name, load]) => [name, Math.max(0, load - 1)]),
    )
    const { backend, state: next } = choose({ ...state, connections }, request, null)
    return backend === null ? { backend, state } : {
      backend,
      state: { ...next, connections: { ...state.connections, [backend]: state.connections[backend] as number + 1 } },
    }
  },
}))

/** The remainder of the hash says who serves a key: almost all keys move with each change. */
const remainder = broken("the remainder of the hash", "onlyItsKeysMove", ["fail"], ({ choose }) => ({
  choose: (state, request) => {
    const { candidates, key } = request
    const one = candidates.slice(hashOf(key) % Math.max(1, candidates.length)).slice(0, 1)
    return choose(state, { key, candidates: one }, null)
  },
}))

/** A backend is on the circle, and nobody asks whether it is healthy. */
const blind = broken("blind", "onlyHealthy", ["fail"], ({ choose }) => ({
  choose: (state, request) => {
    const all = backends(Object.fromEntries(state.members.map((name) => [name, 1])))
    return choose(state, { ...request, candidates: all }, null)
  },
}))

/** The suite `consistent-hashing`. */
export const consistentHashingSuite: Suite = suite({
  name: "balance/consistent-hashing",
  aliases: ["consistent-hashing"],
  description: "Consistent hashing with bounded loads among backends that come and go, get sick and die",
  source: "Mirrokni, Thorup and Zadimoghaddam, Consistent hashing with bounded loads (2016)",
  constants,
  configurations: [
    ...([
      ["unbounded-3", 3, 12, 1, 100, unbounded, 332, 3733, 9],
      ["bounded-2", 2, 3, 5, 125, bounded, 348, 3057, 11],
      ["bounded-3", 3, 3, 3, 125, bounded, 1740, 18475, 12],
      ["tight-3", 3, 3, 3, 100, bounded, 1740, 18475, 12],
    ] as const).map(([name, backends, keys, inFlight, percent, model, distinct, generated, depth]) => ({
      name,
      constants: { backends, keys, inFlight, percent },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["above-after-release", 3, 125, aboveAfterRelease, "alwaysWithinBound", 4],
      ["full-moves", 12, 125, fullMoves, "onlyItsKeysMove", 2],
      ["no-bound", 1, 125, noBound, "givenWithinBound", 2],
      ["sabotage-leak", 3, 125, leak, "accounted", 2],
      ["sabotage-late-count", 3, 125, lateCount, "served", 1],
      ["sabotage-one-more", 3, 100, oneMore, "givenWithinBound", 2],
      ["sabotage-remainder", 12, 125, remainder, "onlyItsKeysMove", 1],
      ["sabotage-blind", 3, 125, blind, "onlyHealthy", 2],
    ] as const).map(([name, keys, percent, model, property, steps]) => ({
      name,
      constants: { backends: 3, keys, inFlight: 4, percent },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
