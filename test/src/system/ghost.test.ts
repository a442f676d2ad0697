import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { explore } from "../../../model-check/engine/explore/graph.ts"
import {
  type Faults,
  FunctionThrew,
  type Ghost,
  ghost,
  type Ghosts,
  type GhostStep,
  ignore,
  InvalidDefinition,
  InvalidGhost,
  machine,
  type MachineState,
  named,
  system,
  unordered,
  ValueOutsideDomain,
} from "../../../src/index.ts"
import { type AnyProcess } from "../../../src/system/process.ts"
import { distinct, seen } from "../explored.ts"

const counting = machine({
  durable: { written: Schema.Boolean },
  volatile: { count: Schema.Literals([0, 1, 2]) },
  messages: Schema.TaggedStruct("Note", {}),
  replies: Schema.Int,
})
type State = MachineState<typeof counting>

/** Counts to 2 in memory, and says what it has counted. */
const counter = counting.process({
  initial: { written: false, count: 0 },
  inputs: {
    add: counting.input(({ count }) =>
      count === 2 ? ignore : counting.next({ written: true, count: count === 0 ? 1 : 2 }, counting.reply(count))
    ),
  },
})

const counted = (ghosts: Ghosts, faults: Faults = {}, p: AnyProcess = counter) =>
  system({ name: "counting", processes: [named("p", p), named("q", p)], network: unordered(), faults, ghosts })

/** How high p has ever counted. */
const highest = ghost({
  of: ["p"],
  schema: Schema.Int,
  initial: 0,
  next: (highest, { reaction }: GhostStep<State>) => Math.max(highest, reaction.state.count),
})

const look = (s: any): string => `${s.state.p.count} of ${s.highest.p}, ${s.status.p}`

describe("a ghost", () => {
  it("is a variable of its own, of the processes that it is given", () => {
    const { variables } = counted({ highest }).model()
    expect(Object.keys(variables)).toContain("highest")
    expect(Object.keys(variables["state"]?.fields as object)).toEqual(["p", "q"])
    expect(seen(counted({ highest }).model(), (s) => JSON.stringify(s.highest))).toEqual([
      `{"p":0}`,
      `{"p":1}`,
      `{"p":2}`,
    ])
  })

  it("changes nothing of what happens", () => {
    expect(distinct(counted({ highest }).model())).toBe(distinct(counted({}).model()))
  })

  it("outlives a crash, between steps and in the middle of one", () => {
    expect(seen(counted({ highest }, { crashRecovery: { total: 1, of: ["p"] } }).model(), look)).toEqual([
      "0 of 0, down",
      "0 of 0, up",
      "0 of 1, down",
      "0 of 1, up",
      "0 of 2, down",
      "0 of 2, up",
      "1 of 1, up",
      "1 of 2, up",
      "2 of 2, up",
    ])
  })

  it("sees the state before, the event, and the reaction with all commands, even if the process crashes", () => {
    const last = ghost({
      of: ["p"],
      schema: Schema.Array(Schema.Unknown),
      initial: [],
      next: (_, { before, event, reaction }: GhostStep<State>) => [before.count, event, reaction],
    })
    const { edges, states } = explore(counted({ last }, { crashRecovery: { total: 1, of: ["p"] } }).model(), 1_000)
    const counts = (count: number, written: boolean) => [
      count,
      { _tag: "Input", input: "add", args: {} },
      { _tag: "Next", state: { written, count: count + 1 }, commands: [{ _tag: "SendReply", value: count }] },
    ]
    const restarts = (written: boolean) => [
      0,
      { _tag: "Restart" },
      { _tag: "Next", state: { written, count: 0 }, commands: [] },
    ]
    const after = (names: ReadonlyArray<string>) =>
      new Set(
        edges.filter(({ action }) => names.includes(action)).map(({ to }) =>
          JSON.stringify((states[to] as any).last.p)
        ),
      )
    expect(after(["p.add"])).toEqual(new Set([counts(0, true), counts(1, true)].map((seen) => JSON.stringify(seen))))
    expect(after(["p.addAndCrash"])).toEqual(after(["p.add"]))
    expect(after(["restart"])).toEqual(new Set([restarts(false), restarts(true)].map((seen) => JSON.stringify(seen))))
  })

  it("cannot be read by its process", () => {
    const curious = counting.process({
      initial: { written: false, count: 0 },
      inputs: {
        add: counting.input((state, _, context) => {
          expect(Object.keys(state)).toEqual(["written", "count"])
          expect(Object.keys(context)).not.toContain("highest")
          return ignore
        }),
      },
    })
    expect(distinct(counted({ highest }, {}, curious).model())).toBe(1)
  })

  it("has no place in what people run: a process is the same with it and without", () => {
    const { definition } = counted({ highest })
    expect(definition.processes[0].process).toBe(counter)
    expect(counter.start.state).toEqual({ written: false, count: 0 })
  })
})

