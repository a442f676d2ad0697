/**
 * The exit status of the process.
 *
 * @module
 */
import { isAsExpected, type JudgedOutcome } from "./judgement.ts"

/** What the process's exit status says. The largest of several configurations' counts. */
export const ExitStatus = { asExpected: 0, notAsExpected: 1, notCarriedOut: 2 } as const

/** What came of one configuration, as an exit status. */
export const statusOf = (outcome: JudgedOutcome): number =>
  isAsExpected(outcome)
    ? ExitStatus.asExpected
    : outcome.error === undefined && outcome.report.verdict !== "incomplete"
    ? ExitStatus.notAsExpected
    : ExitStatus.notCarriedOut
