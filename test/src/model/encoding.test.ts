import { Option, Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { encode, UnencodableValue } from "../../../src/index.ts"

/** Plain data with all that the encoding knows. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 3 }),
      fc.constantFrom("", "a", "1", "n1;", "s0:", "__proto__", "_tag"),
      fc.integer({ min: -2, max: 2 }),
      fc.double(),
      fc.bigInt({ min: -2n, max: 2n }),
      fc.boolean(),
      fc.constantFrom(null, undefined),
      fc.date(),
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "__proto__", "1"), tie("value"), { maxKeys: 3, noNullPrototype: true }),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 2 }).map((entries) => new Map(entries)),
    tie("value").map((item) => Option.some(item)),
  ),
}))

/** Structural equality, written down independently: the same kind and equal parts, without regard to order in sets. */
const equal = (one: unknown, other: unknown): boolean => {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return Object.is(one, other) || (one === 0 && other === 0)
  }
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false
  if (one instanceof Date) return Object.is(one.getTime(), (other as Date).getTime())
  if (one instanceof Set || one instanceof Map) return sameItems([...one], [...other as Set<unknown>])
  return Array.isArray(one)
    ? one.length === (other as Array<unknown>).length && one.every((item, at) => equal(item, (other as [])[at]))
    : sameItems(Object.entries(one), Object.entries(other))
}

/** Whether each item of one list can be paired off with an equal one of the other. */
const sameItems = (one: ReadonlyArray<unknown>, other: ReadonlyArray<unknown>): boolean => {
  const rest = [...other]
  for (const item of one) {
    const at = rest.findIndex((candidate) => equal(item, candidate))
    if (at < 0) return false
    rest.splice(at, 1)
  }
  return rest.length === 0
}

/** The same value built anew, with the keys of objects and the members of sets in another order. */
const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (value instanceof Set) return new Set([...value].toReversed().map(shuffled))
  if (value instanceof Map) {
    return new Map([...value].toReversed().map(([key, item]) => [shuffled(key), shuffled(item)]))
  }
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).toReversed().map(([key, item]) => [key, shuffled(item)]))
}

describe("the encoding", () => {
  it("is canonical: values that are equal, and only those, encode alike", () => {
    fc.assert(
      fc.property(value, value, (one, other) => {
        expect(encode(one) === encode(other)).toBe(equal(one, other))
      }),
      { numRuns: 2_000 },
    )
    fc.assert(fc.property(value, (one) => {
      expect(encode(shuffled(one))).toBe(encode(one))
    }))
  })

  it("is prefix-free: no encoding begins with another one", () => {
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [first, second] = [encode(one), encode(other)]
        expect(second.startsWith(first)).toBe(first === second)
      }),
      { numRuns: 2_000 },
    )
  })

  it("keeps boundaries, where other checkers have lost them: ({1}, {}) is not ({}, {1})", () => {
    const apart: ReadonlyArray<readonly [unknown, unknown]> = [
      [[new Set([1]), new Set()], [new Set(), new Set([1])]],
      [[[1], []], [[], [1]]],
      [["ab", "c"], ["a", "bc"]],
      [[1, 23], [12, 3]],
      [{ a: { b: 1 }, c: 1 }, { a: { b: 1, c: 1 } }],
      [new Map([[1, 2]]), new Set([1, 2])],
      [[Array(1), 1], Object.assign(Array(2), { 0: [1] })],
      [[1, undefined], [1]],
      [{ a: undefined }, {}],
      ["1", 1],
      [1n, 1],
      [null, undefined],
      [{ _tag: "Some", value: 1 }, Option.some(1)],
      [Option.none(), Option.some(undefined)],
    ]
    for (const [one, other] of apart) expect(encode(one)).not.toBe(encode(other))
  })

  it("takes 0 and -0 for one value, and NaN for itself", () => {
    expect(encode(-0)).toBe(encode(0))
    expect(encode([Number.NaN])).toBe(encode([Number.NaN]))
  })

  it("knows the instances of a class by their fields and their tag", () => {
    class Point extends Schema.Class<Point>("Point")({ x: Schema.Int }) {}
    class Idle extends Schema.TaggedClass<Idle>()("Idle", {}) {}
    expect(encode(new Point({ x: 1 }))).toBe(encode(new Point({ x: 1 })))
    expect(encode(new Point({ x: 1 }))).not.toBe(encode(new Point({ x: 2 })))
    expect(encode(new Point({ x: 1 }))).not.toBe(encode({ x: 1 }))
    expect(encode(new Idle())).toBe(encode(new Idle()))
  })

  it("refuses what it cannot tell apart", () => {
    class Secret {
      readonly #value: number
      constructor(value: number) {
        this.#value = value
      }
      get value() {
        return this.#value
      }
    }
    const opaque = [
      () => 1,
      Symbol("x"),
      /x/,
      new Error("x"),
      Promise.resolve(1),
      new WeakMap(),
      new URL("https://example.com"),
      new Secret(1),
      new Uint8Array(2),
    ]
    for (const value of opaque) expect(() => encode({ deep: [value] })).toThrow(UnencodableValue)
    expect(() => encode(/x/)).toThrow("an instance of RegExp is not plain data")
  })
})
