/**
 * # A budget of retries
 *
 * When a backend is slow, requests time out, and each that is tried again adds to what it has to do, for the first try is still at work
 * there. So the load doubles when it should go down. A budget lets few retries through however many requests fail. After Envoy's *retry
 * budget* (with its defaults of 20 % and at least 3), as in Finagle's `RetryBudget` and the *Site Reliability Engineering* book (Beyer et al.,
 * 2016), chapter 22.
 *
 * **Promises** that at any time, the retries at work are at most the greater of `minimum` and `percent` of the requests at work. So the load is at
 * most 1 + `percent`/100 of what it would be without retries, or `minimum` more.
 *
 * **Does not promise** that a request is tried again: where many fail, most are not.
 *
 * @module
 */
import { InvalidDefinition } from "../model/errors.ts"

/**
 * Whether a request may be tried again.
 *
 * @param budget - `percent` of the requests at work that may be retries, and the `minimum` of them that may always be.
 * @returns a function of the numbers of `requests` and of `retries` at work before this one.
 * @throws InvalidDefinition when they are no whole numbers from 0.
 *
 * @example
 * ```ts
 * import { retryBudget } from "touchstone/balance"
 *
 * const mayRetry = retryBudget({ percent: 20, minimum: 1 })
 * mayRetry({ requests: 2, retries: 0 }) // => true
 * mayRetry({ requests: 2, retries: 1 }) // => false
 * mayRetry({ requests: 10, retries: 1 }) // => true
 * ```
 */
export const retryBudget = (
  budget: { readonly percent: number; readonly minimum: number },
): (atWork: { readonly requests: number; readonly retries: number }) => boolean => {
  for (const [name, number] of Object.entries(budget)) {
    if (!Number.isSafeInteger(number) || number < 0) {
      throw new InvalidDefinition({ reason: `the ${name} of a retry budget is ${number}; give a whole number from 0` })
    }
  }
  return ({ requests, retries }) =>
    retries + 1 <= Math.max(budget.minimum, Math.floor((requests * budget.percent) / 100))
}
