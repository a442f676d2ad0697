import { describe, expect, it } from "vitest"
import { majority, paxosAcceptor, paxosProposer, type QuorumSystem } from "../../../src/consensus/index.ts"
import { InvalidBudget, names } from "../../../src/index.ts"
import { ByHand } from "./by-hand.ts"

const proposer = (index: number, quorums: QuorumSystem, rounds: number | "unbounded" = "unbounded") =>
  paxosProposer({ value: `v${index + 1}`, index, proposers: 2, quorums, rounds })

const cluster = (acceptors: number, proposers: number, rounds?: number) => {
  const members = names("a", acceptors)
  return new ByHand(Object.fromEntries([
    ...names("p", proposers).map((name, index) => [name, proposer(index, majority(members), rounds)] as const),
    ...members.map((name) => [name, paxosAcceptor()] as const),
  ]))
}

describe("single-decree Paxos", () => {
  it.each([1, 3, 5, 7])("costs 4 delays and 4 n messages with %i acceptors and without failures", (acceptors) => {
    const run = cluster(acceptors, 1)
    expect(run.settle(() => run.replies.length > 0)).toBe(4)
    expect(run.sent).toBe(4 * acceptors)
    expect(run.replies).toEqual([{ from: "p1", value: { _tag: "Decided", value: "v1" } }])
    expect(run.timers).toEqual(new Set())
  })

  it.each([1, 3, 5, 7])("costs 2 n + 2 forced writes with %i acceptors, 4 of them one after the other", (acceptors) => {
    const run = cluster(acceptors, 1)
    // What a process writes at its start is not seen: so it begins another ballot.
    run.countAnew()
    run.timeout("p1", "retry")
    expect(run.settle(() => run.replies.length > 0)).toBe(4)
    expect(run.sent).toBe(4 * acceptors)
    expect(run.forced).toEqual(new Map([["p1", 2], ...names("a", acceptors).map((name) => [name, 2] as const)]))
    expect(run.forcedBy(["p1", ...names("a", acceptors)])).toBe(2 * acceptors + 2)
    expect(run.forcedBeforeReply).toBe(4)
  })

  it("costs messages to all acceptors, and answers and writes of those only that are up", () => {
    const run = cluster(5, 1)
    run.countAnew()
    run.timeout("p1", "retry")
    while (run.flying.length > 0) run.deliver(({ to }) => to === "a4" || to === "a5")
    expect(run.replies.length).toBe(1)
    expect(run.sent).toBe(2 * 5 + 2 * 3)
    expect(run.forcedBy(names("a", 5))).toBe(2 * 3)
  })

  it("costs a proposer that is outbid a message from each acceptor, which writes nothing", () => {
    const run = cluster(3, 2)
    run.settle()
    run.countAnew()
    const prepare = { _tag: "Prepare", ballot: 0 } as const
    for (const name of names("a", 3)) run.happen(name, { _tag: "Message", message: prepare }, "p1")
    expect(run.sent).toBe(3)
    expect(run.forcedBy(names("a", 3))).toBe(0)
  })

  it("decides as long as a majority is up", () => {
    const run = cluster(5, 1)
    for (let delay = 0; delay < 4; delay++) {
      run.deliver(({ to, from }) => [to, from].some((name) => name > "a2" && name < "p"))
    }
    expect(run.replies).toEqual([])
    run.timeout("p1", "retry")
    for (let delay = 0; delay < 4; delay++) {
      run.deliver(({ to, from }) => [to, from].some((name) => name > "a3" && name < "p"))
    }
    expect(run.replies).toEqual([{ from: "p1", value: { _tag: "Decided", value: "v1" } }])
  })

  it("lets a later proposer find what an earlier one has decided", () => {
    const run = cluster(3, 2, 3)
    // The first proposer decides with a1 and a2; of the second one nothing arrives.
    for (let delay = 0; delay < 4; delay++) run.deliver(({ from, to }) => from === "p2" || to === "p2" || to === "a3")
    run.timeout("p2", "retry")
    for (let delay = 0; delay < 4; delay++) run.deliver(({ from, to }) => from === "a1" || to === "a1")
    expect(run.replies.map(({ value }) => value)).toEqual([
      { _tag: "Decided", value: "v1" },
      { _tag: "Decided", value: "v1" },
    ])
  })

  it("never leads a ballot twice, decides once, and answers again after a crash", () => {
    const run = cluster(3, 1)
    const ballots = new Set<number>()
    for (let crash = 0; crash < 5; crash++) {
      ballots.add((run.flying[0]?.message as { readonly ballot?: number } | undefined)?.ballot ?? -1)
      run.crash("p1")
      run.flying = run.flying.slice(-3)
    }
    expect([...ballots]).toEqual([0, 2, 4, 6, 8])
    run.settle()
    run.crash("p1")
    expect(run.flying).toEqual([])
    expect(run.replies).toEqual(
      Array.from({ length: 2 }, () => ({ from: "p1", value: { _tag: "Decided", value: "v1" } })),
    )
  })

  it("lets an acceptor keep its promise and its vote through a crash", () => {
    const run = cluster(3, 1)
    run.settle()
    const before = run.states.get("a1")
    run.crash("a1")
    expect(run.states.get("a1")).toEqual(before)
    expect(before).toEqual({ promised: 0, vote: { ballot: 0, value: "v1" } })
  })

  it("goes on above the ballot that it is told of, however far below it was", () => {
    const run = cluster(3, 1)
    run.flying = []
    const prepare = { _tag: "Prepare", ballot: 101 } as const
    for (const name of names("a", 3)) run.happen(name, { _tag: "Message", message: prepare }, "p2")
    run.flying = []
    run.timeout("p1", "retry")
    expect(run.settle()).toBe(2)
    expect(run.states.get("p1")).toMatchObject({ begun: 2, highest: 101, phase: { _tag: "Idle" } })
    run.timeout("p1", "retry")
    expect(run.flying[0]?.message).toEqual({ _tag: "Prepare", ballot: 102 })
    run.settle()
    expect(run.replies).toEqual([{ from: "p1", value: { _tag: "Decided", value: "v1" } }])
  })

  it("lets an acceptor that gives no negative answers be silent", () => {
    const told = (negativeAnswers: boolean) => {
      const run = new ByHand({ a1: paxosAcceptor({ negativeAnswers }), p2: proposer(1, majority(["a1"])) })
      run.settle()
      for (const message of [{ _tag: "Prepare", ballot: 0 }, { _tag: "Accept", ballot: 0, value: "v1" }] as const) {
        run.happen("a1", { _tag: "Message", message }, "p1")
      }
      return run.flying.map(({ message }) => message)
    }
    expect(told(true)).toEqual([{ _tag: "Preempted", ballot: 1 }, { _tag: "Preempted", ballot: 1 }])
    expect(told(false)).toEqual([])
  })

  it("lets an acceptor answer again what it is asked again", () => {
    const run = new ByHand({ a1: paxosAcceptor() })
    const ask = (message: { readonly _tag: string; readonly ballot: number; readonly value?: string }) => {
      run.flying = []
      run.happen("a1", { _tag: "Message", message }, "p1")
      return run.flying.map((envelope) => envelope.message)
    }
    const promise = { _tag: "Promise", ballot: 2, vote: null }
    const prepare = { _tag: "Prepare", ballot: 2 }
    const accept = { _tag: "Accept", ballot: 2, value: "v1" }
    expect([ask(prepare), ask(prepare)]).toEqual([[promise], [promise]])
    expect([ask(accept), ask(accept)]).toEqual([[{ _tag: "Accepted", ballot: 2 }], [{ _tag: "Accepted", ballot: 2 }]])
    // Whoever has the vote is past phase 1.
    expect(ask(prepare)).toEqual([])
  })

  it("ends when the budget of ballots is spent", () => {
    const run = cluster(3, 1, 2)
    run.flying = []
    run.timeout("p1", "retry")
    expect(run.timers).toEqual(new Set())
    expect(() => proposer(0, majority(["a1"]), -1)).toThrow(InvalidBudget)
  })
})
