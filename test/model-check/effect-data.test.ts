/**
 * The data types of Effect, and the classes that a Schema knows, as values of variables: one row each.
 */
import {
  BigDecimal,
  ByteSize,
  Cause,
  Chunk,
  Data,
  DateTime,
  Duration,
  Effect,
  Exit,
  Graph,
  HashMap,
  HashSet,
  Option,
  Redacted,
  Result,
  Schema,
  SchemaTransformation,
  SemVer,
} from "effect"
import { Headers, UrlParams } from "effect/http"
import { describe, expect, it } from "vitest"
import { check, type CheckOptions } from "../../model-check/check.ts"
import { checkResult } from "../../model-check/report/json.ts"
import { showValue } from "../../model-check/report/value.ts"
import { add, type Model, set, variables } from "../../src/index.ts"

const MODES: ReadonlyArray<CheckOptions> = [{}, { exact: true }, { search: "dfs" }, { search: "dfs", exact: true }]

class Point extends Schema.Class<Point>("Point")({ x: Schema.Int, at: Schema.Option(Schema.Int) }) {}
class Idle extends Schema.TaggedClass<Idle>()("Idle", { since: Schema.DateFromString }) {}
class Refused extends Schema.TaggedError<Refused>()("Refused", { by: Schema.String }) {}
class Failed extends Schema.Error<Failed>("Failed")({ code: Schema.Int }) {}
class Vote extends Schema.Opaque<Vote>()(Schema.Struct({ by: Schema.String })) {}

/** A class that only its own Schema knows. */
class Money {
  readonly #cents: number
  constructor(cents: number) {
    this.#cents = cents
  }
  get cents() {
    return this.#cents
  }
}
const MoneySchema = Schema.instanceOf(Money, {
  toCodec: () =>
    Schema.link<Money>()(
      Schema.Int,
      SchemaTransformation.transform({ decode: (cents) => new Money(cents), encode: ({ cents }) => cents }),
    ),
})

class Counted extends Schema.Class<Counted>("Counted")({ x: Schema.Int }) {
  readonly extra = 1
}
class Plain {
  readonly x = 1
}
class NoSchema extends Data.TaggedError("NoSchema")<{ readonly message: string }> {}
class OwnMap extends Map {}
class OwnArray extends Array {}

type Tree = Option.Option<readonly [Tree, Tree]>
const Tree: Schema.Schema<Tree> = Schema.Option(
  Schema.Tuple([
    Schema.suspend((): Schema.Schema<Tree> => Tree),
    Schema.suspend((): Schema.Schema<Tree> => Tree),
  ]),
) as never

/** A `Chunk` of two halves; a `HashMap` that was changed in place; and other ways of coming by the same. */
const chunk = (first: number, second: number) => Chunk.appendAll(Chunk.make(first), Chunk.make(second))
const mutated = (...entries: ReadonlyArray<readonly [string, number]>) =>
  HashMap.mutate(HashMap.make(["z", 0]), (map) => {
    for (const [key, value] of entries) HashMap.set(map, key, value)
    HashMap.remove(map, "z")
  })
const graph = (weight: number) =>
  Graph.directed<string, number>((graph) => {
    const [a, b] = [Graph.addNode(graph, "a"), Graph.addNode(graph, "b")]
    Graph.addEdge(graph, a, b, weight)
  })

interface Row {
  readonly schema: Schema.Top
  /** Equal values, come by in different ways, and then one that differs. */
  readonly equal: ReadonlyArray<() => unknown>
  readonly other: () => unknown
  readonly text: string
  readonly json: unknown
}

