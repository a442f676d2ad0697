import { describe, expect, it } from "vitest"
import { Search } from "../../model-check/engine/explore/search.ts"
import { suites } from "../../model-check/suites/index.ts"
import type { Model } from "../../src/index.ts"
import { naiveTwin } from "../naive-twin.ts"

/** The states within which the engine finds what is left to the twin, which is slow; `TOUCHSTONE_ALL=true` leaves it everything. */
const MOST = process.env["TOUCHSTONE_ALL"] === "true" ? Infinity : 5_000

const isFoundSoon = (model: Model<any>): boolean => {
  const search = new Search(model, { maxStates: MOST })
  while (!search.run(1_000));
  return search.report().verdict === "violated"
}

const sabotaged = suites
  .flatMap(({ configurations, name }) =>
    configurations.flatMap(({ constants, expected, model, name: variant }) =>
      expected.verdict === "violated" ? [{ name: `${name}/${variant}`, model: model(constants), expected }] : []
    )
  )
const soon = sabotaged.filter(({ model }) => isFoundSoon(model))

describe("each sabotaged variant has a shortest counterexample of the length given, as the naive twin finds", () => {
  it("most of them are left to the twin", () => {
    expect(soon.length).toBeGreaterThan(sabotaged.length / 2)
  })

  it.each(soon)("$name", ({ expected: { property, steps = 0 }, model }) => {
    // The end of a counterexample is expanded only to see that it has no successor.
    const levels = model.properties[property]?.kind === "deadlockFree" ? steps + 2 : steps + 1
    const { properties } = naiveTwin(model, { maxDepth: levels })
    expect(properties[property]).toEqual({ verdict: "violated", steps })
    // A property that is violated earlier would end the search before this one is found.
    const earlier = Object.keys(properties).filter((name) => (properties[name]?.steps ?? steps) < steps)
    expect(earlier.filter((name) => properties[name]?.verdict === "violated")).toEqual([])
  })
})
