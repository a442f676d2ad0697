/**
 * Evaluating functions of the state where there is no search: on states that are plain data, such as those of traces.
 *
 * @module
 */
import type { AnyState } from "../../../src/model/action.ts"
import type { Model } from "../../../src/model/model.ts"
import { slots } from "../../../src/model/slot.ts"
import type { PlainState } from "../../../src/model/trace.ts"
import { Layout } from "../state/layout.ts"
import { Transitions } from "../step/transitions.ts"
import { Questions } from "./question.ts"

/** Calls a function with a state, as properties see it: the view shows another state later, so what is returned must not keep it. */
export type Evaluate = <A>(state: PlainState, name: string, of: (state: AnyState) => A) => A

/**
 * Evaluates functions of the states of a model.
 *
 * @returns a function that throws a ModelError where the function that it calls throws, or reads what was never declared.
 */
export const evaluator = (model: Model<any>): Evaluate => {
  const questions = new Questions(new Layout(slots(model.variables), 0))
  const transitions = new Transitions(questions, { ...model, actions: {} })
  const { recorder } = questions
  return (state, name, of) => {
    recorder.load(0, transitions.initial({ ...model, initial: [state] }, 0), 0)
    recorder.begin(false)
    return questions.run({ kind: "expression", name, parameters: {} }, () => of(recorder.views[0]))
  }
}
