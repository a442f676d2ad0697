import { Effect, Option, Result, Schema, SchemaGetter, SchemaTransformation } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { check, type CheckOptions } from "../../../model-check/check.ts"
import {
  DomainNotEnumerable,
  encode,
  enumerate,
  functions,
  majorities,
  names,
  range,
  record,
  set,
  subsets,
  values,
  variables,
} from "../../../src/index.ts"
import { naiveTwin } from "../../naive-twin.ts"

const listed = <A>(schema: Schema.Schema<A>): ReadonlyArray<A> => Result.getOrThrow(values(schema))
const refused = (schema: Schema.Top): string => Result.getOrThrow(Result.flip(values(schema as Schema.Schema<unknown>)))

class Point extends Schema.Class<Point>("Point")({ x: Schema.Literals([1, 2]), at: Schema.optionalKey(Schema.Null) }) {
  get double() {
    return 2 * this.x
  }
}
class Move extends Schema.TaggedClass<Move>()("Move", { to: Point, by: Schema.Option(Schema.Literal("a")) }) {}
class Small extends Schema.Class<Small>("Small")(
  Schema.Struct({ x: Schema.Literals([1, 2]), y: Schema.Literals([1, 2]) }).check(
    Schema.makeFilter(({ x, y }) => x < y),
  ),
) {}
class Far extends Point.extend<Far>("Far")({ far: Schema.Boolean }) {}
class Failed extends Schema.TaggedError<Failed>()("Failed", { code: Schema.Literals([1, 2]) }) {}
class Named extends Schema.Class<Named>("Named")({ name: Schema.String }) {}
class Timed extends Schema.Class<Timed>("Timed")({ on: Schema.Boolean }) {
  readonly made = Symbol("made")
}
class Picky extends Schema.Class<Picky>("Picky")({ on: Schema.Boolean }) {
  constructor(...given: ConstructorParameters<typeof Point>) {
    super(given as never)
    throw new Error("never")
  }
}
class Money {
  readonly cents: 1 | 2
  constructor(cents: 1 | 2) {
    this.cents = cents
  }
}
/** What only this Schema knows to be made of one cent, or of two. */
const money = (decode: SchemaGetter.Getter<Money, 1 | 2>) =>
  Schema.instanceOf(Money, {
    expected: "Money",
    toCodec: () =>
      Schema.link<Money>()(
        Schema.Literals([1, 2]),
        new SchemaTransformation.Transformation(decode, SchemaGetter.transform(({ cents }: Money) => cents)),
      ),
  })

interface Tree {
  readonly left: Tree | null
}
const Tree = Schema.Struct({ left: Schema.NullOr(Schema.suspend((): Schema.Codec<Tree> => Tree)) })
/** A new schema whenever it is unfolded. */
const endless = (): Schema.Codec<unknown> => Schema.Option(Schema.suspend(endless))

const Side = { Left: 0, Right: "right" } as const

/** Finite schemas, each with a function that says whether a value belongs to it. */
const { schema } = fc.letrec<{ schema: Schema.Schema<unknown> }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    fc.oneof(
      fc.array(fc.constantFrom("a", "b", 1, 2, true), { minLength: 1, maxLength: 4 }).map((all) =>
        Schema.Literals(all)
      ),
      fc.constantFrom(Schema.Boolean, Schema.Null, Schema.Undefined, Schema.Enum(Side), Schema.Never, Point),
      fc.constantFrom(Schema.TemplateLiteral([Schema.Literals(["", "a"]), "-", Schema.Literals(["a", 1, ""])])),
      fc.tuple(fc.integer({ min: -2, max: 1 }), fc.nat(3)).map(([minimum, more]) =>
        Schema.Int.check(Schema.isBetween({ minimum, maximum: minimum + more }))
      ),
    ),
    fc.tuple(tie("schema"), tie("schema")).map((members) => Schema.Union(members)),
    tie("schema").map((schema) => Schema.Option(schema)),
    tie("schema").map((schema) => Schema.suspend(() => schema)),
    tie("schema").map((a) => class Some extends Schema.Class<{ readonly a: unknown }>("Some")({ a }) {}),
    fc.tuple(tie("schema"), tie("schema")).map(([success, failure]) => Schema.Result(success, failure)),
    fc.tuple(tie("schema"), tie("schema")).map((elements) => Schema.Tuple(elements)),
    fc.record({ a: tie("schema"), b: tie("schema") }).map((fields) => Schema.TaggedStruct("T", fields)),
    fc.tuple(tie("schema"), tie("schema")).map(([a, b]) => Schema.Struct({ a, b: Schema.optionalKey(b) })),
    fc.tuple(tie("schema"), tie("schema")).map(([a, b]) => Schema.Tuple([a, Schema.optional(b)])),
  ) as fc.Arbitrary<Schema.Schema<unknown>>,
}))

