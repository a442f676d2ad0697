import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { add, bag, record, remove, set, struct, variables } from "../src/index.ts"
import { naiveTwin, Refused } from "./naive-twin.ts"

const Bounded = Schema.Literals([0, 1, 2, 3])

/** Counts to three; at three it may stay as it is. */
const counter = variables({ n: Bounded })
const count = counter.action((s) => s.n < 3 && { n: s.n === 0 ? 1 : s.n === 1 ? 2 : 3 })

describe("the naive twin", () => {
  it("counts each initial state given, each enabled instance, and levels from 1", () => {
    const report = naiveTwin(counter.model({
      name: "counter",
      initial: [{ n: 0 }, { n: 0 }, { n: 1 }],
      actions: { count, stay: counter.action((s) => s.n === 3 && {}) },
    }))
    expect(report).toEqual({ verdict: "holds", properties: {}, distinct: 4, generated: 7, depth: 3, stuttering: 1 })
  })

  it("finds the shortest lengths, and explores past them", () => {
    const { always, deadlockFree, reachable, step } = counter
    const report = naiveTwin(counter.model({
      name: "counter",
      initial: { n: 0 },
      actions: { count },
      properties: {
        atFirst: always((s) => s.n > 0),
        small: always({ bound: [2, 3] }, (s, { bound }) => s.n < bound),
        below: step((before, after) => before.n !== 1 || after.n < 2),
        two: reachable((s) => s.n === 2),
        never: reachable(() => false),
        goesOn: deadlockFree(),
        mayEnd: deadlockFree((s) => s.n === 3),
      },
    }))
    expect(report.verdict).toBe("violated")
    expect(report.distinct).toBe(4)
    expect(report.properties).toEqual({
      atFirst: { verdict: "violated", steps: 0 },
      small: { verdict: "violated", steps: 2 },
      below: { verdict: "violated", steps: 2 },
      two: { verdict: "holds", steps: 2 },
      never: { verdict: "violated" },
      goesOn: { verdict: "violated", steps: 3 },
      mayEnd: { verdict: "holds" },
    })
  })

  it("says incomplete, not holds, when it is cut short", () => {
    const model = counter.model({
      name: "counter",
      initial: { n: 0 },
      actions: { count },
      properties: { bounded: counter.always((s) => s.n <= 3), three: counter.reachable((s) => s.n === 3) },
    })
    expect(naiveTwin(model, { maxDepth: 2 })).toEqual({
      verdict: "incomplete",
      properties: { bounded: { verdict: "incomplete" }, three: { verdict: "incomplete" } },
      distinct: 2,
      generated: 2,
      depth: 2,
      stuttering: 0,
    })
    expect(naiveTwin(model, { maxStates: 2 }).verdict).toBe("incomplete")
    expect(naiveTwin(model, { maxStates: 4 }).verdict).toBe("holds")
  })

  it("judges steps that change something only", () => {
    const report = naiveTwin(counter.model({
      name: "idle",
      initial: { n: 0 },
      actions: { idle: counter.action((s) => ({ n: s.n })) },
      properties: { changes: counter.step(() => false) },
    }))
    expect(report.generated).toBe(2)
    expect(report.properties["changes"]).toEqual({ verdict: "holds" })
  })

  it("ranges over the members of a set, by pattern, as they are in each state", () => {
    const Ping = Schema.TaggedStruct("Ping", { from: Schema.Literals(["a", "b"]) })
    const Pong = Schema.TaggedStruct("Pong", {})
    const { action, always, each, model } = variables({
      bag: set(Schema.Union([Ping, Pong])),
      got: record(["a", "b"], Schema.Boolean),
    })
    const report = naiveTwin(model({
      name: "ping",
      initial: { bag: [Ping.make({ from: "a" }), Ping.make({ from: "b" })], got: () => false },
      actions: {
        take: action({ m: each("bag", { _tag: "Ping" }) }, (_, { m }) => ({
          bag: { ...remove(m), ...add(Pong.make({})) },
          got: { [m.from]: true },
        })),
      },
      properties: {
        taken: always({ m: each("bag", { _tag: "Ping" }) }, (s, { m }) => !s.got[m.from]),
        fromA: always((s) => s.got.a || s.bag.some({ _tag: "Ping", from: "a" })),
        few: always((s) => s.bag.size < 3 && s.bag.where({ _tag: "Pong" }).length < 2),
        noPong: always({ m: each("bag", { _tag: "Pong" }) }, () => false),
      },
    }))
    expect(report).toMatchObject({ distinct: 4, generated: 5, depth: 3, verdict: "violated" })
    expect(report.properties).toEqual({
      taken: { verdict: "holds" },
      fromA: { verdict: "holds" },
      few: { verdict: "holds" },
      noPong: { verdict: "violated", steps: 1 },
    })
  })

  it("keeps what an update does not name, in records and structs", () => {
    const { action, model, reachable } = variables({
      points: record([1, 2], struct({ x: Bounded, y: Bounded })),
      all: set([1, 2]),
    })
    const report = naiveTwin(model({
      name: "points",
      initial: { points: (key) => ({ x: key, y: 0 }), all: [1] },
      actions: { move: action((s) => s.all.has(1) && { points: { 2: { y: 3 } }, all: [2] }) },
      properties: {
        moved: reachable((s) => s.points[1].x === 1 && s.points[2].x === 2 && s.points[2].y === 3 && !s.all.has(1)),
      },
    }))
    expect(report.properties["moved"]).toEqual({ verdict: "holds", steps: 1 })
  })

  it("checks a refinement: initial states, steps and stutters", () => {
    const parity = variables({ odd: Schema.Boolean })
    const flip = parity.model({
      name: "parity",
      initial: { odd: false },
      actions: { up: parity.action((s) => !s.odd && { odd: true }) },
    })
    const model = counter.model({
      name: "counter",
      initial: { n: 0 },
      actions: { count },
      properties: {
        everOdd: counter.refines(flip, { odd: (s) => s.n > 0 }),
        odd: counter.refines(flip, { odd: (s) => s.n % 2 === 1 }),
        even: counter.refines(flip, { odd: (s) => s.n % 2 === 0 }),
      },
    })
    expect(naiveTwin(model).properties).toEqual({
      everOdd: { verdict: "holds" },
      odd: { verdict: "violated", steps: 2 },
      even: { verdict: "violated", steps: 0 },
    })
  })

  it("takes optional keys and elements away, and keeps what is stored as it was", () => {
    const Fact = Schema.Struct({ sure: Schema.optionalKey(Schema.Boolean) })
    const Pair = Schema.Tuple([Schema.Literals(["a", "b"]), Schema.optionalKey(Schema.Null)])
    const { action, model } = variables({ seen: set(Schema.Union([Fact, Pair])) })
    const see = action({ value: Schema.Union([Fact, Pair]) }, (s, { value }) =>
      !s.seen.has(value) && {
        seen: add(value),
      })
    const report = naiveTwin(model({ name: "values", initial: { seen: [] }, actions: { see } }))
    // {}, { sure: false }, { sure: true }; each of a and b with and without null.
    expect(report).toMatchObject({ distinct: 2 ** 7, depth: 8 })
  })

  it("looks for what has no fields to name, such as a set or a date, by its equals", () => {
    const { action, model } = variables({ held: set(Schema.Unknown) })
    const swap = (pattern: unknown) =>
      action((s) => s.held.some(pattern as never) && { held: [new Set([1]), new Date(1)] })
    const distinct = (pattern: unknown) =>
      naiveTwin(model({ name: "held", initial: { held: [new Set([1])] }, actions: { swap: swap(pattern) } })).distinct
    expect([new Set([1]), new Set([2]), new Date(1), new Map(), {}].map(distinct)).toEqual([2, 1, 1, 1, 2])
  })

  it("makes the updates of a sequence one after the other, and shows the action what was before", () => {
    const { action, model, reachable, sequence } = variables({
      n: record(["a", "b"], Bounded),
      held: bag(["x", "y"]),
      known: set(["x", "y"]),
      list: Schema.Array(Schema.Int),
    })
    const up = (n: 0 | 1 | 2 | 3) => (n + 1) as 0 | 1 | 2 | 3
    const move = action((s) =>
      s.list.length === 0 && sequence(
        { n: { a: up }, held: add("x", "y"), known: remove("x") },
        sequence(sequence({ n: { a: up } }, {}), {
          held: { remove: ["x", "x", "x"], add: ["y"] },
          known: add("x", "y"),
        }),
        { n: { b: () => up(s.n.a) }, held: (held) => held.has("x") ? [] : add("x"), known: remove("y") },
        { list: [s.held.size] },
        { list: (list) => [...list, list.length] },
      )
    )
    const report = naiveTwin(model({
      name: "sequences",
      initial: { n: () => 1, held: ["x"], known: ["x"], list: [] },
      actions: { move },
      properties: {
        done: reachable((s) =>
          s.n.a === 3 && s.n.b === 2 && s.held.count("x") === 1 && s.held.count("y") === 2 && s.known.has("x") &&
          !s.known.has("y") && s.list.join() === "1,1"
        ),
      },
    }))
    expect(report.distinct).toBe(2)
    expect(report.properties["done"]).toEqual({ verdict: "holds", steps: 1 })
  })

  it("refuses an update that loses an earlier one, and goes on without it if asked to", () => {
    const { action, model, sequence } = variables({ n: record(["a", "b"], Bounded), held: set(["x", "y"]) })
    const taking = (act: Parameters<typeof model>[0]["actions"][string]) => {
      const refused: Array<string> = []
      naiveTwin(model({ name: "losing", initial: { n: () => 0, held: [] }, actions: { act } }), {
        onRefused: ({ message }) => refused.push(message),
      })
      return refused
    }
    expect(taking(action(() => ({ n: { a: 1 }, held: ["x"] })))).toEqual([])
    expect(taking(action(() => sequence({ n: { a: 1 } }, { n: { b: 1, a: () => 2 } }, { held: ["x"] })))).toEqual([])
    expect(taking(action(() => sequence({ n: { a: () => 1 } }, { n: { b: 1, a: 1 } })))).toEqual(["LostUpdate: n.a"])
    expect(taking(action(() => sequence({ held: add("x") }, { held: ["x"] })))).toEqual(["LostUpdate: held"])
    expect(taking(action(() => ({ n: { b: () => 9 as 0 } })))).toEqual(["ValueOutsideDomain: n.b"])
    const lossy = model({
      name: "lossy",
      initial: { n: () => 0, held: [] },
      actions: { act: action(() => sequence({ held: ["x"] }, { held: ["y"] })) },
    })
    expect(() => naiveTwin(lossy)).toThrow(Refused)
  })

  it("knows no end of the fractions between two bounds", () => {
    const { action, model } = variables({ n: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })) })
    const halve = action((s) => s.n > 0.1 && { n: s.n / 2 })
    expect(naiveTwin(model({ name: "halves", initial: { n: 1 }, actions: { halve } })).distinct).toBe(5)
  })

  it("tells strings with different lone surrogates apart", () => {
    const { action, model } = variables({ word: Schema.String })
    const say = action({ word: ["\ud800", "\udc00", "\ufffd"] }, (_, { word }) => ({ word }))
    expect(naiveTwin(model({ name: "words", initial: { word: "" }, actions: { say } })).distinct).toBe(4)
  })
})
