/**
 * Jump hash: only the keys of who comes last, goes last or gets sick move; and what happens where somebody goes from the middle.
 *
 * @module
 */
import { Schema } from "effect"
import { chosenWell } from "../../../spec/balance/fairness.ts"
import { everybodyHasKeys, onlyItsKeysMove } from "../../../spec/balance/hashing.ts"
import { type LoadBalancing, loadBalancing, type LoadBalancingVariables } from "../../../spec/balance/load-balancing.ts"
import { backends, type Balancer, hashOf, jumpHash, jumpHashing, type Membership } from "../../../src/balance/index.ts"
import { type Language, type Model, names, variant } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { showing } from "../sabotage.ts"

const constants = {
  backends: atLeast(1, "backends"),
  keys: atLeast(1, "different keys"),
  leave: Schema.Literals(["last", "any"]).annotate({ description: "who may leave: the last member, or any" }),
}

type Constants = ConstantsOf<typeof constants>

type Events = NonNullable<LoadBalancing<Membership, null>["events"]>

const among = ({ backends: count, keys }: Constants, balancer: Balancer<Membership, null>, events: Events) =>
  loadBalancing({
    balancer,
    backends: backends(Object.fromEntries(names("b", count).map((name) => [name, 1]))),
    keys: names("k", keys),
    inFlight: 1,
    events,
  })

const claims = (balanced: ReturnType<typeof among>) => ({
  ...chosenWell(balanced),
  onlyItsKeysMove: onlyItsKeysMove(balanced),
  everybodyHasKeys: everybodyHasKeys(balanced),
})

/** Whoever leaves is the last, as the paper assumes it; unless anybody may. */
const leaving = (model: Model<any>, { leave }: Constants): Model<any> =>
  leave === "any" ? model : variant(model, model.name, ({ action }: Language<LoadBalancingVariables>) => ({
    actions: Object.fromEntries(
      Object.entries(model.actions).filter(([name]) => name === "leave").map(([name, { parameters, run }]) => [
        name,
        action(parameters, (s, args) => s.balancer.members.at(-1) === args["backend"] && run(s, args) as {}),
      ]),
    ),
  }))

/** Backends get sick, recover and die. */
const sick = (constants: Constants): Model<any> => {
  const balanced = among(constants, jumpHashing, ["fail", "die"])
  return balanced.model(claims(balanced))
}

/** Backends come and go too. */
const anything = (constants: Constants): Model<any> => {
  const balanced = among(constants, jumpHashing, ["fail", "die", "join"])
  return leaving(balanced.model(claims(balanced)), constants)
}

/** A backend leaves from the middle: those behind it move up, and take keys with them that have nothing to do with it. */
const fromTheMiddle = (constants: Constants): Model<any> => {
  const balanced = among(constants, jumpHashing, ["join"])
  return leaving(balanced.model({ onlyItsKeysMove: onlyItsKeysMove(balanced) }), constants)
}

const broken =
  (name: string, claim: string, choose: Balancer<Membership, null>["choose"]) => (constants: Constants): Model<any> => {
    const balanced = among(constants, { ...jumpHashing, choose, name: `jump hash, ${name}` }, ["fail", "die", "join"])
    return leaving(showing(balanced, claims(balanced), claim), constants)
  }

/** The remainder of the hash is the bucket: almost all keys move with each change. */
const remainder = broken("the remainder of the hash", "onlyItsKeysMove", (state, { candidates, key }) => ({
  state,
  backend: candidates[hashOf(key) % candidates.length]?.name ?? null,
}))

/** Only the healthy are buckets: who is sick leaves from the middle. */
const healthyOnly = broken("buckets of the healthy", "onlyItsKeysMove", (state, request) => ({
  state,
  backend: jumpHashing.choose({ members: request.candidates.map(({ name }) => name) }, request, null).backend,
}))

/** The bucket is chosen whoever it is, healthy or not. */
const blind = broken("blind", "onlyHealthy", (state, { candidates, key }) => ({
  state,
  backend: candidates.length === 0
    ? null
    : state.members[jumpHash(BigInt(hashOf(key)), state.members.length)] as string,
}))

/** Where the bucket is sick, the request is refused. */
const refusing = broken("refusing for who is sick", "served", (state, { candidates, key }) => {
  const bucket = state.members.length === 0 ? null : state.members[jumpHash(BigInt(hashOf(key)), state.members.length)]
  return { state, backend: candidates.find(({ name }) => name === bucket)?.name ?? null }
})

/** Each key is hashed as if it were the same. */
const keyless = broken(
  "a hash without the key",
  "everybodyHasKeys",
  (state, request) => jumpHashing.choose(state, { ...request, key: "k" }, null),
)

/** The suite `jump-hash`. */
export const jumpHashSuite: Suite = suite({
  name: "balance/jump-hash",
  aliases: ["jump-hash"],
  description: "Jump hash among backends that come last and go last, get sick and die",
  source: "Lamping and Veach, A fast, minimal memory, consistent hash algorithm (2014)",
  constants,
  configurations: [
    ...([
      ["sick-4", 4, sick, 81, 853, 6],
      ["anything-3", 3, anything, 332, 3615, 11],
    ] as const).map(([name, backends, model, distinct, generated, depth]) => ({
      name,
      constants: { backends, keys: 16, leave: "last" } as const,
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["from-the-middle", "any", fromTheMiddle, "onlyItsKeysMove", 1],
      ["sabotage-remainder", "last", remainder, "onlyItsKeysMove", 1],
      ["sabotage-healthy-only", "last", healthyOnly, "onlyItsKeysMove", 1],
      ["sabotage-blind", "last", blind, "onlyHealthy", 2],
      ["sabotage-refusing", "last", refusing, "served", 2],
      ["sabotage-keyless", "last", keyless, "everybodyHasKeys", 0],
    ] as const).map(([name, leave, model, property, steps]) => ({
      name,
      constants: { backends: 3, keys: 16, leave },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
