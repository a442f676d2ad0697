/**
 * Pearson's chi-squared test of goodness of fit, with the critical values of `simple-statistics`.
 *
 * @module
 */
import { chiSquaredDistributionTable } from "simple-statistics"

/** How likely it is that a test rejects what is as it should be. */
export const SIGNIFICANCE = 0.005

const isListed = (freedom: number): freedom is keyof typeof chiSquaredDistributionTable =>
  freedom in chiSquaredDistributionTable

/**
 * Whether what was observed fits what was expected, at the level of significance {@link SIGNIFICANCE}.
 *
 * @param observed - how often each thing happened: at most 101 things.
 * @param expected - how often it should have, at least about 5 times each for the approximation to be good.
 */
export const fits = (observed: ReadonlyArray<number>, expected: ReadonlyArray<number>): boolean => {
  const statistic = observed.reduce((sum, count, index) => {
    const due = expected[index] as number
    return sum + (count - due) ** 2 / due
  }, 0)
  const freedom = observed.length - 1
  if (!isListed(freedom)) throw new Error(`there is no critical value for ${freedom} degrees of freedom`)
  return statistic <= chiSquaredDistributionTable[freedom][SIGNIFICANCE]
}
