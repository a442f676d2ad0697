import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check, graph } from "../../model-check/check.ts"
import { dot } from "../../model-check/report/dot.ts"
import { checkResult } from "../../model-check/report/json.ts"
import { mermaid } from "../../model-check/report/mermaid.ts"
import { outcomeText } from "../../model-check/report/outcome-text.ts"
import { plain } from "../../model-check/report/text.ts"
import {
  add,
  InvalidDefinition,
  type Model,
  names,
  range,
  record,
  set,
  struct,
  variables,
  variant,
} from "../../src/index.ts"
import { naiveTwin } from "../naive-twin.ts"

/** Checks a model, compares the counts with the twin's, and makes every kind of report of it. */
const run = async (model: Model<any>): Promise<string> => {
  const report = await Effect.runPromise(check(model, { keepGoing: true }))
  expect(report).toMatchObject(naiveTwin(model).verdict === "incomplete" ? {} : counts(model))
  const drawn = await Effect.runPromise(graph(model, 1_000))
  expect(drawn.states).toHaveLength(report.distinct)
  expect(dot(model, drawn).length + mermaid(model, drawn).length).toBeGreaterThan(0)
  const outcome = {
    suite: "odd",
    configuration: model.name,
    constants: {},
    model,
    expected: { verdict: "holds" },
    report,
  } as const
  expect(JSON.parse(JSON.stringify(checkResult(outcome)))).toMatchObject({ distinct: report.distinct })
  return outcomeText(outcome, plain, true)
}
const counts = (model: Model<any>) => {
  const { depth, distinct, generated, verdict } = naiveTwin(model)
  return { depth, distinct, generated, verdict }
}

/** As JavaScript, without a compiler, would let it pass. */
const untyped = (of: unknown) => of as never

