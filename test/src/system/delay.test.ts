/** Delays with bounds: when a message may arrive, and when time waits until it has. */
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import {
  type AnyNetwork,
  connections,
  defer,
  type Faults,
  fifo,
  ignore,
  InvalidDefinition,
  machine,
  type Model,
  named,
  type Reaction,
  system,
  unordered,
} from "../../../src/index.ts"
import { enabledWhere, seen } from "../explored.ts"

const Ping = Schema.TaggedStruct("Ping", {})

/** The sender has a clock in its state, which ends at 4: what a timer counts that it sets each tick. */
const sending = machine({ volatile: { time: Schema.Int }, messages: Ping, timers: ["second"] })
const sender = sending.process({
  initial: { time: 0 },
  start: (state) => sending.next(state, sending.send("b", Ping.make({})), sending.setTimer("second", 1)),
  timers: {
    second: ({ time }) =>
      time === 3 ? sending.next({ time: 4 }) : sending.next({ time: time + 1 }, sending.setTimer("second", 1)),
  },
})
const receiving = machine({ volatile: { got: Schema.Boolean }, messages: Ping, timers: [] })
type Received = { readonly got: boolean }
const receiver = (react: (state: Received) => Reaction<Received>) =>
  receiving.process({ initial: { got: false }, receive: { Ping: react } })
const takes = receiver(() => receiving.next({ got: true }))

const sent = (network: AnyNetwork, { faults = {}, receiver: to = takes }: {
  readonly faults?: Faults
  readonly receiver?: ReturnType<typeof receiver>
} = {}): Model<any> =>
  system({
    name: "sent",
    processes: [named("a", sender), named("b", to)],
    network,
    faults,
    clock: {},
  }).model()

/** What the sender's clock shows where the message has not arrived. */
const onItsWayAt = (model: Model<any>): ReadonlyArray<string> => {
  const isOnItsWay = (s: any) => s.network === undefined ? s.channels["a → b"].length > 0 : s.network.length > 0
  return seen(model, (s) => isOnItsWay(s) ? s.state.a.time : "").filter((time) => time !== "")
}
/** What it shows when the message can arrive. */
const arrivesAt = (model: Model<any>): ReadonlyArray<number> =>
  [0, 1, 2, 3, 4].filter((time) =>
    enabledWhere(model, (s) => s.state.a.time === time && s.timers.length > 0)
      .includes("deliver")
  )

const upToTwo = { delay: { min: 1, max: 2 } }

describe.each(
  [
    ["unordered", (options: typeof upToTwo) => unordered(options)],
    ["fifo", (options: typeof upToTwo) => fifo(options)],
    ["connections", (options: typeof upToTwo) => connections(options)],
  ] as const,
)("a message over %s", (_, network) => {
  it("arrives after so many ticks at least and at most", () => {
    const model = sent(network(upToTwo))
    expect(arrivesAt(model)).toEqual([0, 1, 2])
    // At 0 and 1 while the tick has passed, and the sender has not noticed.
    expect(onItsWayAt(model)).toEqual(["0", "1", "2"])
    expect(enabledWhere(model, (s) => s.state.a.time === 0 && s.timers[0]?.at === 1)).toEqual(["tick"])
  })

  it("keeps its age while it is on its way", () => {
    const ages = seen(sent(network(upToTwo)), (s) => (s.network ?? s.channels["a → b"]).map(({ age }: any) => age))
    expect(ages).toEqual(["", "0", "1", "2"])
  })

  it("is not waited for by time while its receiver is paused, down or stopped", () => {
    for (const fault of ["pause", "crashRecovery", "crashStop"] as const) {
      const model = sent(network(upToTwo), { faults: { [fault]: { total: 1, of: ["b"] } } })
      const late = fault !== "pause" && network(upToTwo).order === "connections"
        ? ["0", "1", "2"]
        : ["0", "1", "2", "3", "4"]
      expect(onItsWayAt(model)).toEqual(late)
    }
  })

  it("is as old as it may be, and no older", () => {
    const model = sent(network(upToTwo), { faults: { pause: { total: 1, of: ["b"] } } })
    expect(seen(model, (s) => (s.network ?? s.channels["a → b"]).map(({ age }: any) => age))).toEqual([
      "",
      "0",
      "1",
      "2",
    ])
  })

  it("is not waited for while a link is cut", () => {
    expect(onItsWayAt(sent({ ...network(upToTwo), links: 1 }))).toEqual(["0", "1", "2", "3", "4"])
    expect(onItsWayAt(sent({ ...network(upToTwo), partitions: 1 }))).toEqual(["0", "1", "2", "3", "4"])
  })

  it("is not waited for while its receiver defers it", () => {
    expect(onItsWayAt(sent(network(upToTwo), { receiver: receiver(() => defer) }))).toEqual(["0", "1", "2", "3", "4"])
  })

  it("is waited for where it is ignored, and dropped", () => {
    expect(onItsWayAt(sent(network(upToTwo), { receiver: receiver(() => ignore) }))).toEqual(["0", "1", "2"])
  })
})

