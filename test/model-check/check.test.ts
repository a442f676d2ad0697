import { Cause, Deferred, Effect, Exit, Fiber, Schema } from "effect"
import { describe, expect, it } from "vitest"
import {
  check,
  CheckFailed,
  type CheckOptions,
  graph,
  GraphTooLarge,
  MemoryTooSmall,
  ProgressThrew,
} from "../../model-check/check.ts"
import type { Progress, Report } from "../../model-check/engine/report.ts"
import { Paxos, TwoPhase } from "../../spec/tla/index.ts"
import { add, type Model, range, record, remove, set, struct, variables } from "../../src/index.ts"

const run = (model: Model<any>, options?: CheckOptions): Promise<Report> => Effect.runPromise(check(model, options))

/** What a check fails with. */
const failure = async (model: Model<any>, options?: CheckOptions): Promise<CheckFailed> =>
  Effect.runPromise(Effect.flip(check(model, options)))
const message = async (model: Model<any>): Promise<string> => (await failure(model)).message

const property = ({ properties }: Report, name: string) => {
  const { trace, ...found } = properties.find((property) => property.name === name) as Report["properties"][number]
  return { ...found, ...(trace !== undefined && { steps: trace.steps.length - 1 }) }
}

const digits = variables({ n: Schema.Literals(range(0, 9)) })
const increment = digits.action((s) => s.n < 9 && { n: s.n + 1 })
const counter = digits.model({ name: "counter", initial: { n: 0 }, actions: { increment } })

const integers = variables({ n: Schema.Int })
/** Has no end. */
const endless = integers.model({
  name: "endless",
  initial: { n: 0 },
  actions: { increment: integers.action((s) => ({ n: s.n + 1 })), double: integers.action((s) => ({ n: 2 * s.n })) },
  properties: { natural: integers.always((s) => s.n >= 0) },
})

/** A model of one variable that takes any value, with one action. As JavaScript would let it pass. */
const anything = variables({ value: Schema.Unknown, list: set(Schema.Unknown), by: record(["a", 1], Schema.Unknown) })
const doing = (run: (s: any, args: any) => unknown, parameters: object = {}): Model<any> =>
  anything.model({
    name: "anything",
    initial: { value: 0, list: [], by: () => 0 },
    actions: { act: anything.action(parameters as {}, run as () => false) },
  })

