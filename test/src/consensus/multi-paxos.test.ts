import { describe, expect, it } from "vitest"
import { counter } from "../../../spec/consensus/multi-paxos.ts"
import {
  type LogEntry,
  majority,
  multiPaxosClient,
  multiPaxosServer,
  type SlotVote,
} from "../../../src/consensus/index.ts"
import { InvalidBudget, names, register } from "../../../src/index.ts"
import { ByHand } from "./by-hand.ts"

const cluster = (servers: number, clients: number) => {
  const members = names("s", servers)
  const quorums = majority(members)
  return new ByHand(Object.fromEntries([
    ...members.map((self) => [self, multiPaxosServer({ self, quorums, object: counter })] as const),
    ...names("c", clients).map((name) =>
      [name, multiPaxosClient({ servers: members, operations: ["increment"] })] as const
    ),
  ]))
}

const ask = (run: ByHand, client: string) =>
  run.happen(client, { _tag: "Input", input: "ask", args: { operation: "increment" } })

const operation = (client: string, sequence = 1): LogEntry => ({
  _tag: "Operation",
  client,
  sequence,
  operation: "increment",
})
const noop: LogEntry = { _tag: "Noop" }

const log = (run: ByHand, server: string): ReadonlyArray<LogEntry> => run.states.get(server).log

