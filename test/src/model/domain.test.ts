import { Result, Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { DomainNotEnumerable, encode, enumerate, majorities, names, range, values } from "../../../src/index.ts"

const listed = <A>(schema: Schema.Schema<A>): ReadonlyArray<A> => Result.getOrThrow(values(schema))
const refused = (schema: Schema.Top): string => Result.getOrThrow(Result.flip(values(schema as Schema.Schema<unknown>)))

const Side = { Left: 0, Right: "right" } as const

/** Finite schemas, each with a function that says whether a value belongs to it. */
const { schema } = fc.letrec<{ schema: Schema.Schema<unknown> }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    fc.oneof(
      fc.array(fc.constantFrom("a", "b", 1, 2, true), { minLength: 1, maxLength: 4 }).map((all) =>
        Schema.Literals(all)
      ),
      fc.constantFrom(Schema.Boolean, Schema.Null, Schema.Undefined, Schema.Enum(Side), Schema.Never),
      fc.tuple(fc.integer({ min: -2, max: 1 }), fc.nat(3)).map(([minimum, more]) =>
        Schema.Int.check(Schema.isBetween({ minimum, maximum: minimum + more }))
      ),
    ),
    fc.tuple(tie("schema"), tie("schema")).map((members) => Schema.Union(members)),
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
  ])("are enumerated: %s", (_, schema, expected) => {
    expect(listed(schema)).toEqual(expected)
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
    ["too many combinations", Schema.Tuple(Array.from({ length: 17 }, () => Schema.Boolean)), /131072 values/],
  ])("cannot be enumerated: %s", (_, schema, reason) => {
    expect(refused(schema)).toMatch(reason)
  })

  it("are asked for by name", () => {
    expect(() => enumerate(Schema.String, "parameter who of action greet")).toThrow(DomainNotEnumerable)
    expect(() => enumerate(Schema.String, "parameter who of action greet")).toThrow(
      "the domain of parameter who of action greet cannot be enumerated: it is String, which has no end; give a finite",
    )
    expect(enumerate([1, 2, 1, -0, 0, { a: 1 }, { a: 1 }], "x")).toEqual([1, 2, 0, { a: 1 }])
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
