import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { fuzzResults, fuzzTable, withTable } from "../../docs/fuzz-report.ts"
import { walks } from "../../model-check/engine/explore/walk.ts"
import { replay } from "../replay.ts"
import { search, shrink } from "./fuzz.ts"
import { find, sabotages } from "./runs-to-find.ts"

const results = fuzzResults()
/** Walks of which one finds what is wrong, but once in a million times: a median may be small and the rest of them far off. */
const enough = new Map(
  results.map(({ configuration, median, most }) => [configuration, 20 * (median ?? 0) + 5 * (most ?? 0) + 20]),
)

describe("the fuzzer finds what is wrong", () => {
  it.each(sabotages())("in $name", ({ model, name }) => {
    expect(find(model, replay.seed, enough.get(name) ?? 20, false)).toBeDefined()
  })
})

describe("a walk that fails", () => {
  const model = sabotages().find(({ name }) => name === "tla/two-phase/sabotage-one-missing-2-rms")?.model
  if (model === undefined) throw new Error("there is no such sabotage")
  const { segments } = search(model, 1_000, 59, 1) ?? { segments: [] }
  const { counterexample, errorInstance } = shrink(model, segments)
  const [first, ...lines] = errorInstance instanceof Error ? errorInstance.message.split("\n") : []

  it("is told as a trace, and shrinks to a shortest one", () => {
    expect(first).toMatch(/^consistent is violated for rm1: rm\d, rm2: rm\d /)
    expect(lines[0]).toBe("0 initial state")
    expect(lines.findLast((line) => /^\d/.test(line))).toMatch(/^5 /)
  })

  it("is made again by the numbers that it is told with", () => {
    const told = JSON.parse(/TOUCHSTONE_WALK=(.*)\):$/.exec(String(first))?.[1] ?? "[]") as typeof segments
    expect(told).toEqual(counterexample?.[0])
    expect(walks(model)(...told)).toMatchObject({ length: 5, violation: { property: "consistent" } })
  })
})

describe("the report on fuzzing (npm run fuzz-report)", () => {
  it("names every sabotaged variant, and no other", () => {
    expect(results.map(({ configuration }) => configuration)).toEqual(sabotages().map(({ name }) => name))
  })

  it("knows the lengths of the shortest counterexamples", () => {
    expect(results.map(({ shortest }) => shortest)).toEqual(sabotages().map(({ shortest = null }) => shortest))
  })

  it("is in the document", () => {
    const text = readFileSync(new URL("../../docs/fuzzing.md", import.meta.url), "utf8")
    expect(withTable(text, fuzzTable(results))).toBe(text)
  })
})