const ROWS: { readonly [name: string]: Row } = {
  Option: {
    schema: Schema.Option(Schema.Int),
    equal: [() => Option.some(1), () => Option.fromNullishOr(1)],
    other: () => Option.none(),
    text: "some(1)",
    json: { _tag: "Some", value: 1 },
  },
  "Option of undefined": {
    schema: Schema.Option(Schema.NullishOr(Schema.BigInt)),
    equal: [() => Option.some(undefined)],
    other: () => Option.some(null),
    text: "some(undefined)",
    json: { _tag: "Some", value: null },
  },
  "Option within plain data": {
    schema: Schema.Struct({ list: Schema.Array(Schema.Option(Schema.Int)) }),
    equal: [() => ({ list: [Option.some(1), Option.none()] })],
    other: () => ({ list: [Option.none(), Option.some(1)] }),
    text: "{list: [some(1), none]}",
    json: { list: [{ _tag: "Some", value: 1 }, { _tag: "None" }] },
  },
  "Option of a map": {
    schema: Schema.Option(Schema.ReadonlyMap(Schema.String, Schema.Int)),
    equal: [
      () => Option.some(new Map([["a", 1], ["b", 2]])),
      () => Option.some(new Map([["b", 2], ["a", 1]])),
    ],
    other: () => Option.some(new Map([["a", 1]])),
    text: "some({a → 1, b → 2})",
    json: { _tag: "Some", value: [["a", 1], ["b", 2]] },
  },
  "Option of itself": {
    schema: Tree,
    equal: [() => Option.some([Option.some([Option.none(), Option.none()]), Option.none()])],
    other: () => Option.some([Option.none(), Option.some([Option.none(), Option.none()])]),
    text: "some([some([none, none]), none])",
    json: {
      _tag: "Some",
      value: [{ _tag: "Some", value: [{ _tag: "None" }, { _tag: "None" }] }, { _tag: "None" }],
    },
  },
  Result: {
    schema: Schema.Result(Schema.Int, Schema.Int),
    equal: [() => Result.succeed(1), () => Result.map(Result.succeed(0), (n) => n + 1)],
    other: () => Result.fail(1),
    text: "success(1)",
    json: { _tag: "Success", success: 1 },
  },
  Exit: {
    schema: Schema.Exit(Schema.Int, Schema.String, Schema.Unknown),
    equal: [() => Exit.fail("no")],
    other: () => Exit.succeed(1),
    text: "Failure{cause: [Fail{error: no}]}",
    json: { _tag: "Failure", cause: [{ _tag: "Fail", error: "no" }] },
  },
  Cause: {
    schema: Schema.Cause(Schema.String, Schema.Unknown),
    equal: [() => Cause.fail("no")],
    other: () => Cause.die("no"),
    text: "[Fail{error: no}]",
    json: [{ _tag: "Fail", error: "no" }],
  },
  Chunk: {
    schema: Schema.Chunk(Schema.Int),
    equal: [
      () => Chunk.make(1, 2),
      () => chunk(1, 2),
      () => Chunk.fromIterable([1, 2]),
      () => Chunk.drop(chunk(0, 1), 1).pipe(Chunk.append(2)),
    ],
    other: () => Chunk.make(2, 1),
    text: "[1, 2]",
    json: [1, 2],
  },
  HashMap: {
    schema: Schema.HashMap(Schema.String, Schema.Int),
    equal: [
      () => HashMap.make(["a", 1], ["b", 2]),
      () => HashMap.make(["b", 2], ["a", 1]),
      () => mutated(["b", 2], ["a", 1]),
      () => HashMap.remove(HashMap.make(["a", 1], ["c", 3], ["b", 2]), "c"),
    ],
    other: () => HashMap.make(["a", 2], ["b", 1]),
    text: "{a → 1, b → 2}",
    json: [["a", 1], ["b", 2]],
  },
  HashSet: {
    schema: Schema.HashSet(Schema.String),
    equal: [() => HashSet.make("a", "b"), () => HashSet.make("b", "a", "b")],
    other: () => HashSet.make("a"),
    text: "{a, b}",
    json: ["a", "b"],
  },
  Duration: {
    schema: Schema.Duration,
    equal: [
      () => Duration.seconds(3),
      () => Duration.millis(3_000),
      () => Duration.sum(Duration.seconds(1), Duration.seconds(2)),
    ],
    other: () => Duration.seconds(4),
    text: "3s",
    json: { _tag: "Millis", value: 3_000 },
  },
  BigDecimal: {
    schema: Schema.BigDecimal,
    equal: [
      () => BigDecimal.make(15n, 1),
      () => BigDecimal.make(150n, 2),
      () => BigDecimal.normalize(BigDecimal.make(1500n, 3)),
    ],
    other: () => BigDecimal.make(15n, 2),
    text: "1.5",
    json: "1.5",
  },
  ByteSize: {
    schema: Schema.ByteSize,
    equal: [() => ByteSize.bytes(1024n)],
    other: () => ByteSize.bytes(1n),
    text: "1024n",
    json: "1024",
  },
  "DateTime.Utc": {
    schema: Schema.DateTimeUtc,
    equal: [() => DateTime.makeUnsafe(0), () => {
      const cached = DateTime.makeUnsafe("1970-01-01T00:00:00.000Z")
      DateTime.toParts(cached)
      return cached
    }],
    other: () => DateTime.makeUnsafe(1),
    text: "1970-01-01T00:00:00.000Z",
    json: "1970-01-01T00:00:00.000Z",
  },
  "DateTime.Zoned": {
    schema: Schema.DateTimeZoned,
    equal: [() => DateTime.makeZonedUnsafe(0, { timeZone: "Europe/Berlin" })],
    other: () => DateTime.makeZonedUnsafe(0, { timeZone: "Europe/Paris" }),
    text: "1970-01-01T01:00:00.000+01:00[Europe/Berlin]",
    json: "1970-01-01T01:00:00.000+01:00[Europe/Berlin]",
  },
  Redacted: {
    schema: Schema.Redacted(Schema.String),
    equal: [() => Redacted.make("secret"), () => Redacted.make("secret")],
    other: () => Redacted.make("other"),
    text: "<redacted>",
    json: "<redacted>",
  },
  "a class that its variable's Schema knows": {
    schema: Schema.Struct({ price: MoneySchema }),
    equal: [() => ({ price: new Money(1) })],
    other: () => ({ price: new Money(2) }),
    text: "{price: Money(1)}",
    json: { price: 1 },
  },
  "Redacted with its label": {
    schema: Schema.Redacted(Schema.String, { label: "key" }),
    equal: [() => Redacted.make("secret", { label: "key" })],
    other: () => Redacted.make("other", { label: "key" }),
    text: "<redacted:key>",
    json: "<redacted:key>",
  },
  Graph: {
    schema: Schema.Graph("directed", Schema.String, Schema.Int),
    equal: [() => graph(1)],
    other: () => graph(2),
    text: "{type: directed, nodes: [{index: 0, data: a}, {index: 1, data: b}], "
      + "edges: [{index: 0, source: 0, target: 1, data: 1}]}",
    json: {
      type: "directed",
      nodes: [{ index: 0, data: "a" }, { index: 1, data: "b" }],
      edges: [{ index: 0, source: 0, target: 1, data: 1 }],
    },
  },
  "TimeZone.Offset": {
    schema: Schema.TimeZoneOffset,
    equal: [() => DateTime.zoneMakeOffset(3_600_000)],
    other: () => DateTime.zoneMakeOffset(0),
    text: "3600000",
    json: 3_600_000,
  },
  "TimeZone.Named": {
    schema: Schema.TimeZoneNamed,
    equal: [() => DateTime.zoneMakeNamedUnsafe("Europe/Berlin")],
    other: () => DateTime.zoneMakeNamedUnsafe("Europe/Paris"),
    text: "\"Europe/Berlin\"",
    json: "Europe/Berlin",
  },
  SemVer: {
    schema: Schema.SemVer,
    equal: [() => SemVer.parseUnsafe("1.2.3")],
    other: () => SemVer.parseUnsafe("1.2.4"),
    text: "\"1.2.3\"",
    json: "1.2.3",
  },
  Headers: {
    schema: Schema.Headers,
    equal: [() => Headers.fromInput({ a: "1", b: "2" }), () => Headers.fromInput({ B: "2", A: "1" })],
    other: () => Headers.fromInput({ a: "2" }),
    text: "{a: \"1\", b: \"2\"}",
    json: { a: "1", b: "2" },
  },
  UrlParams: {
    schema: Schema.UrlParams,
    equal: [() => UrlParams.fromInput({ a: "1" })],
    other: () => UrlParams.fromInput({ a: "2" }),
    text: "[[a, \"1\"]]",
    json: [["a", "1"]],
  },
  IpAddress: {
    schema: Schema.IpAddressFromString,
    equal: [() => Schema.decodeSync(Schema.IpAddressFromString)("10.0.0.1")],
    other: () => Schema.decodeSync(Schema.IpAddressFromString)("10.0.0.2"),
    text: "\"10.0.0.1\"",
    json: "10.0.0.1",
  },
  Class: {
    schema: Point,
    equal: [() => new Point({ x: 1, at: Option.some(2) })],
    other: () => new Point({ x: 1, at: Option.none() }),
    text: "Point{x: 1, at: some(2)}",
    json: { x: 1, at: { _tag: "Some", value: 2 } },
  },
  TaggedClass: {
    schema: Idle,
    equal: [() => new Idle({ since: new Date(0) })],
    other: () => new Idle({ since: new Date(1) }),
    text: "Idle{since: 1970-01-01T00:00:00.000Z}",
    json: { _tag: "Idle", since: "1970-01-01T00:00:00.000Z" },
  },
  Error: {
    schema: Failed,
    equal: [() => new Failed({ code: 1 })],
    other: () => new Failed({ code: 2 }),
    text: "Failed{code: 1}",
    json: { code: 1 },
  },
  TaggedError: {
    schema: Refused,
    equal: [() => new Refused({ by: "a" }), () => new Refused({ by: "a" })],
    other: () => new Refused({ by: "b" }),
    text: "Refused{by: a}",
    json: { _tag: "Refused", by: "a" },
  },
  ErrorInstance: {
    schema: Schema.ErrorInstance(),
    equal: [() => new Error("no"), () => new Error("no")],
    other: () => new Error("yes"),
    text: "Error{message: no, name: Error}",
    json: { message: "no", name: "Error" },
  },
  "ErrorInstance with a cause": {
    schema: Schema.ErrorInstance(),
    equal: [() => new Error("no", { cause: 1 })],
    other: () => new Error("no"),
    text: "Error{message: no, name: Error, cause: 1}",
    json: { message: "no", name: "Error", cause: 1 },
  },
  RegExp: {
    schema: Schema.RegExp,
    equal: [() => /a/g, () => new RegExp("a", "g")],
    other: () => /a/,
    text: "RegExp{source: a, flags: g}",
    json: { source: "a", flags: "g" },
  },
  URL: {
    schema: Schema.URL,
    equal: [() => new URL("https://a.b"), () => new URL("https://a.b/")],
    other: () => new URL("https://a.b/c"),
    text: `URL("https://a.b/")`,
    json: "https://a.b/",
  },
  URLSearchParams: {
    schema: Schema.URLSearchParams,
    equal: [() => new URLSearchParams("a=1"), () => new URLSearchParams({ a: "1" })],
    other: () => new URLSearchParams("a=2"),
    text: `URLSearchParams("a=1")`,
    json: "a=1",
  },
  Uint8Array: {
    schema: Schema.Uint8Array,
    equal: [() => new Uint8Array([1, 2]), () => new Uint8Array([0, 1, 2]).subarray(1)],
    other: () => new Uint8Array([2, 1]),
    text: `Uint8Array("AQI=")`,
    json: "AQI=",
  },
  Date: {
    schema: Schema.Date,
    equal: [() => new Date(0), () => new Date("1970-01-01")],
    other: () => new Date(1),
    text: "1970-01-01T00:00:00.000Z",
    json: "1970-01-01T00:00:00.000Z",
  },
  ReadonlyMap: {
    schema: Schema.ReadonlyMap(Schema.String, Schema.Option(Schema.Int)),
    equal: [
      () => new Map([["a", Option.some(1)], ["b", Option.none()]]),
      () => new Map([["b", Option.none()], ["a", Option.some(1)]]),
    ],
    other: () => new Map(),
    text: "{a → some(1), b → none}",
    json: [["a", { _tag: "Some", value: 1 }], ["b", { _tag: "None" }]],
  },
  ReadonlySet: {
    schema: Schema.ReadonlySet(Schema.Duration),
    equal: [() => new Set([Duration.seconds(1)]), () => new Set([Duration.millis(1_000)])],
    other: () => new Set(),
    text: "{1s}",
    json: [{ _tag: "Millis", value: 1_000 }],
  },
  Opaque: {
    schema: Vote,
    equal: [() => ({ by: "a" }), () => Vote.make({ by: "a" })],
    other: () => ({ by: "b" }),
    text: "{by: a}",
    json: { by: "a" },
  },
  brand: {
    schema: Schema.Int.pipe(Schema.brand("Term")),
    equal: [() => 1],
    other: () => 2,
    text: "1",
    json: 1,
  },
}

