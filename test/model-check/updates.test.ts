import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check, type CheckOptions } from "../../model-check/check.ts"
import { explore } from "../../model-check/engine/explore/graph.ts"
import { walks } from "../../model-check/engine/explore/walk.ts"
import { add, append, bag, type Model, range, record, remove, set, struct, tail, variables } from "../../src/index.ts"

/** All ways to search. */
const MODES: ReadonlyArray<CheckOptions> = [{}, { exact: true }, { search: "dfs" }, { search: "dfs", exact: true }]

const verdicts = (model: Model<any>) => MODES.map((mode) => Effect.runSync(check(model, mode)).verdict)
const everywhere = (verdict: string) => MODES.map(() => verdict)

/** What a model is refused with, whatever the mode: the message. */
const refusals = (model: Model<any>): ReadonlyArray<string> => [
  ...MODES.map((mode) => Effect.runSync(Effect.flip(check(model, mode))).message),
  (() => {
    try {
      walks(model)([0, ...range(1, 20)])
      return "nothing"
    } catch (error) {
      return (error as Error).message
    }
  })(),
]

/** All reachable states, each as JSON, sorted. */
const states = (model: Model<any>) => explore(model, 1_000).states.map((state) => JSON.stringify(state)).toSorted()

/** As JavaScript, without a compiler, would let it pass. */
const untyped = (of: unknown) => of as never

describe("updates in a sequence do not lose each other", () => {
  const names = ["alice", "bob"] as const
  const { action, always, model, refines, sequence } = variables({ balance: record(names, Schema.Int) })
  const bank = (transfer: Parameters<typeof model>[0]["actions"][string]) =>
    model({
      name: "bank",
      initial: { balance: (name) => name === "alice" ? 1 : 2 },
      actions: { transfer },
      properties: { nothingLost: always((s) => s.balance.alice + s.balance.bob === 3) },
    })
  const safe = bank(action({ from: names, to: names }, (s, { from, to }) =>
    s.balance[from] > 0 &&
    sequence({ balance: { [from]: (n) => n - 1 } }, { balance: { [to]: (n) => n + 1 } })))

  it("where two keys are one", () => {
    const careless = bank(
      action(
        { from: names, to: names },
        (s, { from, to }) =>
          s.balance[from] > 0 && { balance: { [from]: s.balance[from] - 1, [to]: s.balance[to] + 1 } },
      ),
    )
    expect(verdicts(careless)).toEqual(everywhere("violated"))
    expect(verdicts(safe)).toEqual(everywhere("holds"))
    expect(states(safe)).toEqual(
      [[0, 3], [1, 2], [2, 1], [3, 0]].map(([alice, bob]) => `{"balance":{"alice":${alice},"bob":${bob}}}`),
    )
    expect(walks(safe)([0, ...range(1, 50)]).violation).toBeUndefined()
  })

  it("in an abstract model either, and in the one that refines it", () => {
    const refined = model({
      name: "refined",
      initial: { balance: (name) => name === "alice" ? 1 : 2 },
      actions: safe.actions,
      properties: { same: refines(safe, { balance: (s) => s.balance }) },
    })
    expect(verdicts(refined)).toEqual(everywhere("holds"))
    const doubled = model({
      name: "doubled",
      initial: refined.initial,
      actions: {
        gift: action((s) =>
          s.balance.alice < 9 && sequence({ balance: { alice: (n) => n + 1 } }, { balance: { alice: (n) => n + 1 } })
        ),
      },
      properties: refined.properties,
    })
    expect(verdicts(doubled)).toEqual(everywhere("violated"))
  })

  it("while what `s` shows stays as it was before the step", () => {
    const swapped = model({
      name: "swapped",
      initial: { balance: (name) => name === "alice" ? 1 : 2 },
      actions: {
        swap: action((s) =>
          sequence({ balance: { alice: s.balance.bob } }, { balance: { bob: (n) => n - n + s.balance.alice } })
        ),
      },
    })
    expect(states(swapped)).toEqual([
      "{\"balance\":{\"alice\":1,\"bob\":2}}",
      "{\"balance\":{\"alice\":2,\"bob\":1}}",
    ])
    const records = variables({ x: record(names, Schema.Int), y: record(names, Schema.Int) })
    const exchanged = records.model({
      name: "exchanged",
      initial: { x: () => 0, y: () => 1 },
      actions: { swap: records.action((s) => records.sequence({ x: s.y }, { y: s.x })) },
    })
    expect(states(exchanged)).toEqual([
      "{\"x\":{\"alice\":0,\"bob\":0},\"y\":{\"alice\":1,\"bob\":1}}",
      "{\"x\":{\"alice\":1,\"bob\":1},\"y\":{\"alice\":0,\"bob\":0}}",
    ])
  })
})

