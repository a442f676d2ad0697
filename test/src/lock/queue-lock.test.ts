import { describe, expect, it } from "vitest"
import { connections, InvalidDefinition, names } from "../../../src/index.ts"
import { queueLock } from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const start = (clients: number, { entries = 1, identifies = true } = {}) =>
  new HandDriven(queueLock({ clients, entries, identifies, network: connections() }).definition)

const choose = (run: HandDriven, name: string, input: "acquire" | "release") =>
  run.happens(name, { _tag: "Input", input, args: {} })

const phases = (run: HandDriven, ...of: ReadonlyArray<string>) => of.map((name) => run.states.get(name).phase)

const nodes = (run: HandDriven) =>
  run.states.get("ensemble").nodes.map(({ number, session }: any) => `${number} of ${session}`)

/** A connection between a client and the ensemble breaks: all that is on its way is gone, and the client notices. */
const disconnect = (run: HandDriven, name: string) => {
  run.inTransit = run.inTransit.filter(({ from, to }) => from !== name && to !== name)
  return run.happens(name, { _tag: "Closed", from: "ensemble" }, "ensemble")
}

describe("a queue lock", () => {
  it("costs 4 messages in 4 rounds to lock where nobody competes, and 2 to release", () => {
    const run = start(1)
    choose(run, "c1", "acquire")
    run.deliverAll()
    expect([run.sent, run.rounds, phases(run, "c1")]).toEqual([4, 4, ["holding"]])
    choose(run, "c1", "release")
    run.deliverAll()
    expect([run.sent, phases(run, "c1"), nodes(run)]).toEqual([6, ["idle"], []])
  })

  it("costs 5 messages more for who waits, and tells one of many who wait", () => {
    const run = start(4)
    const all = names("c", 4)
    for (const name of all) {
      choose(run, name, "acquire")
      run.deliverAll()
    }
    expect(phases(run, ...all)).toEqual(["holding", "waiting", "waiting", "waiting"])
    const before = run.sent
    choose(run, "c1", "release")
    run.deliverAll()
    // The release and its answer; one is told, and gets the children.
    expect(run.sent - before).toBe(2 + 3)
    expect(phases(run, ...all)).toEqual(["idle", "holding", "waiting", "waiting"])
    for (const name of ["c2", "c3", "c4"]) {
      choose(run, name, "release")
      run.deliverAll()
    }
    expect(run.sent).toBe(4 * 6 + 3 * 5)
    expect(phases(run, ...all)).toEqual(["idle", "idle", "idle", "idle"])
  })

  it("recognises its node by an identifier, when it was not told of it", () => {
    const run = start(1)
    choose(run, "c1", "acquire")
    const [create] = run.inTransit.splice(0)
    run.happens("ensemble", { _tag: "Message", message: create!.message } as never, "c1")
    expect(disconnect(run, "c1")).toBe(true)
    run.deliverAll()
    expect([phases(run, "c1"), nodes(run)]).toEqual([["holding"], ["1 of c1"]])
  })

  it("creates its node again where there is none of its own", () => {
    const run = start(1)
    choose(run, "c1", "acquire")
    disconnect(run, "c1")
    run.deliverAll()
    expect([phases(run, "c1"), nodes(run)]).toEqual([["holding"], ["1 of c1"]])
  })

  it("waits for a node of its own, without an identifier", () => {
    const run = start(1, { identifies: false })
    choose(run, "c1", "acquire")
    const [create] = run.inTransit.splice(0)
    run.happens("ensemble", { _tag: "Message", message: create!.message } as never, "c1")
    disconnect(run, "c1")
    run.deliverAll()
    expect([phases(run, "c1"), nodes(run)]).toEqual([["waiting"], ["1 of c1", "2 of c1"]])
    expect(run.states.get("ensemble").watches).toEqual([{ watcher: "c1", number: 1 }])
  })

  it("moves on when a session expires, from who waits too, and answers that client no more", () => {
    const run = start(3)
    const all = names("c", 3)
    for (const name of all) {
      choose(run, name, "acquire")
      run.deliverAll()
    }
    run.timeout("ensemble", "c2")
    run.deliverAll()
    expect([phases(run, ...all), nodes(run)]).toEqual([["holding", "idle", "waiting"], ["1 of c1", "3 of c3"]])
    expect(run.states.get("ensemble").watches).toEqual([{ watcher: "c3", number: 1 }])
    run.timeout("ensemble", "c1")
    // c1 has not yet heard of it.
    run.deliverAll(["c1"])
    expect(phases(run, "c1", "c3")).toEqual(["holding", "holding"])
    choose(run, "c1", "release")
    run.deliverAll()
    expect([phases(run, "c1"), nodes(run)]).toEqual([["idle"], ["3 of c3"]])
    expect(choose(run, "c1", "acquire")).toBe(false)
    for (
      const message of [{ _tag: "Create", identifier: "" }, { _tag: "GetChildren" }, { _tag: "Exists", number: 3 }]
    ) {
      run.happens("ensemble", { _tag: "Message", message } as never, "c1")
      expect(run.inTransit.map(({ message }) => message._tag)).toEqual(["Expired"])
      run.loseAll()
    }
  })

  it("looks again when it may have missed that it is next, and releases again", () => {
    const run = start(2)
    for (const name of ["c1", "c2"]) {
      choose(run, name, "acquire")
      run.deliverAll()
    }
    choose(run, "c1", "release")
    run.deliverAll(["c2"])
    expect(phases(run, "c1", "c2")).toEqual(["idle", "waiting"])
    disconnect(run, "c2")
    run.deliverAll()
    expect(phases(run, "c2")).toEqual(["holding"])
    expect(disconnect(run, "c2")).toBe(false)
    choose(run, "c2", "release")
    disconnect(run, "c2")
    run.deliverAll()
    expect([phases(run, "c2"), nodes(run)]).toEqual([["idle"], []])
  })

  it("lets nobody release who does not hold it, nor ask more often than it may", () => {
    const run = start(2)
    expect(choose(run, "c1", "release")).toBe(false)
    choose(run, "c1", "acquire")
    expect(choose(run, "c1", "acquire")).toBe(false)
    expect(choose(run, "c1", "release")).toBe(false)
    expect(run.happens("c2", { _tag: "Closed", from: "c1" }, "c1")).toBe(false)
  })
})

describe("a queue lock is refused", () => {
  it.each([
    [0, 1, "clients is 0; a queue lock needs at least one"],
    [1.5, 1, "clients is 1.5; a queue lock needs at least one"],
    [1, 0, "entries is 0; each client must be able to ask for the lock once"],
    [1, NaN, "entries is NaN; each client must be able to ask for the lock once"],
  ])("with %d clients and %d entries", (clients, entries, reason) => {
    const make = () => queueLock({ clients, entries, network: connections() })
    expect(make).toThrow(InvalidDefinition)
    expect(make).toThrow(reason)
  })
})
