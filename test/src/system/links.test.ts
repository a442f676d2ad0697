/** Links that are cut one by one. */
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import {
  fifo,
  InvalidBudget,
  InvalidDefinition,
  machine,
  type Model,
  named,
  type Network,
  system,
  unordered,
} from "../../../src/index.ts"
import { distinct, enabledWhere, seen, steps } from "../explored.ts"

const Note = Schema.TaggedStruct("Note", {})
const { next, process, send } = machine({ volatile: { got: Schema.Int }, messages: Note })
/** Tells somebody something at the start, and counts what it is told. */
const member = (...to: ReadonlyArray<string>) =>
  process({
    initial: { got: 0 },
    start: (state) => next(state, to.map((name) => send(name, Note.make({})))),
    receive: { Note: ({ got }) => next({ got: got + 1 }) },
  })

const three = (network: Network, a: ReadonlyArray<string> = [], b: ReadonlyArray<string> = []): Model<any> =>
  system({
    name: "three",
    processes: [named("a", member(...a)), named("b", member(...b)), named("c", member())],
    network,
  }).model() as Model<any>

const links = ["a → b", "a → c", "b → a", "b → c", "c → a", "c → b"]

describe("a link", () => {
  it("is cut in one direction, between any two, and heals", () => {
    const model = three(unordered({ links: 1 }))
    expect(steps(model)).toEqual([
      ...links.map((link) => `cutLink(${link})`),
      ...links.map((link) => `healLink(${link})`),
    ])
    // Whole, one of six cut, whole again.
    expect(distinct(model)).toBe(8)
    expect(seen(model, ({ cutLinks, left }) => `${cutLinks} ${left.links}`)).toEqual(
      [" 0", " 1", ...links.map((link) => `${link} 0`)].toSorted(),
    )
  })

  it("is cut within the budget, several at once, in whatever order they were cut", () => {
    // Of six: none with 2, 1 or 0 left; one with 1 or 0 left; two.
    expect(distinct(three(unordered({ links: 2 })))).toBe(3 + 6 * 2 + 15)
    expect(distinct(three(unordered({ links: "unbounded" })))).toBe(2 ** 6)
  })

  it.each([unordered({ links: 1 }), fifo({ links: 1 })])("holds up what is on it, and nothing else: %j", (network) => {
    const model = three(network, ["b", "c"], ["a"])
    const got = seen(
      model,
      ({ cutLinks, left, state }) =>
        `${cutLinks}|${
          left.links === 0 && cutLinks.length === 0 ? "healed" : ""
        }|${state.a.got}${state.b.got}${state.c.got}`,
    )
    expect(got).toContain("a → b||101")
    expect(got).toContain("|healed|111")
    const arrived = enabledWhere(model, (s) => s.cutLinks.includes("a → b") && s.state.a.got + s.state.c.got === 2)
    expect(arrived).toContain("healLink")
    expect(
      enabledWhere(
        model,
        (s) => s.cutLinks.includes("a → b") && s.state.a.got + s.state.c.got === 2 && s.state.b.got === 0,
      ),
    ).toEqual(["healLink"])
  })

  it("lets messages to oneself through, and what is lost may be lost on it", () => {
    const model = three(unordered({ links: 1, loss: 1 }), ["a", "b"])
    expect(steps(model)).not.toContain("cutLink(a → a)")
    expect(enabledWhere(model, (s) => s.cutLinks.includes("a → b") && s.network.length === 1)).toContain("lose")
  })

  it("makes a bridge that sees both sides, which no clean partition does", () => {
    /** Who can talk to whom, both ways. */
    const sees = ({ cut, cutLinks }: any) =>
      [["a", "b"], ["b", "c"], ["a", "c"]].filter(([one, other]) =>
        ![`${one} → ${other}`, `${other} → ${one}`].some((link) => cutLinks.includes(link)) &&
        (cut === null || cut.includes(one) === cut.includes(other))
      ).map((pair) => pair.join("")).join(" ")
    expect(seen(three(unordered({ links: 2 })), sees)).toContain("ab bc")
    expect(seen(three(unordered({ partitions: "unbounded" })), sees)).toEqual(["ab", "ab bc ac", "ac", "bc"])
  })

  it("is cut besides a partition", () => {
    const model = three(unordered({ links: 1, partitions: 1 }), ["b"])
    expect(enabledWhere(model, (s) => s.cut !== null && s.cutLinks.length > 0)).toContain("healLink")
    // Across either of them, nothing arrives.
    const apart = (s: any) => s.cut?.includes("b") || s.cutLinks.includes("a → b")
    expect(enabledWhere(model, (s) => apart(s) && s.network.length === 1)).not.toContain("deliver")
    expect(enabledWhere(model, (s) => !apart(s) && s.network.length === 1)).toContain("deliver")
  })
})

describe("refused is", () => {
  it.each([-1, 1.5, Number.NaN, "one"])("a budget of %s links", (budget: any) => {
    expect(() => unordered({ links: budget })).toThrow(InvalidBudget)
    expect(() => fifo({ links: budget })).toThrow(/budget for links is/)
  })

  it("a name that makes two links the same", () => {
    const named3 = ["a", "b → a", "a → b"].map((name) => named(name, member()))
    expect(() => system({ name: "odd", processes: named3, network: unordered({ links: 1 }) })).toThrow(
      InvalidDefinition,
    )
  })
})