describe("a check", () => {
  it("explores everything, and says so", async () => {
    const report = await run(counter)
    expect(report).toMatchObject({
      model: "counter",
      verdict: "holds",
      distinct: 10,
      generated: 10,
      depth: 10,
      queue: 0,
    })
    expect(report.stopped).toBeUndefined()
    expect(report.seconds).toBeGreaterThan(0)
    expect(report.userCalls).toBeGreaterThanOrEqual(10)
  })

  it("says how often each action was enabled and what it found, never-enabled ones included", async () => {
    const { action, model } = digits
    const { coverage } = await run(model({
      name: "covered",
      initial: { n: 0 },
      actions: {
        increment,
        jump: action({ by: [2, 3] }, (s, { by }) => s.n + by <= 9 && { n: s.n + by }),
        stay: action((s) => s.n > 4 && {}),
        never: action((s) => s.n > 9 && { n: 0 }),
        nobody: action({ who: [] }, () => ({ n: 0 })),
      },
    }))
    expect(coverage.map(({ enabled, name }) => [name, enabled])).toEqual([
      ["increment", 9],
      ["jump", 15],
      ["stay", 5],
      ["never", 0],
      ["nobody", 0],
    ])
    expect(coverage.reduce((sum, { fresh }) => sum + fresh, 0)).toBe(9)
    expect(coverage.slice(2).every(({ fresh }) => fresh === 0)).toBe(true)
  })

  it("counts coverage the same when transition tables answer", async () => {
    const { coverage, generated } = await run(TwoPhase({ rms: 5 }))
    expect(coverage.reduce((sum, { enabled }) => sum + enabled, 1)).toBe(generated)
    expect(coverage.find(({ name }) => name === "tmCommit")?.enabled).toBe(1)
  })

  it("finds the same exactly, with another seed and depth-first", async () => {
    const counts = { verdict: "holds", distinct: 3_921, generated: 23_563 }
    const model = Paxos({ acceptors: 3, values: 2, ballots: 2 })
    for (const options of [{ exact: true }, { seed: 12_345 }, { search: "dfs" }] as const) {
      const report = await run(model, options)
      expect(report).toMatchObject(counts)
      expect(report.collisionProbability === 0).toBe("exact" in options)
    }
  })

  it("keeps the first and shortest violation of each property, where other checkers overwrite it by a later one", async () => {
    const { action, always, model } = digits
    const report = await run(model({
      name: "two properties",
      initial: { n: 0 },
      actions: { increment, jump: action((s) => s.n < 5 && { n: s.n + 5 }) },
      properties: { low: always((s) => s.n < 3), lower: always((s) => s.n < 2) },
    }))
    // Both are violated by the one jump to 5; longer paths lead to 3 and to 2.
    expect([property(report, "low"), property(report, "lower")]).toMatchObject([{ steps: 1 }, { steps: 1 }])
    expect(report.stopped).toBe("violation")
    const all = await run({ ...counter, properties: { low: always((s) => s.n < 3), lower: always((s) => s.n < 2) } }, {
      keepGoing: true,
    })
    expect([property(all, "low"), property(all, "lower")]).toMatchObject([{ steps: 3 }, { steps: 2 }])
    expect(all.distinct).toBe(10)
  })

  it("judges no step that changes nothing, where other checkers record it in a history", async () => {
    const { action, model, refines, step } = digits
    const report = await run(model({
      name: "idle",
      initial: { n: 1 },
      actions: { wait: action((s) => ({ n: s.n })), nothing: action(() => ({})) },
      properties: { moves: step(() => false), counts: refines({ ...counter, initial: [{ n: 1 }] }, { n: (s) => s.n }) },
    }))
    expect(report).toMatchObject({ verdict: "holds", distinct: 1, generated: 3 })
  })

  it("explores all within a depth bound in either order, where other checkers explore too little", async () => {
    // Depth-first, 6 is first found at the end of a long path; it is the short one that leads on within the bound.
    const { action, model } = digits
    const detour = model({
      name: "detour",
      initial: { n: 0 },
      actions: { leap: action((s) => s.n === 0 && { n: 6 }), increment },
    })
    for (const maxDepth of range(1, 8)) {
      const breadth = await run(detour, { maxDepth })
      const depth = await run(detour, { maxDepth, search: "dfs" })
      expect([depth.distinct, depth.generated, depth.verdict]).toEqual([
        breadth.distinct,
        breadth.generated,
        breadth.verdict,
      ])
    }
    expect((await run(detour, { maxDepth: 5, search: "dfs" })).distinct).toBe(9)
  })

  it("keeps apart what other checkers' fingerprints confuse: ({1}, {}) and ({}, {1})", async () => {
    const { action, always, model } = variables({ one: set([1]), other: set([1]), by: record(["a", "b"], set([1])) })
    const report = await run(model({
      name: "two sets",
      initial: { one: [1], other: [], by: () => [] },
      actions: {
        move: action((s) => s.one.has(1) && { one: remove(1), other: add(1) }),
        give: action((s) => s.other.has(1) && { by: { a: add(1) } }),
        pass: action((s) => s.by.a.has(1) && { by: { a: remove(1), b: add(1) } }),
      },
      properties: { stays: always((s) => !s.by.b.has(1)) },
    }))
    expect(property(report, "stays")).toMatchObject({ verdict: "violated", steps: 3 })
  })

  it("loses no state, where a hash compaction has lost 12 % of them", async () => {
    const { action, model } = variables({
      x: Schema.Literals(range(0, 63)),
      y: Schema.Literals(range(0, 63)),
      z: Schema.Int,
    })
    const grid = model({
      name: "grid",
      initial: { x: 0, y: 0, z: 0 },
      actions: {
        right: action((s) => s.x < 63 && { x: s.x + 1 }),
        up: action((s) => s.y < 63 && { y: s.y + 1 }),
        rise: action((s) => s.z < 9 && { z: s.z + 1 }),
      },
    })
    for (const seed of [0, 1, 2]) {
      expect(await run(grid, { seed })).toMatchObject({ distinct: 64 * 64 * 10, depth: 63 + 63 + 9 + 1 })
    }
  })
})

