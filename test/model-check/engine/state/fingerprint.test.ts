import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { collisionProbability, key } from "../../../../model-check/engine/state/fingerprint.ts"
import { encode } from "../../../../src/index.ts"

describe("the keys of fingerprints", () => {
  it("are the same in every run and on every machine", () => {
    expect(key(0, ["rmState", "rm1"], encode("working"))).toEqual([-200395210, 14119117])
    expect(key(7, ["rmState", "rm1"], encode("working"))).toEqual([1037186386, -2028503222])
  })

  it("differ with the seed, the variable and the value", () => {
    const one = fc.tuple(
      fc.nat(3),
      fc.array(fc.constantFrom("a", "b", "a.b", 1), { maxLength: 3 }),
      fc.constantFrom("s1:a", "n1;"),
    )
    fc.assert(fc.property(one, one, ([seed, path, value], other) => {
      const same = encode([seed, path, value]) === encode(other)
      expect(encode(key(seed, path, value)) === encode(key(...other))).toBe(same)
    }))
  })

  it("spread over all 64 bits", () => {
    const ones = Array.from({ length: 64 }, () => 0)
    for (let value = 0; value < 1_000; value++) {
      key(0, ["n"], encode(value)).forEach((lane, at) => {
        for (let bit = 0; bit < 32; bit++) ones[32 * at + bit]! += (lane >>> bit) & 1
      })
    }
    for (const count of ones) expect(Math.abs(count - 500)).toBeLessThan(100)
  })
})

describe("the probability of a collision", () => {
  it("is bounded by n(n−1)/2 · 2⁻⁶⁴", () => {
    expect(collisionProbability(1)).toBe(0)
    expect(collisionProbability(2)).toBe(2 ** -64)
    expect(collisionProbability(10_340_352)).toBeCloseTo(2.9e-6, 7)
    expect(collisionProbability(2 ** 40)).toBe(1)
  })
})
