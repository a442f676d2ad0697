import { describe, expect, it } from "vitest"
import { InvalidDefinition, names, unordered } from "../../../src/index.ts"
import { ricartAgrawala } from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const start = (nodes: number, entries = 2) =>
  new HandDriven(ricartAgrawala({ nodes, entries, network: unordered() }).definition)

const choose = (run: HandDriven, name: string, input: "acquire" | "release") =>
  run.happens(name, { _tag: "Input", input, args: {} })

const phases = (run: HandDriven, ...of: ReadonlyArray<string>) => of.map((name) => run.states.get(name).phase)

describe("Ricart and Agrawala's algorithm", () => {
  it.each([2, 3, 5, 10])("costs 2(n − 1) messages in 2 rounds among %i nodes, and writes nothing", (nodes) => {
    const run = start(nodes)
    choose(run, "p1", "acquire")
    run.deliverAll()
    expect([run.sent, run.rounds, phases(run, "p1")]).toEqual([2 * (nodes - 1), 2, ["holding"]])
    choose(run, "p1", "release")
    expect(run.sent).toBe(2 * (nodes - 1))
    for (const name of names("p", nodes)) expect(run.costs(name)).toMatchObject({ records: 0, forced: 0 })
  })

  it("costs as much for each of those who want to enter at once, who enter in the order of their names", () => {
    const run = start(4)
    const all = names("p", 4)
    for (const name of all) choose(run, name, "acquire")
    for (const [index, name] of all.entries()) {
      run.deliverAll()
      expect(phases(run, ...all)).toEqual(
        all.map((_, at) => at < index ? "idle" : at === index ? "holding" : "waiting"),
      )
      choose(run, name, "release")
    }
    expect(run.sent).toBe(4 * 2 * 3)
  })

  it("lets who has heard of a request enter after it", () => {
    const run = start(2)
    choose(run, "p1", "acquire")
    run.deliverAll()
    choose(run, "p2", "acquire")
    run.deliverAll()
    expect(run.states.get("p1").deferred).toEqual(["p2"])
    choose(run, "p1", "release")
    choose(run, "p1", "acquire")
    expect([run.states.get("p1").number, run.states.get("p2").number]).toEqual([3, 2])
    run.deliverAll()
    expect(phases(run, "p1", "p2")).toEqual(["waiting", "holding"])
  })

  it("lets nobody enter who is not waiting, nor leave who is not inside, nor enter more often than it may", () => {
    const run = start(2, 1)
    expect(choose(run, "p1", "release")).toBe(false)
    expect(run.happens("p1", { _tag: "Message", message: { _tag: "Reply" } }, "p2")).toBe(false)
    choose(run, "p1", "acquire")
    expect(choose(run, "p1", "acquire")).toBe(false)
    run.deliverAll()
    expect(choose(run, "p1", "acquire")).toBe(false)
    choose(run, "p1", "release")
    expect(choose(run, "p1", "acquire")).toBe(false)
  })
})

describe("Ricart and Agrawala's algorithm is refused", () => {
  it.each([
    [1, 1, "nodes is 1; there must be two that exclude each other"],
    [0, 1, "nodes is 0; there must be two that exclude each other"],
    [2.5, 1, "nodes is 2.5; there must be two that exclude each other"],
    [2, 0, "entries is 0; each node must be able to enter once"],
    [2, NaN, "entries is NaN; each node must be able to enter once"],
  ])("with %d nodes and %d entries", (nodes, entries, reason) => {
    const make = () => ricartAgrawala({ nodes, entries, network: unordered() })
    expect(make).toThrow(InvalidDefinition)
    expect(make).toThrow(reason)
  })
})
