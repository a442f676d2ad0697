import { describe, expect, it } from "vitest"
import { InvalidBudget, InvalidDefinition, unordered } from "../../../src/index.ts"
import {
  LeaseTooShort,
  pessimisticLock,
  pessimisticLockClient,
  type PessimisticLockMessage,
  pessimisticLockServer,
} from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const start = (requests = 3, extensions = 2) =>
  new HandDriven(
    pessimisticLock({
      clients: 2,
      lease: { term: 2, lease: 3 },
      requests,
      extensions,
      network: unordered(),
      clock: {},
    }).definition,
  )

const asks = (run: HandDriven, client: string, input: "acquire" | "extend" | "release") =>
  run.happens(client, { _tag: "Input", input, args: {} })

const does = (run: HandDriven, client: string, input: "acquire" | "extend" | "release") => {
  const reacts = asks(run, client, input)
  run.deliverAll()
  return reacts
}

const phases = (run: HandDriven) => ["c1", "c2"].map((name) => run.states.get(name).phase)

const owner = (run: HandDriven) => run.states.get("server")

const arrives = (run: HandDriven, from: string, message: typeof PessimisticLockMessage.Type) => {
  run.happens("server", { _tag: "Message", message }, from)
  return run.inTransit.splice(0).map(({ message }) => message)
}

describe("the pessimistic lock", () => {
  it("is given to one, refused to the other, and given to that when it is released", () => {
    const run = start()
    expect(does(run, "c1", "acquire")).toBe(true)
    expect(does(run, "c2", "acquire")).toBe(true)
    expect([phases(run), owner(run)]).toEqual([["holding", "idle"], { owner: "c1", request: 1 }])
    expect([...run.timers]).toEqual(["c1: even", "server: expire"])
    expect(does(run, "c1", "release")).toBe(true)
    expect(run.timers.size).toBe(0)
    does(run, "c2", "acquire")
    expect([phases(run), owner(run)]).toEqual([["idle", "holding"], { owner: "c2", request: 2 }])
  })

  it("costs two messages in two rounds to acquire, to extend and to release, and a forced write per change of the owner", () => {
    const run = start()
    const costs = (["acquire", "extend", "release"] as const).map((input) => {
      does(run, "c1", input)
      return [run.sent, run.rounds, run.costs("server").forced]
    })
    expect(costs).toEqual([[2, 2, 1], [4, 4, 1], [6, 6, 2]])
  })

  it("ends by itself: at the client, which then believes nothing it is told, and at the server", () => {
    const run = start()
    asks(run, "c1", "acquire")
    expect(run.timeout("c1", "even")).toBe(true)
    run.deliverAll()
    expect([phases(run), owner(run)]).toEqual([["idle", "idle"], { owner: "c1", request: 1 }])
    expect(does(run, "c2", "acquire")).toBe(true)
    expect(phases(run)).toEqual(["idle", "idle"])
    run.timeout("server", "expire")
    does(run, "c2", "acquire")
    expect(phases(run)).toEqual(["idle", "holding"])
  })

  it("is extended with two timers in turn, and the old one stays until the new lease is confirmed", () => {
    const run = start()
    does(run, "c1", "acquire")
    asks(run, "c1", "extend")
    expect([...run.timers]).toEqual(["c1: even", "server: expire", "c1: odd"])
    expect(asks(run, "c1", "extend")).toBe(false)
    run.deliverAll()
    expect([...run.timers]).toEqual(["server: expire", "c1: odd"])
    asks(run, "c1", "extend")
    expect([...run.timers]).toEqual(["server: expire", "c1: odd", "c1: even"])
    run.loseAll()
    run.timeout("c1", "odd")
    expect([phases(run), [...run.timers]]).toEqual([["idle", "idle"], ["server: expire"]])
  })

  it("is held no longer when the term of an extension ends that nobody has confirmed", () => {
    const run = start()
    does(run, "c1", "acquire")
    asks(run, "c1", "extend")
    run.timeout("c1", "odd")
    run.deliverAll()
    expect(phases(run)).toEqual(["idle", "idle"])
  })

  it("is extended so many times, and asked for so many times", () => {
    const run = start(2, 1)
    does(run, "c1", "acquire")
    expect([does(run, "c1", "extend"), does(run, "c1", "extend")]).toEqual([true, false])
    does(run, "c1", "release")
    does(run, "c1", "acquire")
    does(run, "c1", "release")
    expect(does(run, "c1", "acquire")).toBe(false)
  })

  it("is not extended or released by who does not hold it", () => {
    const run = start()
    expect([asks(run, "c1", "extend"), asks(run, "c1", "release")]).toEqual([false, false])
  })

  it("lets a client that crashes begin with another owner token", () => {
    const run = start()
    asks(run, "c1", "acquire")
    const [old] = run.inTransit.splice(0)
    run.crash("c1")
    run.restart("c1")
    does(run, "c1", "acquire")
    expect(owner(run)).toEqual({ owner: "c1", request: 2 })
    expect(old?.message).toEqual({ _tag: "Acquire", request: 1 })
  })

  it("begins its lease anew when the server has crashed, if it has an owner", () => {
    const run = start()
    run.crash("server")
    run.restart("server")
    expect(run.timers.size).toBe(0)
    does(run, "c1", "acquire")
    run.crash("server")
    expect([...run.timers]).toEqual(["c1: even"])
    run.restart("server")
    expect([...run.timers]).toEqual(["c1: even", "server: expire"])
    expect(owner(run)).toEqual({ owner: "c1", request: 1 })
  })
})

