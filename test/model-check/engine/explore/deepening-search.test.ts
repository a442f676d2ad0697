import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { DeepeningSearch } from "../../../../model-check/engine/explore/deepening-search.ts"
import { Search } from "../../../../model-check/engine/explore/search.ts"
import type { Report } from "../../../../model-check/engine/report.ts"
import { TwoPhase } from "../../../../spec/tla/index.ts"
import { variables } from "../../../../src/index.ts"
import { naiveReplay } from "../../../naive-twin.ts"
import { randomModel, soundDescription } from "../../../random-model.ts"
import { randomSystem, systemDescription } from "../../../random-system.ts"
import { models, replay } from "../../../replay.ts"

const finished = (search: Search | DeepeningSearch, slice = 1_000): Report => {
  while (!search.run(slice));
  return search.report()
}

const lengths = ({ properties }: Report) =>
  properties.map(({ name, trace, verdict }) => [name, verdict, trace?.steps.length])

const most = { maxStates: 1_000 }

describe("iterative deepening", () => {
  it.each(
    [
      ["models", soundDescription.map((description) => randomModel(description)), 40],
      ["systems", systemDescription.map((description) => randomSystem(description)), 10],
    ] as const,
  )("decides every property of random %s as the breadth-first search does, as soon", (_, random, runs) => {
    let traces = 0
    fc.assert(
      fc.property(random, (model) => {
        const wide = finished(new Search(model, { ...most, keepGoing: true }))
        fc.pre(wide.stopped !== "max-states")
        const deep = finished(new DeepeningSearch(model, { ...most, keepGoing: true }))
        expect(lengths(deep)).toEqual(lengths(wide))
        expect(deep).toMatchObject({
          verdict: wide.verdict,
          distinct: wide.distinct,
          generated: wide.generated,
          stuttering: wide.stuttering,
        })
        for (const { name, parameters, trace } of deep.properties) {
          if (trace === undefined) continue
          traces++
          expect(naiveReplay(model, trace, name, parameters)).toBeUndefined()
        }
      }),
      { numRuns: models(runs), ...replay },
    )
    expect(traces).toBeGreaterThan(runs / 4)
  }, 600_000)

  it("ends with the first violation, and none of that property is shorter", () => {
    let traces = 0
    fc.assert(
      fc.property(soundDescription, (description) => {
        const model = randomModel(description)
        const wide = finished(new Search(model, { ...most, keepGoing: true }))
        fc.pre(wide.verdict === "violated" && wide.stopped === undefined)
        const violated = finished(new DeepeningSearch(model, most)).properties
          .filter(({ verdict }) => verdict === "violated")
        expect(violated).not.toHaveLength(0)
        for (const { name, trace } of violated) {
          expect(trace?.steps.length).toBe(
            wide.properties.find((property) => property.name === name)?.trace?.steps.length,
          )
          traces += trace === undefined ? 0 : 1
        }
      }),
      { numRuns: models(40), ...replay },
    )
    expect(traces).toBeGreaterThan(10)
  }, 600_000)

  it("knows what is reachable and where it ends as soon as it is that deep, and what is not reachable at the end", () => {
    const { action, deadlockFree, model, reachable } = variables({ n: Schema.Int })
    const steps = model({
      name: "five steps",
      initial: { n: 0 },
      actions: { go: action((s) => s.n < 5 && { n: s.n + 1 }), fall: action((s) => s.n > 0 && s.n < 5 && { n: 0 }) },
      properties: {
        middle: reachable((s) => s.n === 3),
        beyond: reachable((s) => s.n === 6),
        endless: deadlockFree(),
      },
    })
    const to = (maxDepth: number) => lengths(finished(new DeepeningSearch(steps, { maxDepth, keepGoing: true })))
    const [unknown, missing] = [["incomplete", undefined], ["violated", undefined]]
    const [reached, stuck] = [["holds", 4], ["violated", 6]]
    const said = (...verdicts: ReadonlyArray<ReadonlyArray<unknown> | undefined>) =>
      ["middle", "beyond", "endless"].map((name, index) => [name, ...verdicts[index] ?? []])
    expect(to(3)).toEqual(said(unknown, unknown, unknown))
    expect(to(4)).toEqual(said(reached, unknown, unknown))
    // A state at this level has not been asked for its steps.
    expect(to(6)).toEqual(said(reached, unknown, unknown))
    expect(to(7)).toEqual(said(reached, missing, stuck))
  })

  it("says incomplete where a limit is reached, and does not depend on its slices", () => {
    expect(finished(new DeepeningSearch(TwoPhase({ rms: 3 }), { maxDepth: 5 }))).toMatchObject({
      verdict: "incomplete",
      stopped: "max-depth",
      distinct: finished(new Search(TwoPhase({ rms: 3 }), { maxDepth: 5 })).distinct,
    })
    expect(finished(new DeepeningSearch(TwoPhase({ rms: 4 }), { maxSeconds: 0 })).stopped).toBe("max-seconds")
    const sliced = finished(new DeepeningSearch(TwoPhase({ rms: 4 })), 0)
    expect(sliced).toMatchObject({ verdict: "holds", distinct: 1_568, generated: 8_258 })
  })
})
