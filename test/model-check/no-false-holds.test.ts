import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check, type CheckOptions } from "../../model-check/check.ts"
import { walks } from "../../model-check/engine/explore/walk.ts"
import { bag, type Model, names, range, record, remove, set, struct, variables } from "../../src/index.ts"

/** All ways to search. */
const MODES: ReadonlyArray<CheckOptions> = [{}, { exact: true }, { search: "dfs" }, { search: "dfs", exact: true }]

const reports = (model: Model<any>, options: CheckOptions = {}) =>
  MODES.map((mode) => Effect.runSync(check(model, { ...mode, ...options })))

/** What a model is refused with, whatever the mode: the message. */
const refusals = (model: Model<any>): ReadonlyArray<string> => [
  ...MODES.map((mode) => Effect.runSync(Effect.flip(check(model, mode))).message),
  (() => {
    try {
      walks(model)([0, ...range(1, 20)])
      return "nothing"
    } catch (error) {
      return (error as Error).message
    }
  })(),
]

/** As JavaScript, without a compiler, would let it pass. */
const untyped = (of: unknown) => of as never

describe("the state in which all sets and bags are empty", () => {
  it.each([["set", set], ["bag", bag]] as const)("is seen, where there is nothing but a %s", (_, of) => {
    const { action, always, each, model } = variables({ sent: (of as typeof set)(range(1, 8)) })
    const emptied = model({
      name: "emptied",
      initial: { sent: range(1, 8) },
      actions: { take: action({ n: each("sent") }, (_, { n }) => ({ sent: remove(n) })) },
      properties: { some: always((s) => s.sent.size > 0) },
    })
    for (const { distinct, verdict } of reports(emptied, { keepGoing: true })) {
      expect({ distinct, verdict }).toEqual({ distinct: 256, verdict: "violated" })
    }
  })
})

describe("a limit", () => {
  const { action, always, model } = variables({ n: Schema.Literals(range(0, 9)) })
  const counter = model({
    name: "counter",
    initial: { n: 0 },
    actions: { count: action((s) => s.n < 9 && { n: s.n + 1 }) },
    properties: { small: always((s) => s.n < 9) },
  })

  it("of memory that leaves no room for the first table is never taken for the end of the state space", async () => {
    const { Search } = await import("../../model-check/engine/explore/search.ts")
    for (const exact of [true, false]) {
      const search = new Search(counter, { memory: 1, exact })
      while (!search.run(1_000));
      expect(search.report()).toMatchObject({ verdict: "incomplete", stopped: "memory" })
    }
  })

  it.each([{ maxStates: Number.NaN }, { maxDepth: Number.NaN }, { maxDepth: -1 }, { search: untyped("xyz") }])(
    "that is none is refused: %o",
    (options) => {
      expect(Effect.runSync(Effect.flip(check(counter, options))).message).toMatch(/the limit|the search order/)
    },
  )
})

describe("a function that does not answer as it should is refused by name", () => {
  const { action, always, model, reachable, step } = variables({ n: Schema.Literals([0, 1, 2]) })
  const with_ = (properties: object, run: unknown = (s: { n: number }) => s.n < 2 && { n: s.n + 1 }) =>
    model({
      name: "answers",
      initial: { n: 0 },
      actions: { count: action(untyped(run)) },
      properties: untyped(properties),
    })

  it.each([
    ["a promise", always(untyped(async (s: { n: number }) => s.n < 1)), /property p answers Promise/],
    [
      "a generator",
      always(untyped(function*(s: { n: number }) {
        yield s.n < 1
      })),
      /property p answers/,
    ],
    ["a number", always(untyped((s: { n: number }) => s.n)), /property p answers 0/],
    ["nothing", reachable(untyped(() => undefined)), /property p answers undefined/],
    ["text", step(untyped(() => "yes")), /property p answers "yes"/],
  ])("%s for a property", (_, p, message) => {
    for (const refusal of refusals(with_({ p }))) expect(refusal).toMatch(message)
  })

  it.each([["null", () => null], ["true", () => true], ["a promise", async () => ({ n: 1 })]])(
    "%s for an action",
    (_, run) => {
      for (const refusal of refusals(with_({}, run))) expect(refusal).toMatch(/action count gives the state the value/)
    },
  )

  it("a property of a kind that there is not", () => {
    expect(() => with_({ p: { ...always(() => true), kind: "awlays" } })).toThrow("p is no property")
  })
})

