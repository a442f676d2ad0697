/**
 * State graphs as DOT, the language of Graphviz.
 *
 * @module
 */
import type { StateGraph } from "../engine/report.ts"
import { showArguments, showValue } from "./trace.ts"

const quoted = (lines: ReadonlyArray<string>): string =>
  `"${lines.map((line) => line.replaceAll("\\", "\\\\").replaceAll("\"", "\\\"")).join("\\l")}\\l"`

/**
 * A state graph in DOT. Initial states are drawn bold.
 *
 * @example
 * ```ts
 * import { dot } from "touchstone/model-check"
 *
 * dot("lamp", { states: [{ on: false }], initial: [0], edges: [] })
 * // => "digraph \"lamp\\l\" {\n  node [shape=box, fontname=monospace]\n  s0 [label=\"on = false\\l\", style=bold]\n}\n"
 * ```
 */
export const dot = (name: string, { edges, initial, states }: StateGraph): string => {
  const nodes = states.map((state, number) => {
    const label = Object.entries(state).map(([variable, value]) => `${variable} = ${showValue(value)}`)
    return `  s${number} [label=${quoted(label)}${initial.includes(number) ? ", style=bold" : ""}]`
  })
  const arrows = edges.map(({ action, from, parameters, to }) => {
    const args = showArguments(parameters)
    return `  s${from} -> s${to} [label=${quoted([`${action}${args && `(${args})`}`])}]`
  })
  return [`digraph ${quoted([name])} {`, "  node [shape=box, fontname=monospace]", ...nodes, ...arrows, "}", ""].join(
    "\n",
  )
}