/** Whether an instance of a class is frozen anywhere. */
const isFrozen = (value: unknown): boolean =>
  typeof value === "object" && value !== null &&
  ![Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value))
  && Object.isFrozen(value)

/** A model that goes from a value to an equal one, come by in another way, and to another; and keeps a set of these. */
const modelOf = ({ equal, other, schema }: Row, given: Array<unknown>): Model<any> => {
  const { action, model } = variables({ value: schema, seen: set(schema) })
  const make = (from: () => unknown) => {
    const value = from()
    // Some are frozen by those who make them.
    if (!isFrozen(value)) given.push(value)
    return value
  }
  const first = equal[0] as () => unknown
  return model({
    name: "data",
    initial: { value: make(first), seen: [] },
    actions: {
      change: action({ at: [...equal.keys()] }, (s, { at }) => {
        const value = make(equal[at] as () => unknown)
        // What an instance caches makes no difference.
        showValue(s.value)
        return { value, seen: add(value) } as never
      }),
      differ: action(() => ({ value: make(other) }) as never),
      keep: action((s) => ({ value: s.value, seen: [...s.seen] }) as never),
    },
  })
}

it.each(Object.entries(ROWS))("%s", (_, row) => {
  for (const mode of MODES) {
    const given: Array<unknown> = []
    const model = modelOf(row, given)
    const report = Effect.runSync(check(model, { ...mode, keepGoing: true }))
    // Equal values are one; the other value is another; and each with a set that has or has not the first.
    expect(report).toMatchObject({ verdict: "holds", distinct: 4 })
    expect(given.filter(isFrozen)).toEqual([])
  }
  const { always, model } = variables({ value: row.schema })
  const violated = model({
    name: "data",
    initial: { value: (row.equal[0] as () => unknown)() } as never,
    actions: {},
    properties: { never: always(() => false) },
  })
  const report = Effect.runSync(check(violated))
  const value = report.properties[0]?.trace?.steps[0]?.state["value"]
  expect(showValue(value)).toBe(row.text)
  const about = {
    suite: "data",
    configuration: "",
    constants: {},
    model: violated,
    expected: { verdict: "violated", property: "never" },
  } as const
  const json = JSON.parse(JSON.stringify(checkResult({ ...about, report })))
  expect(json.properties[0].trace.steps[0].state.value).toEqual(row.json)
})

