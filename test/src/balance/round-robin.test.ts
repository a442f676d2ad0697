import { describe, expect, it } from "vitest"
import { backends, roundRobin } from "../../../src/balance/index.ts"

const three = backends({ a: 1, b: 1, c: 1 })

/** Who is chosen for so many requests. */
const turns = (count: number, candidates = three, from = roundRobin.start(three)) => {
  const chosen: Array<string | null> = []
  let state = from
  while (chosen.length < count) {
    const { backend, state: next } = roundRobin.choose(state, { key: "k", candidates }, null)
    chosen.push(backend)
    state = next
  }
  return { chosen: chosen.join(" "), state }
}

describe("round robin", () => {
  it("takes each in turn", () => {
    expect(turns(7).chosen).toBe("a b c a b c a")
  })

  it("passes over who may not be chosen, and does not go back", () => {
    const { state } = turns(1)
    expect(turns(4, backends({ a: 1, c: 1 }), state).chosen).toBe("c a c a")
    expect(turns(4, backends({ a: 1, b: 0, c: 2 }), state).chosen).toBe("c a c a")
  })

  it("goes on with the next when somebody leaves", () => {
    const { state } = turns(2)
    const withoutA = backends({ b: 1, c: 1 })
    expect(turns(3, withoutA, roundRobin.leave(state, "a")).chosen).toBe("c b c")
    expect(turns(3, backends({ a: 1, b: 1 }), roundRobin.leave(state, "c")).chosen).toBe("a b a")
    expect(turns(3, backends({ a: 1, c: 1 }), roundRobin.leave(turns(1).state, "b")).chosen).toBe("c a c")
  })

  it("lets who joins wait until all others had their turn", () => {
    const state = roundRobin.join(turns(1).state, "d")
    expect(turns(5, backends({ a: 1, b: 1, c: 1, d: 1 }), state).chosen).toBe("b c d a b")
  })

  it("begins anew when the last has left", () => {
    const nobody = ["a", "b", "c"].reduce(roundRobin.leave, turns(2).state)
    expect(nobody).toEqual({ members: [], next: 0 })
    expect(turns(2, backends({ b: 1 }), roundRobin.join(nobody, "b")).chosen).toBe("b b")
  })
})
