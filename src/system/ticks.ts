/**
 * Bounds of ticks: how long something takes at least, and at most.
 *
 * @module
 */
import { withKnownKeys } from "../model/definition.ts"
import { InvalidDefinition } from "../model/errors.ts"
import { show } from "../model/show.ts"

/** A number of ticks that is not known, except that it is between two bounds. */
export interface Ticks {
  readonly min: number
  readonly max: number
}

/**
 * Checks a whole number of ticks, and returns it.
 *
 * @param of - what it is a number of ticks of, for the error.
 * @throws {@link InvalidDefinition} when it is not a whole number, or less than `least`.
 */
export const wholeTicks = (of: string, value: number, least: number): number => {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new InvalidDefinition({ reason: `${of} is ${show(value)}; give a whole number of ticks, ${least} or more` })
}

/**
 * Checks bounds of ticks, and returns them.
 *
 * @param of - what they are the bounds of, for the error.
 * @param least - the least that the lower and the upper bound may be.
 * @throws {@link InvalidDefinition} when one of them is not a whole number or below `least`, when the lower one is above the
 *   upper one, or a key is unknown.
 */
export const ticks = (of: string, given: Ticks, least: Ticks): Ticks => {
  const { max, min } = withKnownKeys(of, given, ["min", "max"])
  wholeTicks(`the min of ${of}`, min, least.min)
  wholeTicks(`the max of ${of}`, max, least.max)
  if (min <= max) return { min, max }
  throw new InvalidDefinition({
    reason: `the min of ${of} is ${min} and its max is ${max}; give a max of ${min} or more`,
  })
}
