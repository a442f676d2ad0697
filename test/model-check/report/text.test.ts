import { Effect } from "effect"
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import type { Report } from "../../../model-check/engine/report.ts"
import type { Outcome } from "../../../model-check/report/judgement.ts"
import { errorText, outcomeText } from "../../../model-check/report/outcome-text.ts"
import { plain, progressLine, summaryText } from "../../../model-check/report/text.ts"
import { Consensus } from "../../../spec/tla/index.ts"
import { variables } from "../../../src/index.ts"

const { action, always, deadlockFree, model, reachable, refines } = variables({ on: Schema.Boolean })

/** What a clock and a memory say is not for golden strings. */
const steady = (report: Report): Report => ({ ...report, seconds: 0.25, peakMemoryBytes: 2 ** 20, userCalls: 7 })

const outcome = (about: Partial<Outcome> & Pick<Outcome, "model">): Outcome => ({
  suite: "lamp.ts",
  configuration: "lamp",
  constants: {},
  expected: { verdict: "holds" },
  report: steady(Effect.runSync(check(about.model))),
  ...about,
})

const lamp = model({
  name: "lamp",
  initial: { on: false },
  actions: { switch: action((s) => ({ on: !s.on })), never: action(() => false) },
  properties: { boolean: always((s) => typeof s.on === "boolean"), lit: reachable((s) => s.on) },
})

describe("a report as text", () => {
  it("has a line per property, the counts and the warnings", () => {
    expect(outcomeText(outcome({ model: lamp, constants: { lamps: 1 } }), plain)).toBe(`lamp.ts/lamp with lamps=1
  holds      boolean (always)
  holds      lit (reachable, 1 step)
  2 distinct states, 3 generated, depth 2, 0.25 s, 1 MiB, 7 calls of the model's functions
  probability that a fingerprint collision hid a state: at most 5.4e-20
  warning: never enabled: never
`)
  })

  it("shows in detail how a state is reached, and how often each action was enabled", () => {
    expect(outcomeText(outcome({ model: lamp }), plain, true)).toBe(`lamp.ts/lamp
  holds      boolean (always)
  holds      lit (reachable, 1 step)
    0 initial state
        on = false
    1 switch
        on: false → true
  2 distinct states, 3 generated, depth 2, 0.25 s, 1 MiB, 7 calls of the model's functions
  probability that a fingerprint collision hid a state: at most 5.4e-20
  warning: never enabled: never

  action  enabled  new states
  switch        2           1
  never         0           0
`)
  })

  it("shows the trace of a violation, and says what is wrong with its end", () => {
    const stuck = {
      ...lamp,
      actions: { light: action((s) => !s.on && { on: true }) },
      properties: { free: deadlockFree() },
    }
    const found = outcome({ model: stuck, expected: { verdict: "violated", property: "free", steps: 1 } })
    expect(outcomeText(found, plain)).toBe(`lamp.ts/lamp
  violated   free (deadlockFree, 1 step)
    0 initial state
        on = false
    1 light
        on: false → true
    no action is enabled in the last state
  2 distinct states, 2 generated, depth 2, 0.25 s, 1 MiB, 7 calls of the model's functions
  probability that a fingerprint collision hid a state: at most 5.4e-20
  as expected
`)
  })

  it("says which step of a refinement is none, and what was not as expected", () => {
    const dark = { ...lamp, actions: {}, properties: {} }
    const text = outcomeText(
      outcome({ model: { ...lamp, properties: { dark: refines(dark, { on: (s) => s.on }) } } }),
      plain,
    )
    expect(text).toContain("    seen through the mapping, the last step is no step of the abstract model\n")
    expect(text).toContain("  NOT AS EXPECTED: verdict violated (dark), expected holds\n")
  })

  it("says what stopped it, and warns of nothing that was not explored", () => {
    const report = steady(Effect.runSync(check(lamp, { maxDepth: 1 })))
    const text = outcomeText(outcome({ model: lamp, report }), plain)
    expect(text).toContain("  incomplete boolean (always)\n")
    expect(text).toContain("  stopped: the limit of levels was reached\n")
    expect(text).not.toContain("warning")
    expect(errorText(outcome({ model: lamp, report }))).toBe(
      "lamp.ts/lamp: incomplete: the limit of levels was reached; what was found so far is reported",
    )
  })

  it("warns of what says nothing, and groups what never happened", () => {
    const about = ["rm1 receives Abort", "rm2 receives Abort", "tm: timer retry", "Abort is sent", "dawn"]
    const report: Report = {
      ...steady(Effect.runSync(check(lamp))),
      stuttering: 2,
      vacuous: [
        { kind: "property", name: "lit", reason: "its left side was never true" },
        ...about.map((name) => ({ kind: "milestone", name, reason: "" } as const)),
      ],
    }
    const text = outcomeText(outcome({ model: lamp, report }), plain)
    expect(text).toContain(`
  2 states in which every enabled step changes nothing
  warning: lit says nothing: its left side was never true
  warning: never: rm1, rm2 receives Abort; tm: timer retry; Abort is sent; dawn
`)
    const lenient = { ...lamp, properties: { on: deadlockFree(() => false, { stutters: "allowed" }) } }
    expect(outcomeText(outcome({ model: lenient, report: { ...report, stuttering: 1 } }), plain)).toContain(
      "  warning: 1 state in which every enabled step changes nothing; on allows them\n",
    )
  })

  it("paints without changing a word", () => {
    const found = outcome({ model: lamp })
    const painted = outcomeText(found, (style, text) => `<${style}>${text}</${style}>`)
    expect(painted).toContain("<bold>lamp.ts/lamp</bold>")
    expect(painted).toContain("<yellow>warning: never enabled: never</yellow>")
    expect(painted.replaceAll(/<\/?\w+>/g, "")).toBe(outcomeText(found, plain))
  })
})

describe("tables", () => {
  it("sum up", () => {
    const good = outcome({
      model: Consensus({ values: 3 }),
      suite: "consensus",
      configuration: "3-values",
      constants: { values: 3 },
    })
    const bad = outcome({ model: lamp, expected: { verdict: "violated", property: "lit" } })
    expect(summaryText([good, bad])).toBe(
      `configuration       constants  verdict  distinct  generated  depth  seconds
consensus/3-values  values=3   holds           4          4      2     0.25
lamp.ts/lamp                   holds           2          3      2     0.25  NOT AS EXPECTED

2 configurations: 1 as expected, 1 not`,
    )
  })

  it("show progress on one line", () => {
    const progress = {
      distinct: 1_234_567,
      generated: 25e6,
      depth: 12,
      queue: 999,
      userCalls: 1,
      memoryBytes: 2 ** 26,
      seconds: 2,
    }
    expect(progressLine("two-phase/9-rms", progress)).toBe(
      "1.235M distinct · 25M generated · depth 12 · queue 999 · 12.5M states/s · 64 MiB · two-phase/9-rms",
    )
  })
})
