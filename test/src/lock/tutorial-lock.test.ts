import { describe, expect, it } from "vitest"
import { InvalidDefinition, unordered } from "../../../src/index.ts"
import {
  tutorialLock,
  tutorialLockClient,
  type TutorialLockRules,
  tutorialLockServer,
} from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const start = (rules: TutorialLockRules) =>
  new HandDriven(tutorialLock({ clients: 2, rules, lease: 10, work: 2, network: unordered(), clock: {} }).definition)

const lock = (run: HandDriven, client: string) => {
  const asks = run.happens(client, { _tag: "Input", input: "lock", args: {} })
  run.deliverAll()
  return asks
}

const done = (run: HandDriven, client: string) => {
  const releases = run.timeout(client, "done")
  run.deliverAll()
  return releases
}

const seen = (run: HandDriven) => ({
  owner: run.states.get("server").owner,
  phases: ["c1", "c2"].map((name) => run.states.get(name).phase),
})

describe("the lock of the tutorials", () => {
  it("as taught, gives to the second what the first holds, and is deleted by the first", () => {
    const run = start({ set: "always", del: "always" })
    lock(run, "c1")
    lock(run, "c2")
    expect(seen(run)).toEqual({ owner: "c2", phases: ["holding", "holding"] })
    expect(done(run, "c1")).toBe(true)
    expect(seen(run)).toEqual({ owner: null, phases: ["idle", "holding"] })
    // The key that is not there cannot be deleted, and does not expire.
    expect(run.timers).toEqual(new Set(["c2: done"]))
    expect(done(run, "c2")).toBe(true)
    expect(seen(run)).toEqual({ owner: null, phases: ["idle", "idle"] })
  })

  it("with NX, says no while the key is there", () => {
    const run = start({ set: "ifAbsent", del: "always" })
    lock(run, "c1")
    expect(lock(run, "c1")).toBe(false)
    expect(lock(run, "c2")).toBe(true)
    expect(seen(run)).toEqual({ owner: "c1", phases: ["holding", "idle"] })
    done(run, "c1")
    expect(run.timers.size).toBe(0)
    lock(run, "c2")
    expect(seen(run)).toEqual({ owner: "c2", phases: ["idle", "holding"] })
  })

  it.each([["always", null], ["ifOwner", "c2"]] as const)(
    "with NX and a DEL that deletes %s, leaves the lock of another to %s",
    (del, owner) => {
      const run = start({ set: "ifAbsent", del })
      lock(run, "c1")
      run.timeout("server", "expire")
      lock(run, "c2")
      expect(seen(run)).toEqual({ owner: "c2", phases: ["holding", "holding"] })
      done(run, "c1")
      expect(seen(run)).toEqual({ owner, phases: ["idle", "holding"] })
    },
  )

  it("costs two messages in two rounds to lock, and as many to unlock", () => {
    const run = start({ set: "ifAbsent", del: "ifOwner" })
    lock(run, "c1")
    expect([run.sent, run.rounds]).toEqual([2, 2])
    done(run, "c1")
    expect([run.sent, run.rounds]).toEqual([4, 4])
  })

  it.each([
    [() => tutorialLockServer({ set: "ifAbsent", del: "ifOwner" }, 0), "the lease of a lock is 0"],
    [() => tutorialLockServer({ set: "ifAbsent", del: "ifOwner" }, Number.NaN), "the lease of a lock is NaN"],
    [() => tutorialLockClient("server", -1), "the work of a client is -1"],
  ])("refuses what is no time: %s", (make, reason) => {
    expect(make).toThrow(InvalidDefinition)
    expect(make).toThrow(reason)
  })
})
