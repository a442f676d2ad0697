import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type WalkOptions, WalkSearch } from "../../../../model-check/engine/explore/walk-search.ts"
import { walks } from "../../../../model-check/engine/explore/walk.ts"
import type { Report } from "../../../../model-check/engine/report.ts"
import { paxosRegister } from "../../../../spec/stateright/index.ts"
import { TwoPhase } from "../../../../spec/tla/index.ts"
import { encode, InvalidDefinition, type Model, type Trace, variables } from "../../../../src/index.ts"
import { naiveReplay, naiveTrace, naiveTwin, type TakenStep } from "../../../naive-twin.ts"
import { randomModel, soundDescription } from "../../../random-model.ts"
import { randomSystem, systemDescription } from "../../../random-system.ts"
import { models, replay } from "../../../replay.ts"

const walked = (model: Model<any>, options: WalkOptions = {}): Report => {
  const search = new WalkSearch(model, options)
  while (!search.run(1_000));
  return search.report()
}

/** Whether a trace can be gone in fewer steps if one of them is left out. */
const isShorterWithout = (model: Model<any>, { steps }: Trace, decides: (trace: Trace) => boolean): boolean =>
  steps.slice(1).some((_, left) => {
    const others = steps.slice(1).filter((_, index) => index !== left) as ReadonlyArray<TakenStep>
    try {
      return decides(naiveTrace(model, others))
    } catch {
      return false
    }
  })

/** What walks decide must be so; what they tell must be a behaviour, no longer than it has to be, and can be gone again. */
const expectTruth = (model: Model<any>): number => {
  const report = walked(model, { walks: 30, depth: 20, keepGoing: true, seed: 5 })
  expect(report.verdict).not.toBe("holds")
  expect(report.walks).toBe(30)
  expect(report.stopped).toBe(report.verdict === "violated" ? "violation" : "max-walks")
  let decided = 0
  for (const { kind, name, parameters, replay, trace, verdict } of report.properties) {
    if (trace === undefined) {
      expect([verdict, replay]).toEqual(["incomplete", undefined])
      continue
    }
    decided++
    expect(verdict).toBe(kind === "reachable" ? "holds" : "violated")
    expect(naiveReplay(model, trace, name, parameters)).toBeUndefined()
    const again = walks(model)(replay ?? [])
    expect(encode(again.trace)).toBe(encode(trace))
    expect(kind === "reachable" ? again.reached.has(name) : again.violation?.property === name).toBe(true)
    // A walk ends with whatever is violated first.
    const isAlone = Object.values(model.properties).every((other) => other === model.properties[name])
    if (isAlone && model.initial.length === 1) {
      // A step that changes nothing is none.
      const decides = (shorter: Trace) =>
        (kind !== "step" || shorter.steps.length > 1) &&
        new Set(shorter.steps.slice(-2).map(({ state }) => encode(state))).size === Math.min(2, shorter.steps.length) &&
        naiveReplay(model, shorter, name, parameters) === undefined
      expect(isShorterWithout(model, trace, decides)).toBe(false)
    }
  }
  return decided
}

