import { describe, expect, it } from "vitest"
import { presumedAbort, type PresumedAbortVote } from "../../../src/commit/index.ts"
import { names, unordered } from "../../../src/index.ts"
import { HandDriven } from "./hand-driven.ts"

const start = (participants: number) =>
  new HandDriven(
    presumedAbort({
      participants,
      maxDecisionRequests: "unbounded",
      maxAnnouncements: "unbounded",
      network: unordered(),
    }).definition,
  )

const vote = (run: HandDriven, name: string, vote: PresumedAbortVote) =>
  run.happens(name, { _tag: "Input", input: "vote", args: { vote } })

/** All have been asked, and have voted so; their votes are on their way. */
const voted = (...votes: ReadonlyArray<PresumedAbortVote>) => {
  const run = start(votes.length)
  run.deliverAll()
  for (const [index, given] of votes.entries()) expect(vote(run, `p${index + 1}`, given)).toBe(true)
  return run
}

const phases = (run: HandDriven, ...of: ReadonlyArray<string>) => of.map((name) => run.states.get(name).phase)

const told = (run: HandDriven) => run.inTransit.map(({ message, to }) => `${message._tag} to ${to}`)

/**
 * The costs in the comparison of Mohan, Lindsay and Obermarck, of a transaction with one level of subordinates: records that are
 * written, those of them that are forced, and messages sent: by the coordinator to each subordinate, and by a subordinate.
 */
const PAPER = {
  coordinator: { updates: { records: 2, forced: 1 }, reads: { records: 0, forced: 0 }, toUpdater: 2, toReader: 1 },
  updater: { sent: 2, records: 2, forced: 2 },
  reader: { sent: 1, records: 0, forced: 0 },
} as const

describe("presumed abort costs", () => {
  it.each([[1, 0], [2, 0], [3, 0], [1, 1], [2, 3], [4, 1]])(
    "for a commit of %i that update and %i that read what the paper says",
    (updaters, readers) => {
      const run = voted(...Array(updaters).fill("yes"), ...Array(readers).fill("readOnly"))
      run.deliverAll()
      const all = names("p", updaters + readers)
      const { coordinator, reader, updater } = PAPER
      expect(run.costs("coordinator")).toEqual({
        ...coordinator.updates,
        sent: updaters * coordinator.toUpdater + readers * coordinator.toReader,
      })
      for (const name of all.slice(0, updaters)) expect(run.costs(name)).toEqual(updater)
      for (const name of all.slice(updaters)) expect(run.costs(name)).toEqual(reader)
      // In all, as the page has it.
      const sum = (of: "records" | "forced") =>
        ["coordinator", ...all].reduce((total, name) => total + run.costs(name)[of], 0)
      expect({ sent: run.sent, rounds: run.rounds, records: sum("records"), forced: sum("forced") }).toEqual({
        sent: 4 * updaters + 2 * readers,
        rounds: 4,
        records: 2 * updaters + 2,
        forced: 2 * updaters + 1,
      })
      expect(run.replies).toEqual(["committed"])
      expect(phases(run, "coordinator", ...all)).toEqual(["coordinator", ...all].map(() => "forgotten"))
      expect(run.timers.size).toBe(0)
    },
  )

  it.each([1, 2, 5])("for a commit of %i that all read one message each way, and no record", (readers) => {
    const run = voted(...Array(readers).fill("readOnly"))
    run.deliverAll()
    expect(run.costs("coordinator")).toEqual({ ...PAPER.coordinator.reads, sent: readers * PAPER.coordinator.toReader })
    for (const name of names("p", readers)) expect(run.costs(name)).toEqual(PAPER.reader)
    expect([run.rounds, run.replies]).toEqual([2, ["committed"]])
  })

  it("for an abort no forced record but those of who was prepared, and no acknowledgement", () => {
    const run = voted("yes", "readOnly", "no")
    run.deliverAll()
    expect(run.costs("coordinator")).toEqual({ sent: 3 + 1, records: 1, forced: 0 })
    expect(run.costs("p1")).toEqual({ sent: 1, records: 2, forced: 1 })
    expect(run.costs("p2")).toEqual({ sent: 1, records: 0, forced: 0 })
    expect(run.costs("p3")).toEqual({ sent: 1, records: 1, forced: 0 })
    expect([run.sent, run.replies]).toEqual([2 * 3 + 1, ["aborted"]])
    expect(phases(run, "coordinator", "p1", "p2", "p3")).toEqual(Array(4).fill("forgotten"))
  })

  it("until the client is told, what a participant forces to be prepared and the commit record", () => {
    const run = voted("yes", "yes")
    run.deliverAll(["p2"])
    expect(run.replies).toEqual([])
    run.happens("coordinator", { _tag: "Message", message: { _tag: "Yes" } }, "p2")
    expect(run.replies).toEqual(["committed"])
    expect(["coordinator", "p1", "p2"].map((name) => run.costs(name).forced)).toEqual([1, 1, 1])
  })
})

