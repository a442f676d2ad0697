import { describe, expect, it } from "vitest"
import { fifo, InvalidDefinition, names } from "../../../src/index.ts"
import { lines, maekawa, RequestSetsDoNotIntersect } from "../../../src/lock/index.ts"
import { HandDriven } from "../commit/hand-driven.ts"

/** Perfect difference sets. */
const PLANES = [[0, 1], [0, 1, 3], [0, 1, 3, 9]].map((differences) => ({ differences }))

const choose = (run: HandDriven, name: string, input: "acquire" | "release") =>
  run.happens(name, { _tag: "Input", input, args: {} })

/** All messages arrive, in the order in which they were sent: how many were not to their sender itself, by tag. */
const settle = (run: HandDriven, sent: Map<string, number> = new Map()) => {
  for (let one = run.inTransit.shift(); one !== undefined; one = run.inTransit.shift()) {
    const { from, message, to } = one
    if (from !== to) sent.set(message._tag, (sent.get(message._tag) ?? 0) + 1)
    run.happens(to, { _tag: "Message", message } as never, from)
  }
  return sent
}

const total = (sent: ReadonlyMap<string, number>) => sent.values().reduce((sum, count) => sum + count, 0)

const phases = (run: HandDriven, ...of: ReadonlyArray<string>) => of.map((name) => run.states.get(name).phase)

const start = (differences: ReadonlyArray<number>, of?: number) => {
  const K = differences.length
  const all: ReadonlyArray<string> = names("p", K * (K - 1) + 1)
  const requestSets = lines(all, differences)
  const entries = all.map((_, index) => index < (of ?? all.length) ? 1 : 0)
  return { K, all, run: new HandDriven(maekawa({ requestSets, entries, network: fifo() }).definition) }
}

/** All ask for the lock, and have the leave of themselves before they ask others. */
const allAskThemselvesFirst = (run: HandDriven, all: ReadonlyArray<string>) => {
  for (const name of all) choose(run, name, "acquire")
  run.inTransit = run.inTransit.toSorted((one, other) => Number(one.from !== one.to) - Number(other.from !== other.to))
}

