import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { explore } from "../../../model-check/engine/explore/graph.ts"
import {
  defer,
  fifo,
  ignore,
  InvalidDefinition,
  machine,
  named,
  type Network,
  system,
  unordered,
} from "../../../src/index.ts"
import { distinct, seen, steps } from "../explored.ts"

const Item = Schema.TaggedStruct("Item", { n: Schema.Int })

const sends = machine({ messages: Item })
const sender = (...items: ReadonlyArray<number>) =>
  sends.process({
    initial: {},
    start: (state) => sends.next(state, items.map((n) => sends.send("b", Item.make({ n })))),
  })

const receives = machine({ volatile: { got: Schema.Array(Schema.Int) }, messages: Item })

/** Keeps what it receives, in order, as long as there is room. */
const receiver = (room: number) =>
  receives.process({
    initial: { got: [] },
    receive: { Item: ({ got }, { n }) => got.length < room ? receives.next({ got: [...got, n] }) : ignore },
  })

/** Two messages, 1 and then 2, from one process to another. */
const twoMessages = (network: Network, room = 9) =>
  system({ name: "two messages", processes: [named("a", sender(1, 2)), named("b", receiver(room))], network }).model()

/** What may have been received, in which order: all possibilities at all times. */
const received = (network: Network, room?: number): string =>
  seen(twoMessages(network, room), (s) => s.state.b.got.join("")).join(" ").trim()

describe("the messages 1 and 2 are received", () => {
  const cases: ReadonlyArray<readonly [network: Network, received: string, states: number]> = [
    // Received and on their way: -/12, 1/2, 2/1, 12/-, 21/-.
    [unordered(), "1 12 2 21", 5],
    // -/12, 1/2, 12/-.
    [fifo(), "1 12", 3],
    // Nothing lost yet: as above, 5. One lost: -/1, -/2, 1/-, 2/-.
    [unordered({ loss: 1 }), "1 12 2 21", 9],
    // And both lost: -/-.
    [unordered({ loss: 2 }), "1 12 2 21", 10],
    // What is left of an unbounded budget is not part of the state; nor can more than two messages be lost.
    [unordered({ loss: "unbounded" }), "1 12 2 21", 10],
    [unordered({ loss: 7 }), "1 12 2 21", 10],
    // Nothing lost yet: 3. One lost, the first or, when that has arrived, the second: -/2, 2/-, 1/-.
    [fifo({ loss: 1 }), "1 12 2", 6],
    // And both lost: -/-.
    [fifo({ loss: "unbounded" }), "1 12 2", 7],
    // Nothing duplicated yet: 5. One received and still on its way: 1/12, 2/12, then 11/2, 12/1, 21/2, 22/1; or when the
    // other had arrived: 12/2, 21/1; and then the six ways to receive three.
    [unordered({ duplication: 1 }), "1 11 112 12 121 122 2 21 211 212 22 221", 19],
    // Nothing duplicated yet: 3. The first: 1/12, 11/2, 112/-. The second: 12/2, 122/-.
    [fifo({ duplication: 1 }), "1 11 112 12 122", 8],
    // As without partitions, each state whole, cut, and healed.
    [unordered({ partitions: 1 }), "1 12 2 21", 15],
    [fifo({ partitions: 1 }), "1 12", 9],
    // Whole or cut.
    [unordered({ partitions: "unbounded" }), "1 12 2 21", 10],
    [unordered({ loss: 1, partitions: 1 }), "1 12 2 21", 27],
    [fifo({ loss: 1, partitions: "unbounded" }), "1 12 2", 12],
    // Nothing lost: 8. One lost while nothing is duplicated, the first: -/2, 2/- and, duplicated then, 2/2, 22/-; the second:
    // 1/-. One lost after a duplication, the first's copy: 1/2, 12/-; the second, when it was 11/2: 11/-.
    [fifo({ loss: 1, duplication: 1 }), "1 11 112 12 122 2 22", 16],
  ]

  it.each(cases)("%j", (network, all, states) => {
    expect(received(network)).toBe(all)
    expect(distinct(twoMessages(network))).toBe(states)
  })

  it("forever, where duplication has no bound", () => {
    // The receiver has room for two. Messages never leave an unordered network, so a state is what was received.
    expect(received(unordered({ duplication: "unbounded" }), 2)).toBe("1 11 12 2 21 22")
    expect(distinct(twoMessages(unordered({ duplication: "unbounded" }), 2))).toBe(7)
    // -/12, 1/12, 1/2, 11/12, 11/2, 12/2, 12/-, and 11/-: what a full receiver ignores does not block the channel.
    expect(received(fifo({ duplication: "unbounded" }), 2)).toBe("1 11 12")
    expect(distinct(twoMessages(fifo({ duplication: "unbounded" }), 2))).toBe(8)
  })
})

describe("a message that is ignored", () => {
  it("is dropped from any network, and the process takes no step", () => {
    // Both on their way, either, none.
    expect(distinct(twoMessages(unordered(), 0))).toBe(4)
    expect(distinct(twoMessages(fifo(), 0))).toBe(3)
    for (const network of [unordered(), fifo()]) expect(received(network, 0)).toBe("")
  })

  it("is not delivered where it would stay on its way", () => {
    expect(steps(twoMessages(unordered({ duplication: 1 }), 0))).toEqual([
      "deliver(a → b: Item{n: 1})",
      "deliver(a → b: Item{n: 2})",
    ])
    expect(steps(twoMessages(fifo({ duplication: 1 }), 0))).toEqual(["deliver(a → b)"])
    expect(steps(twoMessages(unordered({ duplication: "unbounded" }), 0))).toEqual([])
  })

  it("stays on its way where that is asked for", () => {
    const kept = unordered({ ignored: "kept" })
    expect(distinct(twoMessages(kept, 0))).toBe(1)
    expect(steps(twoMessages(kept, 0))).toEqual([])
    // Who has room for one gets either, and the other one waits or is dropped.
    expect(distinct(twoMessages(kept, 1))).toBe(3)
    expect(distinct(twoMessages(unordered(), 1))).toBe(5)
  })

  it("is dropped or kept, and nothing else", () => {
    expect(() => unordered({ ignored: "lost" as never })).toThrow(
      new InvalidDefinition({ reason: `ignored messages are "lost"; let them be "dropped" or "kept"` }),
    )
    expect(() => fifo({ ignored: "kept" } as {})).toThrow(/there is no ignored in a network/)
  })
})

