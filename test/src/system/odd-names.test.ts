import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check, type CheckOptions } from "../../../model-check/check.ts"
import { walks } from "../../../model-check/engine/explore/walk.ts"
import { checkResult } from "../../../model-check/report/json.ts"
import { outcomeText } from "../../../model-check/report/outcome-text.ts"
import { plain } from "../../../model-check/report/text.ts"
import {
  emptyHistory,
  fifo,
  ignore,
  invoked,
  isLinearizable,
  machine,
  type Model,
  named,
  range,
  record,
  register,
  returned,
  set,
  struct,
  system,
  unordered,
  variables,
} from "../../../src/index.ts"

/** Names that mean something to JavaScript, to its arrays, sets and promises, or to updates. */
const ODD = [
  "add",
  "remove",
  "constructor",
  "__proto__",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "then",
  "at",
  "length",
  "map",
  "size",
  "has",
  "keys",
  "kind",
  "elements",
  "fields",
  "toJSON",
  "next",
  "0",
] as const

/** Ways to search that have little in common. */
const MODES: ReadonlyArray<CheckOptions> = [{}, { search: "dfs", exact: true }]

/** What the checker finds, in whatever mode, and what it shows of it. */
const found = (model: Model<any>) =>
  MODES.map((mode) => {
    const report = Effect.runSync(check(model, { keepGoing: true, ...mode }))
    const outcome = {
      suite: "odd",
      configuration: "names",
      constants: {},
      model,
      expected: { verdict: "holds" },
      report,
    } as const
    expect(JSON.parse(JSON.stringify(checkResult(outcome)))).toMatchObject({ distinct: report.distinct })
    expect(outcomeText(outcome, plain, true)).toContain(`${report.distinct} distinct states`)
    const { distinct, generated, properties } = report
    return { distinct, generated, verdicts: properties.map(({ verdict }) => verdict) }
  })

const object = (name: string, value: unknown): { readonly [name: string]: any } => Object.fromEntries([[name, value]])

describe("a model is the same, whatever the names of its parts", () => {
  const named = (name: string): Model<any> => {
    const { action, always, each, model, reachable } = variables(
      object(
        name,
        struct(
          object(
            name,
            record([name, "other"], struct({ ...object(name, Schema.Literals([0, 1, 2])), of: set([name, 1]) })),
          ),
        ),
      ) as {},
    ) as ReturnType<typeof variables<any>>
    void each
    const leaf = (s: any, key: string) => s[name][name][key][name]
    const write = (key: string, value: unknown) => object(name, object(name, object(key, value)))
    return model({
      name,
      initial: [0, 1].map((n) => object(name, object(name, () => ({ ...object(name, n), of: [] })))),
      actions: object(
        name,
        action(object(name, [name, "other"]), (s: any, args: any) =>
          leaf(s, args[name]) < 2 && write(args[name], {
            ...object(name, (n: number) => n + 1),
            of: { add: [args[name] === name ? name : 1] },
          })),
      ),
      properties: {
        small: always((s: any) => leaf(s, name) + leaf(s, "other") < 4),
        end: reachable(object("key", [name]) as { key: [string] }, (s: any, { key }) => s[name][name][key].of.has(key)),
      },
    })
  }
  it.each(ODD)("%s", (name) => {
    const expected = found(named("ordinary"))
    expect(found(named(name))).toEqual(expected)
    expect(() => walks(named(name))([0, ...range(1, 20)])).not.toThrow()
  })
})

describe("a system is the same, whatever the names of its processes and of what is observed", () => {
  const Ping = Schema.TaggedStruct("Ping", { n: Schema.Int })
  const talk = (one: string, two: string, field: string, order: "fifo" | "unordered") => {
    const { input, next, process, reply, send, setTimer } = machine({
      durable: object(field, Schema.Literals([0, 1, 2])),
      volatile: { seen: Schema.Struct({ add: Schema.Boolean, n: Schema.Int }) },
      messages: Ping,
      timers: ["go"],
      replies: Schema.Literal("sent"),
    })
    const peer = (other: string) =>
      process({
        initial: { ...object(field, 0), seen: { add: false, n: 0 } } as any,
        start: (state: any) => next(state, setTimer("go", 0)),
        timers: {
          go: (state: any) => next({ ...state, ...object(field, 1) }, send(other, Ping.make({ n: 1 })), reply("sent")),
        },
        receive: {
          Ping: (state: any, { n }: any) =>
            state.seen.n >= 2 ?
              ignore
              : next(
                { ...state, seen: { add: true, n: state.seen.n + n } },
              ),
        },
        inputs: {
          write: input(
            { x: [1] },
            (state: any) => state[field] === 0 ? next({ ...state, ...object(field, 2) }) : ignore,
          ),
        },
        observed: [field] as any,
      })
    return system({
      name: "talk",
      processes: [named(one, peer(two)), named(two, peer(one))],
      network: order === "fifo" ? fifo() : unordered(),
      faults: { crashRecovery: { total: 1, each: 1, of: [one] } } as any,
      recording: {
        invocation: (o) =>
          o._tag === "Chosen" ? { client: o.process, operation: { _tag: "Write", value: 1 } } : undefined,
        response: (o) => o._tag === "Replied" ? { client: o.from, result: { _tag: "WriteOk" } } : undefined,
      },
    }).model()
  }
  for (const order of ["fifo", "unordered"] as const) {
    describe(`over a network that is ${order}`, () => {
      const expected = found(talk("p", "q", "field", order))
      it.each(ODD)("%s", (name) => {
        expect(found(talk(name, "q", name, order))).toEqual(expected)
      }, 60_000)
    })
  }

  it("where both processes have odd names", () => {
    expect(found(talk("remove", "add", "constructor", "fifo"))).toEqual(found(talk("p", "q", "field", "fifo")))
  }, 60_000)
})

describe("a history is the same, whatever the names of its clients", () => {
  it.each(ODD)("%s", (client) => {
    const asked = invoked(emptyHistory, client, { _tag: "Write", value: 1 })
    expect(Object.keys(asked)).toEqual([client])
    const written = returned(asked, client, { _tag: "WriteOk" })
    const read = (value: number) =>
      returned(invoked(written, "reader", { _tag: "Read" }), "reader", { _tag: "ReadOk", value })
    expect(isLinearizable(register(0), read(1))).toBe(true)
    expect(isLinearizable(register(0), read(0))).toBe(false)
    // The other client's operations answered so far count, whatever its name.
    const again = invoked(
      returned(invoked(invoked(written, client, { _tag: "Read" }), client, { _tag: "Read" }), client, {
        _tag: "ReadOk",
        value: 1,
      }),
      "reader",
      { _tag: "Read" },
    )
    expect(Object.entries(again["reader"]?.pending?.after ?? {})).toEqual([[client, 2]])
  })
})
