import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { graph } from "../../../model-check/check.ts"
import { dot } from "../../../model-check/report/dot.ts"
import { mermaid } from "../../../model-check/report/mermaid.ts"
import { Consensus } from "../../../spec/tla/index.ts"
import { everything, initial } from "./fixture.ts"

const two = Consensus({ values: 2 })
const drawn = Effect.runSync(graph(two, 10))

/** Labels full of what the two languages read as syntax. */
const awkward = {
  states: [{ ...initial, phase: "a\"b\\c\nd", sent: ["<b>;#:{}%%"] }],
  initial: [0],
  edges: [{ from: 0, to: 0, action: "say", parameters: { what: "\"; end --> [*] : \\" } }],
}

describe("DOT", () => {
  it("draws a state graph", () => {
    expect(dot(two, drawn)).toBe(`digraph "Consensus" {
  node [shape=box, fontname=monospace]
  s0 [label="chosen = {}\\l", peripheries=2]
  s1 [label="chosen = {v1}\\l"]
  s2 [label="chosen = {v2}\\l"]
  s0 -> s1 [label="choose(v: v1)"]
  s0 -> s2 [label="choose(v: v2)"]
}
`)
  })

  it("escapes quotes and backslashes", () => {
    const lines = dot(everything, awkward).split("\n")
    expect(lines[0]).toBe("digraph \"every \\\"kind\\\"\" {")
    expect(lines[2]).toContain("phase = \\\"a\\\\\\\"b\\\\\\\\c\\\\nd\\\"\\l")
    // Without what is escaped, the quotes that are left are those around the label.
    expect(lines[3]?.replaceAll(/\\./g, "").match(/"/g)).toHaveLength(2)
  })
})

describe("Mermaid", () => {
  it("draws a state graph", () => {
    expect(mermaid(two, drawn)).toBe(`stateDiagram-v2
  state "chosen = #123;#125;" as s0
  state "chosen = #123;v1#125;" as s1
  state "chosen = #123;v2#125;" as s2
  [*] --> s0
  s0 --> s1 : choose(v#58; v1)
  s0 --> s2 : choose(v#58; v2)
`)
  })

  it("writes what could be syntax as character codes", () => {
    const [, state, , edge] = mermaid(everything, awkward).split("\n")
    const label = state?.slice("  state \"".length, -"\" as s0".length).replaceAll(/#\d+;|<br\/>/g, "")
    expect(label).not.toMatch(/["#;:<>{}%\\]/)
    expect(edge?.replace("  s0 --> s0 : ", "").replaceAll(/#\d+;/g, "")).not.toMatch(/["#;:<>{}%\\]|-->/)
  })
})
