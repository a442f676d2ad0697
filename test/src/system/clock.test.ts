import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import {
  type Clock,
  clock,
  type Faults,
  ignore,
  InvalidBudget,
  machine,
  named,
  system,
  unordered,
} from "../../../src/index.ts"
import { distinct, seen, steps } from "../explored.ts"

const Note = Schema.TaggedStruct("Note", {})

/** Notes when its timer, set for 2 ticks, fires, on its own clock. */
const sleep = machine({ volatile: { woke: Schema.NullOr(Schema.Int) }, messages: Note, timers: ["wake"] })
const sleeper = sleep.process({
  initial: { woke: null },
  start: (state) => sleep.next(state, sleep.setTimer("wake", 2)),
  timers: { wake: (_, { now }) => sleep.next({ woke: now }) },
})

const sleeping = (clock: Clock, faults: Faults = {}) =>
  system({ name: "sleeping", processes: [named("p", sleeper)], network: unordered(), faults, clock }).model()

/** The global time, and when the sleeper woke. */
const look = (s: any): string => `${s.clock}: ${s.state.p.woke ?? "asleep"}`

describe("a clock", () => {
  it("ticks to its horizon", () => {
    const idle = machine({ messages: Note }).process({ initial: {} })
    const ticking = system({
      name: "ticking",
      processes: [named("p", idle)],
      network: unordered(),
      clock: { horizon: 5 },
    }).model()
    expect(distinct(ticking)).toBe(6)
    expect(steps(ticking)).toEqual(["tick"])
  })

  it("does not pass the moment when a timer is due, nor does the timer fire before", () => {
    expect(seen(sleeping({ horizon: 4 }), look)).toEqual([
      "0: asleep",
      "1: asleep",
      "2: 2",
      "2: asleep",
      "3: 2",
      "4: 2",
    ])
  })

  it("goes on while the process is paused, so that it wakes late", () => {
    expect(seen(sleeping({ horizon: 4 }, { pause: 1 }), look)).toEqual([
      "0: asleep",
      "1: asleep",
      "2: 2",
      "2: asleep",
      "3: 2",
      "3: 3",
      "3: asleep",
      "4: 2",
      "4: 3",
      "4: 4",
      "4: asleep",
    ])
  })

  it("does not wait for who has crashed", () => {
    const times = (faults: Faults) => seen(sleeping({ horizon: 4 }, faults), look)
    expect(times({ crashStop: 1 })).toContain("4: asleep")
    expect(times({ crashRecovery: 1 })).toContain("4: asleep")
  })

  it("drifts no further than the skew, a tick at a time", () => {
    const skewed = sleeping({ horizon: 3, skew: 1 })
    expect(seen(skewed, (s) => s.offset.p)).toEqual(["-1", "0", "1"])
    expect(steps(skewed).filter((step) => step.startsWith("drift"))).toEqual([
      "drift(process: p, by: -1)",
      "drift(process: p, by: 1)",
    ])
    // On the process's clock it is woken neither early nor late; on the global one it wakes at 1, 2 or 3.
    expect(seen(skewed, look)).toEqual([
      "0: asleep",
      "1: 2",
      "1: asleep",
      "2: 2",
      "2: asleep",
      "3: 2",
      "3: asleep",
    ])
  })

  it("drifts past the moment when a timer is due only while the process is paused", () => {
    expect(seen(sleeping({ horizon: 3, skew: 1 }, { pause: 1 }), look)).toContain("2: 3")
  })

  it("jumps past the moment when a timer is due", () => {
    expect(seen(sleeping({ horizon: 2, skew: 1, jumps: { total: 1, by: [1] } }), look)).toContain("2: 3")
  })

  it("jumps by what it may, so many times", () => {
    const jumping = sleeping({ horizon: 2, jumps: { total: 1, by: [5, -3] } })
    expect(seen(jumping, (s) => `${s.offset.p} ${s.left.jumps}`)).toEqual(["-3 0", "0 1", "5 0"])
    // Far ahead, it wakes at once; far behind, not before the horizon.
    expect(seen(jumping, look)).toEqual([
      "0: 5",
      "0: asleep",
      "1: 5",
      "1: 6",
      "1: asleep",
      "2: 2",
      "2: 5",
      "2: 6",
      "2: 7",
      "2: asleep",
    ])
    expect(seen(sleeping({ horizon: 1, jumps: { total: "unbounded", by: [0] } }), (s) => s.clock)).toEqual(["0", "1"])
  })
})

describe("a timer", () => {
  const { input, next, process, setTimer } = machine({
    volatile: { fired: Schema.Int, renewed: Schema.Boolean },
    messages: Note,
    timers: ["t"],
  })
  const renewing = process({
    initial: { fired: 0, renewed: false },
    start: (state) => next(state, setTimer("t", 1)),
    inputs: {
      renew: input((state) => state.renewed ? ignore : next({ ...state, renewed: true }, setTimer("t", 1))),
    },
    timers: { t: (state) => next({ ...state, fired: state.fired + 1 }) },
  })

  it("that is set anew replaces the one of its name", () => {
    const model = system({
      name: "renewing",
      processes: [named("p", renewing)],
      network: unordered(),
      clock: { horizon: 3 },
    }).model()
    const timers = seen(model, (s) => `${s.clock}: ${s.timers.map(({ at }: { at: number }) => at).join(" and ")}`)
    expect(timers).toEqual(["0: 1", "1: ", "1: 1", "1: 2", "2: ", "2: 2", "2: 3", "3: ", "3: 3", "3: 4"])
  })

  it("may fire whenever it is set, where there is no clock", () => {
    const model = system({ name: "renewing", processes: [named("p", renewing)], network: unordered() }).model()
    expect(seen(model, (s) => `${s.state.p.renewed} ${s.state.p.fired} ${s.timers.length}`)).toEqual([
      "false 0 1",
      "false 1 0",
      "true 0 1",
      "true 1 0",
      "true 1 1",
      "true 2 0",
    ])
  })
})

describe("a number of ticks", () => {
  it.each([-1, 0.5, Number.NaN, Infinity])("is a natural number, not %s", (ticks) => {
    expect(() => clock({ horizon: ticks })).toThrow(InvalidBudget)
    expect(() => clock({ horizon: 1, skew: ticks })).toThrow(/budget for skew/)
    expect(() => clock({ horizon: 1, jumps: { total: ticks, by: [1] } })).toThrow(/budget for jumps/)
    expect(() => sleeping({ horizon: ticks })).toThrow(InvalidBudget)
  })
})
