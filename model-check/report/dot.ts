/**
 * State graphs as DOT, the language of Graphviz.
 *
 * @module
 */
import type { Model } from "../../src/model/model.ts"
import type { PlainState } from "../../src/model/trace.ts"
import type { StateGraph } from "../engine/report.ts"
import { aboutMessages } from "./system-part.ts"
import { stateLines } from "./trace.ts"
import { showAction } from "./value.ts"

const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll("\"", "\\\"")}"`

/** A label of several lines, each set to the left. */
const label = (lines: ReadonlyArray<string>): string =>
  `"${lines.map((line) => `${quoted(line).slice(1, -1)}\\l`).join("")}"`

/**
 * The state graph of a model in DOT. Initial states have a double border.
 *
 * @example
 * ```ts
 * import { dot } from "touchstone/model-check"
 * import { Consensus } from "touchstone/spec/tla"
 *
 * dot(Consensus({ values: 1 }), {
 *   states: [{ chosen: [] }, { chosen: ["v1"] }],
 *   initial: [0],
 *   edges: [{ from: 0, to: 1, action: "choose", parameters: { v: "v1" } }],
 * })
 * // => `digraph "Consensus" {
 * //   node [shape=box, fontname=monospace]
 * //   s0 [label="chosen = {}\\l", peripheries=2]
 * //   s1 [label="chosen = {v1}\\l"]
 * //   s0 -> s1 [label="choose(v: v1)"]
 * // }
 * // `
 * ```
 */
export const dot = (model: Model<any>, { edges, initial, states }: StateGraph): string => {
  const isInitial = new Set(initial)
  return [
    `digraph ${quoted(model.name)} {`,
    "  node [shape=box, fontname=monospace]",
    ...states.map((state, index) =>
      `  s${index} [label=${label(stateLines(model, state))}${isInitial.has(index) ? ", peripheries=2" : ""}]`
    ),
    ...edges.map(({ action, from, parameters, to }) =>
      `  s${from} -> s${to} [label=${
        quoted(showAction(action, aboutMessages(states[from] as PlainState, { action, parameters })))
      }]`
    ),
    "}",
    "",
  ].join("\n")
}
