import { describe, expect, it } from "vitest"
import { connections, InvalidDefinition } from "../../../src/index.ts"
import { type DatabaseLock, databaseLock } from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const start = (lock: DatabaseLock, clients: number, entries = 1) =>
  new HandDriven(databaseLock({ lock, clients, entries, network: connections() }).definition)

const choose = (run: HandDriven, name: string, input: "acquire" | "release") =>
  run.happens(name, { _tag: "Input", input, args: {} })

const phases = (run: HandDriven, ...of: ReadonlyArray<string>) => of.map((name) => run.states.get(name).phase)

const closed = (run: HandDriven, name: string, from: string) => run.happens(name, { _tag: "Closed", from }, from)

/** The first client has the lock, and the others wait for it. */
const held = (lock: DatabaseLock, clients: number, entries = 1) => {
  const run = start(lock, clients, entries)
  for (let index = 1; index <= clients; index++) {
    choose(run, `c${index}`, "acquire")
    run.deliverAll()
  }
  return run
}

describe("a database lock", () => {
  it("costs 4 messages in 4 rounds", () => {
    const run = held("row", 1)
    expect(phases(run, "c1")).toEqual(["holding"])
    choose(run, "c1", "release")
    run.deliverAll()
    expect([run.sent, run.rounds, phases(run, "c1")]).toEqual([4, 4, ["idle"]])
    expect(run.states.get("database")).toEqual({ value: 1, owner: null, queue: [] })
  })

  it("is had in the order of the queue, with the number as it is then", () => {
    const run = held("row", 3)
    expect(phases(run, "c1", "c2", "c3")).toEqual(["holding", "waiting", "waiting"])
    for (const name of ["c1", "c2", "c3"]) {
      expect(phases(run, name)).toEqual(["holding"])
      choose(run, name, "release")
      run.deliverAll()
    }
    expect(run.states.get("database")).toEqual({ value: 3, owner: null, queue: [] })
  })

  it("loses an update where nobody locks", () => {
    const run = held("none", 2)
    for (const name of ["c1", "c2"]) choose(run, name, "release")
    run.deliverAll()
    expect(run.states.get("database").value).toBe(1)
    expect(["c1", "c2"].map((name) => run.states.get(name).committed)).toEqual([1, 1])
  })

  it("ends with the session if it is a row, whatever the client believes", () => {
    const run = held("row", 3)
    expect(closed(run, "database", "c2")).toBe(true)
    expect(closed(run, "database", "c1")).toBe(true)
    run.deliverAll()
    expect(phases(run, "c1", "c2", "c3")).toEqual(["holding", "waiting", "holding"])
    expect(run.states.get("database")).toMatchObject({ owner: "c3", queue: [] })
    expect([closed(run, "c1", "database"), closed(run, "c2", "database")]).toEqual([true, true])
    expect(phases(run, "c1", "c2")).toEqual(["idle", "idle"])
  })

  it("stays if it is a unique row", () => {
    const run = held("uniqueRow", 2)
    closed(run, "database", "c1")
    closed(run, "c1", "database")
    run.deliverAll()
    expect([run.states.get("database").owner, phases(run, "c1", "c2")]).toEqual(["c1", ["idle", "waiting"]])
  })

  it("lets a client not know whether it has committed", () => {
    const run = held("row", 1, 2)
    choose(run, "c1", "release")
    run.deliverAll(["c1"])
    expect(closed(run, "c1", "c2")).toBe(false)
    closed(run, "c1", "database")
    expect(run.states.get("c1")).toEqual({ phase: "idle", read: null, entries: 1, committed: 0, uncertain: 1 })
    expect(closed(run, "c1", "database")).toBe(false)
  })

  it("lets nobody release who does not hold it, nor lock more often than it may", () => {
    const run = start("row", 1)
    expect(choose(run, "c1", "release")).toBe(false)
    choose(run, "c1", "acquire")
    expect([choose(run, "c1", "acquire"), choose(run, "c1", "release")]).toEqual([false, false])
    run.deliverAll()
    choose(run, "c1", "release")
    run.deliverAll()
    expect(choose(run, "c1", "acquire")).toBe(false)
  })

  it.each([
    [0, 1, "clients is 0; a database lock needs at least one"],
    [1, 0, "entries is 0; each client must be able to lock once"],
    [1, 1.5, "entries is 1.5; each client must be able to lock once"],
  ])("is refused with %d clients and %d entries", (clients, entries, reason) => {
    const make = () => databaseLock({ lock: "row", clients, entries, network: connections() })
    expect(make).toThrow(InvalidDefinition)
    expect(make).toThrow(reason)
  })
})
