import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { explore } from "../../../model-check/engine/graph.ts"
import { fifo, ignore, named, type Network, next, process, send, system, unordered } from "../../../src/index.ts"
import { distinct, seen, steps } from "./explored.ts"

const Item = Schema.TaggedStruct("Item", { n: Schema.Int })

const sender = (...items: ReadonlyArray<number>) =>
  process({
    durable: {},
    volatile: {},
    messages: Item,
    initial: {},
    start: (state) => next(state, ...items.map((n) => send("b", Item.make({ n })))),
  })

/** Keeps what it receives, in order, as long as there is room. */
const receiver = (room: number) =>
  process({
    durable: {},
    volatile: { got: Schema.Array(Schema.Int) },
    messages: Item,
    initial: { got: [] },
    receive: { Item: ({ got }, { n }) => got.length < room ? next({ got: [...got, n] }) : ignore },
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

  it("for ever, where duplication has no bound", () => {
    // The receiver has room for two. Messages never leave an unordered network, so a state is what was received.
    expect(received(unordered({ duplication: "unbounded" }), 2)).toBe("1 11 12 2 21 22")
    expect(distinct(twoMessages(unordered({ duplication: "unbounded" }), 2))).toBe(7)
    // -/12, 1/12, 1/2, 11/12, 11/2, 12/2, 12/-, and 11/-: what a full receiver ignores does not block the channel.
    expect(received(fifo({ duplication: "unbounded" }), 2)).toBe("1 11 12")
    expect(distinct(twoMessages(fifo({ duplication: "unbounded" }), 2))).toBe(8)
  })
})

describe("a message that is ignored", () => {
  it("stays on its way in an unordered network, and does not count as delivered", () => {
    expect(distinct(twoMessages(unordered(), 0))).toBe(1)
    expect(steps(twoMessages(unordered(), 0))).toEqual([])
    expect(steps(twoMessages(unordered({ duplication: 1 }), 0))).toEqual([])
  })

  it("is dropped from a channel that keeps the order, but not duplicated", () => {
    expect(distinct(twoMessages(fifo(), 0))).toBe(3)
    expect(steps(twoMessages(fifo({ duplication: 1 }), 0))).toEqual(["deliver(a → b)"])
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
