import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../model-check/check.ts"
import { machine, type Model, named, set, struct, system, unordered, variables } from "../../src/index.ts"

/** As JavaScript, without a compiler, would let it pass. */
const untyped = (of: unknown) => of as never

/** What is said of a model that is at fault, be it when it is made or when it is explored. */
const said = async (make: () => Model<any>): Promise<{ readonly _tag: string; readonly message: string }> =>
  Effect.runPromise(
    Effect.suspend(() => check(make())).pipe(
      Effect.as({ _tag: "Nothing", message: "" }),
      Effect.catchTag("CheckFailed", ({ reason }) => Effect.succeed(reason)),
      Effect.catchDefect((defect) => Effect.succeed(defect as Error & { readonly _tag: string })),
    ),
  )

const any = variables({ x: Schema.Unknown })
const few = variables({ x: Schema.Literals(["a", "b"]) })
const sets = variables({ s: set(["a", "b"]) })
const nested = variables({ x: Schema.Struct({ message: Schema.Struct({ n: Schema.Number }) }) })

/** A model whose only action gives `x` this value. */
const giving = (value: unknown) => () =>
  any.model({ name: "m", initial: { x: 1 }, actions: { go: any.action(() => ({ x: value })) } })
const setting = (update: unknown) => () =>
  sets.model({ name: "m", initial: { s: [] }, actions: { go: sets.action(() => ({ s: untyped(update) })) } })
/** A model with a property that looks for this in a set. */
const looking = (element: unknown) => () =>
  sets.model({
    name: "m",
    initial: { s: [] },
    actions: {},
    properties: { missing: sets.always((s) => !s.s.has(untyped(element))) },
  })

const cyclic: { [key: string]: unknown } = {}
cyclic["self"] = cyclic
const cyclicMap = new Map<string, unknown>()
cyclicMap.set("self", cyclicMap)
const deep = Array.from({ length: 100_000 }).reduce<unknown>((inner) => [inner], 1)

describe("a message says what is wrong, and where", () => {
  it.for<readonly [name: string, make: () => Model<any>, tag: string, message: string]>([
    [
      "a part of a value is missing",
      () =>
        nested.model({
          name: "m",
          initial: { x: { message: { n: 1 } } },
          actions: { go: nested.action(() => ({ x: { message: untyped({}) } })) },
        }),
      "ValueOutsideDomain",
      `action go gives x the value {"message":{}}, which is outside its domain: Missing key at ["message"]["n"]`,
    ],
    [
      "a function as a value",
      giving({ f: () => 1 }),
      "UnencodableValue",
      "action go gives x what it cannot hold: () => 1 is not",
    ],
    [
      "an object in itself",
      giving(cyclic),
      "UnencodableValue",
      `x what it cannot hold: {"self":[Circular]} contains itself`,
    ],
    ["an array in itself", giving([cyclic]), "UnencodableValue", "contains itself, or is nested too deeply"],
    ["a map in itself", giving(cyclicMap), "UnencodableValue", "contains itself, or is nested too deeply"],
    ["a value without end", giving(deep), "UnencodableValue", "contains itself, or is nested too deeply"],
    [
      "an initial state in itself",
      () => any.model({ name: "m", initial: { x: cyclic }, actions: {} }),
      "UnencodableValue",
      "the initial state gives x what it cannot hold",
    ],
    [
      "the second of two initial states",
      () => few.model({ name: "m", initial: [{ x: "a" }, { x: untyped("z") }], actions: {} }),
      "ValueOutsideDomain",
      `initial state 2 gives x the value "z", which is outside its domain: one of "a", "b"`,
    ],
    [
      "no initial state",
      () => few.model({ name: "m", initial: untyped(null), actions: {} }),
      "ValueOutsideDomain",
      "the initial state gives the state the value null, which is outside its domain: an object with some of x",
    ],
    [
      "an element that cannot be there",
      looking("z"),
      "ValueOutsideDomain",
      `property missing looks in s for "z", which is`,
    ],
    [
      "a function in a set",
      looking(() => 1),
      "UnencodableValue",
      "property missing looks in s for what cannot be there",
    ],
    ["an unknown change of a set", setting({ list: 7 }), "UnknownVariable", "returns s.list, which the model does not"],
    ["a change of a set without elements", setting({ add: 7 }), "ValueOutsideDomain", "a list of elements, or { add,"],
    ["a number for a set", setting(7), "ValueOutsideDomain", "a list of elements, or { add, remove } with such lists"],
    [
      "parameters that are null",
      () => few.model({ name: "m", initial: { x: "a" }, actions: { go: few.action(untyped(null), () => false) } }),
      "InvalidDefinition",
      "the parameters of action go are null; give an object with a domain for each",
    ],
    [
      "a parameter without a domain",
      () =>
        few.model({
          name: "m",
          initial: { x: "a" },
          actions: {},
          properties: { p: few.always(untyped({ n: 7 }), () => true) },
        }),
      "InvalidDefinition",
      "the parameter n of property p is 7; give a list of values, a finite Schema, or each(…)",
    ],
    [
      "no definition",
      () => few.model(untyped(null)),
      "InvalidDefinition",
      "the definition of a model is null; give an",
    ],
    [
      "no actions",
      () => few.model(untyped({ name: "m", initial: { x: "a" } })),
      "InvalidDefinition",
      "the actions of the model m are undefined",
    ],
    [
      "a variable that is null",
      () => variables({ x: untyped(null) }).model({ name: "m", initial: { x: untyped(1) }, actions: {} }),
      "InvalidDefinition",
      "the variable x is neither a Schema nor a record, struct, set, bag or list",
    ],
    [
      "a variable without values",
      () =>
        variables({ x: struct({ y: untyped([]) }) }).model({
          name: "m",
          initial: { x: { y: untyped(1) } },
          actions: {},
        }),
      "InvalidDefinition",
      "the variable x.y has an empty list of values; give at least one",
    ],
    [
      "a list of what is no value",
      () => variables({ x: [() => 1] }).model({ name: "m", initial: { x: untyped(1) }, actions: {} }),
      "UnencodableValue",
      "x cannot be given this value: () => 1 is not plain data",
    ],
    [
      "a value that is not in the list",
      () => {
        const { action, model } = variables({ hour: [1, 2, 3] })
        return model({
          name: "m",
          initial: { hour: 3 },
          actions: { tick: action((s) => ({ hour: untyped(s.hour + 1) })) },
        })
      },
      "ValueOutsideDomain",
      "action tick gives hour the value 4, which is outside its domain: one of 1, 2, 3",
    ],
    [
      "an initial value that is not in the list",
      () => variables({ hour: [1, 2, 3] }).model({ name: "m", initial: { hour: untyped(4) }, actions: {} }),
      "ValueOutsideDomain",
      "the initial state gives hour the value 4, which is outside its domain: one of 1, 2, 3",
    ],
    [
      "variables that are null",
      () => variables<any>(untyped(null)).model({ name: "m", initial: {}, actions: {} }),
      "InvalidDefinition",
      "the variables of a model are not an object",
    ],
    [
      "a set of nothing",
      () => variables({ x: set(untyped(null)) }).model({ name: "m", initial: { x: [] }, actions: {} }),
      "InvalidDefinition",
      "the elements of the set x are neither a Schema nor a list",
    ],
  ])("%s", async ([, make, tag, message]) => {
    const reason = await said(make)
    expect(reason._tag).toBe(tag)
    expect(reason.message).toContain(message)
    expect(reason.message.length).toBeLessThan(3_000)
  })

  it("for a property that looks for what cannot be there, where it does", async () => {
    expect(await said(looking("z"))).toMatchObject({
      isSought: true,
      at: expect.stringMatching(/messages\.test\.ts:\d+/),
    })
  })
})