describe("Maekawa's algorithm", () => {
  it.each(PLANES)(
    "costs 3(K − 1) messages where nobody competes, with the difference set $differences",
    ({ differences }) => {
      const { K, run } = start(differences)
      const sent = new Map<string, number>()
      choose(run, "p1", "acquire")
      settle(run, sent)
      expect(phases(run, "p1")).toEqual(["holding"])
      choose(run, "p1", "release")
      settle(run, sent)
      expect(Object.fromEntries(sent)).toEqual({ Request: K - 1, Locked: K - 1, Release: K - 1 })
      // Some 3 √n of them, and not above: the node asks itself too.
      expect(total(sent)).toBeLessThan(3 * Math.sqrt(K * (K - 1) + 1))
    },
  )

  it.each(PLANES)(
    "costs at most 5(K − 1) messages each where all compete, with the difference set $differences",
    ({ differences }) => {
      const { K, all, run } = start(differences)
      const sent = new Map<string, number>()
      allAskThemselvesFirst(run, all)
      const holders: Array<string> = []
      for (const _ of all) {
        settle(run, sent)
        const holding = all.filter((name) => phases(run, name)[0] === "holding")
        expect(holding).toHaveLength(1)
        holders.push(...holding)
        choose(run, holding[0]!, "release")
      }
      settle(run, sent)
      expect(new Set(holders).size).toBe(all.length)
      expect(sent.get("Failed")).toBeGreaterThan(0)
      const each = total(sent) / all.length
      expect(each).toBeGreaterThan(3 * (K - 1))
      expect(each).toBeLessThanOrEqual(5 * (K - 1))
    },
  )

  it("lets who cannot get the lock give back the leave that it has", () => {
    const { all, run } = start([0, 1])
    allAskThemselvesFirst(run, all)
    settle(run)
    // p3 was told by p1 that it failed, so it gave its own leave to p2; p2 was not, and did not give its own to p1.
    expect(phases(run, "p1", "p2", "p3")).toEqual(["waiting", "holding", "waiting"])
    expect(run.states.get("p3").lockedFor).toEqual({ number: 1, from: "p2" })
    choose(run, "p2", "release")
    settle(run)
    expect(phases(run, "p1", "p2", "p3")).toEqual(["holding", "idle", "waiting"])
  })

  it("tells a request that it is overtaken in the queue, and inquires once", () => {
    const { run } = start([0, 1, 3])
    const request = (number: number, from: string) => {
      run.happens("p4", { _tag: "Message", message: { _tag: "Request", number } } as never, from)
      const sent = run.inTransit.map(({ message, to }) => `${message._tag} to ${to}`)
      run.loseAll()
      return sent
    }
    expect(request(5, "p1")).toEqual(["Locked to p1"])
    expect(request(6, "p2")).toEqual(["Failed to p2"])
    expect(request(4, "p3")).toEqual(["Failed to p2", "Inquire to p1"])
    expect(request(3, "p5")).toEqual(["Failed to p3"])
    run.happens("p4", { _tag: "Message", message: { _tag: "Relinquish" } } as never, "p1")
    expect(run.states.get("p4")).toMatchObject({
      lockedFor: { number: 3, from: "p5" },
      queue: [{ number: 4, from: "p3" }, { number: 5, from: "p1" }, { number: 6, from: "p2" }],
      inquires: false,
    })
  })

  it("lets nobody in who is not waiting, nor out who does not hold the lock, nor in more often than it may", () => {
    const { run } = start([0, 1], 1)
    expect(choose(run, "p1", "release")).toBe(false)
    expect(choose(run, "p2", "acquire")).toBe(false)
    expect(choose(run, "p1", "acquire")).toBe(true)
    expect(choose(run, "p1", "acquire")).toBe(false)
    settle(run)
    expect(run.happens("p1", { _tag: "Message", message: { _tag: "Inquire" } }, "p2")).toBe(false)
    choose(run, "p1", "release")
    expect(choose(run, "p1", "acquire")).toBe(false)
  })
})

describe("Maekawa's algorithm is refused", () => {
  const make = (requestSets: ReadonlyArray<ReadonlyArray<string>>, entries: ReadonlyArray<number> = [1]) => () =>
    maekawa({ requestSets, entries, network: fifo() })

  it("with request sets that do not intersect", () => {
    const error = make([["p1", "p2"], ["p2"], ["p3", "p1"]])
    expect(error).toThrow(RequestSetsDoNotIntersect)
    expect(error).toThrow(
      "the request sets {p2} and {p3, p1} have no member in common, so two nodes could hold the lock at once; let any two share one",
    )
    expect(make([["p1"], []])).toThrow(RequestSetsDoNotIntersect)
  })

  it.each([
    [[["p1"]], [1], "there are 1 request sets; give one for each of at least two nodes"],
    [[], [1], "there are 0 request sets; give one for each of at least two nodes"],
    [[["p1", "p3"], ["p1"]], [1], "a request set has p3, who is not among p1, p2"],
    [[["p1", "p1"], ["p1"]], [1], "the request set {p1, p1} has somebody twice"],
    [[["p1"], ["p1"]], [-1], "entries has -1; say how often a node enters, or 0"],
    [[["p1"], ["p1"]], [NaN], "entries has NaN; say how often a node enters, or 0"],
    [[["p1"], ["p1"]], [0, 0, 1], "no node may enter; give entries to some"],
  ])("with request sets %j and entries %j", (requestSets, entries, reason) => {
    expect(make(requestSets, entries)).toThrow(InvalidDefinition)
    expect(make(requestSets, entries)).toThrow(reason)
  })
})
