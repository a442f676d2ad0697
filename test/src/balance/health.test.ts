import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  backends,
  healthCheck,
  outlierEjection,
  panicBelow,
  retryBudget,
  slowStart,
  smoothWeightedRoundRobin,
} from "../../../src/balance/index.ts"
import { InvalidDefinition, names } from "../../../src/index.ts"

const refusal = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof InvalidDefinition) return error.message
    throw error
  }
  return "nothing was refused"
}

describe("a health check", () => {
  /** What is believed after each of these results: + for a success, - for a failure. */
  const believed = (fall: number, rise: number, results: string): string => {
    const check = healthCheck({ fall, rise })
    let health = { healthy: true, against: 0 }
    return [...results].map((result) => {
      health = check(health, result === "+")
      return health.healthy ? "+" : "-"
    }).join("")
  }

  it("changes its mind after as many results in a row as the threshold says", () => {
    expect(believed(3, 2, "--+---+-++-")).toBe("+++++----++")
    expect(believed(1, 1, "-+-")).toBe("-+-")
  })

  it("refuses thresholds that are no whole numbers from 1", () => {
    for (const wrong of [0, -1, 1.5, Number.NaN]) {
      expect(refusal(() => healthCheck({ fall: wrong, rise: 1 }))).toContain(
        `the threshold fall is ${wrong}; give a whole number from 1`,
      )
      expect(refusal(() => healthCheck({ fall: 1, rise: wrong }))).toContain(`the threshold rise is ${wrong}`)
    }
  })
})

describe("outlier ejection", () => {
  const members = names("b", 4)

  it("ejects who fails so often in a row", () => {
    const { answered, start } = outlierEjection({ failures: 2, percent: 50 })
    const once = answered(start(members), "b1", false)
    expect(once.ejected).toEqual([])
    expect(answered(once, "b1", false).ejected).toEqual(["b1"])
    const forgiven = answered(once, "b1", true)
    expect(answered(forgiven, "b1", false).ejected).toEqual([])
  })

  it("stops at the floor, and goes on when somebody is readmitted", () => {
    const { answered, mostEjected, readmit, start } = outlierEjection({ failures: 1, percent: 50 })
    const failed = members.reduce((state, member) => answered(state, member, false), start(members))
    expect(failed.ejected).toEqual(["b1", "b2"])
    expect(mostEjected(4)).toBe(2)
    const readmitted = readmit(failed, "b2")
    expect(readmitted.ejected).toEqual(["b1"])
    expect(readmitted.failures["b2"]).toBe(0)
    // Who could not be ejected has not become better.
    expect(answered(readmitted, "b3", false).ejected).toEqual(["b1", "b3"])
  })

  it("may eject one whatever the percentage, and never the only one", () => {
    const most = (percent: number) => [1, 2, 3, 10].map(outlierEjection({ failures: 1, percent }).mostEjected)
    expect(most(0)).toEqual([0, 1, 1, 1])
    expect(most(10)).toEqual([0, 1, 1, 1])
    expect(most(50)).toEqual([0, 1, 1, 5])
    expect(most(100)).toEqual([1, 2, 3, 10])
  })

  it("refuses thresholds and percentages that make no sense", () => {
    expect(refusal(() => outlierEjection({ failures: 0, percent: 50 }))).toContain(
      "ejection after 0 failures; give a whole number from 1",
    )
    for (const percent of [-1, 101, 0.5]) {
      expect(refusal(() => outlierEjection({ failures: 1, percent }))).toContain(
        `${percent} % may be ejected; give a whole number from 0 to 100`,
      )
    }
  })
})

describe("panic", () => {
  const all = backends({ a: 1, b: 2, c: 1, d: 1 })

  it("begins below the threshold, and not at it", () => {
    const candidates = panicBelow(50)
    expect(candidates(all, ["a", "b"])).toEqual(backends({ a: 1, b: 2 }))
    expect(candidates(all, ["b"])).toEqual(all)
    expect(candidates(all, [])).toEqual(all)
  })

  it("never begins at 0 %, and always where all must be healthy and one is not", () => {
    expect(panicBelow(0)(all, [])).toEqual([])
    expect(panicBelow(100)(all, ["a", "b", "c"])).toEqual(all)
    expect(panicBelow(100)(all, ["d", "c", "b", "a"])).toEqual(all)
  })

  it("refuses what is no percentage", () => {
    for (const percent of [-1, 101, 1.5]) {
      expect(refusal(() => panicBelow(percent))).toContain(`a panic below ${percent} %`)
    }
  })
})

describe("slow start", () => {
  it("grows by the weight with each step, and never shrinks", () => {
    const warmed = slowStart({ window: 4, minimum: 2 })
    const weights = [0, 1, 2, 3, 4, 9].map((age) => warmed({ name: "a", weight: 3 }, age).weight)
    expect(weights).toEqual([6, 6, 6, 9, 12, 12])
    expect(warmed({ name: "a", weight: 0 }, 4).weight).toBe(0)
  })

  it("gives a backend that has just come its part of the requests", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(6), (window, age) => {
      const warmed = slowStart({ window, minimum: 1 })
      const old = { name: "old", weight: 1 }
      const candidates = [warmed(old, window), warmed({ name: "new", weight: 1 }, age)]
      const total = candidates.reduce((sum, { weight }) => sum + weight, 0)
      let state = smoothWeightedRoundRobin.start(candidates)
      let served = 0
      for (let request = 0; request < total; request++) {
        const chosen = smoothWeightedRoundRobin.choose(state, { key: "k", candidates }, null)
        state = chosen.state
        if (chosen.backend === "new") served++
      }
      expect(served).toBe(Math.max(1, Math.min(age, window)))
      expect(total - served).toBe(window)
    }))
  })

  it("refuses windows that make no sense", () => {
    for (const [minimum, window] of [[0, 4], [5, 4], [1, 2.5], [1.5, 4]] as const) {
      expect(refusal(() => slowStart({ window, minimum }))).toContain(`a slow start from ${minimum} to ${window} steps`)
    }
  })
})

describe("a budget of retries", () => {
  it("lets the greater of the minimum and the percentage through", () => {
    const mayRetry = retryBudget({ percent: 20, minimum: 3 })
    expect([0, 1, 2, 3].map((retries) => mayRetry({ requests: 5, retries }))).toEqual([true, true, true, false])
    expect([3, 4].map((retries) => mayRetry({ requests: 20, retries }))).toEqual([true, false])
    expect(retryBudget({ percent: 0, minimum: 0 })({ requests: 100, retries: 0 })).toBe(false)
  })

  it("refuses numbers that are no whole numbers from 0", () => {
    expect(refusal(() => retryBudget({ percent: -1, minimum: 0 }))).toContain("the percent of a retry budget is -1")
    expect(refusal(() => retryBudget({ percent: 1, minimum: Infinity }))).toContain("the minimum of a retry budget")
  })
})
