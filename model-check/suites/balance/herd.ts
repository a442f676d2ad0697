/**
 * The herd effect: balancers that share an old view all give to the same backend.
 *
 * @module
 */
import { Schema } from "effect"
import { oldView } from "../../../spec/balance/herd.ts"
import { backends } from "../../../src/balance/index.ts"
import { type Model, names } from "../../../src/index.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"

const constants = {
  balancers: atLeast(1, "balancers"),
  backends: atLeast(1, "backends"),
  view: Schema.Literals(["fresh", "reported", "own"]).annotate({
    description: "how a balancer knows what backends have to do: as it is, as last reported, or as it has given itself",
  }),
  requests: atLeast(1, "requests"),
  most: atLeast(0, "how many requests more than another a backend may have"),
}

type Constants = ConstantsOf<typeof constants>

/** Balancers that go by their views. */
const views = ({ backends: count, balancers, most, requests, view }: Constants): Model<any> => {
  const system = oldView({
    balancers: names("p", balancers),
    backends: backends(Object.fromEntries(names("b", count).map((name) => [name, 1]))),
    view,
    requests,
  })
  return system.model({ noHerd: system.noHerd(most) })
}

/** The suite `herd`. */
export const herdSuite: Suite = suite({
  name: "balance/herd",
  aliases: ["herd"],
  description: "Balancers that share a view of the loads, which is fresh, old, or their own",
  source: "Mitzenmacher, How useful is old information? (2000)",
  constants,
  configurations: [
    ...([
      ["fresh", 2, "fresh", 8, 1, 13, 33, 9],
      ["own-counts", 2, "own", 8, 2, 95, 209, 9],
      ["own-counts-of-three", 3, "own", 6, 3, 232, 649, 7],
    ] as const).map(([name, balancers, view, requests, most, distinct, generated, depth]) => ({
      name,
      constants: { balancers, backends: 2, view, requests, most },
      model: views,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["stampede", 2, "reported", 8, 5, "noHerd", 6],
      ["own-counts-differ", 2, "own", 8, 1, "noHerd", 2],
    ] as const).map(([name, balancers, view, requests, most, property, steps]) => ({
      name,
      constants: { balancers, backends: 2, view, requests, most },
      model: views,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
