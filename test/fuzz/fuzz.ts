/**
 * Fuzzing by guided walks: fast-check chooses the numbers of a walk, and shrinks those of one that fails.
 *
 * @module
 */
import * as fc from "fast-check"
import { guidedWalks } from "../../model-check/engine/explore/guided-walk.ts"
import { type Segments, walks } from "../../model-check/engine/explore/walk.ts"
import { traceLines } from "../../model-check/report/trace.ts"
import { showArguments } from "../../model-check/report/value.ts"
import type { Model } from "../../src/index.ts"

/** A walk that violates a property. */
export interface Failing {
  readonly segments: Segments
  /** The number of walks made, this one included. */
  readonly walks: number
}

/** Looks for a violation: makes at most so many walks of at most so many steps. */
export const search = (model: Model<any>, most: number, steps: number, seed: number): Failing | undefined => {
  const walk = guidedWalks(model)
  let failing: Segments = []
  // Small numbers mean nothing in particular, and short walks find less.
  const numbers = fc.noBias(fc.array(fc.nat(), { minLength: steps + 1, maxLength: steps + 1, size: "max" }))
  const { failed, numRuns } = fc.check(
    fc.property(numbers, (choices) => {
      const { segments, violation } = walk(choices)
      failing = segments
      return violation === undefined
    }),
    { seed, numRuns: most, endOnFailure: true },
  )
  return failed ? { segments: failing, walks: numRuns } : undefined
}

/**
 * That the walk of these numbers violates no property. A failure is told as the trace of the walk, and how to make it again.
 * A walk shrinks to fewer numbers and to smaller ones: each smaller one is a chance to go a shorter way.
 */
export const noViolation = (model: Model<any>): fc.IProperty<[Segments]> => {
  const walk = walks(model)
  return fc.property(fc.array(fc.array(fc.nat())), (segments) => {
    const walked = walk(...segments)
    if (walked.violation === undefined) return
    const { parameters, property } = walked.violation
    const args = showArguments(parameters)
    const lines = [
      `${property} is violated${args && ` for ${args}`} (TOUCHSTONE_WALK=${JSON.stringify(segments)}):`,
      ...traceLines(model, walked.trace),
    ]
    throw new Error(lines.join("\n"))
  })
}

/** Shrinks a walk that fails. */
export const shrink = (model: Model<any>, segments: Segments): fc.RunDetails<[Segments]> =>
  fc.check(noViolation(model), { examples: [[segments]], numRuns: 1 })
