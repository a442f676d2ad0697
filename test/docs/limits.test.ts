import { Effect, Schema } from "effect"
import { readFileSync } from "node:fs"
import { describe, expect, expectTypeOf, it } from "vitest"
import { check } from "../../model-check/check.ts"
import type { ConstantValue } from "../../model-check/constant.ts"
import { clock, list, record, set, subsets, unordered, variables } from "../../src/index.ts"

const page = readFileSync(new URL("../../docs/limits.md", import.meta.url), "utf8").replaceAll("\n", " ")

/** Lets a test say what the compiler would refuse. */
const untyped = (value: unknown): any => value

const { action, model } = variables({ n: Schema.Int })
const modelWith = (definition: object) => model({ name: "m", initial: { n: 0 }, actions: {}, ...definition })
const checked = (domain: unknown) =>
  Effect.runSync(check(modelWith({ actions: { choose: action({ x: untyped(domain) }, () => false) } })))

/** What the page says cannot be said, each with an attempt. Who makes one of them possible has to change the page too. */
const refused: ReadonlyArray<readonly [claim: string, attempt: () => unknown, message: string | RegExp]> = [
  ["What is chosen from must be finite", () => checked(Schema.String), "has no end"],
  [
    "No domain that is listed has more than 65,536 values,** unless you ask for it",
    () => subsets(Array.from("abcdefghijklmnopqrst"), 10),
    "65536",
  ],
  ["over the members of a set (`each`)", () => {
    const { action, each, model } = variables({ box: record(["a"], set([1])) })
    const take = action({ x: untyped(each)("box") }, () => false)
    return Effect.runSync(check(model({ name: "m", initial: { box: () => [] }, actions: { take } })))
  }, "neither a set nor a bag"],
  ["`r: ({ q }) => …` is refused", () => {
    const { action, model } = variables({ on: [true] })
    const choose = action({ p: [1], q: () => [2], r: untyped(({ q }: { readonly q: number }) => [q]) }, () => false)
    return Effect.runSync(check(model({ name: "m", initial: { on: true }, actions: { choose } })))
  }, "which has no domain of its own"],
  ["`Schema.Record(…)` is not", () => checked(Schema.Record(Schema.String, Schema.Boolean)), "no greatest set of keys"],
  ["A list within a value is one value", () => checked(Schema.Array(Schema.Boolean)), "no greatest length"],
  ["they cannot be split themselves", () => {
    const { model } = variables({ lines: list(untyped(list([1], 2)), 2) })
    return Effect.runSync(check(model({ name: "m", initial: { lines: [] }, actions: {} })))
  }, "the items of the list lines are neither a Schema nor a list"],
  [
    "An initial state must not be outside",
    () => Effect.runSync(check(modelWith({ constraint: () => false }))),
    "is false in initial state 1",
  ],
  ...["eventually", "leadsTo", "infinitelyOften"].map((kind) =>
    [
      "There is no liveness yet",
      () => modelWith({ properties: { p: { kind, parameters: {}, holds: () => true } } }),
      "is no property",
    ] as const
  ),
  ["no fairness", () => modelWith({ fairness: {} }), "there is no fairness"],
  ["A clock that can be read ends", () => clock({ horizon: Infinity }), "the horizon of a clock is Infinity"],
  ["Time is made of ticks", () => clock({ late: 0.5 }), "give a whole number of ticks"],
  ["Time is made of ticks", () => unordered({ delay: { min: 0, max: 1.5 } }), "give a whole number of ticks"],
  ["`rate` exclude each other", () => clock({ horizon: 3, skew: 1, rate: { min: 1, max: 2 } }), "a skew and a rate"],
]

describe("what the page on limits says cannot be said", () => {
  it.each(refused)("%s", (claim, attempt, message) => {
    expect(page).toContain(claim)
    expect(attempt).toThrow(message)
  })
})

it("the constants of a suite are numbers, booleans, strings and lists of these", () => {
  expect(page).toContain("The constants of a suite are numbers, booleans, strings and lists of these")
  type Single = number | boolean | string
  expectTypeOf<ConstantValue>().toEqualTypeOf<Single | ReadonlyArray<Single>>()
})