describe("a limit", () => {
  it("on the states ends a check with what was found, and never with holds", async () => {
    const report = await run(endless, { maxStates: 1_000 })
    expect(report).toMatchObject({ verdict: "incomplete", stopped: "max-states", distinct: 1_000 })
    expect(property(report, "natural").verdict).toBe("incomplete")
    expect(await run(counter, { maxStates: 10 })).toMatchObject({ verdict: "holds", distinct: 10 })
    expect(await run(counter, { maxStates: 9 })).toMatchObject({ verdict: "incomplete", distinct: 9 })
  })

  it("on the depth ends it too, unless there is nothing deeper", async () => {
    expect(await run(endless, { maxDepth: 5 })).toMatchObject({ verdict: "incomplete", stopped: "max-depth", depth: 5 })
    expect(await run(counter, { maxDepth: 10 })).toMatchObject({ verdict: "incomplete", distinct: 10 })
    expect(await run(counter, { maxDepth: 11 })).toMatchObject({ verdict: "holds" })
  })

  it("does not hide a violation that was found", async () => {
    const { always } = integers
    const violated = { ...endless, properties: { small: always((s) => s.n < 5), natural: always((s) => s.n >= 0) } }
    const report = await run(violated, { maxStates: 20, keepGoing: true })
    expect(report).toMatchObject({ verdict: "violated", stopped: "max-states" })
    expect(property(report, "natural").verdict).toBe("incomplete")
  })

  it("on the memory is kept, and what was found is reported", async () => {
    const room = 32 * 2 ** 20
    const memory = process.memoryUsage.rss() + room
    const { action, model } = variables({ x: Schema.Int, y: Schema.Int, z: Schema.Int })
    const space = model({
      name: "space",
      initial: { x: 0, y: 0, z: 0 },
      actions: {
        right: action((s) => ({ x: s.x + 1 })),
        up: action((s) => ({ y: s.y + 1 })),
        rise: action((s) => ({ z: s.z + 1 })),
      },
    })
    const report = await run(space, { memory })
    expect(report).toMatchObject({ verdict: "incomplete", stopped: "memory" })
    expect(report.distinct).toBeGreaterThan(10_000)
    expect(report.peakMemoryBytes).toBeLessThan(1.5 * room)
    expect(process.memoryUsage.rss()).toBeLessThan(memory + room)
  })

  it("on the memory is refused when it leaves no room", async () => {
    const { reason: error, report } = await failure(counter, { memory: 10 * 2 ** 20 })
    expect(error).toBeInstanceOf(MemoryTooSmall)
    expect(error.message).toMatch(/^a memory limit of 10 MiB is too small: give at least \d+ MiB$/)
    expect(report).toMatchObject({ verdict: "incomplete", distinct: 0 })
  })
})

