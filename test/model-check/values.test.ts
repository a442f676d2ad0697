import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check, type CheckOptions } from "../../model-check/check.ts"
import type { Report } from "../../model-check/engine/report.ts"
import { add, bag, type Model, record, set, struct, variables } from "../../src/index.ts"

const MODES: ReadonlyArray<CheckOptions> = [{}, { exact: true }, { search: "dfs" }]

/** What every mode says of a model: its verdict, the number of its states, and the length of a shortest counterexample. */
const everywhere = async (model: Model<any>, keepGoing = true): Promise<ReadonlyArray<unknown>> =>
  Promise.all(MODES.map(async (mode) => {
    const { distinct, properties, verdict }: Report = await Effect.runPromise(check(model, { ...mode, keepGoing }))
    const trace = mode.search === undefined ? properties.find(({ trace }) => trace !== undefined)?.trace : undefined
    return { verdict, distinct, ...(trace !== undefined && { steps: trace.steps.length - 1 }) }
  }))

/** The same in every mode; where the search goes depth-first, no counterexample is a shortest one. */
const inEveryMode = (verdict: "holds" | "violated", distinct: number, steps?: number): ReadonlyArray<unknown> =>
  MODES.map((mode) => ({
    verdict,
    distinct,
    ...(steps !== undefined && mode.search === undefined && { steps }),
  }))

const failure = async (model: Model<any>): Promise<string> =>
  (await Effect.runPromise(Effect.flip(check(model)))).message

describe("a part of the state that is stored as a value", () => {
  const votes = record(["a", "b"], Schema.Boolean)

  it("in a variable, is what it was then", async () => {
    const { action, always, model } = variables({ votes, saved: Schema.Unknown })
    const keeps = model({
      name: "saved",
      initial: { votes: () => false, saved: null },
      actions: {
        vote: action({ who: ["a", "b"] }, (s, { who }) => !s.votes[who] && { votes: { [who]: true } }),
        save: action((s) => s.saved === null && { saved: s.votes }),
      },
      properties: { current: always((s) => s.saved === null || (s.saved as any).a === s.votes.a) },
    })
    expect(await everywhere(keeps)).toEqual(inEveryMode("violated", 13, 2))
  })

  it("in a message, is what it was then", async () => {
    const { action, always, model } = variables({
      local: struct({ votes }),
      sent: set(Schema.Struct({ _tag: Schema.Literal("Snapshot"), local: Schema.Struct({ votes: Schema.Unknown }) })),
    })
    const sends = model({
      name: "sent",
      initial: { local: { votes: () => false }, sent: [] },
      actions: {
        vote: action({ who: ["a", "b"] }, (s, { who }) => ({ local: { votes: { [who]: !s.local.votes[who] } } })),
        send: action((s) => s.sent.size === 0 && { sent: add({ _tag: "Snapshot", local: s.local }) }),
      },
      properties: { current: always((s) => s.sent.size === 0 || s.sent.some({ _tag: "Snapshot", local: s.local })) },
    })
    expect(await everywhere(sends)).toEqual(inEveryMode("violated", 20, 2))
  })

  it("is refused where it is a set or a bag, which must be spread", async () => {
    const { action, model } = variables({
      at: struct({ sent: set(Schema.Int), held: bag(Schema.Int) }),
      saved: Schema.Unknown,
    })
    const saves = (saved: (s: any) => unknown) =>
      failure(model({
        name: "saved",
        initial: { at: { sent: [1], held: [1] }, saved: null },
        actions: { save: action((s) => ({ saved: saved(s) })) },
      }))
    expect(await saves((s) => [s.at.sent])).toContain("the set s.at.sent (its members are [...s.at.sent]) is not plain")
    expect(await saves((s) => s.at)).toContain("the bag s.at.held (its members are [...s.at.held]) is not plain data")
  })
})

describe("the caller's own constants", () => {
  it("can be changed after a check", async () => {
    const config = { retries: 3, list: [1] }
    const { action, model } = variables({ value: Schema.Unknown, seen: set(Schema.Unknown) })
    const uses = model({
      name: "constants",
      initial: { value: config, seen: [config] },
      actions: { take: action({ what: [config] }, (_, { what }) => ({ value: [what, config], seen: add(config) })) },
    })
    expect(await everywhere(uses)).toEqual(inEveryMode("holds", 2))
    config.retries = 4
    config.list.push(2)
    expect(config).toEqual({ retries: 4, list: [1, 2] })
  })
})
