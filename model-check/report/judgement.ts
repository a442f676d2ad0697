/**
 * Judging a report by what was expected of it.
 *
 * @module
 */
import type { Model } from "../../src/model/model.ts"
import type { CheckFailed } from "../check.ts"
import type { ConstantsOf } from "../constant.ts"
import type { Report, Verdict } from "../engine/report.ts"
import type { Expected } from "../suite.ts"

/** What came of one configuration. */
export interface Outcome {
  readonly suite: string
  readonly configuration: string
  readonly constants: ConstantsOf
  readonly model: Model<any>
  readonly expected: Expected
  readonly report: Report
  /** What ended the check, if it could not be carried out. */
  readonly error?: CheckFailed["reason"]
}

/** What of a report is judged. It may be rendered already. */
export interface Judged extends Pick<Report, "verdict" | "stopped" | "distinct" | "generated" | "depth" | "walks"> {
  readonly properties: ReadonlyArray<{
    readonly name: string
    readonly verdict: Verdict
    readonly trace?: { readonly steps: { readonly length: number } }
  }>
}

/** What of an {@link Outcome} is judged. */
export interface JudgedOutcome
  extends Pick<Outcome, "expected">, Partial<Omit<Outcome, "expected" | "report" | "error">>
{
  readonly report: Judged
  readonly error?: unknown
}

const violated = (report: Judged): ReadonlyArray<string> =>
  report.properties.filter(({ verdict }) => verdict === "violated").map(({ name }) => name)

const verdictOf = (verdict: Verdict, details: ReadonlyArray<string>): string =>
  details.length === 0 ? verdict : `${verdict} (${details.join(", ")})`

/**
 * What differs between a report and what was expected, one sentence each; nothing if all is as expected. Walks cannot show that a model
 * holds, so where that is expected it is as expected if all of them were made and nothing was found.
 *
 * @example
 * ```ts
 * import { Consensus } from "touchstone/spec/tla"
 * import { check } from "touchstone"
 * import { differences } from "touchstone/model-check"
 * import { Effect } from "effect"
 *
 * const report = Effect.runSync(check(Consensus({ values: 3 })))
 * differences(report, { verdict: "holds", distinct: 5 }) // => ["4 distinct states, expected 5"]
 * ```
 */
export const differences = (report: Judged, expected: Expected): ReadonlyArray<string> => {
  if (report.stopped === "max-walks" && report.verdict === "incomplete" && expected.verdict === "holds") return []
  if (report.verdict !== expected.verdict) {
    const stopped = report.stopped === undefined || report.stopped === "violation" ? [] : [`stopped: ${report.stopped}`]
    const wanted = expected.verdict === "holds" ? [] : [expected.property]
    return [
      `verdict ${verdictOf(report.verdict, [...stopped, ...violated(report)])}, expected ${
        verdictOf(expected.verdict, wanted)
      }`,
    ]
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
  if (!violated(report).includes(expected.property)) {
    return [`violated: ${violated(report).join(", ")}, expected ${expected.property}`]
  }
  const trace = report.properties.find(({ name }) => name === expected.property)?.trace
  const steps = trace === undefined || report.walks !== undefined ? undefined : trace.steps.length - 1
  if (steps === undefined || expected.steps === undefined || steps === expected.steps) return []
  return [`${expected.property} violated in ${steps} steps, expected ${expected.steps}`]
}

/**
 * Whether a check was carried out, and gave what was expected.
 *
 * @example
 * ```ts
 * import { check } from "touchstone"
 * import { isAsExpected } from "touchstone/model-check"
 * import { Consensus } from "touchstone/spec/tla"
 * import { Effect } from "effect"
 *
 * const model = Consensus({ values: 3 })
 * const report = Effect.runSync(check(model))
 * const about = { suite: "consensus", configuration: "3-values", constants: { values: 3 } }
 * isAsExpected({ ...about, model, expected: { verdict: "holds", distinct: 4 }, report }) // => true
 * isAsExpected({ ...about, model, expected: { verdict: "holds", distinct: 5 }, report }) // => false
 * ```
 */
export const isAsExpected = ({ error, expected, report }: JudgedOutcome): boolean =>
  error === undefined && differences(report, expected).length === 0
