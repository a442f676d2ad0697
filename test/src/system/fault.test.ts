import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { explore } from "../../../model-check/engine/explore/graph.ts"
import {
  type Faults,
  fifo,
  ignore,
  InvalidBudget,
  machine,
  type Model,
  named,
  type Network,
  plan,
  system,
  unordered,
  variant,
} from "../../../src/index.ts"
import { distinct, enabledWhere, seen, steps } from "../explored.ts"

const Note = Schema.TaggedStruct("Note", {})

/** Counts, durably and not, how often it was asked to; up to twice. */
const counts = machine({ durable: { written: Schema.Int }, volatile: { remembered: Schema.Int }, messages: Note })
const counter = counts.process({
  initial: { written: 0, remembered: 0 },
  inputs: {
    count: counts.input(({ remembered, written }) =>
      written < 2 ? counts.next({ written: written + 1, remembered: remembered + 1 }) : ignore
    ),
  },
})

const counting = (faults: Faults) =>
  system({ name: "counting", processes: [named("p", counter)], network: unordered(), faults }).model()

/** The model in which what a process had sent when it crashed always leaves it. */
const withoutLoseUnsent = (model: Model<any>): Model<any> =>
  variant(model, `${model.name}, all sent`, ({ action }) => ({ actions: { loseUnsent: action(() => false) } }))

/** Status, what was written and what is remembered. */
const look = (s: any): string => `${s.status.p} ${s.state.p.written}${s.state.p.remembered}`

describe("a process that crashes", () => {
  it("forever, does nothing more", () => {
    expect(seen(counting({ crashStop: 1 }), look)).toEqual([
      "stopped 00",
      "stopped 11",
      "stopped 22",
      "up 00",
      "up 11",
      "up 22",
    ])
    expect(steps(counting({ crashStop: 1 }))).toEqual(["p.count", "stop(process: p)"])
  })

  it("and recovers, keeps what is durable and loses what is volatile", () => {
    expect(seen(counting({ crashRecovery: 1 }), look)).toEqual([
      "down 00",
      "down 10",
      "down 20",
      "up 00",
      "up 10",
      "up 11",
      "up 20",
      "up 21",
      "up 22",
    ])
  })

  it("and recovers, does nothing while it is down but restart", () => {
    expect(enabledWhere(counting({ crashRecovery: "unbounded" }), (s) => s.status.p === "down")).toEqual(["restart"])
  })

  it("loses its timers", () => {
    const { next, process, setTimer } = machine({ messages: Note, timers: ["t"] })
    const timed = process({
      initial: {},
      start: (state) => next(state, setTimer("t")),
      timers: { t: (state) => next(state) },
    })
    const definition = { name: "timed", processes: [named("p", timed)], network: unordered() } as const
    const set = (s: any) => `${s.status.p} ${s.timers.length}`
    expect(seen(system({ ...definition, faults: { crashRecovery: 1 } }).model(), set)).toEqual([
      "down 0",
      "up 0",
      "up 1",
    ])
    expect(seen(system({ ...definition, faults: { crashStop: 1 } }).model(), set)).toEqual([
      "stopped 0",
      "up 0",
      "up 1",
    ])
    expect(seen(system({ ...definition, faults: { pause: 1 } }).model(), set)).toEqual([
      "paused 0",
      "paused 1",
      "up 0",
      "up 1",
    ])
  })

  it("says what it does when it restarts", () => {
    const { next, process, reply } = machine({
      durable: { restarts: Schema.Int },
      messages: Note,
      replies: Schema.Int,
    })
    const restarting = process({
      initial: { restarts: 0 },
      restart: ({ restarts }) => next({ restarts: restarts + 1 }, reply(restarts + 1)),
    })
    const model = system({
      name: "restarting",
      processes: [named("p", restarting)],
      network: unordered(),
      faults: { crashRecovery: 2 },
    }).model()
    expect(seen(model, (s) => `${s.status.p} ${s.state.p.restarts} ${s.replies.length}`)).toEqual([
      "down 0 0",
      "down 1 1",
      "up 0 0",
      "up 1 1",
      "up 2 2",
    ])
  })
})

