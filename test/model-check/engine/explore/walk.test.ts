import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Walk, walks } from "../../../../model-check/engine/explore/walk.ts"
import { paxosRegister } from "../../../../spec/stateright/index.ts"
import { TwoPhase } from "../../../../spec/tla/index.ts"
import { encode, type Model, NoInitialState, ValueOutsideDomain, variables, variant } from "../../../../src/index.ts"
import { naiveTwin } from "../../../naive-twin.ts"
import { randomModel, soundDescription } from "../../../random-model.ts"
import { randomSystem, systemDescription } from "../../../random-system.ts"
import { replay } from "../../../replay.ts"

const numbers = fc.array(fc.nat(), { maxLength: 30, size: "max" })

/** The model that starts as a walk did, and can take its steps only, one after the other. */
const along = (model: Model<any>, { trace: { steps } }: Walk): Model<any> => {
  const [start, ...taken] = steps
  const { action, model: make, sequence } = variables({ ...model.variables, at: Schema.Int })
  const takes = taken.map(({ action: name, parameters }, index) => {
    const { run } = model.actions[String(name)] as (typeof model.actions)[string]
    const once = action((s: any) => {
      const update: unknown = s.at === index && run(s, parameters)
      return typeof update === "object" && update !== null && sequence(update as any, { at: index + 1 } as any)
    })
    return [`${index}`, once] as const
  })
  // Where it ends, the walk may go on.
  const properties = Object.entries(model.properties).filter(([, { kind }]) => kind !== "deadlockFree")
  return make({
    name: `a walk of ${model.name}`,
    initial: { ...start?.state, at: 0 } as any,
    actions: Object.fromEntries(takes),
    properties: Object.fromEntries(properties),
  })
}

/** What the naive twin says of a walk must be what the walk says. */
const expectAgreement = (model: Model<any>, walk: Walk): void => {
  const { distinct, properties } = naiveTwin(along(model, walk))
  expect(distinct).toBe(walk.length + 1)
  const decided = Object.entries(properties).filter(([, { steps }]) => steps !== undefined)
  const violated = decided.filter(([, { verdict }]) => verdict === "violated")
  if (walk.violation === undefined || walk.violation.kind === "deadlockFree") expect(violated).toEqual([])
  else {
    // A violation ends the walk: there is none before the last step.
    expect(violated.map(([, { steps }]) => steps)).toEqual(violated.map(() => walk.length))
    expect(violated.map(([name]) => name)).toContain(walk.violation.property)
  }
  const reached = decided.filter(([, { verdict }]) => verdict === "holds").map(([name]) => name)
  // What is violated by the last step has ended the walk before its last state was looked at.
  const seen = walk.violation === undefined ? reached : [...walk.reached].filter((name) => reached.includes(name))
  expect([...walk.reached].toSorted()).toEqual(seen.toSorted())
}

