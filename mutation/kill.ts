/**
 * How a mutant was noticed: what a configuration gave for it, judged by what it gives for the file as it is.
 *
 * @module
 */
import type { Expected } from "../model-check/suite.ts"

/**
 * From the strongest to the weakest:
 * - `property`: a property is violated, and the counterexample shows why;
 * - `reachable`: something that must be possible is not;
 * - `sabotage`: a variant that is broken on purpose is no longer found to be;
 * - `test`: a unit test fails;
 * - `error`: the check could not be carried out, for something threw;
 * - `vacuous`: the report names something that is never put to the test, but the verdict is as expected;
 * - `count`: there are other counts of states than those that are pinned, or a shortest counterexample is longer or shorter;
 * - `unended`: there are more states than are pinned, and nobody knows what is found among the others; or a function does not
 *   return.
 */
export const HOW = ["property", "reachable", "sabotage", "test", "error", "vacuous", "count", "unended"] as const
/** One of {@link HOW}. */
export type How = typeof HOW[number]

/** Those that are a verdict of a suite: whoever reads it knows that the protocol does not do what it promises. */
export const isVerdict = (how: How): boolean => HOW.indexOf(how) <= HOW.indexOf("sabotage")

/** How a mutant was noticed, and by which configuration. */
export interface Kill {
  readonly how: How
  /** `suite/configuration`, or the name of the test. */
  readonly by: string
  readonly detail: string
}

/** What of a check counts here. */
export type Observed =
  | { readonly _tag: "Failed"; readonly reason: string }
  /** A function of the mutant does not return. */
  | { readonly _tag: "Silent" }
  | {
    readonly _tag: "Reported"
    readonly verdict: "holds" | "violated" | "incomplete"
    readonly distinct: number
    readonly violated: ReadonlyArray<{ readonly name: string; readonly kind: string }>
    /** The properties of kind `reachable` that have been reached. */
    readonly reached: ReadonlyArray<string>
    /** What was never put to the test. */
    readonly vacuous: ReadonlyArray<string>
    /** What is not as expected, in the words of the report. */
    readonly differences: ReadonlyArray<string>
  }

/** A configuration, and what it gives for the file as it is. */
export interface Baseline {
  /** `suite/configuration`. */
  readonly name: string
  readonly expected: Expected
  /** The states that are explored. */
  readonly distinct: number
  readonly reached: ReadonlyArray<string>
  readonly vacuous: ReadonlyArray<string>
}

const namesOf = (properties: ReadonlyArray<{ readonly name: string }>): string =>
  properties.map(({ name }) => name).join(", ")

/** How a mutant was noticed by a configuration; `undefined` if all is as it was. */
export const killOf = (baseline: Baseline, observed: Observed): Kill | undefined => {
  const { expected, name: by } = baseline
  const kill = (how: How, detail: string): Kill => ({ how, by, detail })
  if (observed._tag === "Failed") return kill("error", observed.reason)
  if (observed._tag === "Silent") return kill("unended", "a function does not return")
  const { differences, distinct, verdict, violated } = observed
  if (expected.verdict === "violated") {
    if (violated.some(({ name }) => name === expected.property)) {
      return differences.length === 0 ? undefined : kill("count", differences.join("; "))
    }
    if (verdict === "holds") return kill("sabotage", `${expected.property} is not violated`)
  }
  const wrong = violated.filter(({ kind }) => kind !== "reachable")
  if (wrong.length > 0) return kill("property", namesOf(wrong))
  if (violated.length > 0) return kill("reachable", namesOf(violated))
  if (verdict === "incomplete") {
    const missing = baseline.reached.filter((name) => !observed.reached.includes(name))
    const until = missing.length === 0 ? "" : `, until then not reached: ${missing.join(", ")}`
    return kill("unended", `more than ${distinct} states${until}`)
  }
  const untested = observed.vacuous.filter((name) => !baseline.vacuous.includes(name))
  if (untested.length > 0) return kill("vacuous", untested.join(", "))
  return differences.length === 0 ? undefined : kill("count", differences.join("; "))
}

/** The stronger one of two. */
export const stronger = (one: Kill | undefined, other: Kill | undefined): Kill | undefined =>
  one === undefined || (other !== undefined && HOW.indexOf(other.how) < HOW.indexOf(one.how)) ? other : one