describe("a torn write", () => {
  const writes = machine({ durable: { written: Schema.Boolean }, messages: Note })
  const writer = writes.process({
    initial: { written: false },
    inputs: {
      write: writes.input(({ written }) =>
        written ? ignore : writes.next({ written: true }, writes.send("q", Note.make({})))
      ),
    },
  })
  const reads = machine({ volatile: { read: Schema.Boolean }, messages: Note })
  const reader = reads.process({ initial: { read: false }, receive: { Note: () => reads.next({ read: true }) } })
  const torn = system({
    name: "torn",
    processes: [named("p", writer), named("q", reader)],
    network: unordered(),
    faults: { crashRecovery: { total: 1, of: ["p"] } },
  }).model()

  it("is written and nothing is sent; nothing is ever sent and not written", () => {
    const states = seen(torn, (s) => {
      const message = s.network.length > 0 ? "sent" : s.state.q.read ? "read" : "unsent"
      return `${s.state.p.written ? "written" : "unwritten"}, ${message}, ${s.status.p}`
    })
    expect(states).toEqual([
      "unwritten, unsent, down",
      "unwritten, unsent, up",
      "written, read, down",
      "written, read, up",
      "written, sent, down",
      "written, sent, up",
      "written, unsent, down",
      "written, unsent, up",
    ])
    expect(steps(torn)).toEqual([
      "crash(process: p)",
      "deliver(p → q: Note)",
      "loseUnsent(p → q: Note)",
      "p.write",
      "p.writeAndCrash",
      "restart(process: p)",
    ])
  })

  it("is not told apart from a crash afterwards where there is nothing to send", () => {
    expect(steps(counting({ crashRecovery: 1 }))).toEqual(["crash(process: p)", "p.count", "restart(process: p)"])
  })
})

describe("a crash in the middle of sending", () => {
  const Item = Schema.TaggedStruct("Item", { n: Schema.Int })
  const receives = machine({ volatile: { got: Schema.Array(Schema.Int) }, messages: Item })
  const receiver = receives.process({
    initial: { got: [] },
    receive: { Item: ({ got }, { n }) => got.length < 3 ? receives.next({ got: [...got, n] }) : ignore },
  })
  const { next, process, send } = machine({ messages: Item })
  /** Sends these items when it starts, and those when it restarts. */
  const sender = (first: ReadonlyArray<readonly [to: string, n: number]>, then: typeof first = []) => {
    const sent = (all: typeof first) => all.map(([to, n]) => send(to, Item.make({ n })))
    return process({
      initial: {},
      start: (state) => next(state, sent(first)),
      restart: (state) => next(state, sent(then)),
    })
  }
  const sending = (network: Network, faults: Faults, a: ReturnType<typeof sender>) =>
    system({
      name: "sending",
      processes: [named("a", a), ...["b", "c", "d"].map((name) => named(name, receiver))],
      network,
      faults,
    }).model()
  const [toAll, thrice] = [sender([["b", 1], ["c", 2], ["d", 3]]), sender([["b", 1], ["b", 2], ["b", 3]])]
  const stops: Faults = { crashStop: { total: 1, of: ["a"] } }
  const recovers: Faults = { crashRecovery: { total: 1, of: ["a"] } }

  /** What the others have received in the states in which nothing can happen any more. */
  const inTheEnd = (model: Model<any>, mayBeLast: (state: any) => boolean = () => true): ReadonlyArray<string> => {
    const { edges, states } = explore(model, 10_000)
    const left = new Set(edges.map(({ from }) => from))
    const last = states.filter((state, index) => !left.has(index) && mayBeLast(state)) as ReadonlyArray<any>
    return [...new Set(last.map(({ state: { b, c, d } }) => [b, c, d].map(({ got }) => got.join("")).join("")))]
      .toSorted()
  }
  const unsent = (model: Model<any>): ReadonlyArray<string> =>
    steps(model).filter((step) => step.startsWith("loseUnsent"))

  it.each([unordered(), fifo()])("lets a broadcast reach any subset: %j", (network) => {
    expect(inTheEnd(sending(network, stops, toAll))).toEqual(["", "1", "12", "123", "13", "2", "23", "3"])
    expect(inTheEnd(sending(network, {}, toAll))).toEqual(["123"])
  })

  it("cuts off what was sent last, where the order is kept", () => {
    expect(inTheEnd(sending(fifo(), stops, thrice))).toEqual(["", "1", "12", "123"])
    // Elsewhere any of it, and what arrives does so in any order: 1 + 3 + 3 · 2 + 3 · 2 · 1.
    expect(inTheEnd(sending(unordered(), stops, thrice))).toHaveLength(16)
  })

  it("spends no loss", () => {
    const model = sending(unordered({ loss: 1 }), stops, toAll)
    expect(inTheEnd(model, ({ left }) => left.loss === 1)).toContain("")
  })

  it.each([unordered(), fifo()])("is not found out after a restart: %j", (network) => {
    const model = sending(network, recovers, toAll)
    expect(enabledWhere(model, ({ status }) => status.a === "up")).toEqual(["crash", "deliver"])
    expect(enabledWhere(model, ({ status }) => status.a === "down")).toEqual(["deliver", "loseUnsent", "restart"])
  })

  it("may come while a process restarts", () => {
    const model = sending(fifo(), { crashRecovery: { total: 2, of: ["a"] } }, sender([], [["b", 1], ["b", 2]]))
    const isOver = ({ channels, status }: any) => status.a === "down" && channels["a → b"].length === 0
    expect(seen(model, (s) => isOver(s) ? s.state.b.got.join("") : "")).toEqual(["", "1", "12"])
  })

  it("happens to nobody who cannot crash", () => {
    const both = (network: Network, faults: Faults) =>
      system({
        name: "both",
        processes: [named("a", sender([["b", 1]])), named("b", sender([["a", 1]]))].map(({ name, process }) =>
          named(name, { ...process, receive: { Item: () => ignore } })
        ),
        network,
        faults,
      }).model()
    expect(unsent(both(unordered(), recovers))).toEqual(["loseUnsent(a → b: Item{n: 1})"])
    expect(unsent(both(fifo(), recovers))).toEqual(["loseUnsent(a → b)"])
    expect(unsent(both(unordered(), { crashStop: 2 }))).toHaveLength(2)
    for (const faults of [{}, { pause: 2 }, { crashStop: { total: 1, of: [] } }]) {
      expect(Object.keys(both(fifo(), faults).actions)).not.toContain("loseUnsent")
    }
  })

  it.each<readonly [Network, boolean]>([
    [unordered({ loss: 2, duplication: 2, partitions: "unbounded" }), true],
    [fifo({ loss: 2, duplication: 2, partitions: "unbounded" }), true],
    [unordered({ loss: "unbounded" }), false],
    [fifo({ loss: "unbounded" }), true],
    [unordered({ duplication: "unbounded" }), false],
    [fifo({ duplication: "unbounded" }), true],
  ])("is an action of its own where nothing else says the same: %j", (network, is) => {
    for (const faults of [stops, recovers]) {
      expect("loseUnsent" in sending(network, faults, toAll).actions).toBe(is)
    }
  })

  it("would be missed in order, although a message may never be delivered: it would hold up those behind it", () => {
    const model = sending(fifo({ duplication: "unbounded" }), recovers, sender([["b", 1]], [["b", 2]]))
    const received = (model: Model<any>) => seen(model, (s) => s.state.b.got.join(""))
    expect(received(model)).toContain("2")
    expect(received(withoutLoseUnsent(model))).not.toContain("2")
  })
})

