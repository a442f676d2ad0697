import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import {
  type Faults,
  ignore,
  input,
  InvalidBudget,
  named,
  next,
  plan,
  process,
  reply,
  send,
  setTimer,
  system,
  unordered,
} from "../../../src/index.ts"
import { distinct, enabledWhere, seen, steps } from "./explored.ts"

const Note = Schema.TaggedStruct("Note", {})
const base = { durable: {}, volatile: {}, messages: Note, initial: {} } as const

/** Counts, durably and not, how often it was asked to; up to twice. */
const counter = process({
  durable: { written: Schema.Int },
  volatile: { remembered: Schema.Int },
  messages: Note,
  initial: { written: 0, remembered: 0 },
  inputs: {
    count: input(({ remembered, written }) =>
      written < 2 ? next({ written: written + 1, remembered: remembered + 1 }) : ignore
    ),
  },
})

const counting = (faults: Faults) =>
  system({ name: "counting", processes: [named("p", counter)], network: unordered(), faults }).model()

/** Status, what was written and what is remembered. */
const look = (s: any): string => `${s.status.p} ${s.state.p.written}${s.state.p.remembered}`

describe("a process that crashes", () => {
  it("for ever, does nothing any more", () => {
    expect(seen(counting({ crashStop: 1 }), look)).toEqual([
      "stopped 00",
      "stopped 11",
      "stopped 22",
      "up 00",
      "up 11",
      "up 22",
    ])
    expect(steps(counting({ crashStop: 1 }))).toEqual(["p.count", "stop(process: p)"])
  })

  it("and recovers, keeps what is durable and loses what is volatile", () => {
    expect(seen(counting({ crashRecovery: 1 }), look)).toEqual([
      "down 00",
      "down 10",
      "down 20",
      "up 00",
      "up 10",
      "up 11",
      "up 20",
      "up 21",
      "up 22",
    ])
  })

  it("and recovers, does nothing while it is down but restart", () => {
    expect(enabledWhere(counting({ crashRecovery: "unbounded" }), (s) => s.status.p === "down")).toEqual(["restart"])
  })

  it("loses its timers", () => {
    const timed = process({
      ...base,
      start: (state) => next(state, setTimer("t")),
      timers: { t: (state) => next(state) },
    })
    const definition = { name: "timed", processes: [named("p", timed)], network: unordered() } as const
    const set = (s: any) => `${s.status.p} ${s.timers.length}`
    expect(seen(system({ ...definition, faults: { crashRecovery: 1 } }).model(), set)).toEqual([
      "down 0",
      "up 0",
      "up 1",
    ])
    expect(seen(system({ ...definition, faults: { crashStop: 1 } }).model(), set)).toEqual([
      "stopped 0",
      "up 0",
      "up 1",
    ])
    expect(seen(system({ ...definition, faults: { pause: 1 } }).model(), set)).toEqual([
      "paused 0",
      "paused 1",
      "up 0",
      "up 1",
    ])
  })

  it("says what it does when it restarts", () => {
    const restarting = process({
      ...base,
      durable: { restarts: Schema.Int },
      initial: { restarts: 0 },
      restart: ({ restarts }) => next({ restarts: restarts + 1 }, reply(restarts + 1)),
    })
    const model = system({
      name: "restarting",
      processes: [named("p", restarting)],
      network: unordered(),
      faults: { crashRecovery: 2 },
    }).model()
    expect(seen(model, (s) => `${s.status.p} ${s.state.p.restarts} ${s.told.length}`)).toEqual([
      "down 0 0",
      "down 1 1",
      "up 0 0",
      "up 1 1",
      "up 2 2",
    ])
  })
})

