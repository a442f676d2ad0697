/**
 * Rendezvous hashing: only the keys of who comes or goes move; and ways to break it.
 *
 * @module
 */
import { chosenWell } from "../../../spec/balance/fairness.ts"
import { everybodyHasKeys, onlyItsKeysMove } from "../../../spec/balance/hashing.ts"
import { loadBalancing } from "../../../spec/balance/load-balancing.ts"
import { backends, type Balancer, hashOf, type Membership, rendezvous } from "../../../src/balance/index.ts"
import { type Model, names } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { showing } from "../sabotage.ts"

const constants = { backends: atLeast(1, "backends"), keys: atLeast(1, "different keys") }

type Constants = ConstantsOf<typeof constants>

const among = ({ backends: count, keys }: Constants, balancer: Balancer<Membership, null>) =>
  loadBalancing({
    balancer,
    backends: backends(Object.fromEntries(names("b", count).map((name) => [name, 1]))),
    keys: names("k", keys),
    inFlight: 1,
    events: ["fail", "die", "join"],
  })

const claims = (balanced: ReturnType<typeof among>) => ({
  ...chosenWell(balanced),
  onlyItsKeysMove: onlyItsKeysMove(balanced),
  everybodyHasKeys: everybodyHasKeys(balanced),
})

/** Backends come and go, get sick and die. */
const anything = (constants: Constants): Model<any> => {
  const balanced = among(constants, rendezvous)
  return balanced.model(claims(balanced))
}

const broken =
  (name: string, claim: string, choose: Balancer<Membership, null>["choose"]) => (constants: Constants): Model<any> => {
    const balanced = among(constants, { ...rendezvous, choose, name: `rendezvous hashing, ${name}` })
    return showing(balanced, claims(balanced), claim)
  }

/** The remainder of the hash says who serves a key: almost all keys move with each change. */
const remainder = broken("the remainder of the hash", "onlyItsKeysMove", (state, { candidates, key }) => ({
  state,
  backend: candidates[hashOf(key) % candidates.length]?.name ?? null,
}))

/** The scores are those of places in the list, not of names: who is gone makes all others somebody else. */
const byPlace = broken("scores of places", "onlyItsKeysMove", (state, request) => {
  const places = backends(Object.fromEntries(request.candidates.map((_, place) => [`place ${place}`, 1])))
  const { backend } = rendezvous.choose(rendezvous.start(places), { ...request, candidates: places }, null)
  return { state, backend: request.candidates[Number(backend?.split(" ")[1])]?.name ?? null }
})

/** The score is that of the backend alone: one of them has all keys. */
const keyless = broken(
  "a score without the key",
  "everybodyHasKeys",
  (state, request) => rendezvous.choose(state, { ...request, key: "k" }, null),
)

/** Whoever has the highest score of all members is chosen, healthy or not. */
const blind = broken("blind", "onlyHealthy", (state, request) => {
  const all = backends(Object.fromEntries(state.members.map((name) => [name, 1])))
  return rendezvous.choose(state, { ...request, candidates: all }, null)
})

/** If the backend with the highest score is not healthy, the request is refused. */
const refusing = broken("refusing for who is sick", "served", (state, request) => {
  const all = backends(Object.fromEntries(state.members.map((name) => [name, 1])))
  const { backend } = rendezvous.choose(state, { ...request, candidates: all }, null)
  return { state, backend: request.candidates.some(({ name }) => name === backend) ? backend : null }
})

/** The suite `rendezvous`. */
export const rendezvousSuite: Suite = suite({
  name: "balance/rendezvous",
  aliases: ["rendezvous"],
  description: "Rendezvous hashing among backends that come and go, get sick and die",
  source: "Thaler and Ravishankar, Using name-based mappings to increase hit rates (1998)",
  constants,
  configurations: [
    ...([
      ["anything-3", 3, 12, anything, 332, 3733, 9],
      ["anything-4", 4, 16, anything, 3230, 44861, 12],
    ] as const).map(([name, backends, keys, model, distinct, generated, depth]) => ({
      name,
      constants: { backends, keys },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["sabotage-remainder", remainder, "onlyItsKeysMove", 1],
      ["sabotage-by-place", byPlace, "onlyItsKeysMove", 1],
      ["sabotage-keyless", keyless, "everybodyHasKeys", 0],
      ["sabotage-blind", blind, "onlyHealthy", 2],
      ["sabotage-refusing", refusing, "served", 2],
    ] as const).map(([name, model, property, steps]) => ({
      name,
      constants: { backends: 3, keys: 12 },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
