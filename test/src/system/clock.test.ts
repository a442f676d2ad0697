import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import {
  type Clock,
  clock,
  type Faults,
  ignore,
  InvalidDefinition,
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

describe("a rate", () => {
  /** Sleeps for 4 ticks of its own clock. */
  const long = sleep.process({
    initial: { woke: null },
    start: (state) => sleep.next(state, sleep.setTimer("wake", 4)),
    timers: { wake: (_, { now }) => sleep.next({ woke: now }) },
  })
  const running = (clock: Clock, faults: Faults = {}) =>
    system({ name: "running", processes: [named("p", long)], network: unordered(), faults, clock }).model()

  it("lets a local clock go on by so many ticks each time, and never back", () => {
    const model = running({ horizon: 2, rate: { min: 1, max: 3 } })
    expect(steps(model).filter((step) => step.startsWith("tick"))).toEqual([
      "tick(by: {p: 1})",
      "tick(by: {p: 2})",
      "tick(by: {p: 3})",
    ])
    expect(seen(model, (s) => `${s.clock}: ${s.clock + s.offset.p}`)).toEqual([
      "0: 0",
      "1: 1",
      "1: 2",
      "1: 3",
      "2: 2",
      "2: 3",
      "2: 4",
      "2: 5",
      "2: 6",
    ])
  })

  it("that is always the same is no choice", () => {
    const model = running({ horizon: 3, rate: { min: 2, max: 2 } })
    expect(steps(model).filter((step) => step.startsWith("tick"))).toEqual(["tick"])
    expect(seen(model, look)).toEqual(["0: asleep", "1: asleep", "2: 4", "2: asleep", "3: 4"])
  })

  it("lets a timer be due between two ticks, and fire at the second", () => {
    expect(seen(running({ horizon: 2, rate: { min: 3, max: 3 } }), look)).toEqual([
      "0: asleep",
      "1: asleep",
      "2: 6",
      "2: asleep",
    ])
  })
})

describe("a timer that may be late", () => {
  it("fires when it is due or so many ticks later, and time waits for it then", () => {
    expect(seen(sleeping({ horizon: 5, late: 2 }), look)).toEqual([
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
      "5: 2",
      "5: 3",
      "5: 4",
    ])
  })

  it("is late by ticks of the clock of its process", () => {
    const woken = seen(sleeping({ horizon: 3, late: 2, rate: { min: 2, max: 2 } }), look)
    expect(woken).toEqual(["0: asleep", "1: 2", "1: asleep", "2: 2", "2: 4", "2: asleep", "3: 2", "3: 4"])
  })
})

describe("time without a horizon", () => {
  const blink = machine({ volatile: { lit: Schema.Boolean }, messages: Note, timers: ["turn"] })
  const blinker = (period: number) =>
    blink.process({
      initial: { lit: false },
      start: (state) => blink.next(state, blink.setTimer("turn", period)),
      timers: { turn: ({ lit }) => blink.next({ lit: !lit }, blink.setTimer("turn", period)) },
    })
  const blinking = (clock: Clock, faults: Faults = {}) =>
    system({
      name: "blinking",
      processes: [named("p", blinker(3)), named("q", blinker(2))],
      network: unordered(),
      faults,
      clock,
    }).model()
  const due = (s: any): string => s.timers.map(({ at, process }: any) => `${process} in ${at}`).toSorted().join(", ")

  it("has finitely many states: of timers, how long until they are due", () => {
    const model = blinking({})
    expect(steps(model)).toEqual(["tick", "timeout(p.turn@0)", "timeout(q.turn@0)"])
    // All is as before after 12 ticks. At 2 of them both are due, in 4 states; at 6 one is, in 2 states; at the others none.
    expect(distinct(model)).toBe(2 * 4 + 6 * 2 + 4)
  })

  it("has clocks that nobody can read", () => {
    expect(Object.keys(blinking({}).variables)).not.toContain("clock")
    expect(() => sleeping({})).toThrow(/the clock has no horizon; give it one/)
  })

  it("counts a timer that is overdue by as much as it may be late, however long its process was paused", () => {
    expect(seen(blinking({ late: 1 }, { pause: { total: 1, of: ["p"] } }), due).filter((due) => due.includes("p in -")))
      .toEqual(["p in -1, q in -1", "p in -1, q in 0", "p in -1, q in 1", "p in -1, q in 2"])
  })
})

describe("a clock cannot be", () => {
  it.each([-1, 0.5, Number.NaN, Infinity])("of %s ticks", (ticks) => {
    expect(() => clock({ horizon: ticks })).toThrow(/the horizon of a clock is .*; give a whole number of ticks, 0 or/)
    expect(() => clock({ horizon: 1, skew: ticks })).toThrow(/the skew of a clock is /)
    expect(() => clock({ late: ticks })).toThrow(/the late of a clock is /)
    expect(() => clock({ rate: { min: ticks, max: 2 } })).toThrow(/the min of the rate of a clock is .*, 1 or more/)
    expect(() => clock({ rate: { min: 1, max: ticks } })).toThrow(/the max of the rate of a clock is .*, 1 or more/)
    expect(() => clock({ horizon: 1, jumps: { total: ticks, by: [1] } })).toThrow(/budget for jumps/)
    expect(() => sleeping({ horizon: ticks })).toThrow(InvalidDefinition)
  })

  it.each<readonly [what: string, clock: Clock, message: string]>([
    [
      "a rate of 0",
      { rate: { min: 0, max: 1 } },
      "the min of the rate of a clock is 0; give a whole number of ticks, 1",
    ],
    [
      "a rate above its bound",
      { rate: { min: 3, max: 2 } },
      "the min of the rate of a clock is 3 and its max is 2; give a max of 3 or more",
    ],
    ["a rate that is none", { rate: 2 } as {}, "the rate of a clock is 2; give an object with min, max"],
    ["a rate with a skew", { horizon: 2, skew: 1, rate: { min: 1, max: 2 } }, "a clock has a skew and a rate"],
    ["a skew without a horizon", { skew: 1 }, "a clock without a horizon cannot be read, so it has no skew"],
    [
      "jumps without a horizon",
      { jumps: { total: 1, by: [1] } },
      "a clock without a horizon cannot be read, so it has no jumps",
    ],
  ])("%s", (_, definition, message) => {
    expect(() => clock(definition)).toThrow(InvalidDefinition)
    expect(() => clock(definition)).toThrow(message)
  })
})
