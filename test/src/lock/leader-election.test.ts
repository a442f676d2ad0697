import { describe, expect, it } from "vitest"
import { InvalidBudget, InvalidDefinition, unordered } from "../../../src/index.ts"
import { leaderElection, leaderElectionCandidate, NoTimeToStepDown } from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const lease = { duration: 3, renewDeadline: 1, retryPeriod: 1, judgedBy: "change" } as const
const network = unordered({ delay: { min: 0, max: 1 } })

const start = (updates = 9) =>
  new HandDriven(leaderElection({ candidates: 2, lease, updates, network, clock: {} }).definition)

const phases = (run: HandDriven) => ["c1", "c2"].map((name) => run.states.get(name).phase)

describe("leader election by lease", () => {
  it("lets the first lead, which renews, while the other looks on", () => {
    const run = start()
    run.deliverAll()
    expect(phases(run)).toEqual(["holding", "waiting"])
    run.timeout("c1", "retry")
    run.deliverAll()
    expect(run.states.get("store")).toEqual({ owner: "c1", version: 2, stamp: 0 })
    run.timeout("c2", "retry")
    run.deliverAll()
    expect(run.states.get("c2")).toMatchObject({ version: 2, isOver: false })
    expect(phases(run)).toEqual(["holding", "waiting"])
  })

  it("costs four messages in four rounds for a renewal, and two for a look", () => {
    const run = start()
    run.deliverAll()
    const before = run.sent
    run.timeout("c1", "retry")
    run.deliverAll()
    expect(run.sent - before).toBe(4)
    run.timeout("c2", "retry")
    run.deliverAll()
    expect(run.sent - before).toBe(6)
  })

  it("lets another lead when the record has not changed for the duration, and not when it has meanwhile", () => {
    const run = start()
    run.deliverAll()
    run.timeout("c2", "retry")
    run.deliverAll()
    run.timeout("c2", "over")
    run.timeout("c1", "retry")
    run.deliverAll()
    run.timeout("c2", "retry")
    run.deliverAll()
    expect(phases(run)).toEqual(["holding", "waiting"])
    run.timeout("c1", "deadline")
    run.timeout("c2", "over")
    run.timeout("c2", "retry")
    run.deliverAll()
    expect(phases(run)).toEqual(["waiting", "holding"])
    expect(run.states.get("store").owner).toBe("c2")
  })

  it("listens to no answer of an earlier life", () => {
    const run = start()
    run.deliverAll()
    run.crash("c1")
    run.restart("c1")
    expect(run.happens("c1", { _tag: "Message", message: { _tag: "Updated" } }, "store")).toBe(false)
    expect(phases(run)).toEqual(["waiting", "waiting"])
    run.deliverAll()
    expect(phases(run)).toEqual(["holding", "waiting"])
  })

  it("refuses a lease without time to step down, and what is no time", () => {
    const make = (duration: number, mayOverlap = false) => () =>
      leaderElection({ candidates: 2, lease: { ...lease, duration }, mayOverlap, updates: 1, network, clock: {} })
    expect(make(2)).toThrow(NoTimeToStepDown)
    expect(make(2)).toThrow("give a duration of 3 or more")
    expect(make(2, true)).not.toThrow()
    expect(make(0, true)).toThrow(InvalidDefinition)
    const candidate = (times: object, updates = 1) => () =>
      leaderElectionCandidate("c1", "store", { ...lease, ...times }, updates)
    expect(candidate({ renewDeadline: 0 })).toThrow(InvalidDefinition)
    expect(candidate({ retryPeriod: 0 })).toThrow(InvalidDefinition)
    expect(candidate({}, -1)).toThrow(InvalidBudget)
  })
})
