import * as fc from "fast-check"
import { expect, it } from "vitest"
import { Search } from "../../../model-check/engine/explore/search.ts"
import type { Model } from "../../../src/index.ts"
import { agree, choices } from "../../agreement.ts"
import { constrained } from "../../random-constraint.ts"
import { modelDescription, randomModel, soundDescription } from "../../random-model.ts"
import { largeModel, largeModelDescription, randomValueModel, valueModelDescription } from "../../random-value-model.ts"
import { models, replay } from "../../replay.ts"

/** Models are made of `described`, and the twin, which is slow, passes over those with more states than `most`. */
const generator = <A>(
  described: fc.Arbitrary<A>,
  modelOf: (description: A) => Model<any>,
  runs: number,
  most: number,
) => ({
  runs,
  most,
  agree: (onSize: (size: number) => void) =>
    fc.assert(
      fc.property(described, choices, (description, choices) => {
        const size = agree(modelOf(description), choices, most)
        fc.pre(size !== undefined)
        onSize(size as number)
      }),
      { numRuns: runs, ...replay },
    ),
})

it.each([
  { name: "models", ...generator(modelDescription, randomModel, models(180), 200) },
  { name: "models", ...generator(modelDescription, randomModel, Math.ceil(models(180) / 20), 2_000) },
  { name: "models of rich values", ...generator(valueModelDescription, randomValueModel, models(180), 200) },
  {
    name: "models with a constraint",
    ...generator(
      fc.tuple(modelDescription, fc.nat()),
      ([description, choice]) => constrained(randomModel(description), choice),
      models(60),
      200,
    ),
  },
  { name: "large models", ...generator(largeModelDescription, largeModel, Math.ceil(models(180) / 100), 4_000) },
])("agrees with the naive twin on $runs random $name of up to $most states", ({ agree, name }) => {
  const sizes: Array<number> = []
  agree((size) => sizes.push(size))
  const refused = sizes.filter((size) => size === 0).length
  console.log(`${sizes.length} ${name}, ${refused} of them refused; the largest had ${Math.max(...sizes)} states`)
  expect(sizes).not.toHaveLength(0)
}, 7_200_000)

it("reports one and the same trace, however often it is asked", () => {
  const traceOf = (model: Model<any>) => {
    const search = new Search(model, { keepGoing: true, maxStates: 500 })
    while (!search.run(60_000));
    return search.report().properties.find(({ trace }) => trace)?.trace ?? { steps: [] }
  }
  fc.assert(
    fc.property(soundDescription, (description) => {
      const model = randomModel(description)
      expect(traceOf(model).steps).toEqual(traceOf(model).steps)
    }),
    { numRuns: 100, ...replay },
  )
})
