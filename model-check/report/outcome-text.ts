/**
 * Outcomes as text.
 *
 * @module
 */
import type { Outcome } from "./judgement.ts"
import { type Renderer, renderOutcome } from "./rendered.ts"
import { type Paint, renderedErrorText, renderedText } from "./text.ts"
import { stepLines } from "./trace.ts"
import { showArguments } from "./value.ts"

/** Renders what is a model's own in words. */
export const inWords: Renderer<string, ReadonlyArray<string>> = {
  values: showArguments,
  trace: (model, trace) => ({ steps: stepLines(model, trace) }),
}

/**
 * What came of one configuration: a heading, a result per property (with the trace of each violation), and the counts.
 * What was never put to the test, although the whole state space was seen, is named in a warning: a property that says
 * nothing, an action that was never enabled, a milestone that was never reached.
 *
 * @param detailed - adds the paths to the states that were to be reached, and how often each action was enabled.
 *
 * @example
 * ```ts
 * import { check } from "touchstone"
 * import { outcomeText, plain } from "touchstone/model-check"
 * import { Consensus } from "touchstone/spec/tla"
 * import { Effect } from "effect"
 *
 * const model = Consensus({ values: 3 })
 * const report = Effect.runSync(check(model))
 * const about = { suite: "consensus", configuration: "3-values", constants: { values: 3 } }
 *
 * const lines = outcomeText({ ...about, model, expected: { verdict: "holds" }, report }, plain).split("\n")
 * lines.slice(0, 2) // => ["consensus/3-values with values=3", "  holds      atMostOne (always)"]
 * ```
 */
export const outcomeText = (outcome: Outcome, paint: Paint, detailed = false): string =>
  renderedText(renderOutcome(outcome, inWords), paint, detailed)

/**
 * Why a check was not carried out to its end; where an error ended it, with the path that led there.
 *
 * @example
 * ```ts
 * import { check } from "touchstone"
 * import { errorText } from "touchstone/model-check"
 * import { Consensus } from "touchstone/spec/tla"
 * import { Effect } from "effect"
 *
 * const model = Consensus({ values: 3 })
 * const report = Effect.runSync(check(model, { maxStates: 2 }))
 * const about = { suite: "consensus", configuration: "3-values", constants: { values: 3 } }
 * errorText({ ...about, model, expected: { verdict: "holds" }, report })
 * // => "consensus/3-values: incomplete: the limit of distinct states was reached; what was found so far is reported"
 * ```
 */
export const errorText = (outcome: Outcome): string => renderedErrorText(renderOutcome(outcome, inWords))
