/**
 * Fuzzing by walks: fast-check chooses the numbers of a walk, and shrinks those of one that fails.
 *
 * @module
 */
import * as fc from "fast-check"
import { walks } from "../../model-check/engine/walk.ts"
import { traceLines } from "../../model-check/report/trace.ts"
import { showArguments } from "../../model-check/report/value.ts"
import type { Model } from "../../src/index.ts"

/**
 * The numbers of walks of any length up to `most`. Short walks are no likelier than long ones, for most violations take long.
 * A walk shrinks to fewer numbers and to smaller ones: smaller numbers mean nothing in particular, but each is a chance to
 * go a shorter way.
 */
export const schedule = (most: number): fc.Arbitrary<ReadonlyArray<number>> =>
  fc.noBias(fc.array(fc.nat(), { maxLength: most, size: "max" }))

/** That no walk of at most so many numbers violates a property of the model. A failure is told as the trace of the walk. */
export const noViolation = (model: Model<any>, most: number): fc.IProperty<[ReadonlyArray<number>]> => {
  const walk = walks(model)
  return fc.property(schedule(most), (numbers) => {
    const walked = walk(numbers)
    if (walked.violation === undefined) return
    const { parameters, property } = walked.violation
    const args = showArguments(parameters)
    const lines = [`${property} is violated${args && ` for ${args}`}:`, ...traceLines(model, walked.trace)]
    throw new Error(lines.join("\n"))
  })
}