describe("the values of a finite Schema", () => {
  it.each<readonly [string, Schema.Schema<unknown>, ReadonlyArray<unknown>]>([
    ["literals", Schema.Literals(["yes", 1, true, 2n]), ["yes", 1, true, 2n]],
    ["no literals", Schema.Literals([]), []],
    ["booleans", Schema.Boolean, [false, true]],
    ["null or undefined", Schema.Union([Schema.Null, Schema.Undefined]), [null, undefined]],
    ["an enum", Schema.Enum(Side), [0, "right"]],
    ["integers between bounds", Schema.Int.check(Schema.isBetween({ minimum: -1, maximum: 1 })), [-1, 0, 1]],
    [
      "bounds that are not themselves integers or included",
      Schema.Int.check(Schema.isGreaterThan(0.5), Schema.isLessThan(3)),
      [1, 2],
    ],
    ["bounds given in several ways", Schema.Int.check(Schema.isInt32(), Schema.isLessThan(-2147483646)), [
      -2147483648,
      -2147483647,
    ]],
    ["a filter", Schema.Literals([1, 2, 3]).check(Schema.makeFilter((n) => n !== 2)), [1, 3]],
    ["members that overlap", Schema.Union([Schema.Literals([1, 2]), Schema.Literals([2, 3])]), [1, 2, 3]],
    ["pairs", Schema.Tuple([Schema.Boolean, Schema.Literal("x")]), [[false, "x"], [true, "x"]]],
    ["tagged structs", Schema.TaggedStruct("T", { on: Schema.Boolean }), [
      { _tag: "T", on: false },
      { _tag: "T", on: true },
    ]],
    ["keys that may be absent", Schema.Struct({ a: Schema.optionalKey(Schema.Boolean), b: Schema.Literal(1) }), [
      { b: 1 },
      { a: false, b: 1 },
      { a: true, b: 1 },
    ]],
    ["keys that may be absent or undefined", Schema.Struct({ a: Schema.optional(Schema.Literal(1)) }), [
      {},
      { a: 1 },
      { a: undefined },
    ]],
    ["a key that must be absent", Schema.Struct({ a: Schema.optionalKey(Schema.Never) }), [{}]],
    [
      "elements that may be absent",
      Schema.Tuple([
        Schema.Literal("x"),
        Schema.optionalKey(Schema.Boolean),
        Schema.optionalKey(Schema.Literal(1)),
      ]),
      [["x"], ["x", false], ["x", true], ["x", false, 1], ["x", true, 1]],
    ],
    ["an option", Schema.Option(Schema.Literals([1, 2])), [Option.some(1), Option.some(2), Option.none()]],
    ["an option of nothing", Schema.Option(Schema.Never), [Option.none()]],
    ["options of options", Schema.Option(Schema.Option(Schema.Null)), [
      Option.some(Option.some(null)),
      Option.some(Option.none()),
      Option.none(),
    ]],
    ["an option that is decoded", Schema.OptionFromNullOr(Schema.Literal(1)), [Option.some(1), Option.none()]],
    ["results", Schema.Result(Schema.Boolean, Schema.Literal("no")), [
      Result.succeed(false),
      Result.succeed(true),
      Result.fail("no"),
    ]],
    ["what is suspended", Schema.Tuple([Schema.suspend(() => Schema.suspend(() => Schema.Boolean))]), [[false], [
      true,
    ]]],
    [
      "template literals",
      Schema.TemplateLiteral(["a", Schema.Literals(["x", 1]), Schema.TemplateLiteral(["-", "b"])]),
      [
        "ax-b",
        "a1-b",
      ],
    ],
    [
      "a template literal whose parts overlap",
      Schema.TemplateLiteral([Schema.Literals(["", "a"]), Schema.Literals(["a", "aa"])]),
      ["a", "aa", "aaa"],
    ],
    [
      "classes",
      Point,
      [{ x: 1 }, { x: 1, at: null }, { x: 2 }, { x: 2, at: null }].map((it) => new Point(it as never)),
    ],
    ["tagged classes", Move.check(Schema.makeFilter(({ to }) => to.at === null && to.double === 4)), [
      new Move({ to: new Point({ x: 2, at: null }), by: Option.some("a") }),
      new Move({ to: new Point({ x: 2, at: null }), by: Option.none() }),
    ]],
    ["a class with a check", Small, [new Small({ x: 1, y: 2 })]],
    ["a class that extends another", Far.check(Schema.makeFilter(({ at, x }) => at === null && x === 1)), [
      new Far({ x: 1, at: null, far: false }),
      new Far({ x: 1, at: null, far: true }),
    ]],
    ["errors", Failed, [new Failed({ code: 1 }), new Failed({ code: 2 })]],
  ])("are enumerated: %s", (_, schema, expected) => {
    expect(listed(schema)).toEqual(expected)
    expect(listed(schema).map(encode)).toEqual(expected.map(encode))
  })

  it("are instances of their class", () => {
    expect(listed(Schema.Struct({ move: Schema.suspend(() => Move) })).every(({ move }) => move instanceof Move)).toBe(
      true,
    )
    expect(listed(Point).map(({ double }) => double)).toEqual([2, 2, 4, 4])
  })

  it("are all in it, and each once", () => {
    fc.assert(fc.property(schema, (schema) => {
      const found = listed(schema)
      expect(found.every(Schema.is(schema))).toBe(true)
      expect(new Set(found.map(encode)).size).toBe(found.length)
    }))
  })

  it.each<readonly [string, Schema.Top, RegExp]>([
    ["strings", Schema.String, /String, which has no end/],
    ["integers", Schema.Int, /no end unless it is an integer between two bounds/],
    ["numbers between bounds", Schema.Number.check(Schema.isBetween({ minimum: 0, maximum: 1 })), /integer/],
    ["a half-open range", Schema.Int.check(Schema.isGreaterThan(0)), /no end/],
    ["arrays", Schema.Array(Schema.Boolean), /no greatest length/],
    ["records", Schema.Record(Schema.String, Schema.Boolean), /no greatest set of keys/],
    ["what contains them", Schema.Struct({ a: Schema.Boolean, b: Schema.Tuple([Schema.String]) }), /no end/],
    [
      "too many",
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65_537 })),
      /has 65537 values, more than 65536/,
    ],
    [
      "too many with those that lack an element",
      Schema.Tuple([
        Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 256 })),
        Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 256 }))),
      ]),
      /has 65792 values/,
    ],
    ["a recursive schema", Tree, /^it contains itself, or is nested too deeply$/],
    ["a schema that is recursive in an option", Schema.Tuple([Schema.Null, endless()]), /contains itself/],
    ["an option of strings", Schema.Option(Schema.String), /^it is String, which has no end$/],
    ["a result without end", Schema.Result(Schema.Boolean, Schema.Int), /a number has no end/],
    ["what is suspended and has no end", Schema.suspend(() => Schema.String), /String, which has no end/],
    ["a template literal of strings", Schema.TemplateLiteral(["a", Schema.String]), /String, which has no end/],
    [
      "a template literal of numbers",
      Schema.TemplateLiteral(["a", Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1 }))]),
      /a number in a template literal may be written in many ways/,
    ],
    [
      "a template literal of numbers within another",
      Schema.TemplateLiteral([Schema.Union([Schema.Literal("x"), Schema.TemplateLiteral(["a", Schema.Number])])]),
      /written in many ways/,
    ],
    [
      "a template literal that is too long",
      Schema.TemplateLiteral(range(1, 17).map(() => Schema.Literals([0, 1]))),
      /131072/,
    ],
    ["a class with a string", Named, /String, which has no end/],
    ["dates", Schema.Date, /^it is a valid Date, which has no end$/],
    ["chunks", Schema.Chunk(Schema.Boolean), /no greatest length/],
    ["what no codec describes", Schema.instanceOf(Map), /of which no codec says what it is made of/],
    [
      "a class that only its Schema knows",
      money(SchemaGetter.transform((cents) => new Money(cents))),
      /of Money is not plain/,
    ],
    ["a class that cannot be made", money(SchemaGetter.forbidden(() => "no")), /^no instances of Money can be made$/],
    ["a class whose constructor throws", Picky, /^no instances of Picky can be made$/],
    ["a class whose instances are never the same", Timed, /^an instance of Timed is not plain data/],
    [
      "too many with the one that is none",
      Schema.Option(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65_536 }))),
      /has 65537 values/,
    ],
    ["too many combinations", Schema.Tuple(Array.from({ length: 17 }, () => Schema.Boolean)), /131072 values/],
  ])("cannot be enumerated: %s", (_, schema, reason) => {
    expect(refused(schema)).toMatch(reason)
  })

  it("may be more where somebody asks for it", () => {
    expect(range(1, 70_000, { most: 70_000 })).toHaveLength(70_000)
    expect(() => range(1, 70_001, { most: 70_000 })).toThrow("it has 70001 values, more than 70000; ask for so many by")
    expect(() => range(1, 70_000)).toThrow("ask for so many by { most: 70000 }")
    const bits = Schema.Tuple(Array.from({ length: 17 }, () => Schema.Boolean))
    expect(Result.getOrThrow(values(bits, { most: 2 ** 17 }))).toHaveLength(2 ** 17)
    expect(Result.isFailure(values(bits, { most: 2 ** 17 - 1 }))).toBe(true)
    expect(functions(names("k", 17), [0, 1], { most: 2 ** 17 })).toHaveLength(2 ** 17)
    expect(subsets(range(1, 20), 10, { most: 200_000 })).toHaveLength(184_756)
    expect(majorities(range(1, 19), { most: 92_378 })).toHaveLength(92_378)
    expect(() => range(1, 2, { most: 1 })).toThrow(DomainNotEnumerable)
    for (const most of [Number.NaN, -1, 1.5, Infinity]) {
      expect(() => range(1, 2, { most })).toThrow(`the most values of a domain are ${most}; give a whole number from 0`)
    }
  })

  it("are tried for all arguments of an action where there are more", () => {
    const { action, always, model } = variables({ n: Schema.Int })
    const picking = model({
      name: "picking",
      initial: { n: 0 },
      actions: {
        pick: action({ n: range(1, 70_000, { most: 70_000 }) }, (s, { n }) => s.n === 0 && n > 69_990 && { n }),
      },
      properties: { small: always((s) => s.n < 70_000) },
    })
    const report = Effect.runSync(check(picking))
    expect(report.verdict).toBe("violated")
    expect(report.properties[0]?.trace?.steps.at(-1)).toMatchObject({ parameters: { n: 70_000 } })
  })

  it("are asked for by name", () => {
    expect(() => enumerate(Schema.String, "parameter who of action greet")).toThrow(DomainNotEnumerable)
    expect(() => enumerate(Schema.String, "parameter who of action greet")).toThrow(
      "the domain of parameter who of action greet cannot be enumerated: it is String, which has no end; give a finite",
    )
    expect(enumerate([1, 2, 1, -0, 0, { a: 1 }, { a: 1 }], "x")).toEqual([1, 2, 0, { a: 1 }])
  })
})

