import { describe, expect, it } from "vitest"
import { InvalidDefinition, unordered } from "../../../src/index.ts"
import { type AdvisoryLock, pooledLock, type Pooling } from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const start = (pooling: Pooling, lock: AdvisoryLock, clients: number, sessions: number) =>
  new HandDriven(pooledLock({ pooling, lock, clients, sessions, entries: 2, network: unordered() }).definition)

/** A client asks, and all messages arrive. */
const choose = (run: HandDriven, name: string, input: "acquire" | "release") => {
  const happened = run.happens(name, { _tag: "Input", input, args: {} })
  run.deliverAll()
  return happened
}

const phases = (run: HandDriven, ...of: ReadonlyArray<string>) => of.map((name) => run.states.get(name).phase)

describe("a lock through a pool", () => {
  it.each(
    [["session", "session"], ["session", "transaction"], ["transaction", "transaction"]] as const,
  )("with %s pooling and a lock of the %s is held by one, and then by the next", (pooling, lock) => {
    const run = start(pooling, lock, 2, 2)
    choose(run, "c1", "acquire")
    expect([run.sent, run.rounds]).toEqual([2, 2])
    expect(run.states.get("database")).toMatchObject({
      free: ["s2"],
      kept: [{ client: "c1", session: "s1" }],
      owner: "s1",
    })
    choose(run, "c2", "acquire")
    expect(phases(run, "c1", "c2")).toEqual(["holding", "waiting"])
    choose(run, "c1", "release")
    expect(phases(run, "c1", "c2")).toEqual(["idle", "holding"])
    choose(run, "c2", "release")
    expect(run.states.get("database")).toEqual({ free: ["s1", "s2"], kept: [], owner: null, holds: 0, queue: [] })
    expect(run.sent).toBe(8)
  })

  it.each(["statement", "transaction"] as const)(
    "with %s pooling and a lock of the session is unlocked elsewhere",
    (pooling) => {
      const run = start(pooling, "session", 2, 2)
      choose(run, "c1", "acquire")
      run.happens("c1", { _tag: "Input", input: "release", args: {} })
      const [unlock] = run.inTransit.splice(0)
      run.happens("database", { _tag: "Message", message: unlock!.message } as never, "c1")
      expect(run.inTransit.map(({ message }) => message)).toEqual([{ _tag: "Unlocked", wasLocked: false }])
      run.deliverAll()
      expect([phases(run, "c1"), run.states.get("database").owner]).toEqual([["idle"], "s1"])
      // The next one is given the session that has the lock, and then another that has not.
      choose(run, "c2", "acquire")
      expect([phases(run, "c2"), run.states.get("database").holds]).toEqual([["holding"], 2])
      choose(run, "c1", "acquire")
      expect(phases(run, "c1")).toEqual(["waiting"])
    },
  )

  it("is had as often as it was taken by one session, and unlocked as often", () => {
    const run = start("statement", "session", 2, 1)
    for (const name of ["c1", "c2"]) choose(run, name, "acquire")
    expect([phases(run, "c1", "c2"), run.states.get("database").holds]).toEqual([["holding", "holding"], 2])
    choose(run, "c1", "release")
    expect(run.states.get("database")).toMatchObject({ owner: "s1", holds: 1 })
    choose(run, "c2", "release")
    expect(run.states.get("database")).toMatchObject({ owner: null, holds: 0 })
  })

  it("ends with its statement where that is a transaction by itself", () => {
    const run = start("statement", "transaction", 1, 1)
    choose(run, "c1", "acquire")
    expect([phases(run, "c1"), run.states.get("database").owner]).toEqual([["holding"], null])
  })

  it("lets a client wait for a session that is free", () => {
    const run = start("session", "session", 2, 1)
    choose(run, "c1", "acquire")
    run.happens("c2", { _tag: "Input", input: "acquire", args: {} })
    const [lock] = run.inTransit.splice(0)
    const locks = () => run.happens("database", { _tag: "Message", message: lock!.message } as never, "c2")
    expect(locks()).toBe(false)
    choose(run, "c1", "release")
    expect(locks()).toBe(true)
  })

  it("lets nobody release who does not hold it, nor lock more often than it may", () => {
    const run = start("session", "session", 1, 1)
    expect(choose(run, "c1", "release")).toBe(false)
    for (const _ of [1, 2]) {
      expect(choose(run, "c1", "acquire")).toBe(true)
      expect(choose(run, "c1", "acquire")).toBe(false)
      choose(run, "c1", "release")
    }
    expect(choose(run, "c1", "acquire")).toBe(false)
  })

  it.each([
    [{ clients: 0 }, "clients is 0; a lock through a pool needs at least 1"],
    [{ sessions: 0 }, "sessions is 0; a lock through a pool needs at least 1"],
    [{ entries: -1 }, "entries is -1; a lock through a pool needs at least 1"],
    [{ sessions: 1.5 }, "sessions is 1.5; a lock through a pool needs at least 1"],
  ])("is refused with %j", (wrong, reason) => {
    const sizes = { clients: 1, sessions: 1, entries: 1, ...wrong }
    const make = () => pooledLock({ pooling: "session", lock: "session", ...sizes, network: unordered() })
    expect(make).toThrow(InvalidDefinition)
    expect(make).toThrow(reason)
  })
})
