/**
 * The engine, in every mode, and the naive twin say the same of a model.
 *
 * @module
 */
import * as fc from "fast-check"
import { expect } from "vitest"
import { Search, type SearchOptions } from "../model-check/engine/explore/search.ts"
import { walks } from "../model-check/engine/explore/walk.ts"
import type { PropertyResult, Report } from "../model-check/engine/report.ts"
import type { Model, ModelError } from "../src/index.ts"
import { naivelyReached, naiveReplay, naiveTwin, type TwinReport } from "./naive-twin.ts"

/** What is chosen for the searches of one model. */
export interface Choices {
  readonly seed: number
  readonly maxDepth: number
  readonly maxStates: number
  readonly memory: number
  /** In which of the orders the search is stopped for each of its reasons. */
  readonly order: number
  readonly walks: ReadonlyArray<ReadonlyArray<number>>
}

/** Anything that may be chosen. */
export const choices: fc.Arbitrary<Choices> = fc.record({
  seed: fc.nat(),
  maxDepth: fc.integer({ min: 1, max: 8 }),
  maxStates: fc.integer({ min: 1, max: 200 }),
  memory: fc.oneof(fc.nat(200_000), fc.nat(2_000_000)),
  order: fc.nat(3),
  walks: fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 30, size: "max" }), { minLength: 3, maxLength: 10 }),
})

const explore = (model: Model<any>, options: SearchOptions): Report => {
  const search = new Search(model, options)
  while (!search.run(60_000));
  return search.report()
}

/** What a report says; the lengths are shortest, and so the twin's, if the search was breadth-first. */
const summary = (report: Report, lengths: boolean) => ({
  verdict: report.verdict,
  distinct: report.distinct,
  generated: report.generated,
  stuttering: report.stuttering,
  ...(report.outside !== undefined && { outside: report.outside }),
  ...(lengths && { depth: report.depth }),
  properties: Object.fromEntries(
    report.properties.map(({ name, trace, verdict }) => [
      name,
      { verdict, ...(lengths && trace !== undefined && { steps: trace.steps.length - 1 }) },
    ]),
  ),
})

const twinSummary = ({ depth, properties, ...counts }: TwinReport, lengths: boolean) => ({
  ...counts,
  ...(lengths && { depth }),
  properties: Object.fromEntries(
    Object.entries(properties).map(([name, { steps, verdict }]) => [
      name,
      { verdict, ...(lengths && steps !== undefined && { steps }) },
    ]),
  ),
})

/** Every behaviour that is told can be followed, and shows what it is told for. */
const replays = (model: Model<any>, results: ReadonlyArray<PropertyResult>): void => {
  for (const { name, parameters, trace } of results) {
    if (trace !== undefined) expect(naiveReplay(model, trace, name, parameters)).toBeUndefined()
  }
}

/** What is said by a search that may have been stopped is true of the whole, and `holds` is said of no part. */
const isTrueOf = (report: Report, twin: TwinReport): void => {
  const said = Object.fromEntries(report.properties.map(({ name, verdict }) => [name, { verdict }]))
  const known = Object.fromEntries(
    Object.entries(twin.properties).map(([name, { verdict }]) => [
      name,
      { verdict: said[name]?.verdict === "incomplete" ? "incomplete" : verdict },
    ]),
  )
  expect(said).toEqual(known)
  expect(report.distinct).toBeLessThanOrEqual(twin.distinct)
  if (report.verdict === "holds") expect(report.distinct).toBe(twin.distinct)
  if (report.stopped === undefined) expect(report.verdict).toBe(twin.verdict)
}

/** All ways to search. */
const EVERY_ORDER: ReadonlyArray<SearchOptions> = [{}, { exact: true }, { search: "dfs" }, {
  search: "dfs",
  exact: true,
}]

/** What is said of a model that is refused: the kind of the error, and the variable. */
const refusal = (run: () => unknown): string | undefined => {
  try {
    run()
    return undefined
  } catch (error) {
    const { _tag, variable } = error as ModelError & { readonly variable?: string }
    return variable === undefined ? _tag : `${_tag}: ${variable}`
  }
}

/**
 * Expects that they do.
 *
 * @param most - a model of so many states or more is passed over: the twin is slow.
 * @returns the number of states, or undefined if the model was passed over; a model that both refuse has 0.
 */
export const agree = (model: Model<any>, choices: Choices, most: number): number | undefined => {
  const refused = new Set<string>()
  const twin = naiveTwin(model, { maxStates: most, onRefused: ({ message }) => refused.add(message) })
  if (twin.distinct >= most) return undefined
  if (refused.size > 0) {
    // Whichever is met first.
    for (const mode of EVERY_ORDER) {
      expect(refused).toContain(refusal(() => explore(model, { ...mode, keepGoing: true })))
    }
    return 0
  }
  const { maxDepth, maxStates, memory, order, seed } = choices

  for (const mode of EVERY_ORDER) {
    const isShortest = mode.search === undefined
    const whole = explore(model, { ...mode, seed, keepGoing: true })
    expect(summary(whole, isShortest)).toEqual(twinSummary(twin, isShortest))
    replays(model, whole.properties)
  }

  const [stopping, within, few, bounded] = [0, 1, 2, 3].map((turn) => EVERY_ORDER[(order + turn) % 4] as SearchOptions)
  const first = explore(model, { ...stopping, seed })
  isTrueOf(first, twin)
  expect(first.verdict).toBe(twin.verdict)
  replays(model, first.properties)
  if (stopping?.search === undefined) {
    for (const { name, trace } of first.properties) {
      if (trace !== undefined) expect(trace.steps.length - 1).toBe(twin.properties[name]?.steps)
    }
  }

  isTrueOf(explore(model, { ...within, seed, keepGoing: true, memory }), twin)
  const part = explore(model, { ...few, seed, keepGoing: true, maxStates })
  isTrueOf(part, twin)
  // All initial states are looked at.
  expect(part.distinct).toBeGreaterThanOrEqual(Math.min(maxStates, twin.distinct))
  expect(part.distinct).toBeLessThanOrEqual(Math.max(maxStates, model.initial.length))

  const shallow = explore(model, { ...bounded, seed, keepGoing: true, maxDepth })
  const isShortest = bounded?.search === undefined
  expect(summary(shallow, isShortest)).toEqual(twinSummary(naiveTwin(model, { maxDepth }), isShortest))
  replays(model, shallow.properties)

  const walk = walks(model)
  for (const numbers of choices.walks) {
    const { reached, trace, violation } = walk(numbers)
    if (violation !== undefined) {
      expect(twin.properties[violation.property]).toMatchObject({ verdict: "violated" })
      replays(model, [{ ...violation, name: violation.property, verdict: "violated", trace }])
    }
    const met = naivelyReached(model, trace)
    // Of the state in which something is violated no more is said.
    expect([...met]).toEqual(expect.arrayContaining([...reached]))
    if (violation === undefined) expect(reached).toEqual(met)
  }
  return twin.distinct
}
