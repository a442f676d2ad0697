/**
 * # Health checks
 *
 * Whether a backend is believed to be healthy. A probe may fail by chance, and may succeed by chance; so one result changes nothing, and
 * several in a row do. The thresholds are those of HAProxy (`fall` and `rise`) and of Envoy (`unhealthy_threshold` and
 * `healthy_threshold`).
 *
 * **Promises** that a backend which is believed to be healthy becomes unhealthy exactly when the last `fall` results since it was believed
 * so were all failures, and one that is believed to be unhealthy becomes healthy exactly after `rise` successes.
 *
 * **Assumes** nothing about probes. A backend that died is believed to be healthy until `fall` probes have failed, and gets requests until
 * then: that is what {@link outlierEjection} is for.
 *
 * **Costs** a flag and a number per backend, and a request to each backend per interval from each balancer.
 *
 * @module
 */
import { Schema } from "effect"
import { InvalidDefinition } from "../model/errors.ts"

/** What is believed of a backend, and how many results in a row say otherwise. */
export const Health = Schema.Struct({ healthy: Schema.Boolean, against: Schema.Int })

/** What is believed of a backend, and how many results in a row say otherwise. */
export type Health = typeof Health.Type

/** The function of the health that was believed and the result of a probe, to the health that is believed then. */
export type HealthCheck = (health: Health, succeeded: boolean) => Health

/**
 * Health checks with thresholds.
 *
 * @param thresholds - `fall`: so many failures in a row make a backend unhealthy; `rise`: so many successes make it healthy.
 * @throws InvalidDefinition when one of them is no whole number from 1.
 *
 * @example
 * ```ts
 * import { healthCheck } from "touchstone/balance"
 *
 * const check = healthCheck({ fall: 2, rise: 1 })
 * const failedOnce = check({ healthy: true, against: 0 }, false)
 * failedOnce // => { healthy: true, against: 1 }
 * check(failedOnce, false) // => { healthy: false, against: 0 }
 * check(failedOnce, true) // => { healthy: true, against: 0 }
 * ```
 */
export const healthCheck = (thresholds: { readonly fall: number; readonly rise: number }): HealthCheck => {
  for (const [name, threshold] of Object.entries(thresholds)) {
    if (!Number.isSafeInteger(threshold) || threshold < 1) {
      throw new InvalidDefinition({ reason: `the threshold ${name} is ${threshold}; give a whole number from 1` })
    }
  }
  const { fall, rise } = thresholds
  return ({ against, healthy }, succeeded) => {
    if (succeeded === healthy) return { healthy, against: 0 }
    return against + 1 === (healthy ? fall : rise)
      ? { healthy: succeeded, against: 0 }
      : { healthy, against: against + 1 }
  }
}
