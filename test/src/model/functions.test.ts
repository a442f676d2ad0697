import { Effect, Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, expectTypeOf, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import {
  DomainNotEnumerable,
  functions,
  InvalidDefinition,
  names,
  record,
  variables,
  variant,
} from "../../../src/index.ts"
import { naiveTwin } from "../../naive-twin.ts"

const Processes = names("p", 2)
const Vote = Schema.Literals(["yes", "no"])

describe("functions", () => {
  it("know their keys and their values", () => {
    expectTypeOf(functions(Processes, Vote)).toEqualTypeOf<
      ReadonlyArray<{ readonly [k in "p1" | "p2"]: "yes" | "no" }>
    >()
  })

  it("are all there are, each once", () => {
    fc.assert(fc.property(fc.nat(4), fc.nat(4), (keys, count) => {
      const found = functions(names("k", keys), Array.from({ length: count }, (_, index) => index))
      expect(found.length).toBe(count ** keys)
      expect(new Set(found.map((f) => JSON.stringify(f))).size).toBe(found.length)
      for (const f of found) expect(Object.keys(f)).toEqual(names("k", keys))
    }))
  })

  it("are initial states, parameters and values of variables", () => {
    const { action, always, model } = variables({ vote: record(Processes, Vote), seen: functions(Processes, Vote) })
    const made = model({
      name: "votes",
      initial: functions(Processes, Vote).map((vote) => ({ vote, seen: { p1: "no" as const, p2: "no" as const } })),
      actions: {
        look: action((s) => ({ seen: { p1: s.vote.p1, p2: s.vote.p2 } })),
        change: action({ vote: functions(Processes, Vote) }, (s, { vote }) => s.vote.p1 === "no" && { vote }),
      },
      properties: { unseen: always((s) => s.seen.p1 === "no" || s.seen.p2 === "no") },
    })
    const report = Effect.runSync(check(made))
    expect(report.verdict).toBe("violated")
    expect(naiveTwin(made).properties["unseen"]).toEqual({ verdict: "violated", steps: 1 })
    const all = variant(made, "votes", () => ({ properties: {} }))
    const { distinct, generated } = naiveTwin(all)
    expect(Effect.runSync(check(all))).toMatchObject({ verdict: "holds", distinct, generated })
    // Whoever votes yes as p1 has seen nothing but votes of no from p1, or these: 3 + 3; of the others, 2 + 2.
    expect(distinct).toBe(10)
  })

  it("are refused where there are too many, or a key stands twice", () => {
    expect(functions(names("k", 16), [0, 1]).length).toBe(65_536)
    expect(() => functions(names("k", 17), [0, 1])).toThrow(DomainNotEnumerable)
    expect(() => functions(names("k", 17), [0, 1])).toThrow(
      "functions of 17 keys cannot be enumerated: it has 131072 values",
    )
    expect(() => functions(["a"], Schema.Int)).toThrow(DomainNotEnumerable)
    expect(() => functions(["a", "a"], [0])).toThrow(InvalidDefinition)
    expect(() => functions([1, "1"], [0])).toThrow("two keys of functions of 2 keys are named 1; give each key once")
  })
})
