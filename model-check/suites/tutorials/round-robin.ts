/**
 * The load balancer as it is commonly taught, and after each of the repairs that are taught next: three ways to break it, one behind the
 * other.
 *
 * @module
 */
import { chosenWell, evenly } from "../../../spec/balance/fairness.ts"
import { type LoadBalancing, loadBalancing } from "../../../spec/balance/load-balancing.ts"
import {
  backends,
  type Balancer,
  equallyLikely,
  type Membership,
  roundRobin,
  type RoundRobinState,
  uniformRandom,
} from "../../../src/balance/index.ts"
import { type Model, names } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { showing } from "../sabotage.ts"

const constants = { backends: atLeast(1, "backends") }

type Constants = ConstantsOf<typeof constants>

type Turns = Balancer<typeof RoundRobinState.Type, null>

const among = <S extends Membership, C>(
  { backends: count }: Constants,
  balancer: Balancer<S, C>,
  events: NonNullable<LoadBalancing<S, C>["events"]>,
) =>
  loadBalancing({
    balancer,
    backends: backends(Object.fromEntries(names("b", count).map((name) => [name, 1]))),
    inFlight: 1,
    events,
    window: "itself",
  })

/** All repairs: those that are not healthy are passed over, and the turn is a place in a list that stays the same. */
const inTurn = (constants: Constants): Model<any> => {
  const balanced = among(constants, roundRobin, ["fail", "die"])
  return balanced.model({ ...chosenWell(balanced), evenly: evenly(balanced) })
}

/** As taught under the name of round robin: `servers[Math.floor(Math.random() * servers.length)]`. */
const random = (constants: Constants): Model<any> => {
  const balanced = among(constants, {
    ...uniformRandom,
    name: "a round robin that throws dice",
    chances: ({ members }) => equallyLikely(members),
    choose: (state, _, choice) => ({ state, backend: choice }),
  }, [])
  return balanced.model({ evenly: evenly(balanced) })
}

/** The same with a counter, `servers[i++ % servers.length]`: whether a server is alive is not asked. */
const noHealthCheck = (constants: Constants): Model<any> => {
  const balancer: Turns = {
    ...roundRobin,
    name: "a round robin without a health check",
    choose: ({ members, next }) => ({
      state: { members, next: (next + 1) % members.length },
      backend: members[next] as string,
    }),
  }
  const balanced = among(constants, balancer, ["fail"])
  return showing(balanced, chosenWell(balanced), "onlyHealthy")
}

/**
 * With a health check, `const up = servers.filter(isUp); up[i++ % up.length]`: the counter is for a list that is another one each time. It is counted
 * up to a multiple of all lengths that there may be, which comes to the same.
 */
const filtered = (constants: Constants): Model<any> => {
  const multiple = Array.from({ length: constants.backends }, (_, index) => index + 1).reduce(
    (product, n) => product * n,
    1,
  )
  const balancer: Turns = {
    ...roundRobin,
    name: "a round robin among those that are up",
    choose: ({ members, next }, { candidates }) =>
      candidates.length === 0 ? { state: { members, next }, backend: null } : {
        state: { members, next: (next + 1) % multiple },
        backend: candidates[next % candidates.length]?.name ?? null,
      },
  }
  const balanced = among(constants, balancer, ["fail"])
  return balanced.model({ evenly: evenly(balanced) })
}

/** The suite `tutorials/round-robin`. */
export const tutorialRoundRobinSuite: Suite = suite({
  name: "tutorials/round-robin",
  aliases: [],
  description: "The load balancer as it is commonly taught, with dice or a counter, and after each repair",
  source: "what pages on load balancing have in common, and the upstream module of nginx",
  constants,
  configurations: [
    ...([
      ["in-turn", 3, inTurn, 273, 1978, 12],
    ] as const).map(([name, backends, model, distinct, generated, depth]) => ({
      name,
      constants: { backends },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["throws-dice", 2, random, "evenly", 3],
      ["no-health-check", 2, noHealthCheck, "onlyHealthy", 2],
      ["counts-the-living", 3, filtered, "evenly", 5],
    ] as const).map(([name, backends, model, property, steps]) => ({
      name,
      constants: { backends },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