/** Values that are refused, each with the class and the reason that the error names. */
const REFUSED: { readonly [name: string]: readonly [schema: Schema.Top, make: () => unknown, message: RegExp] } = {
  "a label that the Schema does not know": [
    Schema.Redacted(Schema.String),
    () => Redacted.make("secret", { label: "key" }),
    /value what it cannot hold: .* is more than what its Schema encodes/,
  ],
  "Redacted that must not be encoded": [
    Schema.Redacted(Schema.String, { disallowJsonEncode: true }),
    () => Redacted.make("secret"),
    /value what it cannot hold: an instance of .* cannot be encoded through its Schema/,
  ],
  "Redacted where no Schema says so": [Schema.Unknown, () => Redacted.make("secret"), /there is no Schema/],
  "File, which can only be read asynchronously": [
    Schema.File,
    () => new File(["a"], "a"),
    /value what it cannot hold: an instance of File/,
  ],
  "FormData with a file": [
    Schema.FormData,
    () => {
      const form = new FormData()
      form.append("a", new File(["a"], "a"))
      return form
    },
    /value what it cannot hold: an instance of File/,
  ],
  "a field that the Schema of a class does not know": [
    Counted,
    () => new Counted({ x: 1 }),
    /an instance of Counted cannot be encoded through its Schema/,
  ],
  "an address whose Schema does not say how it is encoded": [
    Schema.IpAddress,
    () => Schema.decodeSync(Schema.IpAddressFromString)("10.0.0.1"),
    /an instance of Ipv4Address is not plain data, and there is no Schema/,
  ],
  "an error that was given more": [
    Schema.ErrorInstance(),
    () => Object.assign(new Error("no"), { code: 1 }),
    /an instance of Error is more than what its Schema encodes/,
  ],
  "a class without a codec": [
    Schema.instanceOf(Plain),
    () => new Plain(),
    /value what it cannot hold: an instance of Plain is not plain data, and there is no Schema/,
  ],
  "a class in what is unknown": [Schema.Unknown, () => ({ deep: [new Plain()] }), /value .* an instance of Plain/],
  "an error without a Schema": [Schema.Unknown, () => new NoSchema({ message: "no" }), /an instance of NoSchema/],
  "a promise": [Schema.Unknown, () => Promise.resolve(1), /an instance of Promise/],
  "a subclass of Map": [Schema.Unknown, () => new OwnMap(), /an instance of OwnMap/],
  "a subclass of Array": [Schema.Unknown, () => new OwnArray(), /an instance of OwnArray/],
  "a symbol as a key": [Schema.Unknown, () => ({ [Symbol("x")]: 1 }), /an object has a symbol as a key/],
  "a property that is not seen": [
    Schema.Unknown,
    () => Object.defineProperty({}, "x", { get: () => 1, enumerable: false }),
    /an object has properties that are not seen/,
  ],
  "more than an array": [Schema.Unknown, () => Object.assign([1], { x: 1 }), /an array has properties of its own/],
  "more than an array that lacks an element": [
    Schema.Unknown,
    () => Object.assign(Array(1), { x: 1 }),
    /an array has properties of its own/,
  ],
  "more than a date": [Schema.Unknown, () => Object.assign(new Date(0), { x: 1 }), /a date has properties of its own/],
  "more than a map": [Schema.Unknown, () => Object.assign(new Map(), { x: 1 }), /a map has properties of its own/],
  "more than a set": [
    Schema.Unknown,
    () => Object.defineProperty(new Set(), "x", { value: 1 }),
    /a set has properties of its own/,
  ],
  "another value at each look": [
    Schema.Unknown,
    () => {
      let looks = 0
      return {
        get look() {
          return looks++
        },
      }
    },
    /value what it cannot hold: .* is not the same whenever it is read/,
  ],
}

describe("is refused by name", () => {
  it.each(Object.entries(REFUSED))("%s", (_, [schema, make, message]) => {
    const { action, model } = variables({ value: Schema.NullOr(schema), seen: set(schema) })
    for (const change of [(): unknown => ({ value: make() }), () => ({ seen: add(make()) })]) {
      const gives = model({
        name: "refused",
        initial: { value: null, seen: [] },
        actions: { act: action(change as () => never) },
      })
      for (const mode of MODES) {
        const failed = Effect.runSync(Effect.flip(check(gives, mode)))
        expect(failed.message).toMatch(/^action act /)
        expect(failed.message.replace("seen what", "value what")).toMatch(message)
      }
    }
  })
})
