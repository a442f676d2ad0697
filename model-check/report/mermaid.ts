/**
 * State graphs as Mermaid state diagrams.
 *
 * @module
 */
import type { StateGraph } from "../engine/report.ts"
import { showArguments, showValue } from "./trace.ts"

/** Mermaid reads `#code;` as a character; whatever it might take for syntax is written so. */
const escaped = (text: string): string =>
  text.replaceAll(/[^\w .,=+\-/()[\]→]/gu, (character) => `#${character.codePointAt(0)};`)

/**
 * A state graph as a Mermaid `stateDiagram-v2`.
 *
 * @example
 * ```ts
 * import { mermaid } from "touchstone/model-check"
 *
 * mermaid({ states: [{ on: false }], initial: [0], edges: [] })
 * // => "stateDiagram-v2\n  state \"on = false\" as s0\n  [*] --> s0\n"
 * ```
 */
export const mermaid = ({ edges, initial, states }: StateGraph): string => {
  const nodes = states.map((state, number) => {
    const label = Object.entries(state).map(([variable, value]) => escaped(`${variable} = ${showValue(value)}`))
    return `  state "${label.join("<br>")}" as s${number}`
  })
  const arrows = edges.map(({ action, from, parameters, to }) => {
    const args = showArguments(parameters)
    return `  s${from} --> s${to} : ${escaped(`${action}${args && `(${args})`}`)}`
  })
  return ["stateDiagram-v2", ...nodes, ...initial.map((number) => `  [*] --> s${number}`), ...arrows, ""].join("\n")
}
