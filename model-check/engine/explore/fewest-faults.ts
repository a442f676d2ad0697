/**
 * Fewest faults: of several shortest traces, the one in which the least goes wrong is the one to read.
 *
 * The search keeps the first path to each state. Where that has faults in it, the same property is put to models in which less
 * may go wrong: fewer faults, and then none in the middle of a step. So nothing of it burdens the search itself.
 *
 * @module
 */
import type { Action } from "../../../src/model/action.ts"
import { range } from "../../../src/model/domain.ts"
import type { Model } from "../../../src/model/model.ts"
import { isSequence, sequenceOf } from "../../../src/model/sequence.ts"
import type { Trace } from "../../../src/model/trace.ts"
import type { Variables } from "../../../src/model/variable.ts"

/** What may go wrong in a trace: so many faults, and whether one of them may befall somebody in the middle of a step. */
export interface Faults {
  readonly count: number
  readonly inSteps: boolean
}

/** What goes wrong in a trace. */
export const faultsOf = ({ actions }: Model<any>, { steps }: Trace): Faults => {
  const faults = steps.flatMap(({ action }) => action === null ? [] : actions[action]?.fault ?? [])
  return { count: faults.length, inSteps: faults.includes("in a step") }
}

/** All that is less, from the least on. */
export const fewer = (faults: Faults): ReadonlyArray<Faults> =>
  range(0, faults.count)
    .flatMap((count) => [false, true].map((inSteps) => ({ count, inSteps })))
    .filter(({ count, inSteps }) =>
      inSteps ? 0 < count && count < faults.count : count < faults.count || faults.inSteps
    )

/** The variable in which faults are counted: none of these has its name. */
const counterBeside = (variables: Variables, name = "faults"): string =>
  Object.hasOwn(variables, name) ? counterBeside(variables, `${name}'`) : name

/**
 * A model with one of its properties, in which no more may go wrong than this. Which states are stuck is the same as ever: a
 * fault that is one too many leads to where nothing is explored any further.
 */
export const withFaults = (model: Model<any>, property: string, { count, inSteps }: Faults): Model<any> => {
  const counter = counterBeside(model.variables)
  const { constraint = () => true } = model
  const limited = ({ fault, parameters, run }: Action<any>): Action<any> => ({
    parameters,
    run: (s, args) => {
      const update = run(s, args) as object | false | undefined
      if (fault === undefined || update === false || update === undefined) return update
      const faults = fault === "in a step" && !inSteps ? count + 1 : s[counter] + 1
      if (faults > count && model.properties[property]?.kind !== "deadlockFree") return false
      const counted = { [counter]: faults }
      return isSequence(update) ? sequenceOf([update, counted]) : { ...update, ...counted }
    },
  })
  return {
    ...model,
    variables: { ...model.variables, [counter]: range(0, count + 1) },
    initial: model.initial.map((state) => ({ ...state, [counter]: 0 })),
    actions: Object.fromEntries(Object.entries(model.actions).map(([name, action]) => [name, limited(action)])),
    properties: Object.fromEntries(Object.entries(model.properties).filter(([name]) => name === property)),
    milestones: [],
    constraint: (s) => s[counter] <= count && constraint(s),
  }
}

/** A trace of such a model as one of the model itself. */
export const withoutCounter = ({ variables }: Model<any>, { steps }: Trace): Trace => ({
  steps: steps.map((step) => {
    const { [counterBeside(variables)]: _, ...state } = step.state
    return { ...step, state }
  }),
})