describe("a check that is cancelled", () => {
  it("by a signal keeps what it has found, and tells its progress until then", async () => {
    const controller = new AbortController()
    const seen: Array<Progress> = []
    const report = await run(endless, {
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress)
        if (seen.length === 3) controller.abort()
      },
    })
    expect(report).toMatchObject({ verdict: "incomplete", stopped: "interrupted" })
    expect(seen).toHaveLength(3)
    const distinct = seen.map((progress) => progress.distinct)
    expect(distinct).toEqual(distinct.toSorted((one, other) => one - other))
    expect(report.distinct).toBe(distinct.at(-1))
    expect(report.coverage.every(({ enabled }) => enabled > 0)).toBe(true)
    expect(seen.at(-1)).toMatchObject({ queue: expect.any(Number), memoryBytes: expect.any(Number) })
  })

  it("before it begins still gives a report", async () => {
    expect(await run(endless, { signal: AbortSignal.abort() })).toMatchObject({ stopped: "interrupted" })
    const report = await run(counter, { signal: AbortSignal.abort() })
    expect(report).toMatchObject({ verdict: "incomplete", stopped: "interrupted", distinct: 0, userCalls: 0 })
  })

  it("by interrupting its fiber ends, and lets others go on meanwhile", async () => {
    const seen: Array<Progress> = []
    const exit = await Effect.runPromise(Effect.gen(function*() {
      const begun = yield* Deferred.make<void>()
      const onProgress = (progress: Progress) => {
        seen.push(progress)
        Effect.runSync(Deferred.succeed(begun, undefined))
      }
      const fiber = yield* Effect.forkChild(check(endless, { onProgress }))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      return yield* Fiber.await(fiber)
    }))
    expect(Exit.isFailure(exit) && Cause.hasInterrupts(exit.cause)).toBe(true)
    const until = seen.length
    expect(until).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(seen).toHaveLength(until)
  })

  it("by a timeout", async () => {
    const fiber = Effect.timeoutOption(check(endless), "200 millis")
    expect(await Effect.runPromise(fiber)).toMatchObject({ _tag: "None" })
  })

  it("by a timeout, where each call takes its time, as does a graph", async () => {
    let calls = 0
    const slow = integers.model({
      name: "slow",
      initial: { n: 0 },
      actions: {
        add: integers.action({ by: range(1, 50) }, (s, { by }) => {
          calls++
          const began = performance.now()
          while (performance.now() - began < 20);
          return { n: s.n + by }
        }),
      },
    })
    for (const effect of [Effect.asVoid(check(slow)), Effect.asVoid(graph(slow, 1_000_000))]) {
      calls = 0
      expect(await Effect.runPromise(Effect.timeoutOption(effect, "200 millis"))).toMatchObject({ _tag: "None" })
      // All actions of one state alone are as many.
      expect(calls).toBeLessThan(50)
    }
  })

  it("by a time limit", async () => {
    const report = await run(endless, { maxSeconds: 0.2 })
    expect(report).toMatchObject({ verdict: "incomplete", stopped: "max-seconds" })
    expect(report.distinct).toBeGreaterThan(1)
    expect(report.seconds).toBeGreaterThan(0.19)
    expect(await run(counter, { maxSeconds: 60 })).toMatchObject({ verdict: "holds" })
    expect((await failure(counter, { maxSeconds: -1 })).message).toMatch(/the limit maxSeconds is -1/)
  })

  it("by a callback that throws keeps what it has found", async () => {
    const { message, reason, report } = await failure(endless, {
      onProgress: () => {
        throw new Error("not now")
      },
    })
    expect(reason).toBeInstanceOf(ProgressThrew)
    expect(message).toBe("onProgress threw: not now")
    expect(report).toMatchObject({ verdict: "incomplete", stopped: "error" })
    expect(report.distinct).toBeGreaterThan(1)
  })

  it("tells with its progress what it has found, a violation at once", async () => {
    const seen: Array<Report> = []
    const found = { ...endless, properties: { ...endless.properties, small: integers.always((s) => s.n < 3) } }
    await run(found, { keepGoing: true, maxSeconds: 0.3, onProgress: (_, report) => seen.push(report()) })
    expect(property(seen[0] as Report, "small")).toMatchObject({ verdict: "violated", steps: 3 })
    expect(seen.at(-1)?.properties.find(({ name }) => name === "small")?.trace).toBe(
      seen[0]?.properties.find(({ name }) => name === "small")?.trace,
    )
  })

  it("by a reason that its tag tells", async () => {
    const wrong = { ...counter, actions: { add: digits.action((s) => ({ n: s.n + 1 })) } }
    const caught = Effect.catchReason(
      check(wrong),
      "CheckFailed",
      "ValueOutsideDomain",
      ({ variable }) => Effect.succeed(variable),
    )
    expect(await Effect.runPromise(caught)).toBe("n")
  })

  it("by what is no fault of the model is a defect", async () => {
    const broken = {
      ...counter,
      get initial(): never {
        throw Object.assign(new Error("ours"), {
          stack: `Error: ours\n    at f (${new URL("../../src/model/model.ts", import.meta.url)}:1:1)`,
        })
      },
    }
    const exit = await Effect.runPromiseExit(check(broken))
    expect(Exit.isFailure(exit) && Cause.hasDies(exit.cause)).toBe(true)
  })
})

