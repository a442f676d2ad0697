import { Effect, Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { check, type CheckOptions } from "../../../../model-check/check.ts"
import { faultsOf, fewer } from "../../../../model-check/engine/explore/fewest-faults.ts"
import {
  fault,
  ignore,
  machine,
  type Model,
  named,
  type Properties,
  range,
  system,
  unordered,
  variables,
} from "../../../../src/index.ts"

/** The actions of the trace of a model's only property. */
const actionsOf = async (model: Model<any>, options: CheckOptions = {}): Promise<ReadonlyArray<string | null>> => {
  const { properties } = await Effect.runPromise(check(model, options))
  return (properties[0]?.trace?.steps ?? []).map(({ action }) => action).slice(1)
}

const { action, always, deadlockFree, model, reachable, sequence, step } = variables({
  faults: Schema.Literals(range(0, 3)),
  end: Schema.Boolean,
})

/** Three steps lead to the end. The faults come first among the actions, and so are found first. */
const road = (properties: Properties): Model<any> =>
  model({
    name: "road",
    initial: { faults: 0, end: false },
    actions: {
      stumble: fault(action((s) => s.faults < 3 && sequence({ faults: s.faults + 1 })), "in a step"),
      fall: fault(action((s) => s.faults < 3 && { faults: s.faults + 1 })),
      walk: action((s) => s.faults === 1 && { faults: 2 }),
      arrive: action((s) => s.faults === 3 && !s.end && { end: true }),
    },
    properties,
  })

describe("of several shortest traces the one that is shown", () => {
  const fewest = ["fall", "walk", "fall", "arrive"]

  it("has the fewest faults, and of as many none in the middle of a step", async () => {
    expect(await actionsOf(road({ never: always((s) => !s.end) }))).toEqual(fewest)
    expect(await actionsOf(road({ stays: step((before, after) => before.end === after.end) }))).toEqual(fewest)
    expect(await actionsOf(road({ ends: reachable((s) => s.end) }))).toEqual(fewest)
  })

  it("does not end where only a fault would go on", async () => {
    expect(await actionsOf(road({ goesOn: deadlockFree() }))).toEqual(fewest)
    expect(await actionsOf(road({ goesOn: deadlockFree((s) => s.end) }))).toEqual([])
  })

  it("is of the same model: what counts the faults is not in it", async () => {
    const { properties } = await Effect.runPromise(check(road({ never: always((s) => !s.end) })))
    expect(properties[0]?.trace?.steps.map(({ state }) => state)).toEqual([
      { faults: 0, end: false },
      { faults: 1, end: false },
      { faults: 2, end: false },
      { faults: 3, end: false },
      { faults: 3, end: true },
    ])
  })

  it("is any where the search is not breadth-first, or must not go on", async () => {
    const never = road({ never: always((s) => !s.end) })
    expect(await actionsOf(never, { search: "dfs" })).not.toEqual(fewest)
    const aborted = new AbortController()
    expect(await actionsOf(never, { signal: aborted.signal, onCall: () => aborted.abort() })).not.toEqual(fewest)
  })

  it("is looked for among the least that may go wrong, then among more", () => {
    expect(fewer({ count: 0, inSteps: false })).toEqual([])
    expect(fewer({ count: 1, inSteps: false })).toEqual([{ count: 0, inSteps: false }])
    expect(fewer({ count: 2, inSteps: true })).toEqual([
      { count: 0, inSteps: false },
      { count: 1, inSteps: false },
      { count: 1, inSteps: true },
      { count: 2, inSteps: false },
    ])
  })
})

describe("in random models", () => {
  const places = range(0, 6)
  const roads = fc.record({
    fault: fc.constantFrom(undefined, undefined, "alone" as const, "in a step" as const),
    to: fc.array(fc.constantFrom(...places, null), { minLength: places.length, maxLength: places.length }),
  })

  it("nothing as short has fewer faults", async () => {
    const { action, always, model } = variables({ at: places })
    const [start, end] = [places[0] as number, places.at(-1) as number]
    const least = (
      roads: ReadonlyArray<{ readonly fault: string | undefined; readonly to: ReadonlyArray<number | null> }>,
    ) => {
      type Way = { readonly at: number; readonly faults: ReadonlyArray<string> }
      let ways: ReadonlyArray<Way> = [{ at: start, faults: [] }]
      for (let length = 0; length < places.length; length++) {
        const arrived = ways.filter(({ at }) => at === end).map(({ faults }) => faults)
        if (arrived.length > 0) {
          const count = Math.min(...arrived.map((faults) => faults.length))
          const best = arrived.filter((faults) => faults.length === count)
          return { count, inSteps: best.every((faults) => faults.includes("in a step")) }
        }
        ways = ways.flatMap(({ at, faults }) =>
          roads.flatMap(({ fault, to }): ReadonlyArray<Way> => {
            const next = to[at] ?? at
            return next === at ? [] : [{ at: next, faults: fault === undefined ? faults : [...faults, fault] }]
          })
        )
      }
      return undefined
    }
    await fc.assert(fc.asyncProperty(fc.array(roads, { minLength: 1, maxLength: 4 }), async (roads) => {
      const actions = Object.fromEntries(roads.map(({ fault: how, to }, index) => {
        const go = action((s) => to[s.at] !== null && { at: to[s.at] as number })
        return [`road ${index}`, how === undefined ? go : fault(go, how)]
      }))
      const random = model({
        name: "roads",
        initial: { at: start },
        actions,
        properties: { away: always((s) => s.at !== end) },
      })
      const { properties: [away] } = await Effect.runPromise(check(random))
      expect(away?.trace && faultsOf(random, away.trace)).toEqual(least(roads))
    }))
  })
})

describe("of a system", () => {
  const Ping = Schema.TaggedStruct("Ping", {})
  const { input, next, process, send } = machine({ durable: { sent: Schema.Boolean }, messages: Ping })
  const sending = process({
    initial: { sent: false },
    inputs: { ping: input((state) => state.sent ? ignore : next({ sent: true }, send("b", Ping.make({})))) },
  })
  const receiving = process({ initial: { sent: false }, receive: { Ping: (state) => next(state) } })
  const { always, model } = system({
    name: "ping",
    processes: [named("a", sending), named("b", receiving)],
    network: unordered({ loss: 1 }),
    faults: { crashRecovery: 1 },
  })

  it("a crash alone explains what a crash in the middle of a step does", async () => {
    expect(await actionsOf(model({ isUp: always((s) => s.status.a === "up") }))).toEqual(["crash"])
    expect(await actionsOf(model({ arrives: always((s) => !s.state.a.sent || s.status.a === "up") }))).toEqual([
      "a.pingAndCrash",
    ])
  })
})
