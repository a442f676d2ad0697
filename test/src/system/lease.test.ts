/**
 * A lease, as a known answer: Gray and Cheriton, *Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache
 * Consistency* (SOSP 1989), need bounds of the rates of clocks, and of the delay where a lease counts from when it arrives. What
 * the server must add is derived in docs/systems.md.
 */
import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { defer, ignore, machine, named, system, type Ticks, unordered } from "../../../src/index.ts"

const Ask = Schema.TaggedStruct("Ask", {})
const Grant = Schema.TaggedStruct("Grant", {})
const Message = Schema.Union([Ask, Grant])

const serving = machine({ volatile: { leased: Schema.Boolean }, messages: Message, timers: ["expire"] })
const server = (term: number) =>
  serving.process({
    initial: { leased: false },
    receive: {
      Ask: ({ leased }, _, { from }) =>
        leased
          ? defer
          : serving.next({ leased: true }, serving.send(from, Grant.make({})), serving.setTimer("expire", term)),
    },
    timers: { expire: () => serving.next({ leased: false }) },
  })

const using = machine({
  volatile: { asked: Schema.Boolean, holds: Schema.Boolean },
  messages: Message,
  timers: ["end"],
})
const client = (term: number) =>
  using.process({
    initial: { asked: false, holds: false },
    inputs: {
      ask: using.input((state) =>
        state.asked ? ignore : using.next({ ...state, asked: true }, using.send("server", Ask.make({})))
      ),
    },
    receive: { Grant: (state) => using.next({ ...state, holds: true }, using.setTimer("end", term)) },
    timers: { end: () => using.next({ asked: false, holds: false }) },
    observed: ["holds"],
  })

interface Bounds {
  readonly rate: Ticks
  readonly delay: Ticks
  readonly late: number
}

const leases = (client_: number, server_: number, { delay, late, rate }: Bounds) => {
  const { always, model, reachable } = system({
    name: "leases",
    processes: [named("server", server(server_)), named("a", client(client_)), named("b", client(client_))],
    network: unordered({ delay }),
    clock: { rate, late },
  })
  return model({
    oneHolds: always((s) => !s.holds.a || !s.holds.b),
    aHolds: reachable((s) => s.holds.a),
    bHolds: reachable((s) => s.holds.b),
    aWaitsForB: reachable((s) => s.state.a.asked && s.holds.b),
  })
}

/**
 * How long the server must wait, on a clock that may be the fastest: until a client ends that was told as late as possible and has
 * the slowest clock, apart from what the next grant takes in any case. At that moment both could happen, hence one more.
 */
const margin = (term: number, { delay, late, rate }: Bounds): number =>
  rate.max * (delay.max - delay.min + Math.ceil((term + late) / rate.min)) + 1

describe("a lease", () => {
  const bounds: ReadonlyArray<readonly [term: number, Bounds]> = [
    [2, { rate: { min: 1, max: 1 }, delay: { min: 0, max: 1 }, late: 0 }],
    [2, { rate: { min: 1, max: 1 }, delay: { min: 1, max: 3 }, late: 0 }],
    [2, { rate: { min: 1, max: 2 }, delay: { min: 0, max: 1 }, late: 0 }],
    [3, { rate: { min: 1, max: 1 }, delay: { min: 0, max: 1 }, late: 2 }],
    [4, { rate: { min: 2, max: 3 }, delay: { min: 0, max: 1 }, late: 1 }],
    [5, { rate: { min: 2, max: 3 }, delay: { min: 0, max: 2 }, late: 0 }],
  ]
  const status = (term: number, server: number, bounds: Bounds) => {
    const { properties } = Effect.runSync(check(leases(term, server, bounds), { keepGoing: true }))
    return Object.values(properties).map(({ verdict }) => verdict)
  }

  it.each(bounds)("for %i ticks, %j: is exclusive with the margin that the bounds require", (term, bounds) => {
    expect(status(term, margin(term, bounds), bounds)).toEqual(["holds", "holds", "holds", "holds"])
  })

  it.each(bounds)("for %i ticks, %j: is not exclusive with one tick less", (term, bounds) => {
    expect(status(term, margin(term, bounds) - 1, bounds)).toEqual(["violated", "holds", "holds", "holds"])
  })
})