describe("a function of what is there", () => {
  const { action, model, sequence } = variables({ log: Schema.Array(Schema.Int), n: Schema.Int })
  const from = (log: ReadonlyArray<number>, act: Parameters<typeof model>[0]["actions"][string]) =>
    states(model({ name: "log", initial: { log, n: 0 }, actions: { act } }))

  it("is called in an update that stands alone", () => {
    expect(from([1], action((s) => s.n === 0 && { log: append(2, 3), n: (n) => n + 1 }))).toEqual([
      "{\"log\":[1,2,3],\"n\":1}",
      "{\"log\":[1],\"n\":0}",
    ])
  })

  it("sees what the updates before have written", () => {
    expect(from([1, 2], action((s) => s.n === 0 && sequence({ log: tail }, { log: append(3) }, { n: 1 })))).toEqual([
      "{\"log\":[1,2],\"n\":0}",
      "{\"log\":[2,3],\"n\":1}",
    ])
    expect(
      from([], action((s) => s.n === 0 && sequence({ log: [7] }, sequence({ log: append(8), n: 1 }), { log: tail }))),
    )
      .toEqual(["{\"log\":[8],\"n\":1}", "{\"log\":[],\"n\":0}"])
  })

  it("reads what it is given, so the same action does otherwise elsewhere", () => {
    expect(from([], action((s) => s.n < 3 && { n: (n) => n + 1 }))).toHaveLength(4)
    const blind = variables({ n: Schema.Literals([0, 1, 2]) })
    const turned = blind.model({
      name: "turned",
      initial: { n: 0 },
      actions: { turn: blind.action(() => ({ n: (n) => ((n + 1) % 3) as 0 | 1 | 2 })) },
    })
    expect(states(turned)).toEqual(["{\"n\":0}", "{\"n\":1}", "{\"n\":2}"])
  })

  it("is refused by name where it throws or gives what is no value", () => {
    const failing = (n: unknown) =>
      model({ name: "failing", initial: { log: [], n: 0 }, actions: { act: action(() => ({ n: untyped(n) })) } })
    for (const refusal of refusals(failing(() => "one"))) {
      expect(refusal).toContain("action act gives n the value \"one\"")
    }
    for (const refusal of refusals(failing(() => () => 1))) expect(refusal).toContain("action act")
    for (
      const refusal of refusals(failing(() => {
        throw new Error("no")
      }))
    ) {
      expect(refusal).toContain("action act threw: no")
    }
  })
})

describe("what is added and removed in a sequence is added and removed in this order", () => {
  it.each(
    [
      ["set", set, [[], ["x"], ["x"], ["x", "y"]]],
      ["bag", bag, [[], ["x"], ["x"], ["x", "x", "y"]]],
    ] as const,
  )("of a %s", (_, of, [none, one, again, more]) => {
    const { action, model, sequence } = variables({ of: (of as typeof set)(["x", "y"]), done: Schema.Boolean })
    const after = (initial: ReadonlyArray<"x" | "y">, ...updates: ReadonlyArray<object>) => {
      const act = action((s) => !s.done && sequence({ done: true }, ...(updates as ReadonlyArray<{}>)))
      const { states } = explore(model({ name: "sets", initial: { of: initial, done: false }, actions: { act } }), 10)
      return states.find(({ done }) => done)?.["of"]
    }
    expect(after([], { of: add("x") }, { of: remove("x") })).toEqual(none)
    expect(after(["x"], { of: add("x") }, { of: remove("x") })).toEqual(_ === "bag" ? one : none)
    expect(after(["x"], { of: remove("x") }, { of: add("x") })).toEqual(again)
    expect(after([], { of: remove("x") }, { of: add("x") })).toEqual(one)
    expect(after([], { of: add("x") }, { of: add("y") }, { of: add("x") })).toEqual(more)
    expect(after(["y"], { of: ["x"] }, { of: add("x", "y") })).toEqual(more)
    expect(after(["y"], { of: add("x") }, { of: (members: any) => [...members].filter((m) => m === "x") }))
      .toEqual(one)
    expect(after([], { of: add("x") }, { of: (members: any) => members.has("x") ? add("x", "y") : {} }))
      .toEqual(more)
    expect(after([], { of: add("x", "y") }, { of: (members: any) => remove(...members.where("y")) })).toEqual(one)
    expect(after([], { of: add("x") }, { of: (members: any) => members.some("x") && members.size === 1 ? [] : ["y"] }))
      .toEqual(none)
  })
})

