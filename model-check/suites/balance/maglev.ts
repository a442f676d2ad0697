/**
 * Maglev hashing: an even table of which few places change hands; and ways to break it.
 *
 * @module
 */
import { chosenWell } from "../../../spec/balance/fairness.ts"
import { evenTable, everybodyHasKeys, fewPlacesMove, onlyItsKeysMove } from "../../../spec/balance/hashing.ts"
import { type LoadBalancing, loadBalancing } from "../../../spec/balance/load-balancing.ts"
import { backends, type Balancer, hashOf, maglev, type MaglevState } from "../../../src/balance/index.ts"
import { type Model, names } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { showing } from "../sabotage.ts"

type State = typeof MaglevState.Type

const constants = {
  backends: atLeast(1, "backends"),
  keys: atLeast(1, "different keys"),
  size: atLeast(2, "places of the table, a prime number"),
  moved: atLeast(0, "places that may change hands between two who have nothing to do with a change"),
}

type Constants = ConstantsOf<typeof constants>

type Events = NonNullable<LoadBalancing<State, null>["events"]>

const among = (
  { backends: count, keys, size }: Constants,
  events: Events,
  change: Partial<Balancer<State, null>> = {},
) =>
  loadBalancing({
    balancer: { ...maglev(size), ...change },
    backends: backends(Object.fromEntries(names("b", count).map((name) => [name, 1]))),
    keys: names("k", keys),
    inFlight: 1,
    events,
  })

const claims = (balanced: ReturnType<typeof among>, { moved, size }: Constants) => ({
  ...chosenWell(balanced),
  evenTable: evenTable(balanced),
  everybodyHasKeys: everybodyHasKeys(balanced),
  fewPlacesMove: fewPlacesMove(balanced, size, moved),
})

/** Backends come and go and get sick. */
const anything = (constants: Constants): Model<any> => {
  const balanced = among(constants, ["fail", "join"])
  return balanced.model(claims(balanced, constants))
}

/** Backends get sick and recover. */
const sick = (constants: Constants): Model<any> => {
  const balanced = among(constants, ["fail"])
  return balanced.model(claims(balanced, constants))
}

/** The claim that so few places change hands. */
const moves = (constants: Constants): Model<any> => {
  const balanced = among(constants, ["fail", "join"])
  return balanced.model({ fewPlacesMove: fewPlacesMove(balanced, constants.size, constants.moved) })
}

/** The claim that only the keys of who comes or goes move. */
const othersMove = (constants: Constants): Model<any> => {
  const balanced = among(constants, ["fail", "join"])
  return balanced.model({ onlyItsKeysMove: onlyItsKeysMove(balanced) })
}

const broken =
  (name: string, claim: string, change: (balancer: Balancer<State, null>) => Partial<Balancer<State, null>>) =>
  (constants: Constants): Model<any> => {
    const balancer = maglev(constants.size)
    const balanced = among(constants, ["fail"], { ...change(balancer), name: `${balancer.name}, ${name}` })
    return showing(balanced, claims(balanced, constants), claim)
  }

/** The table is not filled anew when somebody gets sick. */
const stale = broken("a table that is not filled anew", "onlyHealthy", ({ choose }) => ({
  choose: (state, request) => {
    if (request.candidates.length === 0) return { state, backend: null }
    const all = backends(Object.fromEntries(state.candidates.map((name) => [name, 1])))
    return choose(state, { ...request, candidates: all }, null)
  },
}))

/** Each backend takes all that it prefers before the next has its turn: the first has most. */
const greedy = broken("not taking turns", "evenTable", ({ choose }) => ({
  choose: (state, request) => {
    const { backend, state: next } = choose(state, request, null)
    const [first = ""] = next.candidates
    return { backend, state: { ...next, table: next.table.map((owner, place) => place % 2 === 0 ? first : owner) } }
  },
}))

/** All keys are looked up in the same place. */
const keyless = broken("a hash without the key", "everybodyHasKeys", ({ choose }) => ({
  choose: (state, request) => choose(state, { ...request, key: "k" }, null),
}))

/** Where the place belongs to somebody who is sick, the request is refused. */
const refusing = broken("refusing for who is sick", "served", () => ({
  choose: (state, { candidates, key }) => {
    const owner = state.table[hashOf(key) % state.table.length]
    return { state, backend: candidates.find(({ name }) => name === owner)?.name ?? null }
  },
}))

/** The suite `maglev`. */
export const maglevSuite: Suite = suite({
  name: "balance/maglev",
  aliases: ["maglev"],
  description: "Maglev hashing among backends that come and go and get sick",
  source: "Eisenbud et al., Maglev: A fast and reliable software network load balancer (2016), section 3.4",
  constants,
  configurations: [
    ...([
      ["anything-3", 3, 31, 1, anything, 1613, 20421, 11],
      ["sick-4", 4, 53, 4, sick, 767, 7661, 10],
    ] as const).map(([name, backends, size, moved, model, distinct, generated, depth]) => ({
      name,
      constants: { backends, keys: 16, size, moved },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["others-move", 3, 31, 0, othersMove, "onlyItsKeysMove", 1],
      ["fewer-moves", 4, 53, 3, moves, "fewPlacesMove", 1],
      ["sabotage-stale", 3, 31, 0, stale, "onlyHealthy", 2],
      ["sabotage-greedy", 3, 31, 0, greedy, "evenTable", 1],
      ["sabotage-keyless", 3, 31, 0, keyless, "everybodyHasKeys", 0],
      ["sabotage-refusing", 3, 31, 0, refusing, "served", 2],
    ] as const).map(([name, backends, size, moved, model, property, steps]) => ({
      name,
      constants: { backends, keys: 16, size, moved },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
