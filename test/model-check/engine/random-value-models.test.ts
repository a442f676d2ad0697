import * as fc from "fast-check"
import { expect, it } from "vitest"
import type { Model } from "../../../src/index.ts"
import { agree, type Choices } from "../../agreement.ts"
import { largeModel, largeModelDescription, randomValueModel, valueModelDescription } from "../../random-value-model.ts"
import { replay } from "../../replay.ts"

const choices: fc.Arbitrary<Choices> = fc.record({
  seed: fc.nat(),
  maxDepth: fc.integer({ min: 1, max: 8 }),
  maxStates: fc.integer({ min: 1, max: 200 }),
  memory: fc.oneof(fc.nat(200_000), fc.nat(2_000_000)),
  walks: fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 30, size: "max" }), { minLength: 3, maxLength: 10 }),
})

/** So many models of values; and for each hundred of them, two large ones. */
const models = Number(process.env["TOUCHSTONE_MODELS"] ?? 500)

const agrees = <A>(described: fc.Arbitrary<A>, modelOf: (description: A) => Model<any>, runs: number, most: number) => {
  const sizes: Array<number> = []
  fc.assert(
    fc.property(described, choices, (description, choices) => {
      const size = agree(modelOf(description), choices, most)
      fc.pre(size !== undefined)
      sizes.push(size as number)
    }),
    { numRuns: runs, ...replay },
  )
  console.log(
    `${sizes.length} models, ${sizes.filter((size) => size === 0).length} of them refused; the largest had ${
      Math.max(...sizes)
    } states`,
  )
  expect(sizes.length).toBeGreaterThanOrEqual(runs)
}

it("agrees with the naive twin on random models of rich values", () => {
  agrees(valueModelDescription, randomValueModel, models, 200)
}, 7_200_000)

it("agrees with the naive twin on large models", () => {
  agrees(largeModelDescription, largeModel, Math.ceil(models / 50), 10_000)
}, 7_200_000)
