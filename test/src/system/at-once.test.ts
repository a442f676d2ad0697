/** How many processes a fault may have befallen at the same time. */
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import {
  type Faults,
  InvalidBudget,
  InvalidDefinition,
  machine,
  type Model,
  named,
  plan,
  system,
  UnknownProcess,
  unordered,
} from "../../../src/index.ts"
import { distinct, seen, steps } from "../explored.ts"

const Note = Schema.TaggedStruct("Note", {})
const { input, next, process, reply } = machine({ messages: Note, replies: Schema.Int })
const idle = process({ initial: {} })
/** It answers whenever it is asked, so it may crash in the middle of that. */
const busy = process({ initial: {}, inputs: { ask: input((state) => next(state, reply(1))) } })

const of = (member: typeof idle | typeof busy) => (faults: Faults): Model<any> =>
  system({
    name: "three",
    processes: [named("a", member), named("b", member), named("c", member)],
    network: unordered(),
    faults,
  }).model()
const three = of(idle)

/** Who is not up, in every state. */
const away = (model: Model<any>): ReadonlyArray<string> =>
  seen(model, ({ status }) => Object.keys(status).filter((name) => status[name] !== "up").join(""))

describe("a fault befalls at most so many processes at once", () => {
  it.each(["crashRecovery", "replacement", "pause", "crashStop"] as const)("%s", (fault) => {
    const model = (atOnce: number) => three({ [fault]: { total: "unbounded", atOnce } })
    expect(away(model(0))).toEqual([""])
    expect(away(model(1))).toEqual(["", "a", "b", "c"])
    expect(away(model(2))).toEqual(["", "a", "ab", "ac", "b", "bc", "c"])
    expect(away(model(3))).toEqual(away(three({ [fault]: "unbounded" })))
    // The sizes of the subsets: 1, 1 + 3, 1 + 3 + 3, 8.
    expect([0, 1, 2, 3].map((atOnce) => distinct(model(atOnce)))).toEqual([1, 4, 7, 8])
  })

  it("whether it comes alone or in the middle of a step", () => {
    const model = of(busy)({ crashRecovery: { total: "unbounded", atOnce: 1 } })
    expect(steps(model)).toContain("a.askAndCrash")
    expect(away(model)).toEqual(["", "a", "b", "c"])
  })

  it("among those that it concerns", () => {
    expect(away(three({ pause: { total: "unbounded", of: ["a", "b"], atOnce: 1 } }))).toEqual(["", "a", "b"])
  })

  it("and counts no other fault", () => {
    const model = three({
      crashRecovery: { total: "unbounded", of: ["a", "b"], atOnce: 1 },
      pause: { total: "unbounded", of: ["c"], atOnce: 1 },
    })
    expect(away(model)).toEqual(["", "a", "ac", "b", "bc", "c"])
  })

  it("in a group; who is in none is not counted, who is in several is counted in each", () => {
    const model = (...groups: ReadonlyArray<{ of: ReadonlyArray<string>; atOnce: number }>) =>
      three({ crashRecovery: { total: "unbounded", groups } })
    expect(away(model({ of: ["a", "b"], atOnce: 1 }))).toEqual(["", "a", "ac", "b", "bc", "c"])
    expect(away(model({ of: ["a", "b"], atOnce: 1 }, { of: ["b", "c"], atOnce: 1 }))).toEqual(["", "a", "ac", "b", "c"])
    expect(away(model({ of: ["a", "b"], atOnce: 0 }))).toEqual(["", "c"])
  })

  it("in all and in a group", () => {
    const groups = [{ of: ["a", "b"], atOnce: 1 }]
    expect(away(three({ crashRecovery: { total: "unbounded", atOnce: 2, groups } }))).toEqual([
      "",
      "a",
      "ac",
      "b",
      "bc",
      "c",
    ])
    expect(away(three({ crashRecovery: { total: 1, groups } }))).toEqual(["", "a", "b", "c"])
  })
})

describe("refused is", () => {
  const names = ["a", "b", "c"]

  it.each([-1, 0.5, Number.NaN, Infinity])("a number that is no natural one: %s", (atOnce) => {
    expect(() => plan({ pause: { total: 1, atOnce } }, names)).toThrow(InvalidBudget)
    expect(() => three({ crashStop: { total: 1, groups: [{ of: ["a"], atOnce }] } })).toThrow(
      /budget for crashStop at once is/,
    )
  })

  it("more at once than there are", () => {
    expect(() => three({ crashRecovery: { total: 1, atOnce: 4 } })).toThrow(
      new InvalidDefinition({
        reason: "4 processes at once are more than crashRecovery concerns: a, b, c; give at most 3",
      }),
    )
    expect(() => plan({ pause: { total: 1, of: ["a"], atOnce: 2 } }, names)).toThrow(/concerns: a; give at most 1/)
    expect(() => plan({ pause: { total: 1, of: ["a"], groups: [{ of: ["b"], atOnce: 1 }] } }, names)).toThrow(
      /concerns: none; give at most 0/,
    )
    expect(() => three({ pause: { total: 0, atOnce: 4 } })).toThrow(InvalidDefinition)
  })

  it("a process that does not exist", () => {
    const unknown = () => three({ pause: { total: 1, groups: [{ of: ["a", "d"], atOnce: 1 }] } })
    expect(unknown).toThrow(UnknownProcess)
    expect(unknown).toThrow("the faults of the system: there is no process d; there are: a, b, c")
    expect(() => three({ pause: { total: 1, of: ["d"] } })).toThrow(/no process d/)
  })

  it("what is misspelt", () => {
    expect(() => three({ pause: { total: 1, atonce: 1 } as {} as { total: 1 } })).toThrow(/there is no atonce/)
    const group = { of: ["a"], most: 1 } as {} as { of: ReadonlyArray<string>; atOnce: number }
    expect(() => three({ pause: { total: 1, groups: [group] } })).toThrow(/no most in a group of pause/)
  })
})
