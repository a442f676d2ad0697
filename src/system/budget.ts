/**
 * Budgets: how often something may go wrong. They keep state spaces finite.
 *
 * @module
 */
import { InvalidBudget } from "../model/errors.ts"

/** A number of times, or any number of them. */
export type Budget = number | "unbounded"

/**
 * Checks a budget, and returns it.
 *
 * @param of - what it is a budget for, for the error.
 * @throws {@link InvalidBudget} when it is neither a natural number nor `unbounded`.
 *
 * @example
 * ```ts
 * import { budget } from "touchstone"
 *
 * budget("loss", 2) // => 2
 * ```
 */
export const budget = (of: string, value: Budget): Budget => {
  if (value !== "unbounded" && !(Number.isSafeInteger(value) && value >= 0)) throw new InvalidBudget({ of, value })
  return value
}
