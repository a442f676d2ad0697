import { describe, expect, it } from "vitest"
import { InvalidBudget } from "../../../src/index.ts"
import { replicatedLock, type ReplicatedLockAnswers, replicatedLockClient } from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const start = (answers: ReplicatedLockAnswers) =>
  new HandDriven(replicatedLock({ clients: 2, answers, requests: 2, detector: "perfect" }).definition)

const input = (run: HandDriven, name: string, input: string) => run.happens(name, { _tag: "Input", input, args: {} })
const phases = (run: HandDriven) => ["c1", "c2"].map((name) => run.states.get(name).phase)
const owners = (run: HandDriven) => ["primary", "replica"].map((name) => run.states.get(name).owner)

describe("a lock with a replica", () => {
  it.each([["atOnce", 4], ["afterCopy", 4]] as const)(
    "is copied before or after the answer: %s",
    (answers, messages) => {
      const run = start(answers)
      input(run, "c1", "acquire")
      run.deliverAll()
      input(run, "c2", "acquire")
      run.deliverAll()
      expect(phases(run)).toEqual(["holding", "idle"])
      expect(owners(run)).toEqual(["c1", "c1"])
      // Two more for who is refused.
      expect(run.sent).toBe(messages + 2)
      input(run, "c1", "release")
      run.deliverAll()
      expect(owners(run)).toEqual([null, null])
    },
  )

  it("is known to the replica when it takes over, which then serves all", () => {
    const run = start("afterCopy")
    input(run, "c1", "acquire")
    run.deliverAll()
    for (const process of ["replica", "c1", "c2"]) run.timeout(process, "primary")
    input(run, "c2", "acquire")
    run.deliverAll()
    expect(phases(run)).toEqual(["holding", "idle"])
    input(run, "c1", "release")
    input(run, "c2", "acquire")
    run.deliverAll()
    expect(phases(run)).toEqual(["idle", "holding"])
    expect(owners(run)).toEqual(["c1", "c2"])
  })

  it("asks the replica again for what the primary has not answered, and is given the lock once", () => {
    const run = start("afterCopy")
    input(run, "c1", "acquire")
    run.timeout("c1", "primary")
    run.timeout("replica", "primary")
    run.deliverAll()
    expect(phases(run)).toEqual(["holding", "idle"])
    input(run, "c1", "release")
    input(run, "c1", "acquire")
    run.deliverAll()
    expect(run.states.get("c1")).toMatchObject({ phase: "holding", requests: 2 })
  })
})

it("refuses a number of requests that is none", () => {
  expect(() => replicatedLockClient("primary", "replica", -1)).toThrow(InvalidBudget)
})
