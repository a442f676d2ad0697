import { describe, expect, it } from "vitest"
import { threePhaseCommit } from "../../../src/commit/index.ts"
import { fifo, names } from "../../../src/index.ts"
import { HandDriven } from "./hand-driven.ts"

const voted = (participants: number, ...yes: ReadonlyArray<string>) => {
  const run = new HandDriven(threePhaseCommit({ participants, network: fifo() }).definition)
  run.deliverAll()
  for (const name of yes) expect(run.vote(name, true)).toBe(true)
  return run
}

describe("three-phase commit", () => {
  it.each([1, 2, 3, 5])("commits with 5n messages in 5 rounds: %i participants", (n) => {
    const all = names("p", n)
    const run = voted(n, ...all)
    run.deliverAll()
    expect(run.decisions("coordinator", ...all)).toEqual(["coordinator", ...all].map(() => "committed"))
    expect(run.replies).toEqual(["committed"])
    expect(run).toMatchObject({ sent: 5 * n, rounds: 5 })
    expect(run.timers.size).toBe(0)
  })

  it("aborts when one votes no", () => {
    const run = voted(2, "p1")
    run.vote("p2", false)
    run.deliverAll()
    expect(run.decisions("coordinator", "p1", "p2")).toEqual(["aborted", "aborted", "aborted"])
  })

  it("aborts without the coordinator if the backup is uncertain", () => {
    const run = voted(3, "p1", "p2", "p3")
    run.loseAll()
    run.timeout("p1", "coordinator")
    run.deliverAll(["coordinator"])
    expect(run.decisions("p1", "p2", "p3")).toEqual(["aborted", "aborted", "aborted"])
    expect(run.replies).toEqual(["aborted"])
  })

  it("commits without the coordinator if the backup is pre-committed", () => {
    const run = voted(3, "p1", "p2", "p3")
    run.deliverAll(["p2", "p3"])
    for (const from of ["p2", "p3"]) run.happens("coordinator", { _tag: "Message", message: { _tag: "Yes" } }, from)
    // The pre-commit reaches p1 alone; then the coordinator stops.
    run.deliverAll(["p2", "p3"])
    run.timeout("p2", "coordinator")
    run.deliverAll(["coordinator"])
    expect(run.decisions("p1", "p2", "p3")).toEqual(["committed", "committed", "committed"])
  })

  it("goes down the line when backups have stopped too, and does without their acknowledgements", () => {
    const run = voted(3, "p1", "p2", "p3")
    run.loseAll()
    run.timeout("p2", "coordinator")
    run.timeout("p2", "p1")
    run.deliverAll(["coordinator", "p1", "p3"])
    expect(run.decisions("p2")).toEqual(["none"])
    expect(run.timeout("p2", "p3")).toBe(true)
    expect(run.decisions("p2")).toEqual(["aborted"])
  })

  it("commits when the coordinator does without the acknowledgement of one that has stopped", () => {
    const run = voted(2, "p1", "p2")
    run.deliverAll([])
    expect(run.decisions("p1", "p2")).toEqual(["committed", "committed"])
    const missing = voted(2, "p1", "p2")
    missing.happens("coordinator", { _tag: "Message", message: { _tag: "Yes" } }, "p1")
    missing.happens("coordinator", { _tag: "Message", message: { _tag: "Yes" } }, "p2")
    missing.deliverAll(["p2"])
    expect(missing.decisions("coordinator")).toEqual(["none"])
    missing.timeout("coordinator", "p2")
    missing.deliverAll(["p2"])
    expect(missing.decisions("coordinator", "p1")).toEqual(["committed", "committed"])
  })

  it("lets who recovers ask, again and again, and learn what the others have decided", () => {
    const run = voted(2, "p1", "p2")
    run.loseAll()
    run.crash("coordinator")
    run.timeout("p1", "coordinator")
    run.deliverAll(["coordinator"])
    run.restart("coordinator")
    run.loseAll()
    expect(run.timeout("coordinator", "inquiry")).toBe(true)
    run.deliverAll()
    expect(run.decisions("coordinator", "p1", "p2")).toEqual(["aborted", "aborted", "aborted"])
    expect(run.replies).toEqual(["aborted", "aborted"])
    expect(run.timers.size).toBe(0)

    const participant = voted(2, "p1", "p2")
    participant.deliverAll(["p1"])
    participant.crash("p1")
    participant.happens("coordinator", { _tag: "Message", message: { _tag: "Yes" } }, "p1")
    participant.deliverAll(["p1"])
    participant.timeout("coordinator", "p1")
    participant.deliverAll(["p1"])
    participant.restart("p1")
    participant.loseAll()
    expect(participant.timeout("p1", "inquiry")).toBe(true)
    participant.deliverAll()
    expect(participant.decisions("p1", "p2")).toEqual(["committed", "committed"])
  })

  it("lets a backup that crashes before it tells its decision tell it when it recovers", () => {
    const run = voted(2, "p1", "p2")
    run.loseAll()
    run.timeout("p1", "coordinator")
    run.deliverAll(["coordinator"])
    expect(run.decisions("p1")).toEqual(["aborted"])
    run.loseAll()
    run.crash("p1")
    run.restart("p1")
    run.deliverAll()
    expect(run.decisions("p1", "p2")).toEqual(["aborted", "aborted"])
    expect(run.replies).toEqual(["aborted", "aborted"])
  })

  it("lets who recovers ask only so many times as it may", () => {
    const run = new HandDriven(
      threePhaseCommit({ participants: 1, maxDecisionRequests: 2, network: fifo() }).definition,
    )
    run.deliverAll()
    run.vote("p1", true)
    for (const name of ["coordinator", "p1"]) {
      run.loseAll()
      run.crash(name)
      run.restart(name)
      expect(run.timeout(name, "inquiry")).toBe(true)
      expect(run.timeout(name, "inquiry")).toBe(false)
    }
  })

  it("lets who has not voted abort: when it recovers, and when a backup asks", () => {
    const run = voted(2)
    run.crash("p1")
    run.restart("p1")
    run.deliverAll()
    expect(run.decisions("coordinator", "p1", "p2")).toEqual(["aborted", "aborted", "aborted"])
    const asked = voted(2, "p2")
    asked.loseAll()
    asked.timeout("p2", "coordinator")
    asked.deliverAll(["coordinator"])
    expect(asked.decisions("p1", "p2")).toEqual(["aborted", "aborted"])
  })
})
