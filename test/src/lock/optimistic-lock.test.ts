import { describe, expect, it } from "vitest"
import { fifo, InvalidDefinition, unordered } from "../../../src/index.ts"
import { type OptimisticComparison, optimisticLock } from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const start = (updates: ReadonlyArray<number>, maxAttempts = 3, compares: OptimisticComparison = "version") =>
  new HandDriven(optimisticLock({ updates, maxAttempts, compares, network: unordered() }).definition)

const phases = (run: HandDriven, ...of: ReadonlyArray<string>) => of.map((name) => run.states.get(name).phase)

/** The first message on its way that a process has sent arrives, and nothing else. */
const deliverFrom = (run: HandDriven, from: string, to: string) => {
  const index = run.inTransit.findIndex((sent) => sent.from === from && sent.to === to)
  const [{ message }] = run.inTransit.splice(index, 1) as [(typeof run.inTransit)[number]]
  return run.happens(to, { _tag: "Message", message } as never, from)
}

/** Both have read the record, before anybody writes. */
const bothHaveRead = (compares: OptimisticComparison) => {
  const run = start([1, 10], 3, compares)
  for (const name of ["c1", "c2"]) deliverFrom(run, name, "store")
  for (const name of ["c1", "c2"]) deliverFrom(run, "store", name)
  return run
}

describe("an optimistic lock", () => {
  it("costs 4 messages in 4 rounds and a forced write where nobody competes", () => {
    const run = start([5])
    run.deliverAll()
    expect([run.sent, run.rounds]).toEqual([4, 4])
    expect(run.costs("store")).toMatchObject({ forced: 1 })
    expect(run.states.get("store")).toEqual({ value: 5, version: 1 })
    expect(phases(run, "c1")).toEqual(["updated"])
  })

  it("costs 2 messages more for a conflict, after which a client computes anew", () => {
    const run = bothHaveRead("version")
    run.deliverAll()
    expect(run.sent).toBe(4 + 4 + 2)
    expect(run.states.get("store")).toEqual({ value: 11, version: 2 })
    expect(phases(run, "c1", "c2")).toEqual(["updated", "updated"])
    expect(run.states.get("c2")).toMatchObject({ refusals: 1 })
  })

  it("loses an update where nobody compares", () => {
    const run = bothHaveRead("nothing")
    run.deliverAll()
    expect(phases(run, "c1", "c2")).toEqual(["updated", "updated"])
    expect(run.states.get("store").value).toBe(10)
  })

  it("lets a client that is always too late give up", () => {
    const run = start([1, 1, 1], 2)
    for (const name of ["c1", "c2"]) deliverFrom(run, name, "store")
    for (const name of ["c1", "c2"]) deliverFrom(run, "store", name)
    deliverFrom(run, "c2", "store")
    deliverFrom(run, "c1", "store")
    deliverFrom(run, "store", "c2")
    deliverFrom(run, "c3", "store")
    deliverFrom(run, "store", "c3")
    deliverFrom(run, "c3", "store")
    run.deliverAll()
    expect(phases(run, "c1", "c2", "c3")).toEqual(["givenUp", "updated", "updated"])
    expect(run.states.get("store")).toEqual({ value: 2, version: 2 })
  })

  it("takes a write that comes twice once, if it goes by versions, and twice, if the old value is back", () => {
    for (const [compares, value] of [["version", 0], ["value", 1]] as const) {
      const run = start([1, -1], 1, compares)
      deliverFrom(run, "c1", "store")
      deliverFrom(run, "store", "c1")
      const { message } = run.inTransit.find(({ from }) => from === "c1") as (typeof run.inTransit)[number]
      deliverFrom(run, "c1", "store")
      run.deliverAll()
      expect([phases(run, "c1", "c2"), run.states.get("store").value]).toEqual([["updated", "updated"], 0])
      run.happens("store", { _tag: "Message", message } as never, "c1")
      run.deliverAll()
      expect(run.states.get("store").value).toBe(value)
    }
  })

  it("does not take an answer for one to another attempt, nor two for one", () => {
    const run = bothHaveRead("version")
    deliverFrom(run, "c2", "store")
    deliverFrom(run, "c1", "store")
    const refused = { _tag: "Refused", attempt: 0, value: 10, version: 1 } as const
    expect(run.happens("c1", { _tag: "Message", message: refused } as never, "store")).toBe(true)
    expect(run.happens("c1", { _tag: "Message", message: refused } as never, "store")).toBe(false)
    expect(run.happens("c1", { _tag: "Message", message: { _tag: "Written", attempt: 0 } } as never, "store")).toBe(
      false,
    )
    expect(run.states.get("c1")).toEqual({ phase: "writing", refusals: 1 })
  })

  it("keeps the record through a crash, and a client that has crashed does not know", () => {
    const run = start([5])
    run.deliverAll()
    run.crash("store")
    run.crash("c1")
    run.restart("c1")
    expect(run.states.get("store")).toEqual({ value: 5, version: 1 })
    expect(phases(run, "c1")).toEqual(["unknown"])
    run.deliverAll()
    expect(run.sent).toBe(4)
  })
})

describe("what is no optimistic lock", () => {
  it.each([
    [[], 1, "an optimistic lock without updates has no client; give one update for each"],
    [[1, 0], 1, "an update is 0; give a whole number that changes something"],
    [[1.5], 1, "an update is 1.5; give a whole number that changes something"],
    [[Infinity], 1, "an update is Infinity; give a whole number that changes something"],
    [[1], 0, "maxAttempts is 0; a client needs at least one attempt"],
    [[1], 2.5, "maxAttempts is 2.5; a client needs at least one attempt"],
    [[1], NaN, "maxAttempts is NaN; a client needs at least one attempt"],
  ])("updates %j with %d attempts", (updates, maxAttempts, reason) => {
    const make = () => optimisticLock({ updates, maxAttempts, network: fifo() })
    expect(make).toThrow(InvalidDefinition)
    expect(make).toThrow(reason)
  })
})
