import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check, type CheckOptions } from "../../model-check/check.ts"
import type { Report } from "../../model-check/engine/report.ts"
import { add, bag, type Model, range, record, set, struct, variables } from "../../src/index.ts"

const MODES: ReadonlyArray<CheckOptions> = [{}, { exact: true }, { search: "dfs" }]

/** What every mode says of a model: its verdict, the number of its states, and the length of a shortest counterexample. */
const everywhere = async (model: Model<any>, keepGoing = true): Promise<ReadonlyArray<unknown>> =>
  Promise.all(MODES.map(async (mode) => {
    const { distinct, properties, verdict }: Report = await Effect.runPromise(check(model, { ...mode, keepGoing }))
    const trace = mode.search === undefined ? properties.find(({ trace }) => trace !== undefined)?.trace : undefined
    return { verdict, distinct, ...(trace !== undefined && { steps: trace.steps.length - 1 }) }
  }))

/** The same in every mode; where the search goes depth-first, no counterexample is a shortest one. */
const inEveryMode = (verdict: "holds" | "violated", distinct: number, steps?: number): ReadonlyArray<unknown> =>
  MODES.map((mode) => ({
    verdict,
    distinct,
    ...(steps !== undefined && mode.search === undefined && { steps }),
  }))

const failure = async (model: Model<any>): Promise<string> =>
  (await Effect.runPromise(Effect.flip(check(model)))).message

describe("a part of the state that is stored as a value", () => {
  const votes = record(["a", "b"], Schema.Boolean)

  it("in a variable, is what it was then", async () => {
    const { action, always, model } = variables({ votes, saved: Schema.Unknown })
    const keeps = model({
      name: "saved",
      initial: { votes: () => false, saved: null },
      actions: {
        vote: action({ who: ["a", "b"] }, (s, { who }) => !s.votes[who] && { votes: { [who]: true } }),
        save: action((s) => s.saved === null && { saved: s.votes }),
      },
      properties: { current: always((s) => s.saved === null || (s.saved as any).a === s.votes.a) },
    })
    expect(await everywhere(keeps)).toEqual(inEveryMode("violated", 13, 2))
  })

  it("in a message, is what it was then", async () => {
    const { action, always, model } = variables({
      local: struct({ votes }),
      sent: set(Schema.Struct({ _tag: Schema.Literal("Snapshot"), local: Schema.Struct({ votes: Schema.Unknown }) })),
    })
    const sends = model({
      name: "sent",
      initial: { local: { votes: () => false }, sent: [] },
      actions: {
        vote: action({ who: ["a", "b"] }, (s, { who }) => ({ local: { votes: { [who]: !s.local.votes[who] } } })),
        send: action((s) => s.sent.size === 0 && { sent: add({ _tag: "Snapshot", local: s.local }) }),
      },
      properties: { current: always((s) => s.sent.size === 0 || s.sent.some({ _tag: "Snapshot", local: s.local })) },
    })
    expect(await everywhere(sends)).toEqual(inEveryMode("violated", 20, 2))
  })

  it("is refused where it is a set or a bag, which must be spread", async () => {
    const { action, model } = variables({
      at: struct({ sent: set(Schema.Int), held: bag(Schema.Int) }),
      saved: Schema.Unknown,
    })
    const saves = (saved: (s: any) => unknown) =>
      failure(model({
        name: "saved",
        initial: { at: { sent: [1], held: [1] }, saved: null },
        actions: { save: action((s) => ({ saved: saved(s) })) },
      }))
    expect(await saves((s) => [s.at.sent])).toContain("the set s.at.sent (its members are [...s.at.sent]) is not plain")
    expect(await saves((s) => s.at)).toContain("the bag s.at.held (its members are [...s.at.held]) is not plain data")
  })
})