describe("presumed abort", () => {
  it("waits for a vote no longer when it has come, and for a commit no longer when it has aborted", () => {
    const run = voted("yes", "yes")
    run.deliverAll(["p2"])
    expect([...run.timers]).toEqual(["coordinator: p2", "p1: coordinator", "p2: coordinator"])
    run.timeout("coordinator", "p2")
    run.deliverAll()
    expect([...run.timers]).toEqual([])
  })

  it("tells nobody of an abort who has voted no, or has only read", () => {
    const run = voted("yes", "readOnly", "no")
    run.happens("coordinator", { _tag: "Message", message: { _tag: "ReadOnly" } }, "p2")
    run.loseAll()
    run.happens("coordinator", { _tag: "Message", message: { _tag: "No" } }, "p3")
    expect(told(run)).toEqual(["Abort to p1"])
  })

  it("remembers a commit until the last acknowledgement, and then presumes abort", () => {
    const run = voted("yes", "yes")
    run.deliverAll(["p2"])
    run.happens("coordinator", { _tag: "Message", message: { _tag: "Yes" } }, "p2")
    run.deliverAll(["p2"])
    expect(phases(run, "coordinator", "p1")).toEqual(["committing", "forgotten"])
    const ask = () => {
      run.happens("coordinator", { _tag: "Message", message: { _tag: "DecisionRequest" } }, "p2")
      return told(run)
    }
    expect(ask()).toEqual(["Commit to p2"])
    run.deliverAll()
    expect(phases(run, "coordinator", "p2")).toEqual(["forgotten", "forgotten"])
    // A request that was late: whom this answer reaches has committed, and does not listen.
    expect(ask()).toEqual(["Abort to p2"])
    run.deliverAll()
    expect(run.states.get("p2")).toMatchObject({ commitRecord: true, abortRecord: false })
  })

  it("announces a commit again, after a recovery to all, after a timeout to who has not acknowledged", () => {
    const run = voted("yes", "yes", "readOnly")
    run.deliverAll(["p2"])
    run.happens("coordinator", { _tag: "Message", message: { _tag: "Yes" } }, "p2")
    run.deliverAll(["p2"])
    expect(run.timeout("coordinator", "p1")).toBe(false)
    expect(run.timeout("coordinator", "p2")).toBe(true)
    expect(told(run)).toEqual(["Commit to p2"])
    run.loseAll()
    run.crash("coordinator")
    run.restart("coordinator")
    expect(told(run)).toEqual(["Commit to p1", "Commit to p2"])
    expect(run.timers.has("coordinator: p1")).toBe(true)
    run.deliverAll()
    expect(phases(run, "coordinator", "p1", "p2")).toEqual(["forgotten", "forgotten", "forgotten"])
    expect(run.replies).toEqual(["committed", "committed"])
    // With the end record in its log it knows nothing.
    run.crash("coordinator")
    run.restart("coordinator")
    expect([told(run), phases(run, "coordinator")]).toEqual([[], ["forgotten"]])
  })

  it("announces a commit once more whose end record was lost, to those who have forgotten it", () => {
    const run = voted("yes")
    run.deliverAll()
    run.crash("coordinator")
    run.states.set("coordinator", { ...run.states.get("coordinator"), endRecord: false })
    run.restart("coordinator")
    expect(told(run)).toEqual(["Commit to p1"])
    run.deliverAll()
    expect(run.states.get("coordinator")).toMatchObject({ phase: "forgotten", endRecord: true })
  })

  it("lets a coordinator that recovers without a record know nothing, and a prepared participant find out", () => {
    const run = voted("yes", "yes")
    run.loseAll()
    run.crash("coordinator")
    run.restart("coordinator")
    expect([told(run), run.replies]).toEqual([[], []])
    expect(run.timeout("p1", "coordinator")).toBe(true)
    run.deliverAll()
    expect(run.states.get("p1")).toMatchObject({ abortRecord: true, phase: "forgotten" })
    expect(phases(run, "p2")).toEqual(["prepared"])
  })

  it("lets a participant recover by its log: it asks, has aborted, or knows nothing", () => {
    const prepared = voted("yes")
    prepared.loseAll()
    prepared.crash("p1")
    prepared.restart("p1")
    expect([phases(prepared, "p1"), told(prepared)]).toEqual([["prepared"], ["DecisionRequest to coordinator"]])
    const silent = start(1)
    silent.deliverAll()
    silent.crash("p1")
    silent.restart("p1")
    expect(silent.states.get("p1")).toMatchObject({ abortRecord: true, phase: "forgotten" })
    expect(vote(silent, "p1", "yes")).toBe(false)
    const done = voted("yes")
    done.deliverAll()
    done.crash("p1")
    done.restart("p1")
    expect([phases(done, "p1"), told(done)]).toEqual([["forgotten"], []])
  })

  it("lets who knows nothing acknowledge a commit, and refuse to prepare", () => {
    const run = voted("readOnly")
    run.loseAll()
    run.happens("p1", { _tag: "Message", message: { _tag: "Commit" } }, "coordinator")
    run.happens("p1", { _tag: "Message", message: { _tag: "Prepare" } }, "coordinator")
    expect(run.inTransit.map(({ message }) => message._tag)).toEqual(["Ack", "No"])
    expect(run.happens("p1", { _tag: "Message", message: { _tag: "Abort" } }, "coordinator")).toBe(false)
  })

  it("aborts when a vote does not come, or nobody asks for it", () => {
    const run = start(2)
    run.loseAll()
    expect(run.timeout("p1", "coordinator")).toBe(true)
    expect(told(run)).toEqual(["No to coordinator"])
    run.loseAll()
    expect(run.timeout("coordinator", "p2")).toBe(true)
    expect([told(run), run.replies]).toEqual([["Abort to p1", "Abort to p2"], ["aborted"]])
  })

  it("asks and announces so many times, and then waits", () => {
    const run = new HandDriven(
      presumedAbort({ participants: 1, maxDecisionRequests: 2, maxAnnouncements: 1, network: unordered() }).definition,
    )
    run.deliverAll()
    vote(run, "p1", "yes")
    for (const _ of [1, 2, 3]) run.timeout("p1", "coordinator")
    expect(told(run)).toEqual([
      "Yes to coordinator",
      "DecisionRequest to coordinator",
      "DecisionRequest to coordinator",
    ])
    expect(run.timeout("p1", "coordinator")).toBe(false)
    run.deliverAll(["p1"])
    run.happens("coordinator", { _tag: "Message", message: { _tag: "Yes" } }, "p1")
    run.loseAll()
    expect([1, 2, 3].map(() => run.timeout("coordinator", "p1"))).toEqual([true, false, false])
    expect(told(run)).toEqual(["Commit to p1"])
  })
})
