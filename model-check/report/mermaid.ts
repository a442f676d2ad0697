/**
 * State graphs as Mermaid state diagrams.
 *
 * @module
 */
import type { Model } from "../../src/model/model.ts"
import type { PlainState } from "../../src/model/trace.ts"
import type { StateGraph } from "../engine/report.ts"
import { aboutMessages } from "./system-part.ts"
import { stateLines } from "./trace.ts"
import { showAction } from "./value.ts"

/** Mermaid reads `#code;` as a character: whatever it could take for syntax is written so. */
const escaped = (text: string): string =>
  text.replaceAll(/[^\p{L}\p{N}_ .,=+()[\]-]/gu, (character) => `#${character.codePointAt(0)};`)

/**
 * The state graph of a model as a Mermaid `stateDiagram-v2`.
 *
 * @example
 * ```ts
 * import { mermaid } from "touchstone/model-check"
 * import { Consensus } from "touchstone/spec/tla"
 *
 * mermaid(Consensus({ values: 1 }), {
 *   states: [{ chosen: [] }, { chosen: ["v1"] }],
 *   initial: [0],
 *   edges: [{ from: 0, to: 1, action: "choose", parameters: { v: "v1" } }],
 * })
 * // => `stateDiagram-v2
 * //   state "chosen = #123;#125;" as s0
 * //   state "chosen = #123;v1#125;" as s1
 * //   [*] --> s0
 * //   s0 --> s1 : choose(v#58; v1)
 * // `
 * ```
 */
export const mermaid = (model: Model<any>, { edges, initial, states }: StateGraph): string =>
  [
    "stateDiagram-v2",
    ...states.map((state, index) => `  state "${stateLines(model, state).map(escaped).join("<br/>")}" as s${index}`),
    ...initial.map((index) => `  [*] --> s${index}`),
    ...edges.map(({ action, from, parameters, to }) =>
      `  s${from} --> s${to} : ${
        escaped(showAction(action, aboutMessages(states[from] as PlainState, { action, parameters })))
      }`
    ),
    "",
  ].join("\n")
