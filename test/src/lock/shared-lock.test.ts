import { describe, expect, it } from "vitest"
import { InvalidDefinition } from "../../../src/index.ts"
import {
  admitsReadersOrWriter,
  LeaseTooShort,
  leastLeaseGranted,
  longEnoughGranted,
  readerWriterLock,
  semaphore,
} from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const times = { lease: { term: 1, lease: 3 }, delay: { min: 0, max: 1 }, clock: {} }

const permitsOf = (permits: number, clients: number, requests = 1) =>
  new HandDriven(semaphore({ permits, clients, requests, ...times }).definition)

const locking = (readers: number, writers: number) =>
  new HandDriven(readerWriterLock({ readers, writers, requests: 1, ...times }).definition)

/** A client asks for the lock or releases it, and all messages arrive. */
const choose = (run: HandDriven, name: string, input: "acquire" | "release") => {
  const happened = run.happens(name, { _tag: "Input", input, args: {} })
  run.deliverAll()
  return happened
}

const phases = (run: HandDriven, ...of: ReadonlyArray<string>) => of.map((name) => run.states.get(name).phase)

const clientsIn = (run: HandDriven, field: "held" | "queue") =>
  run.states.get("server")[field].map(({ client }: { readonly client: string }) => client)

const message = (
  run: HandDriven,
  to: string,
  message: { readonly _tag: string; readonly [of: string]: unknown },
  from: string,
) => run.happens(to, { _tag: "Message", message }, from)

describe("a semaphore", () => {
  it("costs 2 messages to acquire a permit and 1 to release it", () => {
    const run = permitsOf(1, 1)
    choose(run, "c1", "acquire")
    expect([run.sent, run.rounds, phases(run, "c1")]).toEqual([2, 2, ["holding"]])
    choose(run, "c1", "release")
    expect([run.sent, phases(run, "c1"), run.timers.size]).toEqual([3, ["idle"], 0])
    expect(run.costs("server").forced).toBe(2)
  })

  it("has so many permits, and serves those who wait in their order", () => {
    const run = permitsOf(2, 4)
    for (const name of ["c3", "c1", "c4", "c2"]) choose(run, name, "acquire")
    expect([clientsIn(run, "held"), clientsIn(run, "queue")]).toEqual([["c3", "c1"], ["c4", "c2"]])
    choose(run, "c1", "release")
    expect(phases(run, "c1", "c2", "c3", "c4")).toEqual(["idle", "waiting", "holding", "holding"])
    choose(run, "c4", "release")
    expect([clientsIn(run, "held"), clientsIn(run, "queue")]).toEqual([["c3", "c2"], []])
  })

  it("takes a permit back when its lease has ended, and its client relies on it no longer", () => {
    const run = permitsOf(1, 2)
    choose(run, "c1", "acquire")
    choose(run, "c2", "acquire")
    expect(run.timeout("c1", "term")).toBe(true)
    expect([phases(run, "c1"), clientsIn(run, "held")]).toEqual([["idle"], ["c1"]])
    run.timeout("server", "c1")
    run.deliverAll()
    expect([phases(run, "c2"), clientsIn(run, "held"), [...run.timers]]).toEqual([
      ["holding"],
      ["c2"],
      ["server: c2", "c2: term"],
    ])
  })

  it("does not take a release or a request from before for one of now", () => {
    const run = permitsOf(1, 2, 2)
    choose(run, "c1", "acquire")
    run.timeout("c1", "term")
    choose(run, "c1", "acquire")
    expect(run.states.get("server").held).toEqual([{ client: "c1", request: 2, mode: "permit" }])
    expect(message(run, "server", { _tag: "Release", request: 1 }, "c1")).toBe(false)
    expect(message(run, "server", { _tag: "Acquire", request: 1, mode: "permit" }, "c1")).toBe(false)
    run.crash("c1")
    run.restart("c1")
    expect(message(run, "c1", { _tag: "Granted", request: 2 }, "server")).toBe(false)
  })

  it("waits for as long as a lease may last when the server has crashed", () => {
    const run = permitsOf(1, 2)
    choose(run, "c1", "acquire")
    run.crash("server")
    expect(run.timers.has("server: c1")).toBe(false)
    run.restart("server")
    expect(run.timers.has("server: c1")).toBe(true)
    expect(clientsIn(run, "held")).toEqual(["c1"])
  })

  it("lets nobody release who has no permit, nor ask more often than it may", () => {
    const run = permitsOf(1, 1)
    expect(choose(run, "c1", "release")).toBe(false)
    choose(run, "c1", "acquire")
    expect(choose(run, "c1", "acquire")).toBe(false)
    choose(run, "c1", "release")
    expect(choose(run, "c1", "acquire")).toBe(false)
  })

  it.each([
    [{ permits: 0 }, "permits is 0; a semaphore needs at least 1"],
    [{ permits: -1 }, "permits is -1; a semaphore needs at least 1"],
    [{ permits: 1.5 }, "permits is 1.5; a semaphore needs at least 1"],
    [{ permits: Infinity }, "permits is Infinity; a semaphore needs at least 1"],
    [{ clients: 0 }, "clients is 0; a semaphore needs at least 1"],
    [{ requests: NaN }, "requests is NaN; a semaphore needs at least 1"],
    [{ lease: { term: 0, lease: 3 } }, "the term of a lease is 0; give a whole number of ticks, 1 or more"],
    [{ lease: { term: 1, lease: 1.5 } }, "a lease is 1.5; give a whole number of ticks, 1 or more"],
    [{ delay: { min: 2, max: 1 } }, "the min of the delay of messages is 2 and its max is 1"],
  ])("is refused with %j", (wrong, reason) => {
    const make = () => semaphore({ permits: 1, clients: 1, requests: 1, ...times, ...wrong })
    expect(make).toThrow(InvalidDefinition)
    expect(make).toThrow(reason)
  })
})

