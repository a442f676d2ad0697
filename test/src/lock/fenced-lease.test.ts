import { describe, expect, it } from "vitest"
import { InvalidBudget, InvalidDefinition, unordered } from "../../../src/index.ts"
import {
  fencedLease,
  fencedLeaseClient,
  type FencedLeaseMessage,
  fencedLeaseServer,
  type Fencing,
  LeaseTooShort,
} from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const start = (fencing: Fencing = "all", requests = 2) =>
  new HandDriven(
    fencedLease({ clients: 2, lease: { term: 2, lease: 3 }, fencing, requests, network: unordered(), clock: {} })
      .definition,
  )

const acquire = (run: HandDriven, client: string) => run.happens(client, { _tag: "Input", input: "acquire", args: {} })

/** Delivers the first message of that tag. */
const deliver = (run: HandDriven, tag: string): boolean => {
  const index = run.inTransit.findIndex(({ message }) => message._tag === tag)
  const [sent] = run.inTransit.splice(index, 1)
  return sent !== undefined && run.happens(sent.to, { _tag: "Message", message: sent.message }, sent.from)
}

const onTheWay = (run: HandDriven) => run.inTransit.map(({ message, to }) => `${message._tag} to ${to}`)

/** `c1` has read the resource when its lease ends; `c2` gets the lock, and reads too. */
const overtaken = (fencing: Fencing) => {
  const run = start(fencing)
  acquire(run, "c1")
  for (const tag of ["Acquire", "Granted", "Read", "Value"]) deliver(run, tag)
  run.timeout("server", "expire")
  acquire(run, "c2")
  for (const tag of ["Acquire", "Granted", "Read"]) deliver(run, tag)
  return run
}

describe("the lease with a fencing token", () => {
  it("leads a holder through the resource: it reads, writes one more, and releases", () => {
    const run = start()
    acquire(run, "c1")
    run.deliverAll()
    expect(run.states.get("resource")).toEqual({ value: 1, token: 1 })
    expect(run.states.get("server")).toEqual({ owner: null, token: 1 })
    expect(run.states.get("c1")).toEqual({ requests: 1, phase: "idle", token: 0 })
    expect([run.sent, run.timers.size]).toEqual([8, 0])
    acquire(run, "c2")
    run.deliverAll()
    expect(run.states.get("resource")).toEqual({ value: 2, token: 2 })
  })

  it("costs a forced write for each change of the owner, and one at the resource for each new token and each new value", () => {
    const run = start()
    acquire(run, "c1")
    run.deliverAll()
    expect([run.costs("server").forced, run.costs("resource").forced]).toEqual([2, 2])
  })

  it("fences off who was paused, and tells it so", () => {
    const run = overtaken("all")
    deliver(run, "Write")
    expect(onTheWay(run)).toEqual(["Value to c2", "Stale to c1"])
    run.deliverAll()
    expect(run.states.get("resource")).toEqual({ value: 1, token: 2 })
    expect(run.states.get("c1").phase).toBe("idle")
    expect([...run.timers]).toEqual([])
  })

  it.each(["none", "writes"] as const)("loses an update where the resource checks the tokens of %s", (fencing) => {
    const run = overtaken(fencing)
    deliver(run, "Write")
    run.deliverAll()
    // Two have written one more than what was there, and it is 1.
    expect(run.states.get("resource").value).toBe(1)
    expect(run.states.get("server").owner).toBe(null)
  })

  it("is refused while another has it", () => {
    const run = start()
    acquire(run, "c1")
    deliver(run, "Acquire")
    acquire(run, "c2")
    deliver(run, "Acquire")
    expect(onTheWay(run)).toEqual(["Granted to c1", "Refused to c2"])
    deliver(run, "Refused")
    expect([run.states.get("c2").phase, [...run.timers]]).toEqual(["idle", ["c1: end", "server: expire"]])
  })

  it("ends at the client by itself, which then listens to no answer", () => {
    const run = overtaken("all")
    run.timeout("c1", "end")
    expect(run.states.get("c1")).toEqual({ requests: 1, phase: "idle", token: 0 })
    for (const _tag of ["Value", "Written", "Stale"] as const) {
      expect(run.happens("c1", { _tag: "Message", message: { _tag, token: 1, value: 0 } as never }, "resource")).toBe(
        false,
      )
    }
    const told = (message: typeof FencedLeaseMessage.Type) => run.happens("c1", { _tag: "Message", message }, "server")
    expect(told({ _tag: "Granted", request: 1, token: 9 })).toBe(false)
    acquire(run, "c1")
    expect(told({ _tag: "Granted", request: 1, token: 9 })).toBe(false)
    expect(told({ _tag: "Refused", request: 1 })).toBe(false)
    expect(run.states.get("c1")).toEqual({ requests: 2, phase: "waiting", token: 0 })
    run.timeout("c1", "end")
    expect(acquire(run, "c1")).toBe(false)
  })

  it("begins anew when the server has crashed, and gives no token twice", () => {
    const run = start()
    run.crash("server")
    run.restart("server")
    expect(run.timers.size).toBe(0)
    acquire(run, "c1")
    deliver(run, "Acquire")
    run.crash("server")
    run.restart("server")
    expect(run.timers.has("server: expire")).toBe(true)
    run.timeout("server", "expire")
    acquire(run, "c2")
    deliver(run, "Acquire")
    expect(run.states.get("server")).toEqual({ owner: "c2", token: 2 })
  })
})

describe("the server of the lease with a fencing token", () => {
  const released = (run: HandDriven, from: string, token: number) => {
    const message: typeof FencedLeaseMessage.Type = { _tag: "Release", token }
    run.inTransit = []
    run.happens("server", { _tag: "Message", message }, from)
    return run.inTransit.map(({ message }) => message)
  }

  it("answers a release by who never held, and one with a token of another time or lock: it was not the owner", () => {
    const run = start()
    expect(released(run, "c1", 0)).toEqual([{ _tag: "Released", wasOwner: false }])
    acquire(run, "c1")
    deliver(run, "Acquire")
    expect(released(run, "c2", 1)).toEqual([{ _tag: "Released", wasOwner: false }])
    expect(released(run, "c1", 7)).toEqual([{ _tag: "Released", wasOwner: false }])
    expect(run.states.get("server")).toEqual({ owner: "c1", token: 1 })
    expect(released(run, "c1", 1)).toEqual([{ _tag: "Released", wasOwner: true }])
    expect(run.states.get("server")).toEqual({ owner: null, token: 1 })
  })
})

describe("the lease with a fencing token refuses", () => {
  it("what is no time, no number of times, and a lease that is not longer than the term", () => {
    const names = { server: "server", resource: "resource" }
    expect(() => fencedLeaseServer(0)).toThrow(InvalidDefinition)
    expect(() => fencedLeaseClient(names, 0)).toThrow(InvalidDefinition)
    expect(() => fencedLeaseClient(names, 1, -1)).toThrow(InvalidBudget)
    expect(() =>
      fencedLease({
        clients: 2,
        lease: { term: 2, lease: 2 },
        fencing: "all",
        requests: 1,
        network: unordered(),
        clock: {},
      })
    ).toThrow(LeaseTooShort)
  })
})