describe("what was never declared cannot be read", () => {
  const { action, always, model, step } = variables({
    x: record(names("n", 2), Schema.Literals([0, 1, 2])),
    local: struct({ on: Schema.Boolean, seen: set([1, 2]) }),
  })
  const reading = (properties: object) =>
    model({
      name: "reading",
      initial: { x: () => 0, local: { on: false, seen: [] } },
      actions: {
        count: action({ n: names("n", 2) }, (s, { n }) => s.x[n] < 2 && { x: { [n]: (s.x[n] + 1) as 0 | 1 | 2 } }),
      },
      properties: untyped(properties),
    })

  it.each([
    [
      "a key",
      always(untyped((s: any) => !(s.x.n2 === 2 || s.x.n3 === 2))),
      "property p reads x.n3, which was never declared; there are: n1, n2",
    ],
    [
      "a variable",
      always(untyped((s: any) => s.statsu !== 1)),
      "property p reads statsu, which was never declared; there are: x, local",
    ],
    [
      "a field",
      always(untyped((s: any) => s.local.no !== true)),
      "reads local.no, which was never declared; there are: on, seen",
    ],
    [
      "a part of a set",
      always(untyped((s: any) => !(s.local.seen.length > 0))),
      "reads local.seen.length, which was never declared; there are: has, where, some, size, count",
    ],
    ["after a step", step(untyped((_: any, after: any) => after.y === undefined)), "reads y, which was never declared"],
  ])("%s", (_, p, message) => {
    for (const refusal of refusals(reading({ p }))) expect(refusal).toContain(message)
  })

  it("by an action neither", () => {
    const lost = model({
      name: "lost",
      initial: { x: () => 0, local: { on: false, seen: [] } },
      actions: { go: action(untyped((s: any) => s.x.n7 === 0 && { local: { on: true } })) },
    })
    for (const refusal of refusals(lost)) expect(refusal).toContain("action go reads x.n7, which was never declared")
  })

  it("while spreading, listing and printing a part of the state go on as ever", () => {
    const p = always((s) =>
      Object.keys({ ...s.x }).length === 2 && `${JSON.stringify(s.x)}`.includes("n1") && "n1" in s.x && !("n3" in s.x)
    )
    expect(reports(reading({ p })).map(({ verdict }) => verdict)).toEqual(MODES.map(() => "holds"))
  })
})

describe("a state in which nothing can change any more", () => {
  const { action, deadlockFree, model } = variables({ n: Schema.Literals([0, 1]) })
  const idling = (p: object) =>
    model({
      name: "idling",
      initial: { n: 0 },
      actions: { up: action((s) => s.n === 0 && { n: 1 }), idle: action(() => ({})) },
      properties: untyped({ p }),
    })

  it("is stuck, though an action is enabled there", () => {
    for (const { properties, stuttering } of reports(idling(deadlockFree()), { keepGoing: true })) {
      expect(properties[0]).toMatchObject({ verdict: "violated" })
      expect(properties[0]?.trace?.steps).toHaveLength(2)
      expect(stuttering).toBe(1)
    }
    expect(walks(idling(deadlockFree()))([0, 1, 2, 3]).violation).toMatchObject({ property: "p" })
  })

  it("may be final", () => {
    for (const { verdict } of reports(idling(deadlockFree((s) => s.n === 1)))) expect(verdict).toBe("holds")
    for (const { verdict } of reports(idling(deadlockFree((s) => s.n === 0)))) expect(verdict).toBe("violated")
  })

  it("is none where stutters are allowed", () => {
    const lenient = idling(deadlockFree(() => false, { stutters: "allowed" }))
    for (const { verdict } of reports(lenient)) expect(verdict).toBe("holds")
    expect(walks(lenient)([0, 1, 2, 3]).violation).toBeUndefined()
    expect(() => deadlockFree(() => false, { stutters: untyped("no") })).toThrow("stutters are")
  })
})