describe("a model at fault", () => {
  it("gives a value outside its domain: the action, the variable and the path are named", async () => {
    const { message, reason: error, report } = await failure({
      ...counter,
      actions: { increment, reset: digits.action({ to: [10] }, (s, { to }) => s.n === 4 && { n: to }) },
    })
    expect(message).toMatch(
      /^action reset\(to: 10\) gives n the value 10, which is outside its domain: one of 0, 1, 2, .*, 9$/,
    )
    expect(error).toMatchObject({ _tag: "ValueOutsideDomain", variable: "n", value: 10 })
    expect("trace" in error && error.trace.steps.map(({ state }) => state["n"])).toEqual([0, 1, 2, 3, 4])
    expect(report).toMatchObject({ verdict: "incomplete", stopped: "error", distinct: 5 })
  })

  it.each<readonly [what: string, returned: unknown, message: RegExp]>([
    ["an unknown variable", { vlaue: 1 }, /^action act returns vlaue, which .* there are: value, list, by$/],
    ["an unknown key", { by: { b: 1 } }, /^action act returns by\.b, which .* there are: a, 1$/],
    ["an unknown change of a set", { list: { put: [1] } }, /returns list\.put, which .* there are: add, remove$/],
    ["what is no object", 7, /^action act gives the state the value 7, .*: an object with some of value, list, by$/],
    ["true", true, /gives the state the value true/],
    ["an array", [], /gives the state the value \[\]/],
    ["a promise", Promise.resolve({}), /gives the state the value .*Promise.*: an object with some of/],
    ["a map", new Map([["value", 1]]), /gives the state the value Map/],
    ["one value for a record", { by: 7 }, /gives by the value 7, .*: an object with some of a, 1$/],
    ["undefined for a record", { by: undefined }, /gives by the value undefined/],
    ["one value for a set", { list: 7 }, /gives list the value 7/],
    ["a string for a set", { list: "ab" }, /gives list the value "ab"/],
    ["what is no list of additions", { list: { add: "ab" } }, /gives list the value {.*add.*}/],
    [
      "a function that gives a function",
      { value: () => () => 1 },
      /^action act gives .* what it cannot hold: .* is not plain data, so it cannot be part of a state/,
    ],
    ["a function in an element", { list: add({ f: () => 1 }) }, /is not plain data/],
    ["a symbol", { value: Symbol("x") }, /Symbol\(x\) is not plain data/],
    ["a regular expression", { value: [/x/] }, /an instance of RegExp is not plain data/],
  ])("returns %s", async (_, returned, expected) => {
    const { message, reason: error, report } = await failure(doing(() => returned))
    expect(message).toMatch(expected)
    expect("trace" in error && error.trace.steps).toHaveLength(1)
    expect(report).toMatchObject({ verdict: "incomplete", stopped: "error" })
  })

  it("throws, be it an error or not", async () => {
    const throwing = (cause: unknown) =>
      doing(() => {
        throw cause
      })
    expect(await message(throwing(new Error("no more")))).toBe("action act threw: no more")
    expect(await message(throwing("plain text"))).toBe("action act threw: \"plain text\"")
    expect(await message(throwing(undefined))).toBe("action act threw: undefined")
    expect(await message(doing((s) => s.nothing.at.all))).toBe(
      "action act reads nothing, which was never declared; there are: value, list, by",
    )
    const property = { ...counter, properties: { p: digits.always({ m: [3] }, (s, { m }) => s.n < m || null!["x"]) } }
    const { reason: error, message: text } = await failure(property)
    expect(text).toMatch(/^property p\(m: 3\) threw: Cannot read properties of null/)
    expect("trace" in error && error.trace.steps).toHaveLength(4)
  })

  it.each<readonly [what: string, change: (s: any, args: any) => unknown]>([
    ["a variable", (s) => (s.value = 1)],
    ["a new variable", (s) => (s.more = 1)],
    ["a record", (s) => (s.by.a = 1)],
    ["a value's field", (s) => (s.value.deep.n = 1)],
    ["a value's list", (s) => s.value.deep.list.push(1)],
    ["a Set in a value", (s) => s.value.members.add(1)],
    ["a Map in a value", (s) => s.value.map.set("a", 1)],
    ["a Date in a value", (s) => s.value.date.setTime(1)],
    ["a set variable's method", (s) => (s.list.has = () => true)],
    ["an element found", (s) => (s.list.where({})[0].n = 1)],
    ["an argument", (_, { list }) => list.push(1)],
    ["the arguments", (_, args) => (args.list = [])],
    ["by deleting", (s) => delete s.value.deep.n],
  ])("mutates its input: %s", async (_, change) => {
    const value = { deep: { n: 0, list: [] }, members: new Set(), map: new Map(), date: new Date(0) }
    const mutating = anything.model({
      name: "mutating",
      initial: { value, list: [{ n: 0 }], by: () => 0 },
      actions: {
        act: anything.action(
          { list: [[1]] },
          ((s: object, args: object) => {
            change(s, args)
            return {}
          }) as () => {},
        ),
      },
    })
    expect(await message(mutating)).toMatch(
      /^action act\(list: .*\) changes its input \(.*\); return what changes instead$/,
    )
  })

  it("leaves the constants that a user passes as parameters as they are, apart from freezing them", async () => {
    const quorum = ["a", "b"]
    await run(doing(() => false, { quorum: [quorum] }))
    expect(quorum).toEqual(["a", "b"])
  })

  it("answers differently late: found out by asking again, and the action is named", async () => {
    let calls = 0
    const { action, model } = variables({ phase: Schema.Literals(["a", "b"]), n: Schema.Int })
    const moody = model({
      name: "moody",
      initial: { phase: "a", n: 0 },
      actions: {
        count: action((s) => s.n < 50_000 && { n: s.n + 1 }),
        // Its answer depends on what it has not been given.
        flip: action((s) => (calls++ < 20 ? { phase: s.phase === "a" ? "b" : "a" } : {})),
      },
    })
    const { message, reason: error, report } = await failure(moody)
    expect(error._tag).toBe("ImpureFunction")
    expect(message).toMatch(/^action flip is not a pure function: .* then no change; make each choice a parameter$/)
    expect(report.distinct).toBeGreaterThan(1_000)
  })

  it("uses Math.random", async () => {
    const { action, model } = variables({ n: Schema.Number })
    const dice = model({ name: "dice", initial: { n: 0 }, actions: { roll: action(() => ({ n: Math.random() })) } })
    expect(await message(dice)).toMatch(/^action roll is not a pure function/)
  })

  it("has a domain that cannot be enumerated where it must be", async () => {
    const action = (parameters: object) => doing(() => ({}), parameters)
    expect(await message(action({ n: Schema.Int }))).toMatch(
      /^the domain of parameter n of action act cannot be enumerated: a number has no end/,
    )
    expect(await message(action({ n: range(1, 2_000), m: range(1, 2_000) }))).toMatch(
      /^the domain of action act cannot be enumerated: its parameters have 4000000 bindings/,
    )
    const { always } = digits
    expect(await message({ ...counter, properties: { p: always({ s: Schema.String }, () => true) } })).toMatch(
      /^the domain of parameter s of property p cannot be enumerated/,
    )
  })

  it("has initial states that are none", async () => {
    const initial = (initial: unknown) => ({ ...counter, initial: [initial] as typeof counter.initial })
    expect(await message({ ...counter, initial: [] })).toBe("the model counter has no initial state")
    expect(await message(initial({}))).toBe("the initial state gives no value to n; every variable needs one")
    expect(await message(initial({ n: 1, m: 1 }))).toBe(
      "the initial state returns m, which the model does not declare; there are: n",
    )
    expect(await message(initial({ n: 10 }))).toMatch(/^the initial state gives n the value 10, which is outside/)
    expect(await message(initial(undefined))).toMatch(/^the initial state gives the state the value undefined/)
    const nested = variables({ by: record([1, 2], struct({ on: Schema.Boolean })) })
    const lacking = nested.model({
      name: "lacking",
      initial: { by: { 1: { on: true }, 2: {} as { on: true } } },
      actions: {},
    })
    expect(await message(lacking)).toBe("the initial state gives no value to by.2.on; every variable needs one")
  })
})

describe("a state graph", () => {
  it("is refused when it has more states than the limit", async () => {
    expect((await Effect.runPromise(graph(counter, 10))).edges).toHaveLength(9)
    expect(await Effect.runPromise(Effect.flip(graph(counter, 9)))).toBeInstanceOf(GraphTooLarge)
    expect(await Effect.runPromise(Effect.flip(graph(endless, 50)))).toMatchObject({ limit: 50 })
    expect(await Effect.runPromise(Effect.flip(graph({ ...counter, initial: [] }, 9)))).toBeInstanceOf(CheckFailed)
  })

  it("is refused when it does not fit into memory", async () => {
    const memory = process.memoryUsage.rss() + 2 ** 24
    expect(await Effect.runPromise(Effect.flip(graph(endless, 10 ** 9, { memory })))).toMatchObject({
      reached: "memory",
      message: "the state graph does not fit into memory; choose smaller constants",
    })
  })
})
