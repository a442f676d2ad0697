/**
 * Results: the JSON object for an outcome that is rendered as JSON.
 *
 * @module
 */
import type { CheckResult, TraceJson } from "./json.ts"
import { differences, isAsExpected } from "./judgement.ts"
import type { RenderedOutcome } from "./rendered.ts"

/** An outcome as JSON. */
export type OutcomeAsJson = RenderedOutcome<{ readonly [name: string]: unknown }, TraceJson["steps"][number]>

/** The JSON object for what came of one configuration; see `checkResult`. */
export const renderedResult = (outcome: OutcomeAsJson): CheckResult => {
  const { configuration, constants, error, expected, report, suite } = outcome
  const differing = error === undefined ? differences(report, expected) : []
  return {
    suite,
    configuration,
    constants,
    verdict: report.verdict,
    expected: expected.verdict,
    asExpected: isAsExpected(outcome),
    ...(differing.length > 0 && { differences: differing }),
    properties: report.properties.map(({ kind, name, parameters, replay, trace, verdict }) => ({
      name,
      kind,
      verdict,
      ...(parameters !== undefined && { parameters }),
      ...(trace !== undefined && { trace }),
      ...(replay !== undefined && { replay }),
    })),
    coverage: report.coverage,
    stuttering: report.stuttering,
    ...(report.outside !== undefined && { outside: report.outside }),
    ...((report.outside ?? 0) > 0 && { withinConstraint: true }),
    ...(report.vacuous !== undefined && { vacuous: report.vacuous }),
    distinct: report.distinct,
    generated: report.generated,
    depth: report.depth,
    ...(report.walks !== undefined && { walks: report.walks }),
    seconds: report.seconds,
    userCalls: report.userCalls,
    peakMemoryBytes: report.peakMemoryBytes,
    collisionProbability: report.collisionProbability,
    ...(report.stopped !== undefined && { stopped: report.stopped }),
    ...(error !== undefined && { error }),
  }
}

/** The levels of a result down to the steps of a trace: the result, its properties, one of them, its trace, the steps. */
const LEVELS = 5

/** A result as JSON, in pieces: the whole text of a long trace would be longer than JavaScript's strings may be. */
export function* jsonPieces(result: unknown, levels = LEVELS): Generator<string> {
  if (levels === 0 || typeof result !== "object" || result === null) {
    yield JSON.stringify(result)
    return
  }
  const isArray = Array.isArray(result)
  let before = isArray ? "[" : "{"
  for (const [name, item] of Object.entries(result)) {
    yield isArray ? before : `${before}${JSON.stringify(name)}:`
    yield* jsonPieces(item, levels - 1)
    before = ","
  }
  if (before !== ",") yield before
  yield isArray ? "]" : "}"
}
