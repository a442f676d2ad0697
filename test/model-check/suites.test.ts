import { describe, expect, it } from "vitest"
import type { Report } from "../../model-check/engine/report.ts"
import { untested } from "../../model-check/report/untested.ts"
import type { Expected } from "../../model-check/suite.ts"
import { suites } from "../../model-check/suites/index.ts"
import { checked } from "../checked-suites.ts"

/** What a report says about what is expected: the counts, or the property and the length of its counterexample. */
const outcome = (report: Report, expected: Expected): object => {
  if (expected.verdict === "holds") return report
  const violated = report.properties.find(({ name, verdict }) => name === expected.property && verdict === "violated")
  return { verdict: report.verdict, property: violated?.name, steps: (violated?.trace?.steps.length ?? 0) - 1 }
}

/** `TOUCHSTONE_ALL=true` checks those that take long, too. */
const all = process.env["TOUCHSTONE_ALL"] === "true"

describe.each(suites)("the suite $name", (suite) => {
  it.each(suite.configurations.filter(({ long = false }) => all || !long))("$name", async (configuration) => {
    const { constants, expected } = configuration
    expect(Object.keys(constants).toSorted()).toEqual(Object.keys(suite.constants).toSorted())
    const report = await checked(suite, configuration)
    // What is not given is not compared.
    expect(outcome(report, expected)).toMatchObject(expected)
  })

  it("puts to the test, in some configuration that holds, all that its models can do", async () => {
    const holding = suite.configurations.filter(({ expected, long = false }) =>
      expected.verdict === "holds" && (all || !long)
    )
    const reports: Array<Report> = []
    for (const configuration of holding) reports.push(await checked(suite, configuration))
    expect(untested(suite, reports)).toEqual([])
  })
})
