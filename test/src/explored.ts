/**
 * What the checker finds in a small system, for tests that know it by hand.
 *
 * @module
 */
import { explore } from "../../model-check/engine/explore/graph.ts"
import { Search } from "../../model-check/engine/explore/search.ts"
import { showAction } from "../../model-check/report/value.ts"
import type { Model } from "../../src/index.ts"

/** The number of reachable states. */
export const distinct = (model: Model<any>): number => {
  const search = new Search(model)
  while (!search.run(60_000));
  return search.report().distinct
}

/** What a model's states look like, each by a text, without repetition and sorted. */
export const seen = (model: Model<any>, look: (state: any) => unknown): ReadonlyArray<string> => {
  const { states } = explore(model, 10_000)
  return [...new Set(states.map((state) => String(look(state))))].toSorted()
}

/** All steps of a model that can be taken, as text, without repetition and sorted. */
export const steps = (model: Model<any>): ReadonlyArray<string> => {
  const { edges } = explore(model, 10_000)
  return [...new Set(edges.map(({ action, parameters }) => showAction(action, parameters)))].toSorted()
}

/** The names of the actions that are enabled in the states that a predicate is true of. */
export const enabledWhere = (model: Model<any>, holds: (state: any) => boolean): ReadonlyArray<string> => {
  const { edges, states } = explore(model, 10_000)
  return [...new Set(edges.filter(({ from }) => holds(states[from])).map(({ action }) => action))].toSorted()
}