describe("what a sequence would lose is an error that names it", () => {
  const { action, model, sequence } = variables({
    x: record(["a", "b"], Schema.Int),
    local: struct({ sent: set([1, 2]) }),
  })
  const having = (...updates: ReadonlyArray<unknown>) =>
    model({
      name: "losing",
      initial: { x: () => 0, local: { sent: [] } },
      actions: { write: action(() => sequence(...(updates as ReadonlyArray<{}>))) },
    })

  it.each<readonly [what: string, updates: ReadonlyArray<unknown>, lost: string]>([
    ["two values", [{ x: { a: 1 } }, { x: { b: 1, a: 2 } }], "x.a"],
    ["two equal values", [{ x: { a: 1 } }, { x: { a: 1 } }], "x.a"],
    ["a value after a function", [{ x: { a: (n: number) => n + 1 } }, { x: { a: 2 } }], "x.a"],
    ["all members after an addition", [{ local: { sent: add(1) } }, { local: { sent: [2] } }], "local.sent"],
  ])("%s", (_, updates, lost) => {
    for (const refusal of refusals(having(...updates))) {
      expect(refusal).toBe(
        `action write writes ${lost} twice in a sequence, so the former is lost; let the latter be a function of what is there`,
      )
    }
  })

  it.each<readonly [what: string, update: object]>([
    ["an update beside a sequence", { ...sequence({ x: { a: 1 } }), x: { b: 1 } }],
    ["a name that nobody declared beside a sequence", Object.freeze({ ...sequence({ x: { a: 1 } }), y: 1 })],
    ["of two sequences the former", { ...sequence({ x: { a: 1 } }), ...sequence({ x: { b: 1 } }) }],
    ["the same inside a sequence", sequence({}, { ...sequence({ x: { a: 1 } }), ...sequence() })],
  ])("%s", (_, update) => {
    const spreading = model({
      name: "spreading",
      initial: { x: () => 0, local: { sent: [] } },
      actions: { write: action(() => untyped(update)) },
    })
    for (const refusal of refusals(spreading)) {
      expect(refusal).toBe(
        "action write spreads a sequence into an object, where some of the updates are lost; make a sequence of both: sequence(one, other)",
      )
    }
  })

  it.each<readonly [what: string, updates: ReadonlyArray<unknown>, message: string]>([
    ["a variable", [{ x: { a: 1 } }, { y: 1 }], "action write returns y, which the model does not declare"],
    ["a key", [{}, { x: { c: () => 1 } }], "action write returns x.c, which the model does not declare"],
    ["what is no update", [false], "action write gives the state the value false"],
    ["a function for a record", [{ x: () => ({}) }], "action write gives x the value"],
  ])("as is %s that was never declared", (_, updates, message) => {
    for (const refusal of refusals(having(...updates))) expect(refusal).toContain(message)
  })
})

describe("what an update says of something that there is not is refused by name", () => {
  const { action, model } = variables({
    x: record(["a", "b"], Schema.Literals([0, 1])),
    one: Schema.Literals([0, 1]),
    local: struct({ n: Schema.Int, sent: set([1, 2]), had: bag([1, 2]) }),
  })
  const returning = (update: unknown) =>
    model({
      name: "unknown",
      initial: { x: () => 0, one: 0, local: { n: 0, sent: [], had: [] } },
      actions: { write: action(() => untyped(update)) },
    })
  const odd = Symbol("odd")

  it.each<readonly [what: string, update: unknown, message: string]>([
    [
      "a variable without a value",
      { y: undefined },
      "returns y, which the model does not declare; there are: x, one, local",
    ],
    [
      "a key without a value",
      { x: { c: undefined } },
      "returns x.c, which the model does not declare; there are: a, b",
    ],
    ["a field", { local: { n: 1, m: 1 } }, "returns local.m, which the model does not declare"],
    ["a symbol", { one: 1, [odd]: 1 }, "returns Symbol(odd), which the model does not declare"],
    ["a symbol in a record", { x: { [odd]: 1 } }, "returns x.Symbol(odd), which"],
    ["a symbol in the change of a set", { local: { sent: { [odd]: [1] } } }, "returns local.sent.Symbol(odd), which"],
    ["another change of a set", { local: { sent: { added: [1] } } }, "returns local.sent.added, which"],
    ["one more change of a bag", { local: { had: { add: [1], extra: undefined } } }, "returns local.had.extra, which"],
    ["no value", { one: undefined }, "gives one the value undefined"],
    ["no record", { x: undefined }, "gives x the value undefined"],
    ["no members", { local: { sent: undefined } }, "gives local.sent the value undefined"],
    ["no members to add", { local: { sent: { add: undefined } } }, "gives local.sent the value {\"add\":undefined}"],
    ["one member to add", { local: { sent: { add: 1 } } }, "gives local.sent the value {\"add\":1}"],
    ["a text of members", { local: { sent: { add: "12" } } }, "gives local.sent the value {\"add\":\"12\"}"],
    ["an instance for a set", { local: { sent: /add/ } }, "gives local.sent the value /add/"],
    ["a promise for a set", { local: { sent: Promise.resolve([1]) } }, "gives local.sent the value"],
    ["a list for a record", { x: [1] }, "gives x the value [1]"],
    ["a list of updates", [{ one: 1 }], "gives the state the value"],
  ])("%s", (_, update, message) => {
    for (const refusal of refusals(returning(update))) expect(refusal).toContain(`action write ${message}`)
  })
})