describe("a torn write", () => {
  const writer = process({
    durable: { written: Schema.Boolean },
    volatile: {},
    messages: Note,
    initial: { written: false },
    inputs: {
      write: input(({ written }: { readonly written: boolean }) =>
        written ? ignore : next({ written: true }, send("q", Note.make({})))
      ),
    },
  })
  const reader = process({
    durable: {},
    volatile: { read: Schema.Boolean },
    messages: Note,
    initial: { read: false },
    receive: { Note: () => next({ read: true }) },
  })
  const torn = system({
    name: "torn",
    processes: [named("p", writer), named("q", reader)],
    network: unordered(),
    faults: { crashRecovery: { total: 1, of: ["p"] } },
  }).model()

  it("is written and nothing is sent; nothing is ever sent and not written", () => {
    const states = seen(torn, (s) => {
      const message = s.network.length > 0 ? "sent" : s.state.q.read ? "read" : "unsent"
      return `${s.state.p.written ? "written" : "unwritten"}, ${message}, ${s.status.p}`
    })
    expect(states).toEqual([
      "unwritten, unsent, down",
      "unwritten, unsent, up",
      "written, read, down",
      "written, read, up",
      "written, sent, down",
      "written, sent, up",
      "written, unsent, down",
      "written, unsent, up",
    ])
    expect(steps(torn)).toEqual([
      "crash(process: p)",
      "deliver(p → q: Note)",
      "p.write",
      "p.writeAndCrash",
      "restart(process: p)",
    ])
  })

  it("is not told apart from a crash afterwards where there is nothing to send", () => {
    expect(steps(counting({ crashRecovery: 1 }))).toEqual(["crash(process: p)", "p.count", "restart(process: p)"])
  })
})

describe("a process that pauses", () => {
  it("goes on as if nothing had happened", () => {
    expect(seen(counting({ pause: 1 }), look)).toEqual([
      "paused 00",
      "paused 11",
      "paused 22",
      "up 00",
      "up 11",
      "up 22",
    ])
    expect(enabledWhere(counting({ pause: "unbounded" }), (s) => s.status.p === "paused")).toEqual(["resume"])
  })
})

describe("a budget", () => {
  const idle = process(base)
  const three = (faults: Faults) =>
    system({
      name: "three",
      processes: [named("a", idle), named("b", idle), named("c", idle)],
      network: unordered(),
      faults,
    }).model()

  it("for the system: so many of the three processes stop", () => {
    const stopped = [0, 1, 2, 3, 4].map((crashStop) => distinct(three({ crashStop })))
    // The number of subsets with so many elements at most.
    expect(stopped).toEqual([1, 1 + 3, 1 + 3 + 3, 8, 8])
    expect(distinct(three({ crashStop: "unbounded" }))).toBe(8)
  })

  it("for each process: no process pauses more often", () => {
    // Each has paused never, is paused, or has paused once.
    expect(distinct(three({ pause: { total: "unbounded", each: 1 } }))).toBe(27)
    // Of 27, those in which no more than two have begun to pause: 1 + 3 · 2 + 3 · 4.
    expect(distinct(three({ pause: { total: 2, each: 1 } }))).toBe(19)
    expect(distinct(three({ pause: { total: "unbounded" } }))).toBe(8)
  })

  it("for some processes: the others are safe", () => {
    expect(distinct(three({ crashStop: { total: 3, of: ["b"] } }))).toBe(2)
    expect(steps(three({ crashStop: { total: 3, of: ["b"] } }))).toEqual(["stop(process: b)"])
  })

  it("of nothing leaves no trace in the model", () => {
    const { actions, variables } = three({ crashStop: 0, crashRecovery: { total: 1, each: 0 } })
    expect([Object.keys(actions), Object.keys(variables)]).toEqual([["deliver"], [
      "state",
      "network",
      "timers",
      "told",
    ]])
  })

  it.each([-1, 0.5, Number.NaN, Infinity, "two"])("is a natural number, not %s", (total: any) => {
    expect(() => plan({ crashStop: total }, ["a"])).toThrow(InvalidBudget)
    expect(() => plan({ pause: { total: 1, each: total } }, ["a"])).toThrow(/budget for pause of each process is/)
    expect(() => three({ crashRecovery: { total } })).toThrow(InvalidBudget)
    expect(() => unordered({ loss: total })).toThrow(/budget for loss is/)
    expect(() => unordered({ duplication: total })).toThrow(InvalidBudget)
    expect(() => unordered({ partitions: total })).toThrow(InvalidBudget)
  })
})
