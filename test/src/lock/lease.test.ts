import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { mutualExclusion } from "../../../spec/lock/index.ts"
import { type Clock, InvalidDefinition, unordered } from "../../../src/index.ts"
import { LeaseTooShort, leastLease, longEnough, pessimisticLock } from "../../../src/lock/index.ts"

describe("the least lease", () => {
  it.each([
    [1, {}, 2],
    [3, { late: 2 }, 6],
    [4, { rate: { min: 2, max: 3 }, late: 1 }, 10],
    [5, { rate: { min: 9, max: 10 } }, 11],
  ])("for a term of %i and the clock %j is %i", (term, clock, least) => {
    expect(leastLease(term, clock)).toBe(least)
  })

  const clocks: ReadonlyArray<readonly [number, Clock]> = [
    [1, {}],
    [2, { late: 1 }],
    [2, { rate: { min: 1, max: 2 } }],
    [3, { rate: { min: 2, max: 3 }, late: 1 }],
  ]
  const exclusive = (term: number, clock: Clock, lease: number) => {
    const system = pessimisticLock({
      clients: 2,
      lease: { term, lease, mayOverlap: true },
      requests: 1,
      extensions: 0,
      network: unordered(),
      clock,
    })
    const { exclusive } = mutualExclusion(system)
    return Effect.runSync(check(system.model({ exclusive }))).verdict
  }

  it.each(clocks)("for a term of %i and the clock %j is exclusive, and one tick less is not", (term, clock) => {
    const least = leastLease(term, clock)
    expect([exclusive(term, clock, least), exclusive(term, clock, least - 1)]).toEqual(["holds", "violated"])
  })
})

describe("a lease that is too short", () => {
  it("is refused, and says what it must be", () => {
    const make = () => longEnough({ term: 4, lease: 9 }, { rate: { min: 2, max: 3 }, late: 1 })
    expect(make).toThrow(LeaseTooShort)
    expect(make).toThrow(
      "a lease of 9 ticks may end at the server while a client still relies on it for its term of 4, with clocks that run apart as " +
        "these do; give a lease of 10 or more, or say mayOverlap if that is what you want",
    )
  })

  it("is allowed by name", () => {
    expect(longEnough({ term: 4, lease: 1, mayOverlap: true }, {})).toMatchObject({ lease: 1 })
  })

  it.each([[{ term: 0, lease: 3 }, "the term of a lease is 0"], [{ term: 1, lease: 1.5 }, "a lease is 1.5"]])(
    "and no time at all is refused: %j",
    (lease, reason) => {
      const make = () => longEnough({ ...lease, mayOverlap: true }, {})
      expect(make).toThrow(InvalidDefinition)
      expect(make).toThrow(reason)
    },
  )
})