describe("parameters and variables over finite Schemas", () => {
  const MODES: ReadonlyArray<CheckOptions> = [{}, { exact: true }, { search: "dfs" }]

  it.each<readonly [string, Schema.Schema<unknown>]>([
    ["options", Schema.Option(Schema.Option(Schema.Boolean))],
    ["results", Schema.Result(Schema.Boolean, Schema.Literals(["no", "never"]))],
    ["what is suspended", Schema.suspend(() => Schema.Option(Schema.suspend(() => Schema.Boolean)))],
    ["template literals", Schema.TemplateLiteral([Schema.Literals(["a", "b"]), "-", Schema.Literals([1, "b"])])],
    ["classes", Point],
    ["classes of classes", Schema.Struct({ move: Move })],
    ["errors", Failed],
  ])("%s are checked", (_, schema) => {
    const all = listed(schema)
    const { action, always, model, reachable } = variables({
      one: schema,
      of: record(["p", "q"], schema),
      seen: set(schema),
      // The same as a list.
      last: all,
    })
    const moves = model({
      name: "moves",
      initial: { one: all[0], of: () => all[1], seen: [], last: all[0] },
      actions: {
        choose: action({ it: schema }, (s, { it }) => s.seen.size === 0 && { one: it, last: it }),
        keep: action((s) => s.seen.size === 0 && { seen: [s.one], of: { p: s.one } }),
      },
      properties: {
        kept: always((s) => s.seen.size === 0 || (s.seen.has(s.one) && encode(s.of.p) === encode(s.last))),
        each: always({ it: schema }, (s, { it }) => !s.seen.has(it) || encode(it) === encode(s.one)),
        last: reachable((s) => s.seen.has(all.at(-1))),
      },
    })
    const { distinct, generated, verdict } = naiveTwin(moves)
    expect({ distinct, verdict }).toEqual({ distinct: 2 * all.length, verdict: "holds" })
    for (const mode of MODES) {
      expect(Effect.runSync(check(moves, mode))).toMatchObject({ distinct, generated, verdict })
    }
  })

  it("take no other value", () => {
    const { action, model } = variables({ of: Schema.Option(Schema.Literals([1, 2])), to: Point })
    const strays = (update: object) =>
      model({
        name: "strays",
        initial: { of: Option.none(), to: new Point({ x: 1 }) },
        actions: { go: action(() => update as never) },
      })
    const said = (update: object) => Effect.runSync(Effect.flip(check(strays(update)))).message
    expect(said({ of: Option.some(3) })).toContain("of the value some(3), which is outside its domain: one of")
    expect(said({ to: new Far({ x: 1, far: true }) })).toContain("which is outside its domain")
  })
})