describe("a broadcast that is to reach all who are correct or none of them", () => {
  const everybody = ["a", "b", "c"] as const
  /** One process broadcasts when it starts; in an eager broadcast, whoever receives it first passes it on. */
  const broadcasting = (isEager: boolean, crashStop: number) => {
    const { broadcast, next, process } = machine({ volatile: { delivered: Schema.Boolean }, messages: Note })
    const member = (self: string) => {
      const others = everybody.filter((name) => name !== self)
      return process({
        initial: { delivered: self === "a" },
        start: (state) => next(state, self === "a" ? broadcast(others, Note.make({})) : []),
        receive: {
          Note: ({ delivered }) =>
            delivered ? ignore : next({ delivered: true }, isEager ? broadcast(others, Note.make({})) : []),
        },
        observed: ["delivered"],
      })
    }
    const { deadlockFree, model } = system({
      name: "broadcasting",
      processes: everybody.map((name) => named(name, member(name))),
      network: fifo(),
      faults: { crashStop },
    })
    return model({
      agreement: deadlockFree(({ delivered, status }) => {
        const correct = everybody.filter((name) => status[name] === "up")
        return correct.every((name) => delivered[name]) || !correct.some((name) => delivered[name])
      }),
    })
  }
  const result = (model: Model<any>) => {
    const { properties: [agreement] } = Effect.runSync(check(model))
    return { verdict: agreement?.verdict, steps: agreement?.trace?.steps.slice(1).map(({ action }) => action) }
  }

  it("fails when it is naive: who crashes may have reached some, and only a crash in the middle of sending shows it", () => {
    expect(result(broadcasting(false, 1))).toEqual({ verdict: "violated", steps: ["deliver", "stop", "loseUnsent"] })
    expect(result(withoutLoseUnsent(broadcasting(false, 2))).verdict).toBe("holds")
  })

  it("succeeds when it is eager: the reliable broadcast of Hadzilacos and Toueg", () => {
    expect(result(broadcasting(true, 1)).verdict).toBe("holds")
    expect(result(broadcasting(true, 2)).verdict).toBe("holds")
  })
})