describe("a walk", () => {
  it("is a behaviour of the model, and says of its properties what the naive twin says", () => {
    let violations = 0
    fc.assert(
      fc.property(soundDescription, fc.array(numbers, { minLength: 3, maxLength: 3 }), (description, choices) => {
        const model = randomModel(description)
        const walk = walks(model)
        for (const walked of choices.map((segment) => walk(segment))) {
          expectAgreement(model, walked)
          if (walked.violation !== undefined) violations++
        }
      }),
      { numRuns: 300, ...replay },
    )
    expect(violations).toBeGreaterThan(50)
  })

  it("is a behaviour of a system", () => {
    let steps = 0
    fc.assert(
      fc.property(systemDescription, numbers, (description, choices) => {
        const model = randomSystem(description)
        const walked = walks(model)(choices)
        expectAgreement(model, walked)
        steps += walked.length
      }),
      { numRuns: 100, ...replay },
    )
    expect(steps).toBeGreaterThan(30)
  })

  it("depends on the model and the numbers alone, not on what was learned on other walks", () => {
    fc.assert(
      fc.property(soundDescription, fc.array(numbers), fc.array(numbers), (description, others, choices) => {
        const model = randomModel(description)
        const walk = walks(model)
        others.forEach((segment) => walk(segment))
        const [walked, alone] = [walk(...choices), walks(model)(...choices)]
        expect(walked.trace).toEqual(alone.trace)
        expect([walked.violation, walked.reached]).toEqual([alone.violation, alone.reached])
      }),
      { numRuns: 200, ...replay },
    )
  })

  it("takes a step per number after the first, and its trace may be asked for later", () => {
    const walk = walks(paxosRegister({ clients: 3 }))
    const first = walk([1, 2, 3, 4])
    for (let seed = 0; seed < 50; seed++) walk(Array.from({ length: 60 }, (_, index) => seed * index))
    expect(first.length).toBe(3)
    expect(encode(first.trace)).toBe(encode(walks(paxosRegister({ clients: 3 }))([1, 2, 3, 4]).trace))
    expect(walk([]).trace.steps).toHaveLength(1)
  })

  it("may go in several segments, each with a swarm seed of its own", () => {
    const walk = walks(TwoPhase({ rms: 4 }))
    const first = walk([7, 1, 2, 3])
    expect(walk([7, 1, 2, 3], [7, 4, 5]).trace).toEqual(walk([7, 1, 2, 3, 4, 5]).trace)
    const others = Array.from({ length: 20 }, (_, swarmSeed) => walk([7, 1, 2, 3], [swarmSeed, 4, 5]))
    expect(others.map(({ length, trace }) => [length, trace.steps.slice(0, 4)])).toEqual(
      others.map(() => [5, first.trace.steps]),
    )
    expect(new Set(others.map(({ trace }) => encode(trace))).size).toBeGreaterThan(1)
    expect(encode(walk().trace)).toBe(encode(walk([0]).trace))
  })

  it("goes the same way where a step is left out that the others do not need", () => {
    // Each resource manager prepares by itself, so whatever number comes first, the others mean the same.
    const prepare = variant(TwoPhase({ rms: 4 }), "preparing", () => ({
      actions: Object.fromEntries(
        ["rmChooseToAbort", "tmCommit", "tmAbort", "tmRcvPrepared"].map((
          name,
        ) => [name, { parameters: {}, run: () => false }]),
      ),
      properties: {},
    }))
    const walk = walks(prepare)
    const names = (choices: ReadonlyArray<number>) =>
      walk(choices).trace.steps.slice(1).map(({ parameters }) => parameters["rm"])
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (one, two, three) => {
        const [first, second] = names([0, one, two])
        const [alone] = names([0, two])
        // Unless it is what the left out number stood for, for that is done already.
        expect(alone === second || alone === first).toBe(true)
        expect(names([0, one, two, three]).slice(0, 2)).toEqual([first, second])
      }),
      replay,
    )
  })

  const { action, always, deadlockFree, model } = variables({ n: Schema.Literals([0, 1, 2]) })
  const counting = model({
    name: "counting",
    initial: [{ n: 0 }, { n: 1 }],
    actions: { count: action((s) => s.n < 2 && { n: s.n === 0 ? 1 : 2 }) },
    properties: { ends: deadlockFree((s) => s.n < 2), small: always((s) => s.n <= 2) },
  })

  it("begins in an initial state that the first number chooses", () => {
    const walk = walks(counting)
    const begins = new Set(Array.from({ length: 50 }, (_, number) => walk([number]).trace.steps[0]?.state["n"]))
    expect(begins).toEqual(new Set([0, 1]))
  })

  it("ends where nothing is enabled, which may be a violation", () => {
    const { length, trace, violation } = walks(counting)([0, 1, 2, 3, 4, 5])
    expect(violation).toEqual({ property: "ends", kind: "deadlockFree", parameters: {} })
    expect(trace.steps.at(-1)?.state).toEqual({ n: 2 })
    expect(length).toBe(trace.steps.length - 1)
  })

  it("ends where nothing changes, which is one too, unless stutters are allowed", () => {
    const idling = (stutters: "stuck" | "allowed") =>
      variant(counting, "idling", ({ action, deadlockFree }) => ({
        actions: { idle: action((s) => ({ n: s.n })) },
        properties: { ends: deadlockFree((s) => s.n < 2, { stutters }) },
      }))
    expect(walks(idling("stuck"))([0, 1, 2, 3, 4, 5])).toMatchObject({ violation: { property: "ends" } })
    expect(walks(idling("allowed"))([0, 1, 2, 3, 4, 5])).toMatchObject({ violation: undefined })
  })

  it("may begin with a violation", () => {
    const large = variant(counting, "large", ({ always }) => ({ properties: { never: always(() => false) } }))
    expect(walks(large)([0, 1, 2])).toMatchObject({ length: 0, violation: { property: "never", kind: "always" } })
  })

  it("is not made without an initial state", () => {
    expect(() => walks(variant(counting, "nowhere", () => ({ initial: [] })))).toThrow(NoInitialState)
  })

  it("goes on as before when what was learned has been forgotten, for there was too much of it", () => {
    const { action, model } = variables({ n: Schema.Int })
    const endless = model({ name: "endless", initial: { n: 0 }, actions: { next: action((s) => ({ n: s.n + 1 })) } })
    const walk = walks(endless)
    const long = Array.from({ length: 50_000 }, (_, index) => index)
    expect([walk(long), walk(long), walk(long)].map(({ length }) => length)).toEqual([49_999, 49_999, 49_999])
  })

  it("tells the path to what is at fault with the model", () => {
    const { action, model } = variables({ n: Schema.Literals([0, 1]) })
    const outside = model({
      name: "outside",
      initial: { n: 0 },
      actions: { next: action((s) => ({ n: (s.n + 1) as 0 | 1 })) },
    })
    const error: unknown =
      fc.check(fc.property(fc.constant([0, 1, 2]), (choices) => void walks(outside)(choices))).errorInstance
    expect(error).toBeInstanceOf(ValueOutsideDomain)
    expect((error as ValueOutsideDomain).trace.steps.map(({ state }) => state)).toEqual([{ n: 0 }, { n: 1 }])
  })
})