const { input, next, process, reply, send, setTimer } = machine({
  volatile: { n: Schema.Int },
  messages: Schema.TaggedUnion({ Ping: { n: Schema.Int } }),
  timers: ["retry"],
})

/** A system whose process "a" reacts so, in its second step. */
const reacting = (reaction: unknown) => () =>
  system({
    name: "m",
    network: unordered(),
    processes: ["a", "b"].map((name) =>
      named(
        name,
        process({
          initial: { n: 0 },
          inputs: { go: input(({ n }) => n === 0 ? next({ n: 1 }) : untyped(reaction)) },
          receive: { Ping: (state) => next(state) },
          timers: { retry: (state) => next(state) },
        }),
      )
    ),
  }).model()

describe("a message about a process says that the process is at fault", () => {
  const ping = { _tag: "Ping", n: 1 } as const
  it.for<readonly [name: string, reaction: unknown, message: string]>([
    [
      "a stranger",
      next({ n: 1 }, send("c", ping)),
      `a.go: the process a sends {"_tag":"Ping","n":1} to c, which does not`,
    ],
    [
      "a message with another value",
      next({ n: 1 }, send("b", untyped({ ...ping, n: "x" }))),
      `to b, which does not understand it: Expected number at ["n"]`,
    ],
    [
      "a message of another kind",
      next({ n: 1 }, send("b", untyped({ _tag: "Pong" }))),
      `{"_tag":"Pong"} to b, which does`,
    ],
    [
      "a message with more",
      next({ n: 1 }, send("b", untyped({ ...ping, m: 1 }))),
      `no excess property at ["message"]["m"]`,
    ],
    [
      "a timer",
      next({ n: 1 }, setTimer(untyped("rety"))),
      "names the timer rety, for which it has no handler; there are: retry",
    ],
    ["a reply", next({ n: 1 }, reply(untyped(1))), "the process a replies 1, which is none of its replies"],
    ["a field", next(untyped({ n: 1, m: 1 })), "gives the field m, which it does not declare; there are: n"],
    ["a value", next({ n: 0.5 }), "gives the field n a value outside its Schema: Expected an integer"],
    ["no reaction", null, "it gives null; let it return next(…) or ignore"],
  ])("%s", async ([, reaction, message]) => {
    const reason = await said(reacting(reaction))
    expect(reason.message).toContain(message)
    expect(reason.message).not.toContain("threw")
  })
})

describe("a function that is not pure ends the search, and the telling of its trace", () => {
  const counting = (react: (calls: number) => number) => () => {
    let calls = 0
    const { action, model } = variables({ n: Schema.Int })
    return model({
      name: "m",
      initial: { n: 0 },
      actions: {
        go: action((s) => {
          const step = react(calls++)
          return s.n < 50 && { n: s.n + step }
        }),
      },
      properties: { few: variables({ n: Schema.Int }).always((s) => s.n < 40) },
    })
  }

  it("which answers otherwise", async () => {
    expect(await said(counting((calls) => calls % 7 === 6 ? 2 : 1))).toMatchObject({ _tag: "ImpureFunction" })
  })

  it("which throws from some time on", async () => {
    const tired = counting((calls) => {
      if (calls > 20) throw new Error("tired")
      return 1
    })
    expect(await said(tired)).toMatchObject({ _tag: "FunctionThrew", message: "action go threw: tired" })
  })
})
