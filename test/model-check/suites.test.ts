import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../model-check/check.ts"
import type { Report } from "../../model-check/engine/report.ts"
import type { Expected } from "../../model-check/suite.ts"
import { suites } from "../../model-check/suites/index.ts"

/** What a report says about what is expected: the counts, or the property and the length of its counterexample. */
const outcome = (report: Report, expected: Expected): object => {
  if (expected.verdict === "holds") return report
  const violated = report.properties.find(({ name, verdict }) => name === expected.property && verdict === "violated")
  return { verdict: report.verdict, property: violated?.name, steps: (violated?.trace?.steps.length ?? 0) - 1 }
}

describe.each(suites)("the suite $name", ({ configurations, constants }) => {
  it.each(configurations)("$name", async ({ constants: bound, expected, model }) => {
    expect(Object.keys(bound).toSorted()).toEqual(Object.keys(constants).toSorted())
    const report = await Effect.runPromise(check(model(bound)))
    // What is not given is not compared.
    expect(outcome(report, expected)).toMatchObject(expected)
  })
})