describe("small domains", () => {
  it("are ranges, names and majorities", () => {
    expect(range(2, 1)).toEqual([])
    expect(range(-1, 1)).toEqual([-1, 0, 1])
    expect(names("rm", 0)).toEqual([])
    expect(names("rm", 2)).toEqual(["rm1", "rm2"])
    expect(majorities(["a"])).toEqual([["a"]])
    expect(majorities(["a", "b"])).toEqual([["a", "b"]])
  })

  it("are refused when they are too large", () => {
    expect(() => range(1, 1e9)).toThrow(
      "the domain of range(1, 1000000000) cannot be enumerated: it has 1000000000 values",
    )
    expect(() => names("rm", Infinity)).toThrow(DomainNotEnumerable)
    expect(() => majorities(names("a", 40))).toThrow(
      "the domain of subsets of 21 of 40 members cannot be enumerated: it has 131282408400 values",
    )
    expect(majorities(names("a", 17))).toHaveLength(24_310)
  })

  it("has majorities that all intersect, and none to spare", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 7 }), (count) => {
      const quorums = majorities(range(1, count))
      expect(quorums.every((one) => quorums.every((other) => one.some((member) => other.includes(member))))).toBe(true)
      expect(quorums.every((quorum) => quorum.length === Math.floor(count / 2) + 1)).toBe(true)
      expect(new Set(quorums.map(encode)).size).toBe(quorums.length)
    }))
  })
})
