/**
 * How many walks it takes to find what is wrong with the sabotaged variants of all suites.
 *
 * @module
 */
import { walks } from "../../model-check/engine/explore/walk.ts"
import { suites } from "../../model-check/suites/index.ts"
import type { Model } from "../../src/index.ts"
import { search, shrink } from "./fuzz.ts"

/** The steps of a walk: many more than the longest counterexample has. */
const STEPS = 59

/** A configuration that must be found wrong. */
export interface Sabotage {
  readonly name: string
  readonly model: Model<any>
  /** The length of a shortest counterexample, in steps. */
  readonly shortest: number | undefined
}

/**
 * All configurations that are expected to violate a property, apart from those in which something is not reachable: of that,
 * no single walk is a counterexample.
 */
export const sabotages = (): ReadonlyArray<Sabotage> =>
  suites.flatMap(({ configurations, name: suite }) =>
    configurations.flatMap(({ constants, expected, model: build, name }) => {
      if (expected.verdict === "holds") return []
      const model = build(constants)
      if (model.properties[expected.property]?.kind === "reachable") return []
      return [{ name: `${suite}/${name}`, model, shortest: expected.steps }]
    })
  )

/** What came of looking for a violation. */
export interface Found {
  /** The number of walks made, the failing one included. */
  readonly runs: number
  /** The steps of the failing walk when it has been shrunk, if that was asked for. */
  readonly steps: number | undefined
}

/** Looks for a violation in at most so many walks. */
export const find = (model: Model<any>, seed: number, bound: number, shrinks: boolean): Found | undefined => {
  const failing = search(model, bound, STEPS, seed)
  if (failing === undefined) return undefined
  const { counterexample } = shrinks ? shrink(model, failing.segments) : { counterexample: null }
  return { runs: failing.walks, steps: counterexample === null ? undefined : walks(model)(...counterexample[0]).length }
}
