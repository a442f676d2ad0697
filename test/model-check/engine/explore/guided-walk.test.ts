import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { guidedWalks } from "../../../../model-check/engine/explore/guided-walk.ts"
import { walks } from "../../../../model-check/engine/explore/walk.ts"
import { encode, NoInitialState, variables, variant } from "../../../../src/index.ts"
import { randomModel, soundDescription } from "../../../random-model.ts"
import { randomSystem, systemDescription } from "../../../random-system.ts"
import { replay } from "../../../replay.ts"

const numbers = fc.array(fc.nat(), { maxLength: 30, size: "max" })
const many = fc.array(numbers, { minLength: 5, maxLength: 20, size: "max" })

describe("a guided walk", () => {
  it.each([["a model", soundDescription.map(randomModel)], ["a system", systemDescription.map(randomSystem)]])(
    "of %s is the walk of its segments, and no longer than it may be",
    (_, models) => {
      let resumed = 0
      fc.assert(
        fc.property(models, many, (model, choices) => {
          const [walk, again] = [guidedWalks(model), walks(model)]
          for (const segment of choices) {
            const walked = walk(segment)
            const same = again(...walked.segments)
            expect([walked.length, walked.violation, walked.reached]).toEqual([
              same.length,
              same.violation,
              same.reached,
            ])
            expect(encode(walked.trace)).toBe(encode(same.trace))
            const isResumed = walked.segments.length > 1
            expect(isResumed ? [] : walked.segments).toEqual(isResumed ? [] : [segment.length === 0 ? [0] : segment])
            if (isResumed) resumed++
          }
        }),
        { numRuns: 100, ...replay },
      )
      expect(resumed).toBeGreaterThan(10)
    },
  )

  const digits = 6
  const { action, always, model } = variables({ digits: Schema.Array(Schema.Int), wrong: Schema.Boolean })
  /** A combination lock: one digit of four is right at a time, and a wrong one is never made good. */
  const lock = model({
    name: "a combination lock",
    initial: { digits: [], wrong: false },
    actions: {
      turn: action(
        { digit: [0, 1, 2, 3, 4, 5, 6, 7] },
        (s, { digit }) => !s.wrong && (digit === 3 ? { digits: [...s.digits, digit] } : { wrong: true }),
      ),
    },
    properties: { shut: always((s) => s.digits.length < digits) },
  })
  const opensWithin = (most: number, walk: (numbers: ReadonlyArray<number>) => { readonly violation: unknown }) =>
    fc.check(
      fc.property(
        fc.array(fc.nat(), { minLength: 9, maxLength: 9 }),
        (segment) => walk(segment).violation === undefined,
      ),
      { seed: 1, numRuns: most },
    ).failed

  it("finds what takes many steps, each of them one of many", () => {
    expect(opensWithin(1_000, walks(lock))).toBe(false)
    expect(opensWithin(1_000, guidedWalks(lock))).toBe(true)
  })

  it("goes on when there are more places than it remembers", () => {
    const { action, model } = variables({ n: Schema.Int })
    const endless = model({
      name: "endless",
      initial: { n: 0 },
      actions: { next: action({ by: [1, 2, 3] }, (s, { by }) => ({ n: (4 * s.n + by) % 1_000_003 })) },
    })
    const walk = guidedWalks(endless)
    const long = (swarmSeed: number) => [swarmSeed, ...Array.from({ length: 9_999 }, (_, index) => swarmSeed ^ index)]
    for (let swarmSeed = 0; swarmSeed < 7; swarmSeed++) expect(walk(long(swarmSeed)).length).toBe(9_999)
  })

  it("is not made without an initial state", () => {
    expect(() => guidedWalks(variant(lock, "nowhere", () => ({ initial: [] })))).toThrow(NoInitialState)
  })
})
