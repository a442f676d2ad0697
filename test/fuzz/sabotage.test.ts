import * as fc from "fast-check"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { fuzzResults, fuzzTable, withTable } from "../../docs/fuzz-report.ts"
import { walks } from "../../model-check/engine/walk.ts"
import { replay } from "../replay.ts"
import { find, sabotages } from "./runs-to-find.ts"
import { noViolation } from "./schedule.ts"

const results = fuzzResults()
const median = new Map(results.map(({ configuration, median }) => [configuration, median]))

describe("the fuzzer finds what is wrong", () => {
  const found = sabotages().filter(({ name }) => (median.get(name) ?? null) !== null)

  // Where the median is right, it takes more than 20 times as many walks once in a million times.
  it.each(found)("in $name", ({ model, name }) => {
    const walked = find(model, replay.seed, 20 * (median.get(name) ?? 0) + 20, false)
    expect(walked).toBeDefined()
  })
})

describe("a walk that fails", () => {
  const model = sabotages().find(({ name }) => name === "two-phase/sabotage-one-missing-2-rms")?.model
  if (model === undefined) throw new Error("there is no such sabotage")
  const failing = fc.check(noViolation(model, 60), { seed: 1, numRuns: 1_000 })

  it("is told as a trace, and shrinks to a shortest one", () => {
    const message = failing.errorInstance instanceof Error ? failing.errorInstance.message : ""
    const lines = message.split("\n")
    expect(lines[0]).toMatch(/^consistent is violated for rm1: rm\d, rm2: rm\d:$/)
    expect(lines[1]).toBe("0 initial state")
    expect(lines.findLast((line) => /^\d/.test(line))).toMatch(/^5 /)
  })

  it("is replayed by its seed and path", () => {
    const { counterexample, counterexamplePath, seed } = failing
    const again = fc.check(noViolation(model, 60), { seed, path: String(counterexamplePath), endOnFailure: true })
    expect(again.counterexample).toEqual(counterexample)
    expect(walks(model)(counterexample?.[0] ?? []).violation?.property).toBe("consistent")
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