describe("a reader–writer lock", () => {
  it("is held by readers together, or by one writer", () => {
    const run = locking(2, 2)
    for (const name of ["r1", "r2", "w1", "w2"]) choose(run, name, "acquire")
    expect(phases(run, "r1", "r2", "w1", "w2")).toEqual(["holding", "holding", "waiting", "waiting"])
    choose(run, "r1", "release")
    expect(phases(run, "w1")).toEqual(["waiting"])
    choose(run, "r2", "release")
    expect(phases(run, "w1", "w2")).toEqual(["holding", "waiting"])
    choose(run, "w1", "release")
    expect(phases(run, "w2")).toEqual(["holding"])
  })

  it("lets a reader wait that comes after a writer who waits", () => {
    const run = locking(3, 1)
    for (const name of ["r1", "w1", "r2", "r3"]) choose(run, name, "acquire")
    expect(phases(run, "r1", "w1", "r2", "r3")).toEqual(["holding", "waiting", "waiting", "waiting"])
    choose(run, "r1", "release")
    choose(run, "w1", "release")
    expect(phases(run, "r2", "r3")).toEqual(["holding", "holding"])
  })

  it("admits a reader beside readers, and a writer alone", () => {
    expect([[], ["read"], ["write"]].map((held) => admitsReadersOrWriter(held as [], "read"))).toEqual([
      true,
      true,
      false,
    ])
    expect([[], ["read"], ["write"]].map((held) => admitsReadersOrWriter(held as [], "write"))).toEqual([
      true,
      false,
      false,
    ])
  })

  it.each([
    [{ readers: 0, writers: 0 }, "a reader–writer lock without readers and writers has no client"],
    [{ readers: -1 }, "readers is -1; a reader–writer lock needs at least 0"],
    [{ writers: 0.5 }, "writers is 0.5; a reader–writer lock needs at least 0"],
    [{ requests: 0 }, "requests is 0; a reader–writer lock needs at least 1"],
  ])("is refused with %j", (wrong, reason) => {
    const make = () => readerWriterLock({ readers: 1, writers: 1, requests: 1, ...times, ...wrong })
    expect(make).toThrow(InvalidDefinition)
    expect(make).toThrow(reason)
  })
})

describe("a lease that is granted to who has waited", () => {
  it("must last longer than its term by what its message takes, on the fastest clock", () => {
    expect(leastLeaseGranted(1, {}, { min: 0, max: 1 })).toBe(3)
    expect(leastLeaseGranted(1, {}, { min: 0, max: 4 })).toBe(6)
    expect(leastLeaseGranted(4, { rate: { min: 2, max: 3 }, late: 1 }, { min: 0, max: 1 })).toBe(13)
  })

  it("is refused if it is shorter, unless somebody wants to see why", () => {
    const short = { term: 1, lease: 2 }
    expect(() => semaphore({ permits: 1, clients: 1, requests: 1, ...times, lease: short })).toThrow(LeaseTooShort)
    expect(() => readerWriterLock({ readers: 1, writers: 1, requests: 1, ...times, lease: short })).toThrow(
      "give a lease of 3 or more, or say mayOverlap if that is what you want",
    )
    expect(longEnoughGranted({ ...short, mayOverlap: true }, {}, { min: 0, max: 1 })).toMatchObject(short)
  })
})
