import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { mutualExclusion } from "../../../spec/lock/index.ts"
import { InvalidBudget, InvalidDefinition, unordered } from "../../../src/index.ts"
import {
  DisjointNodeQuorums,
  LeaseTooShort,
  redlock,
  redlockClient,
  type RedlockMessage,
  redlockNode,
  type RedlockPersistence,
} from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

const lock = (nodes: number, persistence: RedlockPersistence = "memory", requests = 2) =>
  redlock({
    nodes,
    clients: 2,
    lease: { term: 2, lease: 3 },
    persistence,
    requests,
    network: unordered(),
    clock: {},
  })

const start = (nodes = 3, persistence: RedlockPersistence = "memory") =>
  new HandDriven(lock(nodes, persistence).definition)

const does = (run: HandDriven, client: string, input: "acquire" | "release") =>
  run.happens(client, { _tag: "Input", input, args: {} })

const arrives = (run: HandDriven, name: string, message: typeof RedlockMessage.Type, from: string) =>
  run.happens(name, { _tag: "Message", message }, from)

const owners = (run: HandDriven, nodes = 3) =>
  Array.from({ length: nodes }, (_, index) => run.states.get(`n${index + 1}`).owner)

const phases = (run: HandDriven) => ["c1", "c2"].map((name) => run.states.get(name).phase)

describe("Redlock", () => {
  it.each([[1, 1], [3, 2], [5, 3]])("on %i nodes is held with %i of them", (nodes, quorum) => {
    const run = start(nodes)
    does(run, "c1", "acquire")
    run.deliverAll()
    expect(phases(run)).toEqual(["holding", "idle"])
    expect(owners(run, nodes)).toEqual(Array.from({ length: nodes }, (_, index) => index < quorum ? "c1" : null))
    expect([run.sent, run.rounds]).toEqual([2 * quorum, 2 * quorum])
    does(run, "c1", "release")
    run.deliverAll()
    expect([run.sent, run.rounds, [...run.timers]]).toEqual([3 * quorum, 2 * quorum + 1, []])
    expect(owners(run, nodes)).toEqual(Array(nodes).fill(null))
  })

  it("is refused to the other, which gives back what it has got, and nothing else", () => {
    const run = start()
    for (const node of ["n3", "n2"]) arrives(run, node, { _tag: "Set", request: 9 }, "c1")
    run.loseAll()
    does(run, "c2", "acquire")
    run.deliverAll()
    expect([phases(run), owners(run)]).toEqual([["idle", "idle"], [null, "c1", "c1"]])
    expect(run.timers).toEqual(new Set(["n3: expire", "n2: expire"]))
  })

  it("ends by itself: who still waits gives back, who holds leaves it to the nodes", () => {
    const run = start()
    does(run, "c1", "acquire")
    expect(run.timeout("c1", "end")).toBe(true)
    expect(run.inTransit.map(({ message, to }) => `${message._tag} to ${to}`)).toEqual(["Set to n1", "Del to n1"])
    run.deliverAll()
    expect(owners(run)).toEqual([null, null, null])
    does(run, "c1", "acquire")
    run.deliverAll()
    run.timeout("c1", "end")
    expect([phases(run), run.inTransit]).toEqual([["idle", "idle"], []])
    expect(owners(run)).toEqual(["c1", "c1", null])
    expect(run.timeout("n1", "expire")).toBe(true)
    expect(owners(run)).toEqual([null, "c1", null])
    expect(does(run, "c1", "acquire")).toBe(false)
  })

  it("listens to no answer but the one that it waits for", () => {
    const run = start()
    does(run, "c1", "acquire")
    const told = (_tag: "Ok" | "Nil", request: number, from: string) => arrives(run, "c1", { _tag, request }, from)
    expect([told("Ok", 0, "n1"), told("Nil", 0, "n1"), told("Ok", 1, "n2"), told("Nil", 1, "n3")]).toEqual(
      Array(4).fill(false),
    )
    expect([told("Ok", 1, "n1"), told("Ok", 1, "n1"), told("Ok", 1, "n2"), told("Ok", 1, "n2")]).toEqual(
      [true, false, true, false],
    )
    expect(does(run, "c2", "release")).toBe(false)
  })

  it("on five nodes, too many to explore, is exclusive in random walks", () => {
    const system = lock(5, "delayedRestart", 1)
    const { exclusive } = mutualExclusion(system)
    const { verdict } = Effect.runSync(
      check(system.model({ exclusive }), { search: "walk", walks: 200, depth: 60, seed: 1 }),
    )
    expect(verdict).toBe("incomplete")
  })
})

describe("a node of Redlock that crashes", () => {
  const crashed = (persistence: RedlockPersistence) => {
    const run = start(3, persistence)
    does(run, "c1", "acquire")
    run.deliverAll()
    run.crash("n2")
    run.restart("n2")
    return run
  }

  it("has the key on its disk, and its lease begins anew", () => {
    const run = crashed("disk")
    expect([owners(run), run.timers.has("n2: expire")]).toEqual([["c1", "c1", null], true])
    const fresh = start(3, "disk")
    fresh.crash("n2")
    fresh.restart("n2")
    expect(fresh.timers.size).toBe(0)
  })

  it("forgets the key, and gives it to the next at once", () => {
    const run = crashed("memory")
    expect(owners(run)).toEqual(["c1", null, null])
    does(run, "c2", "acquire")
    run.deliverAll()
    expect(phases(run)).toEqual(["holding", "holding"])
  })

  it("forgets the key, and takes no part for a lease", () => {
    const run = crashed("delayedRestart")
    does(run, "c2", "acquire")
    run.deliverAll()
    expect(phases(run)).toEqual(["holding", "waiting"])
    expect(run.timeout("n2", "rejoin")).toBe(true)
    expect(arrives(run, "n2", { _tag: "Set", request: 1 }, "c2")).toBe(true)
  })
})

describe("Redlock refuses", () => {
  it("quorums that do not intersect, and says what would", () => {
    const make = (nodes: number, quorum: number, mayBeDisjoint = false) => () =>
      redlock({
        nodes,
        clients: 2,
        quorum,
        mayBeDisjoint,
        lease: { term: 2, lease: 3 },
        persistence: "memory",
        requests: 1,
        network: unordered(),
        clock: {},
      })
    expect(make(4, 2)).toThrow(DisjointNodeQuorums)
    expect(make(4, 2)).toThrow("two clients may each have 2 of 4 nodes; give a quorum of 3 or more")
    expect(make(4, 2, true)).not.toThrow()
    expect(make(4, 3)).not.toThrow()
  })

  it("what is no time, no number of times, and a lease that is not longer than the term", () => {
    expect(() => redlockNode(0, "memory")).toThrow(InvalidDefinition)
    expect(() => redlockClient(["n1"], 1, 0)).toThrow(InvalidDefinition)
    expect(() => redlockClient(["n1"], 1, 1, -1)).toThrow(InvalidBudget)
    expect(() =>
      redlock({
        nodes: 3,
        clients: 2,
        lease: { term: 2, lease: 2 },
        persistence: "memory",
        requests: 1,
        network: unordered(),
        clock: {},
      })
    ).toThrow(LeaseTooShort)
  })
})
