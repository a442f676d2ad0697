import { Fraction } from "fraction.js"
import { describe, expect, it } from "vitest"
import {
  backends,
  type Balancer,
  leastConnections,
  outcomes,
  powerOfTwoChoices,
  thrown,
  uniformRandom,
  weightedRandom,
} from "../../../src/balance/index.ts"
import { encode, names } from "../../../src/index.ts"
import { fits } from "./chi-squared.ts"
import { dice } from "./dice.ts"

const equal = (count: number) => backends(Object.fromEntries(names("b", count).map((name) => [name, 1])))

/** How often each backend is chosen in so many requests. */
const sample = (balancer: Balancer<any, any>, weights: ReturnType<typeof backends>, requests: number, seed: number) => {
  const random = dice(seed)
  const counts = new Map(weights.map(({ name }) => [name, 0]))
  let state = balancer.start(weights)
  for (let request = 0; request < requests; request++) {
    const asked = { key: "k", candidates: weights }
    const { backend, state: next } = balancer.choose(
      state,
      asked,
      thrown(balancer.chances(state, asked), random()),
    )
    counts.set(backend as string, counts.get(backend as string) as number + 1)
    state = next
  }
  return counts
}

/** Where `n` balls are thrown into `n` bins, the expected number in the fullest: all that may happen, with its probability. */
const expectedFullest = (balancer: Balancer<any, any>, n: number): Fraction => {
  const candidates = equal(n)
  type Reached = {
    readonly state: any
    readonly bins: { readonly [name: string]: number }
    readonly probability: Fraction
  }
  let reached: ReadonlyArray<Reached> = [{
    state: balancer.start(candidates),
    bins: Object.fromEntries(candidates.map(({ name }) => [name, 0])),
    probability: new Fraction(1),
  }]
  for (let ball = 0; ball < n; ball++) {
    const next = new Map<string, Reached>()
    for (const { bins, probability, state } of reached) {
      for (const outcome of outcomes(balancer, state, { key: "k", candidates })) {
        const backend = outcome.backend as string
        const filled = { ...bins, [backend]: bins[backend] as number + 1 }
        const { denominator, numerator } = outcome.probability
        const likely = probability.mul(new Fraction(numerator, denominator))
        const key = encode(filled)
        next.set(key, {
          state: outcome.state,
          bins: filled,
          probability: likely.add(next.get(key)?.probability ?? 0),
        })
      }
    }
    reached = [...next.values()]
  }
  return reached.reduce(
    (sum, { bins, probability }) => sum.add(probability.mul(Math.max(...Object.values(bins)))),
    new Fraction(0),
  )
}

/** The same by plain counting, of all sequences of throws: those of one die, or of two of which the emptier bin is taken. */
const countedFullest = (n: number, choices: 1 | 2): Fraction => {
  let total = 0n
  const throwing = (bins: Array<number>, left: number): void => {
    if (left === 0) {
      total += BigInt(Math.max(...bins))
      return
    }
    for (let one = 0; one < n; one++) {
      for (let other = 0; other < (choices === 2 ? n : 1); other++) {
        const into = choices === 2 && (bins[other] as number) < (bins[one] as number) ? other : one
        bins[into] = bins[into] as number + 1
        throwing(bins, left - 1)
        bins[into] = bins[into] as number - 1
      }
    }
  }
  throwing(Array.from({ length: n }, () => 0), n)
  return new Fraction(total, BigInt(n) ** BigInt(n * choices))
}

describe("the expected fullest of n bins after n balls", () => {
  it.each([[2, "3/2"], [3, "17/9"], [4, "17/8"], [5, "1429/625"], [6, "3121/1296"]] as const)(
    "for one choice and n = %i is %s",
    (n, expected) => {
      expect(expectedFullest(uniformRandom, n).toFraction()).toBe(expected)
      expect(countedFullest(n, 1).toFraction()).toBe(expected)
    },
  )

  it.each([[2, "5/4"], [3, "41/27"], [4, "439/256"]] as const)("for two choices and n = %i is %s", (n, expected) => {
    expect(expectedFullest(powerOfTwoChoices, n).toFraction()).toBe(expected)
    expect(countedFullest(n, 2).toFraction()).toBe(expected)
  })

  it("is 1 where the balancer knows what it has given away", () => {
    for (const n of [2, 3, 4]) expect(expectedFullest(leastConnections, n).toFraction()).toBe("1")
  })

  it.each([[uniformRandom.name, uniformRandom, 1], [powerOfTwoChoices.name, powerOfTwoChoices, 2]] as const)(
    "agrees with a simulation of %s, within its confidence interval of 99 %",
    (_, balancer, seed) => {
      const n = 4
      const runs = 4_000
      const fullest = Array.from(
        { length: runs },
        (_, run) => Math.max(...sample(balancer, equal(n), n, 1_000_000 * seed + run).values()),
      )
      const mean = fullest.reduce((sum, one) => sum + one, 0) / runs
      const variance = fullest.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (runs - 1)
      const within = 2.576 * Math.sqrt(variance / runs)
      expect(Math.abs(mean - expectedFullest(balancer, n).valueOf())).toBeLessThan(within)
      // It would tell the one from the other.
      const other = balancer === uniformRandom ? powerOfTwoChoices : uniformRandom
      expect(Math.abs(mean - expectedFullest(other as Balancer<any, any>, n).valueOf())).toBeGreaterThan(within)
    },
  )
})

describe("the dice, by a chi-squared test at a significance of 0.005 with 20,000 requests and seed 7", () => {
  const requests = 20_000
  const observed = (balancer: Balancer<any, any>, weights: ReturnType<typeof backends>) => [
    ...sample(balancer, weights, requests, 7).values(),
  ]

  it("of uniform random are fair among 20 backends", () => {
    expect(fits(observed(uniformRandom, equal(20)), Array(20).fill(requests / 20))).toBe(true)
  })

  it("of weighted random follow the weights", () => {
    const shares = [5, 1, 1, 3]
    const weights = backends(Object.fromEntries(shares.map((weight, index) => [`b${index}`, weight])))
    const expected = shares.map((weight) => (requests * weight) / 10)
    expect(fits(observed(weightedRandom, weights), expected)).toBe(true)
    expect(fits(observed(uniformRandom, weights), expected)).toBe(false)
  })

  it("that are the remainder of a byte are found out", () => {
    const counts = Array.from({ length: 20 }, () => 0)
    const random = dice(7)
    for (let request = 0; request < requests; request++) {
      const bin = Math.floor(random() * 256) % 20
      counts[bin] = counts[bin] as number + 1
    }
    expect(fits(counts, Array(20).fill(requests / 20))).toBe(false)
  })
})
