import * as fc from "fast-check"
import { expect, it } from "vitest"
import type { Model } from "../../../src/index.ts"
import { agree, type Choices } from "../../agreement.ts"
import { largeModel, largeModelDescription, randomValueModel, valueModelDescription } from "../../random-value-model.ts"
import { models, replay } from "../../replay.ts"

const choices: fc.Arbitrary<Choices> = fc.record({
  seed: fc.nat(),
  maxDepth: fc.integer({ min: 1, max: 8 }),
  maxStates: fc.integer({ min: 1, max: 200 }),
  memory: fc.oneof(fc.nat(200_000), fc.nat(2_000_000)),
  order: fc.nat(3),
  walks: fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 30, size: "max" }), { minLength: 3, maxLength: 10 }),
})

/** So many models of values, and one large one for fifty of them. */
const runs = models(500)

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
  return sizes.length
}

it("agrees with the naive twin on random models of rich values", () => {
  expect(agrees(valueModelDescription, randomValueModel, runs, 200)).toBeGreaterThan(0)
}, 7_200_000)

it("agrees with the naive twin on large models", () => {
  expect(agrees(largeModelDescription, largeModel, Math.ceil(runs / 50), 5_000)).toBeGreaterThan(0)
}, 7_200_000)
