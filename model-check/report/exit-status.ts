/**
 * The exit status of the process.
 *
 * @module
 */
import { isAsExpected, type Judged, type Outcome } from "./judgement.ts"

/** What the process's exit status says. The largest of several configurations' counts. */
export const ExitStatus = { asExpected: 0, notAsExpected: 1, notCarriedOut: 2 } as const

/** What came of one configuration, as an exit status. */
export const statusOf = (
  outcome: Pick<Outcome, "expected"> & { readonly report: Judged; readonly error?: unknown },
): number =>
  isAsExpected(outcome)
    ? ExitStatus.asExpected
    : outcome.error === undefined && outcome.report.verdict !== "incomplete"
    ? ExitStatus.notAsExpected
    : ExitStatus.notCarriedOut