describe("a message", () => {
  it("is not waited for where it is ignored, and kept", () => {
    const model = sent(unordered({ ...upToTwo, ignored: "kept" }), { receiver: receiver(() => ignore) })
    expect(onItsWayAt(model)).toEqual(["0", "1", "2", "3", "4"])
  })

  it("that is duplicated arrives in time, too", () => {
    expect(onItsWayAt(sent(unordered({ ...upToTwo, duplication: 2 })))).toEqual([
      "0",
      "1",
      "2",
    ])
  })

  it("is not waited for where the receiver has not noticed that its connection is closed", () => {
    // Broken at the start, when the sender has noticed and sends once more.
    const again = sending.process({
      initial: { time: 0 },
      start: (state) => sending.next(state, sending.setTimer("second", 1)),
      closed: (state) => sending.next(state, sending.send("b", Ping.make({}))),
      timers: {
        second: ({ time }) =>
          time === 3 ? sending.next({ time: 4 }) : sending.next({ time: time + 1 }, sending.setTimer("second", 1)),
      },
    })
    const model = system({
      name: "again",
      processes: [named("a", again), named("b", takes)],
      network: connections({ ...upToTwo, disconnects: 1 }),
      clock: {},
    }).model()
    expect(onItsWayAt(model)).toEqual(["0", "1", "2", "3", "4"])
    const isHeard = (s: any) => s.channels["a → b"].length > 0 && s.broken.length === 0
    const enabled = enabledWhere(model, (s) => isHeard(s) && s.channels["a → b"][0].age === 2)
    expect(enabled).toContain("deliver")
    expect(enabled).not.toContain("tick")
  })
})

describe("a delay cannot be", () => {
  it.each([0, -1, 0.5, Number.NaN, Infinity])("of %s ticks", (max) => {
    for (const network of [unordered, fifo, connections]) {
      expect(() => network({ delay: { min: 0, max } })).toThrow(InvalidDefinition)
      expect(() => network({ delay: { min: 0, max } })).toThrow(
        `the max of the delay of messages is ${max}; give a whole number of ticks, 1 or more`,
      )
    }
  })

  it("longer at least than at most", () => {
    expect(() => unordered({ delay: { min: 3, max: 2 } })).toThrow(
      "the min of the delay of messages is 3 and its max is 2; give a max of 3 or more",
    )
    expect(() => unordered({ delay: { min: Number.NaN, max: 2 } })).toThrow("the min of the delay of messages is NaN")
  })

  it("where duplication has no bound", () => {
    expect(() => unordered({ ...upToTwo, duplication: "unbounded" })).toThrow(/a message is on its way forever/)
    expect(() => fifo({ ...upToTwo, duplication: "unbounded" })).toThrow(/a message is on its way forever/)
  })

  it("where there is no clock", () => {
    const untimed = () => system({ name: "none", processes: [named("b", takes)], network: unordered(upToTwo) })
    expect(untimed).toThrow("the network has a delay, but the system has no clock")
  })
})
