import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { expressionsOf } from "../../model-check/expressions.ts"
import type { Expressions } from "../../model-check/report/expression.ts"
import { withShown } from "../../model-check/report/expression.ts"
import { traceLines } from "../../model-check/report/trace.ts"
import type { Selected } from "../../model-check/selection.ts"
import { type Model, record, set, struct, variables } from "../../src/index.ts"
import { hello } from "./fixtures/hello.ts"

const Log = Schema.Array(Schema.Struct({ term: Schema.Int }))
const Vote = Schema.NullOr(Schema.TaggedStruct("Vote", { to: Schema.String }))
const { model } = variables({
  term: [1, 2],
  vote: Vote,
  log: Log,
  seen: set(["x", "y"]),
  "dotted.name": Schema.Struct({ n: Schema.Int }),
  servers: record(["s1", "s2"], struct({ up: Schema.Boolean, anything: Schema.Unknown, known: set([1, 2]) })),
})
const state = {
  term: 1 as const,
  vote: null,
  log: [{ term: 1 }],
  seen: ["x" as const],
  "dotted.name": { n: 7 },
  servers: {
    s1: { up: true, anything: { deep: 1 }, known: [2 as const] },
    s2: { up: true, anything: null, known: [] },
  },
}
const servers = model({ name: "servers", initial: state, actions: {} })

const selected = (model: Model<any>, show: Expressions = {}): Selected => ({
  suite: "s",
  configuration: "c",
  constants: {},
  expected: { verdict: "holds" },
  model,
  show,
})

/** What is shown of a state. */
const shown = (names: ReadonlyArray<string>, show: Expressions = {}) => {
  const configuration = selected(servers, show)
  const expressions = Effect.runSync(expressionsOf([configuration], names))(configuration)
  return withShown(servers, { steps: [{ action: null, parameters: {}, state }] }, expressions).steps[0]?.shown
}
const refusal = (name: string, ...configurations: ReadonlyArray<Selected>): string =>
  Effect.runSync(Effect.flip(expressionsOf(configurations, [name]))).message

describe("an expression that is shown along a trace", () => {
  it("is a variable, or a part of one", () => {
    expect(shown(["term", "servers.s1.up", "servers.s1.known", "seen", "log", "log.0.term", "dotted.name.n"])).toEqual({
      term: 1,
      "servers.s1.up": true,
      "servers.s1.known": new Set([2]),
      seen: new Set(["x"]),
      log: [{ term: 1 }],
      "log.0.term": 1,
      "dotted.name.n": 7,
    })
    expect(shown(["servers"])).toEqual({
      servers: {
        s1: { up: true, anything: { deep: 1 }, known: new Set([2]) },
        s2: { up: true, anything: null, known: new Set() },
      },
    })
  })

  it("may not be there in every state", () => {
    expect(shown(["vote.to", "servers.s1.anything.deep", "servers.s2.anything.deep"])).toEqual({
      "vote.to": undefined,
      "servers.s1.anything.deep": 1,
      "servers.s2.anything.deep": undefined,
    })
  })

  it("is a function of the suite, which sees the state as properties do", () => {
    const show: Expressions = {
      up: (s) => Object.keys(s.servers).filter((name) => s.servers[name].up),
      term: (s) => s.term + (s.seen.has("x") ? 10 : 0),
      wrong: (s) => s.trem,
      fails: () => {
        throw new Error("no")
      },
    }
    expect(shown(["up", "term"], show)).toEqual({ up: ["s1", "s2"], term: 11 })
    const { fails, wrong } = shown(["fails", "wrong"], show) ?? {}
    expect(fails).toMatch(/^expression fails threw.*no/)
    expect(wrong).toMatch(/^expression wrong .*trem/)
  })

  it("is a field of the local state of a process", () => {
    const configuration = selected(hello)
    const expressions = Effect.runSync(expressionsOf([configuration], ["a.called", "called.a", "b"]))(configuration)
    const [initial] = hello.initial as ReadonlyArray<any>
    expect(Object.values(expressions).map((of) => of(initial))).toEqual([0, 0, { heard: 0 }])
  })

  it("stands below its step", () => {
    const steps = [{ action: null, parameters: {}, state, shown: { seen: new Set(["x"]), term: 1 } }]
    expect(traceLines(servers, { steps }).slice(-2)).toEqual(["    » seen = {x}", "    » term = 1"])
  })

  it("is shown of the configurations that have it", () => {
    const [one, other] = [selected(servers), selected(hello)]
    const of = Effect.runSync(expressionsOf([one, other], ["term", "clock"]))
    expect([one, other].map((configuration) => Object.keys(of(configuration)))).toEqual([["term"], ["clock"]])
  })
})

describe("a name that does not exist", () => {
  it.each([
    ["terms", "there is no expression terms; did you mean term?"],
    ["servers.s3", "there is no expression servers.s3; did you mean servers.s1?"],
    ["servers.s1.upp", "there is no expression servers.s1.upp; did you mean servers.s1.up?"],
    ["vote.too", "there is no expression vote.too; did you mean vote.to?"],
    ["dotted.name.m", "there is no expression dotted.name.m; did you mean dotted.name.n?"],
    ["term.x", "there is no expression term.x; there are none"],
    ["seen.x", "there is no expression seen.x; there are none"],
    ["leaders", "there is no expression leaders; did you mean leader?"],
    ["leader.x", "there is no expression leader.x; did you mean leader?"],
    ["q", "there is no expression q; there is: leader, term, vote, log, seen, dotted.name, servers"],
  ])("%s is refused", (name, message) => {
    expect(refusal(name, selected(servers, { leader: () => "s1" }))).toBe(message)
  })

  it("is compared with what processes have", () => {
    expect(refusal("a.caled", selected(hello))).toBe("there is no expression a.caled; did you mean a.called?")
  })

  it("is refused if no configuration has it", () => {
    expect(refusal("trem", selected(hello), selected(servers))).toContain("there is no expression trem")
  })
})
