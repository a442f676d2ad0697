import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check, graph } from "../../model-check/check.ts"
import { walks } from "../../model-check/engine/explore/walk.ts"
import { checkResult, outcomeText, plain, summaryText } from "../../model-check/index.ts"
import { fifo, machine, type Model, named, type Properties, system, variables } from "../../src/index.ts"

const { action, always, deadlockFree, model, reachable, refines, step } = variables({ n: Schema.Int })

/** A counter without end; from 5 on it is outside. */
const counter = (properties: Properties = {}, constraint: (s: { readonly n: number }) => boolean = (s) => s.n < 5) =>
  model({
    name: "counter",
    initial: { n: 0 },
    actions: { increment: action((s) => ({ n: s.n + 1 })) },
    properties,
    constraint,
  })
const report = (model: Model<any>, options = {}) => Effect.runSync(check(model, options))
const verdictOf = (properties: Properties, options = {}) => {
  const { properties: results, verdict } = report(counter(properties), options)
  return [verdict, ...results.map((result) => [result.verdict, (result.trace?.steps.length ?? 0) - 1])]
}
const refusal = (model: Model<any>) => Effect.runSync(Effect.flip(check(model))).reason

describe.each([{}, { exact: true }, { search: "dfs" }, { search: "dfs", maxDepth: 20 }])(
  "within a constraint, %j",
  (how) => {
    it("states outside are counted and not explored further", () => {
      expect(report(counter({ positive: always((s) => s.n >= 0) }), how)).toMatchObject({
        verdict: "holds",
        distinct: 6,
        generated: 6,
        outside: 1,
      })
    })

    it("states outside, and steps to them, are checked; states beyond are not", () => {
      expect(verdictOf({ small: always((s) => s.n < 5) }, how)).toEqual(["violated", ["violated", 5]])
      expect(verdictOf({ small: always((s) => s.n < 6) }, how)).toEqual(["holds", ["holds", -1]])
      expect(verdictOf({ small: step((_, after) => after.n < 5) }, how)).toEqual(["violated", ["violated", 5]])
      expect(verdictOf({ small: step((_, after) => after.n < 6) }, how)).toEqual(["holds", ["holds", -1]])
      const abstract = model({
        name: "up to four",
        initial: { n: 0 },
        actions: { increment: action((s) => s.n < 4 && { n: s.n + 1 }) },
      })
      expect(verdictOf({ small: refines(abstract, { n: (s) => s.n }) }, how)).toEqual(["violated", ["violated", 5]])
    })

    it("a state outside is not stuck", () => {
      expect(verdictOf({ goesOn: deadlockFree() }, how)).toEqual(["holds", ["holds", -1]])
    })

    it("what was not reached may be reached beyond", () => {
      expect(verdictOf({ five: reachable((s) => s.n === 5) }, how)).toEqual(["holds", ["holds", 5]])
      expect(verdictOf({ six: reachable((s) => s.n === 6) }, how)).toEqual(["incomplete", ["incomplete", -1]])
    })

    it("an initial state outside is refused", () => {
      const outside = refusal(counter({}, (s) => s.n > 0))
      expect(outside._tag).toBe("InitialStateOutside")
      expect(outside.message).toContain("the constraint of the model counter is false in initial state 1")
    })
  },
)

describe("a constraint", () => {
  it("that excludes nothing leaves the verdict as it is", () => {
    const small = model({
      name: "up to four",
      initial: { n: 0 },
      actions: { increment: action((s) => s.n < 4 && { n: s.n + 1 }) },
      properties: { six: reachable((s) => s.n === 6) },
      constraint: (s) => s.n < 5,
    })
    expect(report(small)).toMatchObject({ verdict: "violated", outside: 0 })
  })

  it("must answer true or false, and read what is declared", () => {
    expect(refusal(counter({}, (s) => (s.n < 5 ? undefined : false) as unknown as boolean)).message).toBe(
      "the constraint of counter answers undefined; it must answer true or false, and wait for nothing",
    )
    expect(refusal(counter({}, (s) => (s as unknown as { readonly m: number }).m < 5)).message).toContain(
      "the constraint of counter reads m, which was never declared",
    )
    expect(() => counter({}, 5 as unknown as () => boolean)).toThrow("the constraint of the model counter is 5")
  })

  it("is kept by walks and by graphs", () => {
    const walk = walks(counter({ small: always((s) => s.n < 6) }))([0, ...Array.from({ length: 20 }, () => 1)])
    expect(walk).toMatchObject({ length: 5, violation: undefined })
    const { edges, states } = Effect.runSync(graph(counter(), 100))
    expect([states.length, edges.length]).toEqual([6, 5])
  })

  it("of a system reads its variables", () => {
    const { input, next, process } = machine({ volatile: { n: Schema.Int }, messages: Schema.Never })
    const counting = process({ initial: { n: 0 }, inputs: { increment: input(({ n }) => next({ n: n + 1 })) } })
    const { model } = system({ name: "counting", processes: [named("p", counting)], network: fifo() })
    expect(report(model({}, (s) => s.state.p.n < 3))).toMatchObject({ verdict: "holds", distinct: 4, outside: 1 })
  })

  it("is told of in words and in JSON", () => {
    const about = { suite: "mine", configuration: "small", constants: {}, expected: { verdict: "holds" as const } }
    const outcomeOf = (model: Model<any>) => ({ ...about, model, report: report(model) })
    const within = outcomeOf(counter())
    expect(outcomeText(within, plain)).toContain(
      "  within the constraint alone: 1 state outside of it was checked, and not explored further\n",
    )
    expect(summaryText([within, within])).toMatch(/mine\/small +holds within the constraint +6/)
    expect(checkResult(within)).toMatchObject({ verdict: "holds", outside: 1, withinConstraint: true })
    const everywhere = outcomeOf(variantWithin())
    expect(outcomeText(everywhere, plain)).toContain("  no state is outside of the constraint\n")
    expect(checkResult(everywhere)).not.toHaveProperty("withinConstraint")
  })
})

const variantWithin = () =>
  model({
    name: "up to four",
    initial: { n: 0 },
    actions: { increment: action((s) => s.n < 4 && { n: s.n + 1 }) },
    constraint: (s) => s.n < 5,
  })
