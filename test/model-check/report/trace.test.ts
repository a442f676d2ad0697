import { Option } from "effect"
import { describe, expect, it } from "vitest"
import { changes, stateLines, traceLines } from "../../../model-check/report/trace.ts"
import { emptyHistory, type History, invoked, returned } from "../../../src/index.ts"
import { everything, initial } from "./fixture.ts"

const changed = (part: object) => changes(everything, initial, { ...initial, ...part })

describe("a state", () => {
  it("is shown by its small variables", () => {
    expect(stateLines(everything, initial)).toEqual([
      "phase = begin",
      "queue = [m, m]",
      "local = {role: follower, term: 1, vote: none}",
      "sent = {}",
      "votes.a.seen = {x}",
      "votes.a.ballot = 0",
      "votes.b.seen = {x}",
      "votes.b.ballot = 0",
    ])
  })
})

describe("what changes", () => {
  it("is nothing between equal states", () => {
    expect(changes(everything, initial, structuredClone({ ...initial, local: null }))).toEqual([
      "local: {role: follower, term: 1, vote: none} → null",
    ])
    expect(changed({})).toEqual([])
  })

  it("is the old and the new value of a variable", () => {
    expect(changed({ phase: "end" })).toEqual(["phase: begin → end"])
  })

  it("is what a set gains and loses, wherever it stands", () => {
    expect(changed({ sent: [{ _tag: "Vote", to: "a" }, "x y"] })).toEqual(["sent: + Vote{to: a}, + \"x y\""])
    expect(changed({ votes: { a: { seen: ["y"], ballot: 0 }, b: { seen: ["x"], ballot: 2 } } })).toEqual([
      "votes.a.seen: + y, - x",
      "votes.b.ballot: 0 → 2",
    ])
  })

  it("is not read as a set's where order and number count", () => {
    expect(changed({ queue: ["m", "n"] })).toEqual(["queue: [m, m] → [m, n]"])
    expect(changed({ queue: ["m"] })).toEqual(["queue: [m, m] → [m]"])
  })

  it("is told field by field where the fields are the same", () => {
    expect(changed({ local: { role: "follower", term: 2, vote: Option.some("a") } })).toEqual([
      "local.term: 1 → 2",
      "local.vote: none → some(a)",
    ])
    expect(changed({ local: { role: "leader" } })).toEqual([
      "local: {role: follower, term: 1, vote: none} → {role: leader}",
    ])
  })

  it("sees into values that have no fields of their own", () => {
    const [one, other] = [{ ...initial, local: new Set([1]) }, { ...initial, local: new Set([2]) }]
    expect(changes(everything, one, other)).toEqual(["local: {1} → {2}"])
  })
})

describe("a history", () => {
  const [read, written] = [{ _tag: "Read" }, { _tag: "WriteOk" }]
  const begun = invoked(emptyHistory, "c1", { _tag: "Write", value: 1 })
  const waiting = invoked(returned(begun, "c1", written), "c2", read)
  const givenUp = invoked(invoked(returned(waiting, "c2", { _tag: "ReadOk", value: 1 }), "c1", read), "c1", read)

  it("has a line for each client, with its operations in their order", () => {
    expect(stateLines(everything, { ...initial, local: givenUp }).filter((line) => line.startsWith("local"))).toEqual([
      "local.c1 = Write{value: 1} answered WriteOk, Read (after 1 of c2) given up, Read (after 1 of c2) pending",
      "local.c2 = Read (after 1 of c1) answered ReadOk{value: 1}",
    ])
    expect(stateLines(everything, { ...initial, local: emptyHistory })).toContain("local = {}")
  })

  it("changes by what is asked, answered or given up", () => {
    const changedTo = (before: History, after: History) =>
      changes(everything, { ...initial, local: before }, { ...initial, local: after })
    expect(changedTo(emptyHistory, begun)).toEqual(["local.c1: Write{value: 1} pending"])
    expect(changedTo(begun, waiting)).toEqual([
      "local.c1: Write{value: 1} answered WriteOk",
      "local.c2: Read (after 1 of c1) pending",
    ])
    expect(changedTo(waiting, givenUp)).toEqual([
      "local.c1: Read (after 1 of c2) given up, Read (after 1 of c2) pending",
      "local.c2: Read (after 1 of c1) answered ReadOk{value: 1}",
    ])
    expect(changedTo(givenUp, givenUp)).toEqual([])
  })
})

describe("a trace", () => {
  it("is numbered, and shows the first state whole", () => {
    const steps = [
      { action: null, parameters: {}, state: initial },
      { action: "end", parameters: { by: "a" }, state: { ...initial, phase: "end" } },
      { action: "wait", parameters: {}, state: { ...initial, phase: "end" } },
    ]
    const lines = traceLines(everything, { steps })
    expect(lines.slice(0, 2)).toEqual(["0 initial state", "    phase = begin"])
    expect(lines.slice(-4)).toEqual(["1 end(by: a)", "    phase: begin → end", "2 wait", "    nothing changes"])
  })

  it("aligns its numbers", () => {
    const steps = Array.from({ length: 11 }, (_, index) => ({
      action: index === 0 ? null : "go",
      parameters: {},
      state: { ...initial, phase: String(index) },
    }))
    const lines = traceLines(everything, { steps })
    expect(lines[0]).toBe(" 0 initial state")
    expect(lines.slice(-2)).toEqual(["10 go", "     phase: \"9\" → \"10\""])
  })
})
