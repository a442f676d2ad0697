/**
 * Judging a report by what was expected of it.
 *
 * @module
 */
import type { Report } from "./engine/report.ts"
import type { Expected } from "./suite.ts"

/**
 * What differs between a report and what was expected, one sentence each; nothing if all is as expected.
 *
 * @example
 * ```ts
 * import { consensus } from "touchstone/spec"
 * import { check, differences } from "touchstone/model-check"
 * import { Effect } from "effect"
 *
 * const report = await Effect.runPromise(check(consensus({ values: 3 })))
 * differences(report, { verdict: "holds", distinct: 5 }) // => ["4 distinct states, expected 5"]
 * ```
 */
export const differences = (report: Report, expected: Expected): ReadonlyArray<string> => {
  if (report.verdict !== expected.verdict) {
    const stopped = report.stopped === undefined || report.stopped === "violation"
      ? ""
      : ` (stopped: ${report.stopped})`
    const violated = report.properties.filter(({ verdict }) => verdict === "violated").map(({ name }) => name)
    const which = violated.length === 0 ? "" : ` (${violated.join(", ")})`
    return [`verdict ${report.verdict}${stopped}${which}, expected ${expected.verdict}`]
  }
  if (expected.verdict === "holds") {
    const counts = [
      ["distinct states", report.distinct, expected.distinct],
      ["generated states", report.generated, expected.generated],
      ["levels", report.depth, expected.depth],
    ] as const
    return counts
      .filter(([, found, wanted]) => wanted !== undefined && found !== wanted)
      .map(([what, found, wanted]) => `${found} ${what}, expected ${wanted}`)
  }
  const found = report.properties.find(({ name }) => name === expected.property)
  if (found?.verdict !== "violated" || found.trace === undefined) {
    return [`property ${expected.property} is not violated, as was expected`]
  }
  const steps = found.trace.steps.length - 1
  if (expected.steps === undefined || steps === expected.steps) return []
  return [`${expected.property} violated in ${steps} steps, expected ${expected.steps}`]
}