describe("a ghost is refused", () => {
  const changed = (change: Partial<Ghost<State, any>>): Ghosts => ({
    highest: { ...highest, ...change } as Ghost<State, any>,
  })
  const refusal = (run: () => unknown): string => {
    try {
      run()
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidDefinition)
      return (error as InvalidDefinition).message
    }
    throw new Error("it passes")
  }

  it.each(["written", "count"])("with the name of a field: %s", (name) => {
    expect(refusal(() => counted({ [name]: highest }))).toBe(
      `the ghost ${name} has the name of a field of the process p, which is no ghost; give it another name`,
    )
  })

  it.each(["state", "history", "replies"])("with the name of a variable of every system: %s", (name) => {
    expect(refusal(() => counted({ [name]: highest }))).toBe(
      `the ghost ${name} has the name of a variable of every system`,
    )
  })

  it("of nobody, of somebody who does not exist, and of somebody twice", () => {
    expect(refusal(() => counted(changed({ of: [] })))).toBe(
      "the ghost highest belongs to no process; name in `of` those that have it",
    )
    expect(refusal(() => counted(changed({ of: ["p", "r"] })))).toBe(
      "the ghost highest belongs to r, which does not exist; there are: p, q",
    )
    expect(refusal(() => counted(changed({ of: ["p", "p"] })))).toMatch(/p/)
  })

  it("with a key that is unknown", () => {
    expect(refusal(() => ghost({ ...highest, start: 0 } as never))).toBe(
      "there is no start in a ghost; there are: of, schema, initial, next",
    )
  })

  const caught = (ghosts: Ghosts): FunctionThrew => {
    try {
      explore(counted(ghosts).model(), 100)
    } catch (error) {
      expect(error).toBeInstanceOf(FunctionThrew)
      return error as FunctionThrew
    }
    throw new Error("it passes")
  }

  it("that throws: the ghost, its process and the event are named, and the place", () => {
    const { asked, at, cause } = caught(changed({
      next: () => {
        throw new Error("boo")
      },
    }))
    expect(asked).toMatchObject({ kind: "action", name: "p.add" })
    expect(cause).toBeInstanceOf(InvalidGhost)
    expect((cause as InvalidGhost).message).toMatch(
      /^the ghost highest of p, told of a step on \{.*"add".*\}, throws Error: boo$/,
    )
    expect(at).toMatch(/test\/src\/system\/ghost\.test\.ts:\d+:\d+$/)
    expect((cause as InvalidGhost).at).toBe(at)
  })

  it("that gives what its Schema does not describe", () => {
    const { cause } = caught(changed({ next: () => "high" }))
    expect(cause).toBeInstanceOf(InvalidGhost)
    expect((cause as InvalidGhost).message).toMatch(/gives a value outside its Schema: Expected number/)
  })

  it("that changes what it is given", () => {
    const remembering = ghost({
      of: ["p"],
      schema: Schema.Array(Schema.Int),
      initial: [],
      next: (all, { reaction }: GhostStep<State>) => {
        ;(all as Array<number>).push(reaction.state.count)
        return all
      },
    })
    expect((caught({ remembering }).cause as InvalidGhost).message).toMatch(/throws TypeError: .*not extensible/)
  })

  it("that is at first what its Schema does not describe", () => {
    expect(() => explore(counted(changed({ initial: "low" })).model(), 100)).toThrow(ValueOutsideDomain)
  })
})