describe("a process that pauses", () => {
  it("goes on as if nothing had happened", () => {
    expect(seen(counting({ pause: 1 }), look)).toEqual([
      "paused 00",
      "paused 11",
      "paused 22",
      "up 00",
      "up 11",
      "up 22",
    ])
    expect(enabledWhere(counting({ pause: "unbounded" }), (s) => s.status.p === "paused")).toEqual(["resume"])
  })
})

describe("a budget", () => {
  const idle = machine({ messages: Note }).process({ initial: {} })
  const three = (faults: Faults) =>
    system({
      name: "three",
      processes: [named("a", idle), named("b", idle), named("c", idle)],
      network: unordered(),
      faults,
    }).model()

  /** What there is to read of what is left, and of what has happened, in every state. */
  const left = (model: Model<any>): ReadonlyArray<any> =>
    explore(model, 10_000).states.map(({ cut, left, leftOf, status }) => ({ cut, left, leftOf, status }))

  it("for the system: so many of the three processes stop", () => {
    const stopped = [0, 1, 2, 3, 4].map((crashStop) => distinct(three({ crashStop })))
    // The number of subsets with so many elements at most.
    expect(stopped).toEqual([1, 1 + 3, 1 + 3 + 3, 8, 8])
    expect(distinct(three({ crashStop: "unbounded" }))).toBe(8)
  })

  it("for each process: no process pauses more often", () => {
    // Each has paused never, is paused, or has paused once.
    expect(distinct(three({ pause: { total: "unbounded", each: 1 } }))).toBe(27)
    // Of 27, those in which no more than two have begun to pause: 1 + 3 · 2 + 3 · 4.
    expect(distinct(three({ pause: { total: 2, each: 1 } }))).toBe(19)
    expect(distinct(three({ pause: { total: "unbounded" } }))).toBe(8)
  })

  it("for some processes: the others are safe", () => {
    expect(distinct(three({ crashStop: { total: 3, of: ["b"] } }))).toBe(2)
    expect(steps(three({ crashStop: { total: 3, of: ["b"] } }))).toEqual(["stop(process: b)"])
  })

  it("of nothing is 0, in every state, and nothing happens", () => {
    const model = three({ crashStop: 0, crashRecovery: { total: 1, each: 0 } })
    expect(Object.keys(model.actions)).toEqual(["deliver"])
    expect(distinct(model)).toBe(1)
    const none = { a: 0, b: 0, c: 0 }
    expect(left(model)).toEqual([{
      left: {
        loss: 0,
        duplication: 0,
        partitions: 0,
        links: 0,
        disconnects: 0,
        crashStop: 0,
        crashRecovery: 0,
        replacement: 0,
        pause: 0,
        jumps: 0,
        wrongSuspicions: 0,
      },
      leftOf: { crashStop: none, crashRecovery: none, replacement: none, pause: none },
      status: { a: "up", b: "up", c: "up" },
      cut: null,
    }])
  })

  it("without bound is never spent; one for some processes is 0 for the others", () => {
    const model = three({ crashStop: { total: "unbounded", of: ["a"] }, pause: { total: "unbounded", each: 1 } })
    for (const { left: all, leftOf } of left(model)) {
      expect(all).toMatchObject({ crashStop: "unbounded", crashRecovery: 0, pause: "unbounded" })
      expect(leftOf.crashStop).toEqual({ a: "unbounded", b: 0, c: 0 })
    }
    expect(seen(model, (s) => s.leftOf.pause.a)).toEqual(["0", "1"])
  })

  it("for the system alone has no bound for each process", () => {
    expect(seen(three({ crashStop: 1 }), (s) => `${s.left.crashStop} ${s.leftOf.crashStop.a}`)).toEqual([
      "0 unbounded",
      "1 unbounded",
    ])
  })

  it.each([-1, 0.5, Number.NaN, Infinity, "two"])("is a natural number, not %s", (total: any) => {
    expect(() => plan({ crashStop: total }, ["a"])).toThrow(InvalidBudget)
    expect(() => plan({ pause: { total: 1, each: total } }, ["a"])).toThrow(/budget for pause of each process is/)
    expect(() => three({ crashRecovery: { total } })).toThrow(InvalidBudget)
    expect(() => unordered({ loss: total })).toThrow(/budget for loss is/)
    expect(() => unordered({ duplication: total })).toThrow(InvalidBudget)
    expect(() => unordered({ partitions: total })).toThrow(InvalidBudget)
  })
})
