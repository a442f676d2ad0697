import { describe, expect, it } from "vitest"
import { type Baseline, type Kill, killOf, type Observed, stronger } from "../../mutation/kill.ts"

const holding: Baseline = {
  name: "suite/holds",
  expected: { verdict: "holds", distinct: 10, generated: 20, depth: 3 },
  distinct: 10,
  reached: ["commits"],
  vacuous: ["action crash"],
}
const broken: Baseline = {
  name: "suite/sabotage",
  expected: { verdict: "violated", property: "agreement", steps: 4 },
  distinct: 7,
  reached: [],
  vacuous: [],
}

type Reported = Extract<Observed, { readonly _tag: "Reported" }>

const reported = (what: Partial<Reported>): Reported => ({
  _tag: "Reported",
  verdict: "holds",
  distinct: 10,
  violated: [],
  reached: ["commits"],
  vacuous: ["action crash"],
  differences: [],
  ...what,
})
const violating = (name: string, kind = "always") => ({ verdict: "violated", violated: [{ name, kind }] }) as const

describe("a mutant is noticed", () => {
  it("not, if all is as it was", () => {
    expect(killOf(holding, reported({}))).toBeUndefined()
    expect(killOf(broken, reported(violating("agreement")))).toBeUndefined()
  })

  it.each<[string, Baseline, Observed, Kill["how"], string]>([
    ["a property that is violated", holding, reported(violating("agreement")), "property", "agreement"],
    ["another property of a broken variant", broken, reported(violating("validity")), "property", "validity"],
    ["what is no longer possible", holding, reported(violating("commits", "reachable")), "reachable", "commits"],
    ["a broken variant that holds", broken, reported({}), "sabotage", "agreement is not violated"],
    ["what throws", holding, { _tag: "Failed", reason: "no such field" }, "error", "no such field"],
    [
      "what is no longer tested",
      holding,
      reported({ vacuous: ["action crash", "action vote"] }),
      "vacuous",
      "action vote",
    ],
    ["a count", holding, reported({ differences: ["11 levels"] }), "count", "11 levels"],
    [
      "a longer counterexample",
      broken,
      reported({ ...violating("agreement"), differences: ["5 steps"] }),
      "count",
      "5 steps",
    ],
    ["a search without an end", broken, reported({ verdict: "incomplete" }), "unended", "more than 10 states"],
    ["a function that does not return", holding, { _tag: "Silent" }, "unended", "a function does not return"],
  ])("by %s", (_, baseline, observed, how, detail) => {
    expect(killOf(baseline, observed)).toEqual({ how, by: baseline.name, detail })
  })

  it("by a search that goes on beyond the pinned count, which says what is missing by then", () => {
    const kill = killOf(holding, reported({ verdict: "incomplete", distinct: 10, reached: [] }))
    expect(kill?.detail).toBe("more than 10 states, until then not reached: commits")
  })

  it("most by a verdict, least by a search without an end", () => {
    const property: Kill = { how: "property", by: "a", detail: "" }
    const count: Kill = { how: "count", by: "b", detail: "" }
    expect(stronger(count, property)).toBe(property)
    expect(stronger(property, count)).toBe(property)
    expect(stronger(undefined, count)).toBe(count)
    expect(stronger(count, undefined)).toBe(count)
    // Of equals the first.
    expect(stronger(count, { ...count, by: "c" })).toBe(count)
  })
})