describe("an odd model is checked", () => {
  it("with lists of values as domains, some of which are given twice", async () => {
    const { action, always, model } = variables({
      hour: [1, 2, 3, 1],
      rm: record(["a", "b"], ["working", "prepared"]),
      at: struct({ pair: [null, { x: [1n] }, undefined, { x: [1n] }], one: [0] }),
    })
    const lists = model({
      name: "lists",
      initial: { hour: 1, rm: () => "working", at: { pair: null, one: 0 } },
      actions: {
        tick: action((s) => ({ hour: s.hour === 3 ? 1 : s.hour === 2 ? 3 : 2 })),
        prepare: action({ rm: ["a", "b"] }, (_, { rm }) => ({ rm: { [rm]: "prepared" } })),
        point: action(() => ({ at: { pair: (pair) => pair === null ? { x: [1n] } : undefined, one: 0 } })),
      },
      properties: { within: always((s) => s.hour <= 3 && s.at.one === 0) },
    })
    expect(await run(lists)).toContain("36 distinct states")
  })

  it("without variables, without actions", async () => {
    const nothing = variables({})
    expect(await run(nothing.model({ name: "nothing", initial: {}, actions: {} }))).toContain(
      "1 distinct states, 1 generated, depth 1",
    )
    expect(await run(nothing.model({ name: "idle", initial: [{}, {}], actions: { idle: nothing.action(() => ({})) } })))
      .toContain(
        "1 distinct states, 3 generated",
      )
  })

  it("with a parameter that has no values, and a set that can have no members", async () => {
    const { action, always, each, model } = variables({ n: Schema.Boolean, none: set([] as ReadonlyArray<string>) })
    const text = await run(model({
      name: "empty domains",
      initial: { n: false, none: [] },
      actions: {
        flip: action((s) => ({ n: !s.n })),
        never: action({ who: [] }, () => ({ n: true })),
        nobody: action({ who: Schema.Literals([]) }, () => ({ n: true })),
        noMember: action({ who: each("none") }, () => ({ n: true })),
      },
      properties: { vacuous: always({ who: [] }, () => false) },
    }))
    expect(text).toContain("warning: never enabled: never, nobody, noMember")
  })

  it("with keys that are numbers, negative or broken ones too", async () => {
    const keys = [2, 1, -1, 0.5] as const
    const { action, always, model } = variables({ by: record(keys, Schema.Boolean) })
    const text = await run(model({
      name: "numbers",
      initial: { by: (key) => key === 2 },
      actions: { set: action({ key: keys }, (s, { key }) => !s.by[key] && { by: { [key]: true } }) },
      properties: { some: always((s) => !keys.every((key) => s.by[key])) },
    }))
    expect(text).toContain("by.0.5: false → true")
    expect(text).toContain("by.2 = true")
  })

  it("with names that JavaScript's objects have already", async () => {
    const odd = ["__proto__", "constructor", "toString", "hasOwnProperty"] as const
    const { action, always, model } = variables({
      ["__proto__"]: Schema.Literals([0, 1]),
      constructor: record(odd, Schema.Boolean),
      hasOwnProperty: struct({ ["__proto__"]: set(odd), valueOf: Schema.Boolean }),
    })
    const text = await run(model({
      name: "constructor",
      initial: { ["__proto__"]: 0, constructor: () => false, hasOwnProperty: { ["__proto__"]: [], valueOf: false } },
      actions: {
        constructor: action((s) => untyped({ ["__proto__"]: s.__proto__ === 0 ? 1 : 0 })),
        toString: action({ constructor: odd }, (_, { constructor }) =>
          untyped({
            constructor: { [constructor]: true },
            hasOwnProperty: { ["__proto__"]: add(constructor) },
          })),
      },
      properties: { valueOf: always((s) => !s.constructor.__proto__ || s.__proto__ === 0) },
    }))
    expect(text).toContain("32 distinct states")
    expect(text).toContain("constructor.__proto__: false → true")
    expect(Object.keys(Object)).toEqual([])
  })

  it("with names that look like paths", async () => {
    const { action, always, model } = variables({
      "a.b": Schema.Literals([1, 2]),
      a: struct({ b: Schema.Literals([1, 2]) }),
    })
    const text = await run(model({
      name: "a.b",
      initial: { "a.b": 1, a: { b: 2 } },
      actions: { swap: action((s) => ({ "a.b": s.a.b, a: { b: s["a.b"] } })) },
      properties: { first: always((s) => s["a.b"] === 1) },
    }))
    expect(text).toContain("2 distinct states")
  })

  it("with text of all kinds", async () => {
    const words = [
      "",
      " ",
      "naïve",
      "日本語",
      "👩‍👩‍👧",
      "\u0000",
      "\ud800",
      "a\nb",
      "\u001b[31m",
      "\"",
      "→",
      "{}",
      "<b>",
    ] as const
    const { action, model, reachable } = variables({ "größe ∈ ℕ": Schema.Literals(words), said: set(words) })
    const text = await run(model({
      name: "Über→",
      initial: { "größe ∈ ℕ": "", said: [] },
      actions: { "sage «x»": action({ w: words }, (s, { w }) => s.said.size < 1 && { "größe ∈ ℕ": w, said: add(w) }) },
      properties: { "🙂": reachable((s) => s.said.has("👩‍👩‍👧")) },
    }))
    expect(text).toContain("größe ∈ ℕ: \"\" → \"👩‍👩‍👧\"")
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })

  it("with zeros of both signs, NaN, bigints, dates, sets, maps and instances", async () => {
    class Point extends Schema.Class<Point>("Point")({ x: Schema.Int }) {}
    const all = [
      0,
      -0,
      Number.NaN,
      Infinity,
      2n ** 80n,
      new Date(0),
      new Set([1]),
      new Map([["a", [1]]]),
      new Point({ x: 1 }),
      null,
      undefined,
      "",
    ]
    const { action, always, model } = variables({ value: Schema.Unknown, seen: set(Schema.Unknown) })
    const text = await run(model({
      name: "values",
      initial: { value: 0, seen: [] },
      actions: { take: action({ what: all }, (s, { what }) => s.seen.size === 0 && { value: what, seen: add(what) }) },
      properties: { instance: always((s) => !(s.value instanceof Point)) },
    }))
    expect(text).toContain("value: 0 → Point{x: 1}")
    // 0 and -0 are one, and the initial state is one more.
    expect(text).toContain("12 distinct states")
  })

  it("with a large value, and many variables", async () => {
    const { action, model } = variables({ large: Schema.String, by: record(names("k", 300), Schema.Boolean) })
    const text = await run(model({
      name: "large",
      initial: { large: "", by: () => false },
      actions: {
        grow: action((s) => s.large.length < 10 && { large: s.large === "" ? "x".repeat(100_000) : "" }),
        set: action(
          { key: names("k", 20) },
          (s, { key }) => !Object.values(s.by).includes(true) && { by: { [key]: true } },
        ),
      },
    }))
    expect(text).toContain("42 distinct states")
  })

  it("with more interned values than a small field holds", async () => {
    const { action, always, model } = variables({ n: Schema.Int, m: Schema.Array(Schema.Int) })
    const text = await run(model({
      name: "interned",
      initial: { n: 0, m: [] },
      actions: { next: action((s) => s.n < 300 && { n: s.n + 1, m: [s.n, ...s.m].slice(0, 3) }) },
      properties: { below: always((s) => s.n < 300) },
    }))
    expect(text).toContain("m: [298, 297, 296] → [299, 298, 297]")
  })
})

