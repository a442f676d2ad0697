import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { backends, smoothWeightedRoundRobin } from "../../../src/balance/index.ts"

/** Who is chosen for so many requests, and the current weights after each. */
const turns = (count: number, weights: { readonly [name: string]: number }) => {
  const candidates = backends(weights)
  const chosen: Array<string> = []
  const current: Array<ReadonlyArray<number>> = []
  let state = smoothWeightedRoundRobin.start(candidates)
  while (chosen.length < count) {
    const { backend, state: next } = smoothWeightedRoundRobin.choose(state, { key: "k", candidates }, null)
    chosen.push(backend as string)
    current.push(Object.values(next.current))
    state = next
  }
  return { chosen, current }
}

const someWeights = fc.array(fc.nat(9), { minLength: 1, maxLength: 6 })
  .filter((weights) => weights.some((weight) => weight > 0))
  .map((weights) => Object.fromEntries(weights.map((weight, index) => [`b${index}`, weight])))

describe("smooth weighted round robin", () => {
  it("goes as nginx says that it does", () => {
    const { chosen, current } = turns(7, { a: 5, b: 1, c: 1 })
    expect(chosen.join(" ")).toBe("a a b a c a a")
    expect(current).toEqual([[-2, 1, 1], [-4, 2, 2], [1, -4, 3], [-1, -3, 4], [4, -2, -2], [2, -1, -1], [0, 0, 0]])
  })

  it("takes each in turn where the weights are equal", () => {
    expect(turns(5, { a: 3, b: 3 }).chosen.join(" ")).toBe("a b a b a")
  })

  it("chooses each as often as its weight in every window as long as their sum", () => {
    fc.assert(fc.property(someWeights, (weights) => {
      const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
      const { chosen } = turns(3 * total, weights)
      for (let from = 0; from <= 2 * total; from++) {
        const window = chosen.slice(from, from + total)
        for (const [name, weight] of Object.entries(weights)) {
          expect(window.filter((one) => one === name).length).toBe(weight)
        }
      }
    }))
  })

  it("is never a whole request above a share, and no more than H(n) − 1 below, since it began", () => {
    fc.assert(fc.property(someWeights, (weights) => {
      const taking = Object.values(weights).filter((weight) => weight > 0)
      const total = taking.reduce((sum, weight) => sum + weight, 0)
      const harmonic = taking.reduce((sum, _, index) => sum + 1 / (index + 1), 0)
      // Whoever is owed more than nothing is below its share.
      for (const owed of turns(total, weights).current.flat()) {
        expect(owed).toBeGreaterThan(-total)
        expect(owed).toBeLessThanOrEqual((harmonic - 1) * total + 1e-9)
      }
    }))
  })

  it("owes who is sick what it was owed, and who joins nothing", () => {
    const { choose, join, leave, start } = smoothWeightedRoundRobin
    const all = backends({ a: 1, b: 1, c: 1 })
    const first = choose(start(all), { key: "k", candidates: all }, null).state
    expect(first.current).toEqual({ a: -2, b: 1, c: 1 })
    const second = choose(first, { key: "k", candidates: backends({ b: 1 }) }, null).state
    expect(second.current).toEqual({ a: -2, b: 1, c: 1 })
    expect(leave(second, "a")).toEqual({ members: ["b", "c"], current: { b: 1, c: 1 } })
    expect(join(leave(second, "a"), "a").current).toEqual({ a: 0, b: 1, c: 1 })
  })
})
