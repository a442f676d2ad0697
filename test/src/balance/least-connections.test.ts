import { describe, expect, it } from "vitest"
import {
  backends,
  InvalidBackends,
  leastConnections,
  powerOfTwoChoices as two,
  thrown,
} from "../../../src/balance/index.ts"

const three = { key: "k", candidates: backends({ a: 1, b: 1, c: 1 }) }
const idle = leastConnections.start(three.candidates)

/** The balancer has given so many requests to each. */
const busy = (connections: { readonly [name: string]: number }) => ({ members: Object.keys(connections), connections })

const likely = (connections: { readonly [name: string]: number }, weights: { readonly [name: string]: number }) =>
  leastConnections.chances(busy(connections), { key: "k", candidates: backends(weights) }).map(({ choice }) => choice)

describe("least connections", () => {
  it("throws dice among those with fewest requests", () => {
    expect(likely({ a: 0, b: 0, c: 0 }, { a: 1, b: 1, c: 1 })).toEqual(["a", "b", "c"])
    expect(likely({ a: 2, b: 1, c: 1 }, { a: 1, b: 1, c: 1 })).toEqual(["b", "c"])
    expect(likely({ a: 2, b: 1, c: 1 }, { a: 1, c: 1 })).toEqual(["c"])
  })

  it("counts a request for its weight", () => {
    expect(likely({ a: 3, b: 2 }, { a: 2, b: 1 })).toEqual(["a"])
    expect(likely({ a: 4, b: 2 }, { a: 2, b: 1 })).toEqual(["a", "b"])
    expect(likely({ a: 5, b: 2 }, { a: 2, b: 1 })).toEqual(["b"])
  })

  it("counts what it gives and what is over", () => {
    const { state } = leastConnections.choose(idle, three, "b")
    expect(state.connections).toEqual({ a: 0, b: 1, c: 0 })
    expect(leastConnections.release(state, "b")).toEqual(idle)
  })

  it.each([leastConnections, two])("refuses a release of who has nothing: $name", ({ release }) => {
    for (const name of ["a", "nobody"]) {
      expect(() => release(idle, name)).toThrow(
        new InvalidBackends({ reason: `${name} is released, and has no request; release each request once` }),
      )
    }
  })

  it.each([leastConnections, two])("remembers what who has left still has to do: $name", ({ join, leave, release }) => {
    const left = leave(busy({ a: 2, b: 0 }), "a")
    expect(left).toEqual({ members: ["b"], connections: { a: 2, b: 0 } })
    expect(join(left, "a")).toEqual({ members: ["b", "a"], connections: { a: 2, b: 0 } })
    expect(release(left, "a")).toEqual({ members: ["b"], connections: { a: 1, b: 0 } })
    // Nobody is remembered forever.
    expect(release(release(left, "a"), "a")).toEqual({ members: ["b"], connections: { b: 0 } })
    expect(leave(left, "b")).toEqual({ members: [], connections: { a: 2 } })
    expect(join(leave(left, "b"), "b").connections).toEqual({ a: 2, b: 0 })
  })

  it("refuses a choice that the dice cannot show", () => {
    expect(() => leastConnections.choose(idle, { key: "k", candidates: backends({ a: 1 }) }, "b")).toThrow(
      new InvalidBackends({
        reason: "b is chosen, and no candidate; give a choice that is among the chances",
      }),
    )
  })
})

describe("the power of two choices", () => {
  it("takes the emptier of two, of equals the first", () => {
    const state = busy({ a: 2, b: 1, c: 1 })
    const taken = (one: string, other: string) => two.choose(state, three, [one, other]).backend
    expect([taken("a", "b"), taken("b", "a"), taken("b", "c"), taken("c", "b"), taken("a", "a")]).toEqual(
      ["b", "b", "b", "c", "a"],
    )
    expect(two.choose(state, three, ["a", "c"]).state.connections).toEqual({ a: 2, b: 1, c: 2 })
  })

  it("throws two dice that do not know of each other", () => {
    const chances = two.chances(idle, three)
    expect(chances.map(({ choice: [one, other] }) => one + other).join(" ")).toBe("aa ab ac ba bb bc ca cb cc")
    expect(new Set(chances.map(({ probability }) => `${probability.numerator}/${probability.denominator}`))).toEqual(
      new Set(["1/9"]),
    )
  })
})

describe("dice that are thrown", () => {
  const chances = [
    { choice: "a", probability: { numerator: 1, denominator: 4 } },
    { choice: "b", probability: { numerator: 1, denominator: 2 } },
    { choice: "c", probability: { numerator: 1, denominator: 4 } },
  ]

  it("show what the number stands for", () => {
    expect([0, 0.24, 0.25, 0.74, 0.75, 0.999].map((random) => thrown(chances, random)).join("")).toBe("aabbcc")
  })

  it("show something, however the probabilities were rounded", () => {
    const thirds = ["a", "b", "c"].map((choice) => ({ choice, probability: { numerator: 1, denominator: 3 } }))
    expect(thrown(thirds, 1 - Number.EPSILON / 2)).toBe("c")
    expect(thrown(chances, 1)).toBe("c")
  })
})