describe("an odd definition is refused", () => {
  const { action, always, model, refines } = variables({ n: Schema.Boolean })
  const initial = { n: false }
  it.each<readonly [what: string, define: () => unknown, message: RegExp]>([
    ["a key twice", () => record(["a", "a"], Schema.Boolean), /the key a of a record is given twice/],
    ["a number and its name as keys", () => record([1, "1"], Schema.Boolean), /the key 1 of a record is given twice/],
    ["zeros of both signs as keys", () => record([0, -0], Schema.Boolean), /the key 0 of a record is given twice/],
    ["a zero and its name", () => record([-0, "0"], Schema.Boolean), /the key 0 of a record is given twice/],
    [
      "a key that is no number",
      () => record([Number.NaN, "NaN"], Schema.Boolean),
      /the key NaN of a record is given twice/,
    ],
    [
      "objects as keys",
      () => record(untyped([{ a: 1 }]), Schema.Boolean),
      /the key {"a":1} of a record is neither a string/,
    ],
    ["a symbol as a key", () => record(untyped([Symbol.iterator]), Schema.Boolean), /is neither a string nor a number/],
    ["a record without keys", () => record([], Schema.Boolean), /a record has no keys/],
    ["a struct without fields", () => struct({}), /a struct has no fields/],
    ["an action without a function", () => action(untyped({ n: range(1, 2) })), /has no function of the state/],
    ["a property without a function", () => always(untyped("n")), /has no function of the state/],
    [
      "a function for an action",
      () => model({ name: "m", initial, actions: { go: untyped(() => ({})) } }),
      /in the model m, go is no action; make it with action/,
    ],
    [
      "a function for a property",
      () => model({ name: "m", initial, actions: {}, properties: { p: untyped(() => true) } }),
      /in the model m, p is no property/,
    ],
    [
      "an action and a property of one name",
      () => model({ name: "m", initial, actions: { n: action(() => false) }, properties: { n: always(() => true) } }),
      /both an action and a property named n/,
    ],
    [
      "a model with an unknown key",
      () => model(untyped({ name: "m", initial, actions: {}, propertes: { p: always(() => false) } })),
      /there is no propertes in the definition of the model m; there are: name, initial, actions, properties/,
    ],
    [
      "a variant with an unknown key",
      () => variant(model({ name: "m", initial, actions: {} }), "v", () => untyped({ action: {} })),
      /there is no action in what differs in the model v/,
    ],
    [
      "a mapping of a variable that there is not",
      () => refines(model({ name: "m", initial, actions: {} }), untyped({ n: () => true, m: () => true })),
      /there is no m in the mapping to m; there are: n/,
    ],
    [
      "a mapping that lacks a variable",
      () => refines(model({ name: "m", initial, actions: {} }), untyped({})),
      /the mapping to m says nothing of its variable n/,
    ],
  ])("%s", (_, define, message) => {
    expect(define).toThrow(InvalidDefinition)
    expect(define).toThrow(message)
  })

  it("a parameter over what is no set, and a variable without a domain, when they are checked", async () => {
    const over = model({
      name: "m",
      initial,
      actions: { go: action({ x: untyped({ kind: "each", variable: "n", pattern: {} }) }, () => false) },
    })
    const failed = await Effect.runPromise(Effect.flip(check(over)))
    expect(failed.message).toBe("parameter x of action go ranges over n, which is neither a set nor a bag")
    const throwing = Schema.Literals([1, 2]).check(Schema.makeFilter(() => {
      throw new Error("no filter")
    }))
    const filtered = variables({ n: throwing }).model({ name: "m", initial: { n: 1 }, actions: {} })
    expect((await Effect.runPromise(Effect.flip(check(filtered)))).reason).toMatchObject({
      _tag: "InvalidDefinition",
      message: "the model m cannot be explored: no filter",
    })
    const bare = variables({ n: untyped(7) }).model({ name: "m", initial: untyped({ n: 1 }), actions: {} })
    expect((await Effect.runPromise(Effect.flip(check(bare)))).message).toMatch(
      /the variable n is neither a Schema nor/,
    )
  })
})
