import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check, type CheckOptions } from "../../model-check/check.ts"
import { type Actions, add, implies, type Model, range, set, variables } from "../../src/index.ts"
import { MILESTONES } from "../../src/model/update.ts"

const { action, always, each, model, reachable, step } = variables({
  n: Schema.Literals(range(0, 5)),
  sent: set(Schema.Struct({ to: Schema.Literals([1, 2]) })),
})
const increment = action((s) => s.n < 3 && { n: s.n === 0 ? 1 : s.n === 1 ? 2 : 3 })
const counter = (properties: Model<any>["properties"], actions: Actions<any> = {}) =>
  model({ name: "counter", initial: { n: 0, sent: [] }, actions: { increment, ...actions }, properties })

const run = (of: Model<any>, options?: CheckOptions) => Effect.runSync(check(of, options))
const MODES: ReadonlyArray<CheckOptions> = [{}, { exact: true }, { search: "dfs" }, { keepGoing: true }]

describe("vacuity", () => {
  it("names the properties that never had arguments", () => {
    const properties = {
      each: always({ message: each("sent") }, () => false),
      none: always({ who: [] }, () => false),
      step: step({ message: each("sent") }, () => false),
      asked: always({ to: [1, 2] }, (s, { to }) => s.n < to + 5),
    }
    for (const options of MODES) {
      const { vacuous, verdict } = run(counter(properties), options)
      expect(verdict).toBe("holds")
      expect(vacuous).toEqual([
        { kind: "property", name: "each", reason: "it never had arguments" },
        { kind: "property", name: "none", reason: "it never had arguments" },
        { kind: "property", name: "step", reason: "no step came with arguments for it" },
      ])
    }
  })

  it("names a reachable that never had arguments, violated as it is", () => {
    const { vacuous } = run(counter({ heard: reachable({ message: each("sent") }, () => true) }))
    expect(vacuous).toEqual([{ kind: "property", name: "heard", reason: "it never had arguments" }])
  })

  it("names a property of steps where there are none", () => {
    const still = { ...counter({ up: step((before, after) => after.n > before.n) }), actions: {} }
    expect(run(still).vacuous).toEqual([
      { kind: "property", name: "up", reason: "no step changes anything" },
    ])
  })

  it("names an implication whose left side was never true, for any arguments", () => {
    const properties = {
      never: always(implies((s) => s.n === 4, (s) => s.n === 0)),
      once: always(implies((s) => s.n === 3, (s) => s.n > 0)),
      neverFor: always({ at: [4, 5] }, implies((s, { at }) => s.n === at, () => false)),
      onceFor: always({ at: [3, 4] }, implies((s, { at }) => s.n === at, () => true)),
      neverStep: step(implies((before, after) => after.n < before.n, () => false)),
      onceStep: step(
        { from: [2, 5] },
        implies((before, _, { from }) => before.n === from, (_, after) => after.n === 3),
      ),
    }
    for (const options of MODES) {
      const { vacuous, verdict } = run(counter(properties), options)
      expect(verdict).toBe("holds")
      expect(vacuous).toEqual(["never", "neverFor", "neverStep"].map((name) => ({
        kind: "property",
        name,
        reason: "its left side was never true",
      })))
    }
  })

  it("refuses sides of an implication that are no booleans", () => {
    const promise: any = () => Promise.resolve(true)
    for (const property of [always(implies(promise, () => true)), always(implies(() => true, promise))]) {
      const { reason: error } = Effect.runSync(Effect.flip(check(counter({ property }))))
      expect(error._tag).toBe("NotBoolean")
    }
  })

  it("names actions that were never enabled", () => {
    const { vacuous } = run(counter({}, { never: action((s) => s.n === 4 && { n: 0 }) }))
    expect(vacuous).toEqual([{ kind: "action", name: "never", reason: "it was never enabled" }])
  })

  it("names milestones that no step reached, and tells steps with equal writes apart without making them two outcomes", () => {
    const marked = (n: 0 | 1, milestone: string): any => ({ n, [MILESTONES]: [milestone] })
    const actions: Actions<any> = {
      one: action((s) => s.n === 0 && marked(1, "one")),
      other: action((s) => s.n === 0 && marked(1, "other")),
      late: action((s) => s.n === 4 && marked(0, "late")),
    }
    const milestones = ["one", "other", "late"].map((name) => ({ name, otherwise: "nothing does it" }))
    const { coverage, distinct, vacuous } = run({ ...counter({}, actions), milestones })
    expect(distinct).toBe(4)
    expect(coverage.map(({ enabled }) => enabled)).toEqual([3, 1, 1, 0])
    expect(vacuous).toEqual([
      { kind: "action", name: "late", reason: "it was never enabled" },
      { kind: "milestone", name: "late", reason: "nothing does it" },
    ])
  })

  it("is not claimed of what was not explored to its end", () => {
    const properties = { none: always({ who: [] }, () => false), low: always((s) => s.n < 2) }
    expect(run(counter(properties)).vacuous).toBeUndefined()
    expect(run(counter({ none: properties.none }), { maxDepth: 2 }).vacuous).toBeUndefined()
    expect(run(counter({ none: properties.none }), { maxStates: 2 }).vacuous).toBeUndefined()
    expect(run(counter(properties), { keepGoing: true }).vacuous).toHaveLength(1)
  })

  it("has arguments once an element turns up", () => {
    const send = action((s) => s.n === 2 && { sent: add({ to: 1 }) })
    expect(run(counter({ each: always({ message: each("sent") }, () => true) }, { send })).vacuous).toEqual([])
  })
})
