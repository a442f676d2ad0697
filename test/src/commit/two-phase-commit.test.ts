import { describe, expect, it } from "vitest"
import { twoPhaseCommit } from "../../../src/commit/index.ts"
import { names, unordered } from "../../../src/index.ts"
import { HandDriven } from "./hand-driven.ts"

const start = (participants: number) =>
  new HandDriven(twoPhaseCommit({ participants, maxDecisionRequests: Infinity, network: unordered() }).definition)

/** All have been asked, and these have voted yes, in this order. */
const voted = (participants: number, ...yes: ReadonlyArray<string>) => {
  const run = start(participants)
  run.deliverAll()
  for (const name of yes) expect(run.vote(name, true)).toBe(true)
  return run
}

describe("two-phase commit", () => {
  it.each([1, 2, 3, 5])("commits with 3n messages in 3 rounds: %i participants", (n) => {
    const all = names("p", n)
    const run = voted(n, ...all)
    run.deliverAll()
    expect(run.decisions(...all)).toEqual(all.map(() => "committed"))
    expect(run.replies).toEqual(["committed"])
    expect(run).toMatchObject({ sent: 3 * n, rounds: 3 })
    expect(run.timers.size).toBe(0)
  })

  it("aborts when one votes no, and who has voted no does not wait", () => {
    const run = voted(3, "p1", "p2")
    expect(run.vote("p3", false)).toBe(true)
    expect(run.decisions("p1", "p2", "p3")).toEqual(["none", "none", "aborted"])
    run.deliverAll()
    expect(run.decisions("p1", "p2", "p3")).toEqual(["aborted", "aborted", "aborted"])
    expect(run.replies).toEqual(["aborted"])
  })

  it("does not ask twice for a vote, and does not let one vote before it is asked", () => {
    const run = start(2)
    expect(run.vote("p1", true)).toBe(false)
    run.deliverAll()
    expect(run.vote("p1", true)).toBe(true)
    expect(run.vote("p1", false)).toBe(false)
    expect(run.happens("p1", { _tag: "Message", message: { _tag: "Prepare" } }, "coordinator")).toBe(false)
  })

  it("aborts when its timer fires for one that does not vote", () => {
    const run = voted(2, "p1")
    run.deliverAll()
    expect(run.timeout("coordinator", "p1")).toBe(false)
    expect(run.timeout("coordinator", "p2")).toBe(true)
    run.deliverAll()
    expect(run.decisions("p1", "p2")).toEqual(["aborted", "aborted"])
    expect(run.vote("p2", true)).toBe(false)
  })

  it("lets a participant that has not been asked abort, and an uncertain one wait", () => {
    const run = start(2)
    run.loseAll()
    expect(run.timeout("p1", "coordinator")).toBe(true)
    expect(run.decisions("p1")).toEqual(["aborted"])
    const uncertain = voted(2, "p1")
    expect(uncertain.timeout("p1", "coordinator")).toBe(true)
    expect(uncertain.decisions("p1")).toEqual(["none"])
    expect(uncertain.timers.has("p1: coordinator")).toBe(true)
  })

  it("terminates cooperatively if one participant knows the decision", () => {
    const run = voted(2, "p1", "p2")
    // The coordinator decides, and its message reaches p2 alone; then it is down.
    run.deliverAll(["p1"])
    run.happens("coordinator", { _tag: "Message", message: { _tag: "Yes" } }, "p1")
    run.deliverAll(["p1"])
    expect(run.decisions("p1", "p2")).toEqual(["none", "committed"])
    run.timeout("p1", "coordinator")
    run.deliverAll(["coordinator"])
    expect(run.decisions("p1")).toEqual(["committed"])
  })

  it("terminates cooperatively if one participant has not voted", () => {
    const run = voted(2, "p1")
    run.timeout("p1", "coordinator")
    run.deliverAll(["coordinator"])
    expect(run.decisions("p1", "p2")).toEqual(["aborted", "aborted"])
  })

  it("blocks while the coordinator is down and all are uncertain, until it recovers", () => {
    const run = voted(2, "p1", "p2")
    run.loseAll()
    run.crash("coordinator")
    for (const name of ["p1", "p2", "p1"]) expect(run.timeout(name, "coordinator")).toBe(true)
    run.deliverAll(["coordinator"])
    expect(run.decisions("p1", "p2")).toEqual(["none", "none"])
    run.restart("coordinator")
    run.deliverAll()
    expect(run.decisions("p1", "p2")).toEqual(["aborted", "aborted"])
    expect(run.replies).toEqual(["aborted"])
  })

  it("announces a commit again after a recovery, and presumes abort without a record", () => {
    const run = voted(1, "p1")
    run.deliverAll([])
    run.crash("coordinator")
    expect(run.states.get("coordinator")).toEqual({ committed: true, aborted: false, awaited: ["p1"] })
    run.restart("coordinator")
    run.deliverAll()
    expect(run.replies).toEqual(["committed", "committed"])
    const forgetful = start(1)
    forgetful.timeout("coordinator", "p1")
    forgetful.crash("coordinator")
    expect(forgetful.states.get("coordinator").aborted).toBe(false)
    forgetful.restart("coordinator")
    expect(forgetful.replies).toEqual(["aborted", "aborted"])
  })

  it("lets a participant that recovers ask if it has voted, and abort if not", () => {
    const run = voted(2, "p1", "p2")
    run.deliverAll(["p1"])
    run.crash("p1")
    run.restart("p1")
    expect(run.inTransit.map(({ message, to }) => [to, message._tag])).toEqual([
      ["coordinator", "Yes"],
      ["coordinator", "DecisionRequest"],
      ["p2", "DecisionRequest"],
    ])
    const silent = voted(2)
    silent.crash("p1")
    silent.restart("p1")
    silent.deliverAll()
    expect(silent.decisions("p1", "p2")).toEqual(["aborted", "aborted"])
    // It may have crashed before it said that it votes no.
    const no = voted(2, "p2")
    no.vote("p1", false)
    no.loseAll()
    no.crash("p1")
    no.restart("p1")
    no.deliverAll()
    expect(no.decisions("p1", "p2")).toEqual(["aborted", "aborted"])
  })
})