describe("a domain that is enumerated", () => {
  it("has the absence of optional keys and elements, which parameters take", async () => {
    const option = Schema.Struct({ a: Schema.optionalKey(Schema.Boolean) })
    const pair = Schema.Tuple([Schema.Boolean, Schema.optionalKey(Schema.Literal("x"))])
    const { action, always, model } = variables({ option, pair })
    const takes = (seen: (s: { option: object; pair: ReadonlyArray<unknown> }) => boolean) =>
      model({
        name: "optional",
        initial: { option: { a: true }, pair: [true, "x"] },
        actions: {
          choose: action({ option }, (_, { option }) => ({ option })),
          pair: action({ pair }, (_, { pair }) => ({ pair })),
        },
        properties: { seen: always(seen) },
      })
    expect(await everywhere(takes((s) => "a" in s.option))).toEqual(inEveryMode("violated", 12, 1))
    expect(await everywhere(takes((s) => s.pair.length > 1))).toEqual(inEveryMode("violated", 12, 1))
  })

  it("keeps its bits: values are found wherever the field is looked at", async () => {
    const { action, always, model } = variables({
      n: Schema.Literals(range(0, 3)),
      x: Schema.Struct({ a: Schema.optionalKey(Schema.Boolean) }),
      y: Schema.Struct({ a: Schema.optionalKey(Schema.Boolean) }),
    })
    const moves = model({
      name: "optional",
      initial: { n: 0, x: { a: false }, y: { a: true } },
      actions: {
        count: action((s) => ({ n: (s.n + 1) % 4 })),
        drop: action((s) => s.n === 1 && { x: {} }),
        swap: action((s) => ({ x: s.y, y: s.x })),
        flip: action((s) => "a" in s.x && { x: { a: !s.x.a } }),
      },
      properties: { kept: always((s) => "a" in s.x || "a" in s.y || s.n !== 3) },
    })
    expect(await everywhere(moves)).toEqual(inEveryMode("violated", 36, 6))
  })

  it.each<readonly [what: string, of: Schema.Schema<unknown>, initial: unknown, more: unknown]>([
    ["an excess property", Schema.Struct({ a: Schema.Boolean }), { a: true }, { a: true, b: 1 }],
    ["a property of what has none", Schema.Struct({}), {}, { a: 1 }],
    ["what is not void", Schema.Void, undefined, 1],
    ["a missing key that is undefined", Schema.Struct({ a: Schema.optionalKey(Schema.Boolean) }), {}, { a: undefined }],
  ])("refuses %s", async (_, of, initial, more) => {
    const { action, model } = variables({ value: of, seen: set(of) })
    for (const change of [{ value: more }, { seen: add(more) }]) {
      const gives = model({
        name: "excess",
        initial: { value: initial, seen: [] },
        actions: { act: action(() => change) },
      })
      expect(await failure(gives)).toMatch(
        /^action act gives (value|seen) the value .*, which is outside its domain: one of/,
      )
    }
  })
})

describe("a domain that is not enumerated", () => {
  it("refuses excess properties at any depth, and says which fields there are", async () => {
    const { action, model } = variables({
      value: Schema.Struct({ n: Schema.Int, more: Schema.optionalKey(Schema.Array(Schema.Struct({ n: Schema.Int }))) }),
    })
    const gives = (value: unknown) =>
      model({
        name: "excess",
        initial: { value: { n: 1 } },
        actions: { act: action(() => ({ value: value as never })) },
      })
    expect(await failure(gives({ n: 1, m: 2 }))).toBe(
      "action act gives value the value {\"n\":1,\"m\":2}, which is outside its domain: "
        + "an object as its schema describes, with the fields n, more? and no others",
    )
    expect(await failure(gives({ n: 1, more: [{ n: 1, m: 2 }] }))).toContain("outside its domain")
    expect(await everywhere(gives({ n: 1, more: [{ n: 2 }] }))).toEqual(inEveryMode("holds", 2))
  })
})

describe("strings with lone surrogates", () => {
  const odd = ["\ud800", "\udc00", "\ufffd", "\udc00\ud800"] as const

  it("are told apart, as values, as elements and as keys", async () => {
    const { action, always, model } = variables({
      said: Schema.Literals(odd),
      heard: set(Schema.String),
      by: record(odd, Schema.Boolean),
    })
    const says = model({
      name: "surrogates",
      initial: { said: odd[0], heard: [], by: () => false },
      actions: {
        say: action({ what: odd }, (_, { what }) => ({ said: what })),
        hear: action({ what: odd }, (s, { what }) => s.heard.size === 0 && { heard: add(what) }),
        be: action({ who: odd }, (s, { who }) => !Object.values(s.by).includes(true) && { by: { [who]: true } }),
      },
      properties: { heard: always((s) => !(s.said === odd[3] && s.heard.has(odd[1]) && s.by[odd[2]])) },
    })
    expect(await everywhere(says)).toEqual(inEveryMode("violated", 4 * 5 * 5, 3))
  })
})

describe("a search of a set by a pattern", () => {
  it("passes over members that have no fields", async () => {
    const { action, always, each, model } = variables({ found: set(Schema.NullOr(Schema.Struct({ n: Schema.Int }))) })
    const searched = model({
      name: "searched",
      initial: { found: [null] },
      actions: {
        find: action({ n: [1, 2] }, (_, { n }) => ({ found: add({ n }) })),
        lose: action({ one: each("found", { n: 1 }) }, (_, { one }) => ({ found: { remove: [one] } })),
      },
      properties: { lost: always((s) => !s.found.some({ n: 1 }) || !s.found.some({ n: 2 })) },
    })
    expect(await everywhere(searched)).toEqual(inEveryMode("violated", 4, 2))
  })
})

describe("the caller's own constants", () => {
  it("can be changed after a check", async () => {
    const config = { retries: 3, list: [1] }
    const { action, model } = variables({ value: Schema.Unknown, seen: set(Schema.Unknown) })
    const uses = model({
      name: "constants",
      initial: { value: config, seen: [config] },
      actions: { take: action({ what: [config] }, (_, { what }) => ({ value: [what, config], seen: add(config) })) },
    })
    expect(await everywhere(uses)).toEqual(inEveryMode("holds", 2))
    config.retries = 4
    config.list.push(2)
    expect(config).toEqual({ retries: 4, list: [1, 2] })
  })
})