describe("the server of the pessimistic lock answers", () => {
  it("a release and an extension by who never held it: it is not the owner", () => {
    const run = start()
    const extend = { _tag: "Extend", request: 1, extension: 1 } as const
    expect(arrives(run, "c1", { _tag: "Release", request: 1 })).toEqual([{ _tag: "NotOwner", request: 1 }])
    expect(arrives(run, "c1", extend)).toEqual([{ _tag: "NotOwner", request: 1 }])
    does(run, "c2", "acquire")
    expect(arrives(run, "c1", { _tag: "Release", request: 1 })).toEqual([{ _tag: "NotOwner", request: 1 }])
    expect(arrives(run, "c1", extend)).toEqual([{ _tag: "NotOwner", request: 1 }])
    expect(owner(run)).toEqual({ owner: "c2", request: 1 })
  })

  it("a token of another lock, and an extension after the expiry: it is not the owner", () => {
    const run = start()
    does(run, "c1", "acquire")
    expect(arrives(run, "c1", { _tag: "Release", request: 7 })).toEqual([{ _tag: "NotOwner", request: 7 }])
    run.timeout("server", "expire")
    expect(arrives(run, "c1", { _tag: "Extend", request: 1, extension: 1 })).toEqual([{ _tag: "NotOwner", request: 1 }])
    expect(owner(run)).toEqual({ owner: null, request: 0 })
  })

  it("who asks twice with the same token: it has the lock, and its lease goes on", () => {
    const run = start()
    does(run, "c1", "acquire")
    run.timers.delete("server: expire")
    expect(arrives(run, "c1", { _tag: "Acquire", request: 1 })).toEqual([{ _tag: "Granted", request: 1 }])
    expect(run.timers.has("server: expire")).toBe(false)
    expect(arrives(run, "c1", { _tag: "Acquire", request: 2 })).toEqual([{ _tag: "Refused", request: 2 }])
  })
})

describe("the client of the pessimistic lock", () => {
  const told = (run: HandDriven, message: typeof PessimisticLockMessage.Type) =>
    run.happens("c1", { _tag: "Message", message }, "server")

  it("listens to no answer to an earlier request", () => {
    const run = start()
    asks(run, "c1", "acquire")
    expect(told(run, { _tag: "Granted", request: 0 })).toBe(false)
    expect(told(run, { _tag: "Refused", request: 0 })).toBe(false)
    run.deliverAll()
    asks(run, "c1", "extend")
    run.loseAll()
    expect(told(run, { _tag: "Extended", request: 0, extension: 1 })).toBe(false)
    expect(told(run, { _tag: "Extended", request: 1, extension: 0 })).toBe(false)
    expect(told(run, { _tag: "NotOwner", request: 0 })).toBe(false)
    expect(told(run, { _tag: "Extended", request: 1, extension: 1 })).toBe(true)
    // Told twice, it keeps the timer of the lease that it has.
    expect(told(run, { _tag: "Extended", request: 1, extension: 1 })).toBe(false)
    expect([...run.timers]).toEqual(["server: expire", "c1: odd"])
  })

  it("holds the lock no longer when it is told that it is not the owner", () => {
    const run = start()
    does(run, "c1", "acquire")
    expect(told(run, { _tag: "NotOwner", request: 1 })).toBe(true)
    expect([phases(run), [...run.timers]]).toEqual([["idle", "idle"], ["server: expire"]])
  })

  it("listens to nothing when it is idle", () => {
    const run = start()
    for (const _tag of ["Granted", "Refused", "NotOwner", "Released"] as const) {
      expect(told(run, { _tag, request: 0 })).toBe(false)
    }
    expect(told(run, { _tag: "Extended", request: 0, extension: 0 })).toBe(false)
  })
})

describe("the pessimistic lock refuses", () => {
  it("a lease that is not longer than the term", () => {
    const lease = { term: 2, lease: 2 }
    expect(() => pessimisticLock({ clients: 2, lease, requests: 1, extensions: 0, network: unordered(), clock: {} }))
      .toThrow(LeaseTooShort)
  })

  it("what is no time, and no number of times", () => {
    expect(() => pessimisticLockServer(0)).toThrow(InvalidDefinition)
    expect(() => pessimisticLockClient("server", 0.5)).toThrow(InvalidDefinition)
    expect(() => pessimisticLockClient("server", 1, { requests: -1, extensions: 0 })).toThrow(InvalidBudget)
    expect(() => pessimisticLockClient("server", 1, { requests: 1, extensions: Number.NaN })).toThrow(InvalidBudget)
  })
})