describe("a message that a process goes on with as before", () => {
  /** Takes every message, and stays as it is. */
  const calm = receives.process({ initial: { got: [] }, receive: { Item: (state) => receives.next(state) } })
  const calming = (network: Network) =>
    system({ name: "calming", processes: [named("a", sender(1, 2)), named("b", calm)], network }).model()

  it("is delivered, on any network", () => {
    expect(distinct(calming(unordered()))).toBe(4)
    expect(distinct(calming(unordered({ ignored: "kept" })))).toBe(4)
    expect(distinct(calming(fifo()))).toBe(3)
  })

  it("is delivered also where it stays on its way, and changes nothing", () => {
    const { edges, states } = explore(calming(unordered({ duplication: "unbounded" })), 10)
    expect(states).toHaveLength(1)
    expect(edges.map(({ action, from, to }) => ({ action, from, to }))).toEqual([
      { action: "deliver", from: 0, to: 0 },
      { action: "deliver", from: 0, to: 0 },
    ])
    expect(steps(calming(fifo({ duplication: 1 })))).toEqual(["deliver(a → b)", "redeliver(a → b)"])
  })
})

describe("a message that is deferred", () => {
  /** Takes what is not 1 only after 1. */
  const patient = receives.process({
    initial: { got: [] },
    receive: { Item: ({ got }, { n }) => n === 1 || got.includes(1) ? receives.next({ got: [...got, n] }) : defer },
  })
  const waiting = (network: Network, ...items: ReadonlyArray<number>) =>
    system({ name: "waiting", processes: [named("a", sender(...items)), named("b", patient)], network }).model()
  const inOrder = (network: Network, ...items: ReadonlyArray<number>) =>
    seen(waiting(network, ...items), (s) => s.state.b.got.join("")).join(" ").trim()

  it("waits until it is not deferred", () => {
    expect(inOrder(unordered(), 3, 2, 1)).toBe("1 12 123 13 132")
    expect(steps(waiting(unordered(), 2))).toEqual([])
    expect(distinct(waiting(unordered(), 2))).toBe(1)
  })

  it("holds up its channel", () => {
    expect(inOrder(fifo(), 1, 2, 3)).toBe("1 12 123")
    expect(inOrder(fifo(), 2, 1)).toBe("")
    expect(steps(waiting(fifo(), 2, 1))).toEqual([])
  })

  it("can be lost, and does not hold up others then", () => {
    expect(inOrder(fifo({ loss: 1 }), 2, 1)).toBe("1")
  })

  it("is not duplicated", () => {
    for (const network of [unordered({ duplication: 1 }), fifo({ duplication: 1 })]) {
      expect(steps(waiting(network, 2))).toEqual([])
    }
    expect(steps(waiting(unordered({ duplication: "unbounded" }), 2))).toEqual([])
  })
})

describe("the same message sent twice", () => {
  const twice = (network: Network) =>
    system({ name: "twice", processes: [named("a", sender(1, 1)), named("b", receiver(9))], network }).model()

  it("arrives twice, in any network", () => {
    expect(seen(twice(unordered()), (s) => s.state.b.got.join(""))).toEqual(["", "1", "11"])
    expect(seen(twice(fifo()), (s) => s.state.b.got.join(""))).toEqual(["", "1", "11"])
    expect(distinct(twice(unordered()))).toBe(3)
  })
})

describe("a partition", () => {
  const idle = sender()
  const parted = system({
    name: "parted",
    processes: [named("a", sender(1)), named("b", receiver(9)), named("c", idle)],
    network: unordered({ partitions: 1 }),
  }).model()

  it("may be any division in two, once", () => {
    expect(steps(parted).filter((step) => step.startsWith("cut"))).toEqual([
      "cut(side: [b, c])",
      "cut(side: [b])",
      "cut(side: [c])",
    ])
  })

  it("lets through what stays on one side", () => {
    const { edges, states } = explore(parted, 100)
    const cuts = edges.filter(({ action }) => action === "deliver").map(({ from }) =>
      JSON.stringify(states[from]?.["cut"])
    )
    // The message is from a to b.
    expect(cuts.toSorted()).toEqual(["[\"c\"]", "null", "null"])
    // Received or not, in each of: whole, three cuts, healed.
    expect(states).toHaveLength(10)
  })
})

describe("the actions of a network", () => {
  it.each<readonly [Network, ReadonlyArray<string>]>([
    [unordered(), ["deliver"]],
    [fifo(), ["deliver"]],
    [unordered({ loss: 1 }), ["deliver", "lose"]],
    [unordered({ duplication: 1 }), ["deliver", "redeliver"]],
    // There, a delivery never takes the message away.
    [unordered({ duplication: "unbounded" }), ["deliver"]],
    [fifo({ duplication: "unbounded" }), ["deliver", "redeliver"]],
    [unordered({ partitions: 1 }), ["deliver", "cut", "heal"]],
  ])("%j: %s", (network, actions) => {
    expect(Object.keys(twoMessages(network).actions)).toEqual(actions)
  })
})
