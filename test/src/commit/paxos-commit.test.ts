import { describe, expect, it } from "vitest"
import { paxosCommit } from "../../../src/commit/index.ts"
import { names, unordered } from "../../../src/index.ts"
import { HandDriven } from "./hand-driven.ts"

const voted = (participants: number, F: number, ...yes: ReadonlyArray<string>) => {
  const run = new HandDriven(
    paxosCommit({ participants, F, ballots: Infinity, maxDecisionRequests: Infinity, network: unordered() }).definition,
  )
  run.deliverAll()
  for (const name of yes) expect(run.vote(name, true)).toBe(true)
  return run
}

describe("Paxos Commit", () => {
  it.each([[1, 0], [2, 0], [3, 0], [1, 1], [2, 1], [3, 1], [3, 2]])(
    "commits with n(2F + 3) + 2F + 1 messages in 4 rounds, and F to other leaders: n = %i, F = %i",
    (n, F) => {
      const all = names("p", n)
      const run = voted(n, F, ...all)
      run.deliverAll()
      expect(run.decisions(...names("l", F + 1), ...all)).toEqual(
        [...names("l", F + 1), ...all].map(() => "committed"),
      )
      expect(run).toMatchObject({ sent: n * (2 * F + 3) + 2 * F + 1 + F, rounds: 4 })
      expect(new Set(run.replies)).toEqual(new Set(["committed"]))
      expect(run.timers.size).toBe(0)
    },
  )

  it("aborts when one votes no", () => {
    const run = voted(2, 1, "p1")
    run.vote("p2", false)
    run.deliverAll()
    expect(run.decisions("p1", "p2", "l1", "l2")).toEqual(["aborted", "aborted", "aborted", "aborted"])
  })

  it("aborts as soon as one votes no, whoever has yet to vote", () => {
    const run = voted(3, 1, "p1")
    run.vote("p2", false)
    run.deliverAll(["a3"])
    expect(run.decisions("l1", "l2", "p1", "p2", "p3")).toEqual(Array(5).fill("aborted"))
    expect(["l1", "l2"].map((name) => run.states.get(name).ballot)).toEqual([0, 0])
    expect(run.vote("p3", true)).toBe(false)
  })

  it("aborts by votes in ballot 0 that arrive when the leader has begun another", () => {
    const run = voted(2, 1, "p1")
    run.timeout("l1", "p2")
    run.loseAll()
    run.vote("p2", false)
    run.deliverAll()
    expect(run.states.get("l1")).toMatchObject({ ballot: 2, phase: "asking", decision: "aborted" })
  })

  it("commits only by votes that were cast in one ballot", () => {
    const run = voted(1, 1, "p1")
    run.loseAll()
    const tell = (from: string, ballot: number) => {
      const message: { readonly _tag: string } = { _tag: "Phase2b", ballot, values: { p1: "prepared" } } as never
      return run.happens("l1", { _tag: "Message", message }, from)
    }
    expect([tell("a1", 0), tell("a1", 0), tell("a2", 2), tell("a2", 0)]).toEqual([true, false, true, false])
    expect(run.decisions("l1")).toEqual(["none"])
    expect(tell("a3", 2)).toBe(true)
    expect(run.decisions("l1")).toEqual(["committed"])
  })

  it("lets an acceptor lose what it has yet to accept, and accept nothing else where one aborts", () => {
    const run = voted(2, 0, "p1")
    run.deliverAll()
    expect(run.states.get("a1")).toMatchObject({ accepted: {}, proposed: { p1: "prepared" } })
    run.crash("a1")
    expect(run.states.get("a1")).toMatchObject({ accepted: {}, proposed: {} })
    run.vote("p2", false)
    run.deliverAll()
    expect(run.states.get("a1")).toMatchObject({ accepted: { p2: { ballot: 0, value: "aborted" } }, proposed: {} })
    const again = { _tag: "Phase2a", ballot: 0, values: { p1: "prepared" } } as { readonly _tag: string }
    expect(run.happens("a1", { _tag: "Message", message: again }, "p1")).toBe(false)
  })

  it("lets a participant that has voted no, and crashed before it said so, say so when it recovers", () => {
    const run = voted(2, 0, "p2")
    run.vote("p1", false)
    run.loseAll()
    run.crash("p1")
    expect(run.restart("p1")).toBe(true)
    run.deliverAll()
    expect(run.decisions("l1", "p1", "p2")).toEqual(["aborted", "aborted", "aborted"])
  })

  it("aborts in a ballot above 0 when one does not vote", () => {
    const run = voted(2, 1, "p1")
    run.deliverAll()
    expect(run.timeout("l1", "p2")).toBe(true)
    expect(run.states.get("l1").ballot).toBe(2)
    run.deliverAll()
    expect(run.decisions("p1", "p2")).toEqual(["aborted", "aborted"])
  })

  it("commits without the first leader and without one acceptor, once all have voted yes", () => {
    const run = voted(2, 1, "p1", "p2")
    run.deliverAll(["l1", "a1"])
    expect(run.decisions("p1", "p2")).toEqual(["none", "none"])
    run.timeout("l2", "l1")
    run.deliverAll(["l1", "a1"])
    expect(run.decisions("p1", "p2", "l2")).toEqual(["committed", "committed", "committed"])
    expect(run.replies).toEqual(["committed"])
  })

  it("does nothing without a majority of the acceptors, until one is back", () => {
    const run = voted(1, 1, "p1")
    run.deliverAll(["a1", "a2"])
    run.timeout("l2", "l1")
    run.deliverAll(["a1", "a2"])
    expect(run.decisions("p1")).toEqual(["none"])
    expect(run.timeout("l2", "ballot")).toBe(true)
    expect(run.states.get("l2").ballot).toBe(3)
    // One is back. The other, which has accepted, reports it.
    run.deliverAll(["a1"])
    expect(run.decisions("p1")).toEqual(["committed"])
  })

  it("lets a participant that has heard nothing abort, and one that is prepared ask", () => {
    const run = new HandDriven(
      paxosCommit({ participants: 2, F: 0, ballots: Infinity, maxDecisionRequests: Infinity, network: unordered() })
        .definition,
    )
    run.loseAll()
    run.timeout("p1", "l1")
    expect(run.decisions("p1")).toEqual(["aborted"])
    run.deliverAll()
    run.timeout("l1", "p2")
    run.deliverAll(["p2"])
    expect(run.replies).toEqual(["aborted"])
    run.timeout("p2", "l1")
    run.deliverAll()
    expect(run.decisions("p2")).toEqual(["aborted"])

    const prepared = voted(1, 0, "p1")
    prepared.deliverAll(["p1"])
    prepared.happens("a1", {
      _tag: "Message",
      message: { _tag: "Phase2a", ballot: 0, values: { p1: "prepared" } } as { readonly _tag: string },
    }, "p1")
    prepared.deliverAll(["p1"])
    expect(prepared.decisions("p1", "l1")).toEqual(["none", "committed"])
    expect(prepared.timeout("p1", "l1")).toBe(true)
    prepared.deliverAll()
    expect(prepared.decisions("p1")).toEqual(["committed"])
  })

  it("keeps promises and votes over crashes; a leader that recovers starts its next ballot", () => {
    const run = voted(1, 1, "p1")
    run.timeout("l2", "l1")
    run.deliverAll(["p1"])
    // Ballot 1 has chosen to abort, for nobody had heard of the vote.
    expect(run.decisions("l2")).toEqual(["aborted"])
    for (const name of ["a1", "a2", "a3", "l2", "p1"]) run.crash(name)
    expect(run.states.get("a1")).toMatchObject({ promised: 1, accepted: { p1: { ballot: 1, value: "aborted" } } })
    run.restart("p1")
    run.restart("l2")
    expect(run.states.get("l2").ballot).toBe(3)
    run.deliverAll()
    expect(run.decisions("l1", "l2", "p1")).toEqual(["aborted", "aborted", "aborted"])
  })
})