describe("Multi-Paxos", () => {
  it.each([1, 3, 5])(
    "costs 4 delays, 3 (n - 1) messages and 2 n forced writes a request with a stable leader of %i servers",
    (servers) => {
      const run = cluster(servers, 1)
      const each = (count: number) => new Map<string, number>(names("s", servers).map((name) => [name, count]))
      run.timeout("s1", "election")
      expect(run.settle()).toBe(servers === 1 ? 0 : 2)
      expect(run.sent).toBe(2 * (servers - 1))
      expect(run.forced).toEqual(each(1))
      expect(run.forcedBefore.get("s1")).toBe(servers === 1 ? 1 : 2)
      for (let request = 1; request <= 3; request++) {
        run.countAnew()
        ask(run, "c1")
        // A single server has nobody to ask.
        expect(run.settle(() => run.replies.length === request)).toBe(servers === 1 ? 2 : 4)
        run.settle()
        // The request goes to all servers, for the client does not know who leads.
        expect(run.sent).toBe(servers + 1 + 3 * (servers - 1))
        // A vote and an entry of the log; a single server writes both at once. The client writes what it asks for.
        expect(run.forced).toEqual(each(servers === 1 ? 1 : 2).set("c1", 1))
        expect(run.forcedBeforeReply).toBe(servers === 1 ? 2 : 4)
      }
      expect(run.replies.map(({ value }) => value)).toEqual([1, 2, 3])
      for (const server of names("s", servers)) {
        expect(log(run, server)).toEqual([operation("c1", 1), operation("c1", 2), operation("c1", 3)])
        expect(run.states.get(server).applied.object).toBe(3)
      }
    },
  )

  it("fills a gap with nothing when the leader changes", () => {
    const run = cluster(3, 2)
    run.timeout("s1", "election")
    run.settle()
    ask(run, "c1")
    ask(run, "c2")
    run.deliver(({ to }) => to !== "s1")
    // Of the two proposals, only the second arrives at s2; then s1 is not heard of any more.
    run.deliver(({ message, to }) => to === "s3" || (message as { readonly slot?: number }).slot === 0)
    run.flying = []
    run.timeout("s2", "election")
    while (run.flying.length > 0) run.deliver(({ from, to }) => from === "s1" || to === "s1")
    expect(log(run, "s2")).toEqual([noop, operation("c2")])
    run.timeout("c1", "retry")
    run.settle()
    expect(log(run, "s1")).toEqual([])
    run.timeout("s2", "heartbeat")
    run.settle()
    for (const server of names("s", 3)) {
      expect(log(run, server)).toEqual([noop, operation("c2"), operation("c1")])
    }
    expect(run.replies).toEqual([{ from: "c2", value: 1 }, { from: "c1", value: 2 }])
  })

  it("applies a request once, however often it is in the log, and answers it again", () => {
    const run = cluster(3, 1)
    run.timeout("s1", "election")
    run.settle()
    ask(run, "c1")
    // The answer is lost.
    for (let delay = 0; delay < 4; delay++) run.deliver(({ to }) => to === "c1")
    expect(run.replies).toEqual([])
    run.timeout("s2", "election")
    run.settle()
    run.timeout("c1", "retry")
    run.settle()
    expect(run.replies).toEqual([{ from: "c1", value: 1 }])
    const again = { slot: 1, entry: operation("c1") }
    run.happen("s3", { _tag: "Message", message: { _tag: "Chosen", ...again } as never }, "s2")
    expect(log(run, "s3").length).toBe(2)
    expect(run.states.get("s3").applied.object).toBe(1)
  })

  it("lets a client that has crashed ask again, and be told the same again", () => {
    const run = cluster(3, 1)
    run.crash("c1")
    expect(run.flying).toEqual([])
    run.timeout("s1", "election")
    run.settle()
    const told = () => run.replies.map(({ value }) => value)
    ask(run, "c1")
    // What it asked for is lost.
    run.flying = []
    run.crash("c1")
    run.settle()
    expect(told()).toEqual([1])
    run.crash("c1")
    expect(run.timers).toContain("c1.retry")
    // As long as it waits, it asks for nothing else.
    ask(run, "c1")
    run.settle()
    expect(told()).toEqual([1, 1])
    expect(run.timers).not.toContain("c1.retry")
    ask(run, "c1")
    run.settle()
    expect(told()).toEqual([1, 1, 2])
    expect(log(run, "s3")).toEqual([operation("c1", 1), operation("c1", 2)])
  })

  it("lets a client reply once to whatever it asked, however often it is answered", () => {
    const run = cluster(3, 1)
    const response = { _tag: "Response", sequence: 1, result: 1 } as const
    const answered = () => run.happen("c1", { _tag: "Message", message: response }, "s1")
    answered()
    ask(run, "c1")
    answered()
    answered()
    expect(run.replies).toEqual([{ from: "c1", value: 1 }])
    ask(run, "c1")
    answered()
    expect(run.replies.length).toBe(1)
  })

  it("lets a leader that crashed before it told of a choice tell it when it leads again", () => {
    const run = cluster(3, 1)
    run.timeout("s1", "election")
    run.settle()
    ask(run, "c1")
    run.settle(() => log(run, "s1").length === 1)
    // Neither the answer nor the news has left the leader.
    run.flying = []
    run.crash("s1")
    run.timeout("s1", "election")
    run.settle()
    run.timeout("c1", "retry")
    run.timeout("s1", "heartbeat")
    run.settle()
    expect(run.replies).toEqual([{ from: "c1", value: 1 }])
    for (const server of names("s", 3)) expect(log(run, server)).toEqual([operation("c1")])
  })

  it("applies what is chosen in order", () => {
    const run = cluster(3, 1)
    const chosen = (slot: number, entry: LogEntry) =>
      run.happen("s3", { _tag: "Message", message: { _tag: "Chosen", slot, entry } as never }, "s1")
    chosen(2, operation("c1", 2))
    chosen(1, noop)
    expect(log(run, "s3")).toEqual([])
    chosen(0, operation("c1", 1))
    expect(log(run, "s3")).toEqual([operation("c1", 1), noop, operation("c1", 2)])
  })

  it("rebuilds the object from the log after a crash", () => {
    const run = cluster(3, 1)
    run.timeout("s1", "election")
    run.settle()
    ask(run, "c1")
    run.settle()
    const before = run.states.get("s2")
    run.crash("s2")
    expect(run.states.get("s2")).toEqual(before)
  })

  it("lets a candidate outbid what it has heard of", () => {
    const run = cluster(3, 1)
    for (const server of ["s1", "s3", "s1"]) {
      run.timeout(server, "election")
      run.settle()
    }
    expect(run.states.get("s2").promised).toBe(3)
    expect(run.states.get("s1").role._tag).toBe("Leader")
    expect(run.states.get("s3").role._tag).toBe("Follower")
  })

  it("lets a leader that is outbid give up, and its next ballot be above the one that it was told of", () => {
    const run = cluster(3, 0)
    run.timeout("s1", "election")
    run.settle()
    const prepare = { _tag: "Prepare", ballot: 32, slot: 0 } as const
    run.happen("s2", { _tag: "Message", message: prepare }, "s3")
    run.flying = []
    run.timeout("s1", "heartbeat")
    run.settle()
    expect(run.states.get("s1")).toMatchObject({ promised: 32, role: { _tag: "Follower" } })
    run.timeout("s1", "election")
    expect(run.flying[0]?.message).toEqual({ _tag: "Prepare", ballot: 33, slot: 0 })
    expect(run.timers).toContain("s1.heartbeat")
  })

  it("lets a candidate ask again, and be answered again", () => {
    const run = cluster(3, 0)
    run.timeout("s1", "election")
    run.deliver()
    // All promises are lost.
    run.flying = []
    run.timeout("s1", "heartbeat")
    run.settle()
    expect(run.states.get("s1").role).toMatchObject({ _tag: "Leader", ballot: 0 })
  })

  it("lets a promise carry votes in no slot that the candidate knows, and in all others", () => {
    const run = cluster(3, 1)
    run.timeout("s1", "election")
    run.settle()
    for (let request = 1; request <= 2; request++) {
      ask(run, "c1")
      run.settle()
    }
    run.flying = []
    const promised = (slot: number) => {
      const prepare = { _tag: "Prepare", ballot: 5 + 3 * slot, slot } as const
      run.happen("s2", { _tag: "Message", message: prepare }, "s3")
      return run.flying.splice(0).flatMap(({ message }: any) => message.votes.map((vote: SlotVote) => vote.slot))
    }
    expect([0, 1, 2].map(promised)).toEqual([[0, 1], [1], []])
  })

  it("refuses a budget that is not a natural number", () => {
    const quorums = majority(["s1"])
    expect(() => multiPaxosServer({ self: "s1", quorums, object: register(0), rounds: 0.5 })).toThrow(InvalidBudget)
    expect(() => multiPaxosClient({ servers: ["s1"], operations: [], requests: -1 })).toThrow(InvalidBudget)
  })
})
