import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { backends, type Balancer, balancer, InvalidBackends, outcomes } from "../../../src/balance/index.ts"
import * as balance from "../../../src/balance/index.ts"

/** The balancers that there are, by name. */
const all = Object.values(balance).filter((value): value is Balancer<any, any> =>
  typeof value === "object" && "choose" in value
).concat(balance.maglev(31), balance.consistentHashing(), balance.consistentHashing({ percent: 125 }))
  .map((balancer) => [balancer.name, balancer] as const)

const refusal = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof InvalidBackends) return error.message
    throw error
  }
  return "nothing was refused"
}

describe.each(all)("%s", (_, { choose, chances, join, leave, release, start }) => {
  const three = backends({ a: 1, b: 1, c: 1 })
  const state = start(three)
  const choice = chances(state, { key: "k", candidates: three })[0]?.choice

  it("refuses to start without backends, or with those that make no sense", () => {
    expect(refusal(() => start([]))).toBe("there is no backend; give at least one")
    expect(refusal(() => start([...three, ...backends({ b: 2 })]))).toBe("b is given twice; give each backend once")
    for (const weight of [-1, 0.5, Number.NaN, Infinity, -Infinity, 2 ** 53]) {
      expect(refusal(() => start(backends({ a: 1, b: weight })))).toBe(
        `the weight of b is ${weight}; give a whole number from 0`,
      )
    }
    expect(refusal(() => start(backends({ a: 0, b: 0 })))).toBe(
      "all weights are 0; let some backend take requests",
    )
  })

  it("refuses who joins twice, and who leaves twice", () => {
    expect(refusal(() => join(state, "b"))).toBe("b joins, and is a member already; add each backend once")
    expect(refusal(() => leave(state, "d"))).toBe("d leaves, and is no member; remove each backend once")
    expect(refusal(() => leave(leave(state, "b"), "b"))).toContain("b leaves")
    expect(join(state, "d").members).toEqual(["a", "b", "c", "d"])
    expect(join(leave(state, "a"), "a").members).toEqual(["b", "c", "a"])
  })

  it("refuses candidates that make no sense", () => {
    const asked = (candidates: ReturnType<typeof backends>) => () => choose(state, { key: "k", candidates }, choice)
    expect(refusal(asked(backends({ d: 1 })))).toBe("d is a candidate, and no member; let it join first")
    expect(refusal(asked([...three, ...three]))).toBe("a is given twice; give each backend once")
    expect(refusal(asked(backends({ a: -2 })))).toBe("the weight of a is -2; give a whole number from 0")
    expect(refusal(() => chances(state, { key: "k", candidates: backends({ d: 1 }) }))).toContain("no member")
  })

  it("chooses nobody if there is nobody who takes requests", () => {
    const nobody = [{ state, backend: null, probability: { numerator: 1, denominator: 1 } }]
    expect(outcomes({ ...all[0]![1], choose, chances }, state, { key: "k", candidates: [] })).toEqual(nobody)
    expect(choose(state, { key: "k", candidates: backends({ a: 0, c: 0 }) }, choice)).toEqual({ state, backend: null })
    expect(chances(state, { key: "k", candidates: backends({ b: 0 }) })).toEqual([])
  })

  it("chooses one of the candidates, whatever the dice show, and not one that is drained", () => {
    const events = fc.array(
      fc.record({ weights: fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }), dice: fc.nat(), key: fc.string() }),
    )
    fc.assert(fc.property(events, (asked) => {
      const names = ["a", "b", "c", "d", "e"]
      let state = start(backends(Object.fromEntries(names.map((name) => [name, 1]))))
      for (const { dice, key, weights } of asked) {
        const candidates = backends(Object.fromEntries(names.map((name, index) => [name, weights[index] as number])))
        const request = { key, candidates }
        const possible = chances(state, request)
        const taking = candidates.filter(({ weight }) => weight > 0).map(({ name }) => name)
        expect(possible.length === 0).toBe(taking.length === 0)
        const { backend, state: next } = choose(state, request, possible[dice % possible.length]?.choice)
        expect(taking.length === 0 ? [null] : taking).toContain(backend)
        state = dice % 2 === 0 || backend === null ? next : release(next, backend)
      }
    }))
  })

  it("has probabilities that add up to 1", () => {
    for (const candidates of [three, backends({ a: 2, b: 3 }), backends({ a: 0, c: 7 })]) {
      const of = chances(state, { key: "k", candidates }).map(({ probability }) => probability)
      // The whole numbers are small enough to be exact.
      const denominator = of.reduce((product, one) => product * one.denominator, 1)
      const sum = of.reduce((sum, one) => sum + one.numerator * (denominator / one.denominator), 0)
      expect(sum).toBe(denominator)
    }
  })

  it("gives the same answer to the same question", () => {
    const request = { key: "k", candidates: three }
    expect(choose(state, request, choice)).toEqual(choose(state, request, choice))
    expect(state).toEqual(start(three))
  })
})

describe("a balancer", () => {
  it("whose algorithm says no more takes members as they come, throws no dice, and does not count", () => {
    const last = balancer({
      name: "always the last",
      state: Schema.Struct({ members: Schema.Array(Schema.String) }),
      start: (members) => ({ members }),
      choose: (state, { candidates }) => ({ state, backend: candidates.at(-1)?.name ?? null }),
    })
    const candidates = backends({ a: 1, b: 1, c: 0 })
    const state = last.start(candidates)
    expect(last.chances(state, { key: "k", candidates })).toEqual([
      { choice: null, probability: { numerator: 1, denominator: 1 } },
    ])
    expect(last.choose(state, { key: "k", candidates }, null).backend).toBe("b")
    expect(last.release(state, "a")).toBe(state)
  })
})
