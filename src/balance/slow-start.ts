/**
 * # Slow start
 *
 * A backend that has just come is cold: its caches are empty, its code is not compiled, its connections are not open. So it gets little at
 * first, and more step by step. After Envoy's *slow start* with its default aggression of 1, and nginx's `slow_start`: the weight grows
 * linearly over a window.
 *
 * **Promises** that a backend which came `age` steps ago has the weight `weight · max(minimum, age)` for an age up to `window`, and from
 * then on `weight · window`: so of equal backends, a new one gets from `minimum/window` to all of a full share, and never less than before. A
 * backend with a positive weight never has the weight 0.
 *
 * **Assumes** a balancer that goes by weights, and that others are there: where all are new, all have the same small weight, and nobody
 * gets less.
 *
 * **Not in Envoy**: weights are whole numbers, so all are multiplied by the steps of the window.
 *
 * @module
 */
import { InvalidDefinition } from "../model/errors.ts"
import type { Backend } from "./balancer.ts"

/**
 * The weight of a backend, by its age.
 *
 * @param options - `window`: after so many steps it has its full weight; `minimum`: the steps with which it begins.
 * @throws InvalidDefinition unless they are whole numbers with 1 ≤ `minimum` ≤ `window`.
 *
 * @example
 * ```ts
 * import { slowStart } from "touchstone/balance"
 *
 * const warmed = slowStart({ window: 4, minimum: 1 })
 * const weights = [0, 1, 2, 3, 4, 5].map((age) => warmed({ name: "a", weight: 1 }, age).weight)
 * weights // => [1, 1, 2, 3, 4, 4]
 * ```
 */
export const slowStart = (
  { minimum, window }: { readonly window: number; readonly minimum: number },
): (backend: Backend, age: number) => Backend => {
  if (!Number.isSafeInteger(window) || !Number.isSafeInteger(minimum) || minimum < 1 || minimum > window) {
    throw new InvalidDefinition({
      reason: `a slow start from ${minimum} to ${window} steps; give whole numbers, the first from 1 to the second`,
    })
  }
  return ({ name, weight }, age) => ({ name, weight: weight * Math.max(minimum, Math.min(age, window)) })
}
