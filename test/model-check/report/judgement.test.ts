import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { differences } from "../../../model-check/report/judgement.ts"
import { range, variables } from "../../../src/index.ts"

const { action, always, model, reachable } = variables({ n: Schema.Literals(range(0, 9)) })
const counter = model({
  name: "counter",
  initial: { n: 0 },
  actions: { increment: action((s) => s.n < 9 && { n: s.n + 1 }) },
})
const report = Effect.runSync(check(counter))
const violating = Effect.runSync(
  check({ ...counter, properties: { low: always((s) => s.n < 3), digit: always((s) => s.n < 10) } }),
)
const unreached = Effect.runSync(check({ ...counter, properties: { negative: reachable((s) => s.n < 0) } }))

describe("a judgement", () => {
  it("finds nothing to say when all is as expected", () => {
    expect(differences(report, { verdict: "holds", distinct: 10, generated: 10, depth: 10 })).toEqual([])
    expect(differences(violating, { verdict: "violated", property: "low", steps: 3 })).toEqual([])
    expect(differences(unreached, { verdict: "violated", property: "negative" })).toEqual([])
  })

  it("names each count that differs, with both values", () => {
    expect(differences(report, { verdict: "holds", distinct: 11, generated: 9, depth: 10 })).toEqual([
      "10 distinct states, expected 11",
      "10 generated states, expected 9",
    ])
    expect(differences(violating, { verdict: "violated", property: "low", steps: 4 })).toEqual([
      "low violated in 3 steps, expected 4",
    ])
  })

  it("names the property that is violated instead", () => {
    expect(differences(violating, { verdict: "violated", property: "digit" })).toEqual([
      "violated: low, expected digit",
    ])
    expect(differences(violating, { verdict: "holds" })).toEqual(["verdict violated (low), expected holds"])
    expect(differences(report, { verdict: "violated", property: "low" })).toEqual([
      "verdict holds, expected violated (low)",
    ])
  })

  it("says what stopped an exploration", () => {
    const stopped = Effect.runSync(check(counter, { maxDepth: 3 }))
    expect(differences(stopped, { verdict: "holds" })).toEqual([
      "verdict incomplete (stopped: max-depth), expected holds",
    ])
  })
})
