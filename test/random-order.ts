/**
 * In which order a random action makes its updates.
 *
 * @module
 */
import * as fc from "fast-check"
import { variables } from "../src/index.ts"

/** All at once, of two for one variable the latter; or in a sequence, or in sequences that stand in each other. */
export const order = fc.constantFrom("together", "flat", "left", "right")

const { sequence } = variables({})

/** One update, or sequence, of all of them. */
export const inOrder = (
  order: "together" | "flat" | "left" | "right",
  updates: ReadonlyArray<object>,
): object => {
  switch (order) {
    case "together":
      return Object.assign({}, ...updates) as object
    case "flat":
      return sequence(...updates)
    case "left":
      return updates.reduce<object>((before, update) => sequence(before, update), sequence())
    case "right":
      return updates.reduceRight<object>((after, update) => sequence(update, after), sequence())
  }
}

/** Whether an update of a set or a bag keeps what is there, and so loses nothing. */
export const isExchange = (update: unknown): boolean =>
  typeof update === "object" && update !== null && !(Symbol.iterator in update)
