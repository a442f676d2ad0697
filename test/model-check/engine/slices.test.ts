import { Schema } from "effect"
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { Search, type SearchOptions } from "../../../model-check/engine/explore/search.ts"
import type { Report } from "../../../model-check/engine/report.ts"
import { type Model, type Properties, range, variables } from "../../../src/index.ts"
import { modelDescription, randomModel } from "../../random-model.ts"
import { largeModel, largeModelDescription, randomValueModel, valueModelDescription } from "../../random-value-model.ts"
import { replay } from "../../replay.ts"

/** How long it took, and what tables there were at the moment when they were weighed, may differ. */
const said = (report: Report) => ({ ...report, seconds: 0, memoryBytes: 0, peakMemoryBytes: 0 })

/** What a report says; or what went wrong. */
const outcome = (model: Model<any>, options: SearchOptions, milliseconds: number) => {
  try {
    const search = new Search(model, options)
    try {
      // Whoever looks at it between two slices changes nothing.
      for (let slice = 0; !search.run(milliseconds); slice++) if (slice % 7 === 0) search.report()
    } catch (error) {
      return { report: said(search.report()), error: String(error) }
    }
    return { report: said(search.report()) }
  } catch (error) {
    return { error: String(error) }
  }
}

/** The result of a search in slices of no time at all, each of which makes one call; and its result in one slice. */
const outcomes = (model: Model<any>, options: SearchOptions) => ({
  sliced: outcome(model, options, 0),
  whole: outcome(model, options, Infinity),
})

const options: fc.Arbitrary<SearchOptions> = fc.record({
  search: fc.constantFrom("bfs", "dfs"),
  exact: fc.boolean(),
  keepGoing: fc.boolean(),
  maxStates: fc.constantFrom(Infinity, 20, 300),
  maxDepth: fc.constantFrom(Infinity, 4),
}).map(({ maxDepth, maxStates, ...rest }) => ({
  ...rest,
  maxStates: Math.min(maxStates, 2_000),
  ...(maxDepth < Infinity && { maxDepth }),
}))

it.each([
  { name: "models", models: modelDescription.map((description) => () => randomModel(description)), runs: 150 },
  {
    name: "rich models",
    models: valueModelDescription.map((description) => () => randomValueModel(description)),
    runs: 150,
  },
  { name: "large models", models: largeModelDescription.map((description) => () => largeModel(description)), runs: 3 },
])("does not depend on slices: $runs random $name", ({ models, runs }) => {
  fc.assert(
    fc.property(models, options, (make, how) => {
      const { sliced, whole } = outcomes(make(), how)
      expect(sliced).toEqual(whole)
    }),
    { numRuns: runs, ...replay },
  )
}, 600_000)

it("does not depend on slices where functions read too much for their trees", () => {
  const place = Schema.Literals(range(0, 79))
  const { action, always, model, refines, step } = variables({ x: place, y: place, moves: Schema.Int })
  const grid = (properties: Properties) =>
    model({
      name: "grid",
      initial: { x: 0, y: 0, moves: 0 },
      actions: {
        right: action((s) => s.x < 79 && { x: s.x + 1, moves: s.x + s.y + 1 }),
        up: action((s) => s.y < 79 && { y: s.y + 1, moves: s.x + s.y + 1 }),
        turn: action((s) => s.x > 90 && s.y > s.moves && { x: s.y, y: s.x }),
        far: action({ by: [2, 3] }, (s, { by }) => s.x * s.y + s.moves === by * 1e6 && { x: 0 }),
      },
      properties,
    })
  const abstract = grid({})
  const refining = grid({
    counted: always((s) => s.moves === s.x + s.y),
    grows: step((before, after) => after.moves === before.moves + 1),
    refined: refines(abstract, { x: (s) => s.x, y: (s) => s.y, moves: (s) => Math.max(s.x + s.y, s.moves) }),
  })
  const { sliced, whole } = outcomes(refining, {})
  expect(sliced).toEqual(whole)
}, 600_000)
