/**
 * The state graph of a small model, as plain data.
 *
 * @module
 */
import { encode } from "../../src/model/encoding.ts"
import { type Asked, NoInitialState } from "../../src/model/errors.ts"
import type { Model } from "../../src/model/model.ts"
import { slots } from "../../src/model/slot.ts"
import type { PlainState } from "../../src/model/trace.ts"
import { Layout, type Relocate } from "./layout.ts"
import { Questions } from "./question.ts"
import type { StateGraph } from "./report.ts"
import { DISABLED, Transitions } from "./transitions.ts"

/** The model has more states than the limit. */
export class TooLarge extends Error {}

/**
 * Lists all reachable states and steps.
 *
 * @throws {@link TooLarge}, or a ModelError.
 */
export const explore = (model: Model<any>, limit: number): StateGraph => {
  const layout = new Layout(slots(model.variables), 0)
  const transitions = new Transitions(new Questions(layout), model)
  const states: Array<PlainState> = []
  const vectors: Array<Int32Array> = []
  const numbers = new Map<string, number>()
  const edges: Array<StateGraph["edges"][number]> = []
  layout.onRelocate((relocate: Relocate) =>
    vectors.forEach((vector, index) => {
      const moved = new Int32Array(layout.stride)
      relocate(vector, 0, moved, 0)
      vectors[index] = moved
    })
  )
  const number = (vector: Int32Array): number => {
    const state = layout.plain(vector, 0)
    const name = encode(state)
    const known = numbers.get(name)
    if (known !== undefined) return known
    if (states.length >= limit) throw new TooLarge()
    numbers.set(name, states.length)
    vectors.push(vector)
    return states.push(state) - 1
  }
  if (model.initial.length === 0) throw new NoInitialState({ model: model.name })
  const asked: Asked = { kind: "initial state", name: model.name, parameters: {} }
  const initial = [...new Set(model.initial.map((state: unknown) => number(transitions.pack(asked, state))))]
  for (let from = 0; from < states.length; from++) {
    for (let instance = 0; instance < transitions.instances.length; instance++) {
      const outcome = transitions.outcome(instance, vectors[from] as Int32Array, 0)
      if (outcome === DISABLED) continue
      const vector = (vectors[from] as Int32Array).slice()
      transitions.apply(outcome, vector, 0)
      const { name, parameters } =
        (transitions.instances[instance] as (typeof transitions.instances)[number]).question.asked
      edges.push({ from, to: number(vector), action: name, parameters })
    }
  }
  return { states, initial, edges }
}