describe("a search by walks", () => {
  it("says of random models nothing that is not so", () => {
    let decided = 0
    fc.assert(
      fc.property(soundDescription, (description) => {
        const model = randomModel(description)
        decided += expectTruth(model)
        for (const [name, property] of Object.entries(model.properties)) {
          expectTruth({ ...model, properties: { [name]: property } })
        }
      }),
      { numRuns: models(40), ...replay },
    )
    expect(decided).toBeGreaterThan(30)
  }, 600_000)

  it("says of random systems nothing that is not so", () => {
    let decided = 0
    fc.assert(
      fc.property(systemDescription, (description) => {
        decided += expectTruth(randomSystem(description))
      }),
      { numRuns: models(30), ...replay },
    )
    expect(decided).toBeGreaterThan(20)
  }, 600_000)

  it("finds what the naive twin finds in small models, most of the time", () => {
    let [found, wrong] = [0, 0]
    fc.assert(
      fc.property(soundDescription, (description) => {
        const model = randomModel(description)
        const twin = naiveTwin(model, { maxStates: 300 })
        const isWrong = Object.entries(twin.properties).some(([name, { verdict }]) =>
          verdict === "violated" && model.properties[name]?.kind !== "reachable"
        )
        if (!isWrong) return
        wrong++
        if (walked(model, { walks: 100, depth: 20 }).verdict === "violated") found++
      }),
      { numRuns: 60, ...replay },
    )
    expect(wrong).toBeGreaterThan(5)
    expect(found / wrong).toBeGreaterThan(0.9)
  }, 600_000)

  it("makes as many walks as it should, of so many steps, and never says that a model holds", () => {
    expect(walked(TwoPhase({ rms: 3 }), { walks: 50, depth: 7 })).toMatchObject({
      verdict: "incomplete",
      stopped: "max-walks",
      walks: 50,
      distinct: 0,
      depth: 8,
    })
    expect(walked(TwoPhase({ rms: 3 }), { maxSeconds: 0 })).toMatchObject({
      verdict: "incomplete",
      stopped: "max-seconds",
    })
    expect(walked(paxosRegister({ clients: 5 }), { memory: 100_000 })).toMatchObject({
      verdict: "incomplete",
      stopped: "memory",
    })
  })

  it("goes the same ways for the same seed, in slices of any length", () => {
    const options = { walks: 20, depth: 30, seed: 3 }
    const sliced = new WalkSearch(paxosRegister({ clients: 3 }), options)
    while (!sliced.run(0));
    const whole = walked(paxosRegister({ clients: 3 }), options)
    const lasting = (report: Report) => ({ ...report, seconds: 0 })
    expect(lasting(sliced.report())).toEqual(lasting(whole))
    expect(walked(paxosRegister({ clients: 3 }), { ...options, seed: 4 }).generated).not.toBe(whole.generated)
  })

  it("replays a single walk", () => {
    const { action, always, model } = variables({ n: Schema.Int })
    const counter = model({
      name: "counter",
      initial: [{ n: 0 }, { n: 10 }, { n: 20 }],
      actions: { up: action((s) => ({ n: s.n + 1 })), down: action((s) => ({ n: s.n - 1 })) },
      properties: { isNot: always((s) => s.n !== 13) },
    })
    const [{ replay, trace } = {}] = walked(counter, { walks: 1_000, depth: 50 }).properties
    const [start, ...rest] = trace?.steps.map(({ state }) => Number(state["n"])) ?? []
    expect(rest).toHaveLength(Math.abs(13 - (start ?? 13)))
    expect(rest.at(-1)).toBe(13)
    const again = walked(counter, { replay: replay ?? [] })
    expect(again).toMatchObject({ verdict: "violated", walks: 1, generated: rest.length })
    expect(again.properties[0]?.trace).toEqual(trace)
    expect(walked(counter, { replay: [0, 1] })).toMatchObject({ verdict: "incomplete", walks: 1, generated: 1 })
  })
})

describe("a search by walks cannot be", () => {
  it.each([0, -1, 1.5, Number.NaN, Infinity])("of %s walks, or of so many steps", (number) => {
    expect(() => new WalkSearch(TwoPhase({ rms: 1 }), { walks: number })).toThrow(InvalidDefinition)
    expect(() => new WalkSearch(TwoPhase({ rms: 1 }), { depth: number })).toThrow(/the depth of walks is .* from 1/)
  })

  it("with a seed that is none, a limit below zero, or by what are no numbers", () => {
    expect(() => new WalkSearch(TwoPhase({ rms: 1 }), { seed: Number.NaN })).toThrow("the seed of walks is NaN")
    expect(() => new WalkSearch(TwoPhase({ rms: 1 }), { maxSeconds: -1 })).toThrow("the limit maxSeconds is -1")
    expect(() => new WalkSearch(TwoPhase({ rms: 1 }), { replay: [0, -1] })).toThrow(
      "a number of the walk to replay is -1",
    )
  })
})
