import * as fc from "fast-check"
import { expect, it } from "vitest"
import type { Report } from "../../../model-check/engine/report.ts"
import { Search, type SearchOptions } from "../../../model-check/engine/search.ts"
import { naiveTwin } from "../../naive-twin.ts"
import { modelDescription, randomModel } from "../../random-model.ts"
import { models, replay } from "../../replay.ts"

/** Many small models, and some larger ones. The twin is slow: a model with more states than `most` is passed over. */
const RUNS = [
  { runs: models(1_000), most: 200 },
  { runs: Math.ceil(models(1_000) / 20), most: 2_000 },
]

const explore = (model: ReturnType<typeof randomModel>, options: SearchOptions): Report => {
  const search = new Search(model, { keepGoing: true, ...options })
  while (!search.run(60_000));
  return search.report()
}

const summary = (report: Report, lengths: boolean) => ({
  verdict: report.verdict,
  distinct: report.distinct,
  generated: report.generated,
  stuttering: report.stuttering,
  ...(lengths && { depth: report.depth }),
  properties: Object.fromEntries(
    report.properties.map(({ name, trace, verdict }) => [
      name,
      { verdict, ...(lengths && trace !== undefined && { steps: trace.steps.length - 1 }) },
    ]),
  ),
})

it.each(RUNS)("agrees with the naive twin on $runs random models of up to $most states", ({ most, runs }) => {
  let largest = 0
  fc.assert(
    fc.property(modelDescription, fc.integer({ min: 1, max: 8 }), fc.nat(), (description, maxDepth, seed) => {
      const model = randomModel(description)
      const { depth, properties, ...twin } = naiveTwin(model, { maxStates: most })
      fc.pre(twin.distinct < most)
      largest = Math.max(largest, twin.distinct)
      const verdicts = Object.fromEntries(Object.entries(properties).map(([name, { verdict }]) => [name, { verdict }]))

      expect(summary(explore(model, { seed }), true)).toEqual({ ...twin, depth, properties })
      expect(summary(explore(model, { exact: true }), true)).toEqual({ ...twin, depth, properties })
      expect(summary(explore(model, { search: "dfs" }), false)).toEqual({ ...twin, properties: verdicts })

      const bounded = naiveTwin(model, { maxDepth })
      const { distinct, generated } = bounded
      expect(summary(explore(model, { maxDepth }), true)).toEqual(bounded)
      expect(explore(model, { search: "dfs", maxDepth })).toMatchObject({
        distinct,
        generated,
        verdict: bounded.verdict,
      })
      expect(explore(model, { search: "dfs", maxDepth, exact: true })).toMatchObject({ distinct, generated })
    }),
    { numRuns: runs, ...replay },
  )
  console.log(`the largest had ${largest} states`)
}, 7_200_000)

it("reports one and the same trace, however often it is asked", () => {
  fc.assert(
    fc.property(modelDescription, (description) => {
      const model = randomModel(description)
      const { steps } = explore(model, { maxStates: 500 }).properties.find(({ trace }) => trace)?.trace ?? { steps: [] }
      const again = explore(model, { maxStates: 500 }).properties.find(({ trace }) => trace)?.trace ?? { steps: [] }
      expect(again.steps).toEqual(steps)
    }),
    { numRuns: 100, ...replay },
  )
})
