/**
 * What comes of checking the configurations of the suites, for the tests and for the site. To check them all takes minutes, so it
 * is done once.
 *
 * @module
 */
import { Effect } from "effect"
import { check } from "../model-check/check.ts"
import type { Report } from "../model-check/engine/report.ts"
import type { Suite } from "../model-check/suite.ts"
import { keep, kept } from "./kept-reports.ts"

/** The report of a configuration with its own constants. */
export const checked = async (
  { name: suite }: Suite,
  { constants, model, name }: Suite["configurations"][number],
): Promise<Report> => {
  const before = kept(suite, name)
  if (before !== undefined) return before
  const report = await Effect.runPromise(check(model(constants)))
  keep(suite, name, report)
  return report
}
