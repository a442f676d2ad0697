/**
 * Expressions along a trace: functions of the state whose values are shown beside each step.
 *
 * @module
 */
import type { AnyState } from "../../src/model/action.ts"
import type { Model } from "../../src/model/model.ts"
import type { PlainState, Trace } from "../../src/model/trace.ts"
import { evaluator } from "../engine/ask/evaluator.ts"

/** Functions of the state as properties see it, by the names under which their values are shown. */
export interface Expressions {
  readonly [name: string]: (state: AnyState) => unknown
}

/** What was read of a view of the state, as data of its own. */
const detached = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(detached)
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  if (Symbol.iterator in value) return new Set(value as Iterable<unknown>)
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, detached(part)]))
}

/** The value of an expression in a state. One that throws has no value; the rest of the trace is shown all the same. */
const valueIn = (
  evaluate: ReturnType<typeof evaluator>,
  state: PlainState,
  [name, of]: [string, Expressions[string]],
) => {
  try {
    return [name, evaluate(state, name, (s) => detached(of(s)))]
  } catch (error) {
    return [name, error instanceof Error ? error.message : String(error)]
  }
}

/**
 * A trace with the values that expressions have in its states, each in `shown` of its step.
 *
 * @param model - the model that the trace is a behaviour of.
 *
 * @example
 * ```ts
 * import { traceLines, withShown } from "touchstone/model-check"
 * import { Consensus } from "touchstone/spec/tla"
 *
 * const model = Consensus({ values: 2 })
 * const steps = [{ action: null, parameters: {}, state: { chosen: [] } }]
 * traceLines(model, withShown(model, { steps }, { isChosen: (s) => s.chosen.size > 0 }))
 * // => ["0 initial state", "    chosen = {}", "    » isChosen = false"]
 * ```
 */
export const withShown = (model: Model<any>, { steps }: Trace, expressions: Expressions): Trace => {
  const named = Object.entries(expressions)
  if (named.length === 0) return { steps }
  const evaluate = evaluator(model)
  return {
    steps: steps.map((step) => ({
      ...step,
      shown: Object.fromEntries(named.map((expression) => valueIn(evaluate, step.state, expression))),
    })),
  }
}
