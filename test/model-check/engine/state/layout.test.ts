import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { bitsOf, gather, piecesOf } from "../../../../model-check/engine/ask/gather.ts"
import { Layout, OutsideDomain } from "../../../../model-check/engine/state/layout.ts"
import { encode, range, record, set, struct } from "../../../../src/index.ts"
import { slots } from "../../../../src/model/slot.ts"

const variables = {
  phase: Schema.Literals(["a", "b", "c"]),
  only: Schema.Literal("x"),
  big: Schema.Literals(range(0, 99)),
  n: Schema.Int,
  m: Schema.Unknown,
  point: struct({ x: Schema.Boolean, seen: set(Schema.Int) }),
  by: record(["p", "q"], Schema.Literals([1, 2])),
  sent: set(Schema.Unknown),
}
const all = slots(variables)
/** The position of a slot. */
const at = (name: string): number => all.findIndex((slot) => slot.name === name)
const VALUES = ["phase", "big", "n", "m", "by.p", "by.q"]
const SETS = ["point.seen", "sent"]

/** What a test knows of a vector: the number of each field that was written. */
type Known = Map<number, number>

const value = fc.oneof(fc.nat(600), fc.record({ n: fc.nat(20) }))
const operation = fc.oneof(
  fc.record({ kind: fc.constant("value" as const), slot: fc.constantFrom(...VALUES), value }),
  fc.record({ kind: fc.constant("element" as const), slot: fc.constantFrom(...SETS), value, present: fc.boolean() }),
  fc.record({ kind: fc.constant("many" as const), from: fc.nat(500), count: fc.nat(300) }),
)

/** A value that the slot's domain has. */
const valueOf = (slot: string, of: unknown): unknown => {
  const n = typeof of === "number" ? of : (of as { n: number }).n
  switch (slot) {
    case "phase":
      return ["a", "b", "c"][n % 3]
    case "big":
      return n % 100
    case "m":
    case "sent":
      return of
    case "by.p":
    case "by.q":
      return 1 + n % 2
    default:
      return n
  }
}

describe("the layout", () => {
  it("keeps every field's value when fields are added, widen and move", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), fc.nat(), (operations, seed) => {
        const layout = new Layout(slots(variables), seed)
        let words = new Int32Array(layout.stride)
        let relocations = 0
        layout.onRelocate((relocate) => {
          const moved = new Int32Array(layout.stride)
          relocate(words, 0, moved, 0)
          words = moved
          relocations++
        })
        const known: Known = new Map()
        const write = (field: number, number: number) => {
          layout.set(words, 0, field, number)
          known.set(field, number)
        }
        for (const operation of operations) {
          if (operation.kind === "value") {
            const field = layout.valueField[at(operation.slot)] as number
            write(field, layout.number(field, valueOf(operation.slot, operation.value)))
          } else if (operation.kind === "element") {
            const element = valueOf(operation.slot, operation.value)
            write(layout.element(at(operation.slot), element), operation.present ? 1 : 0)
          } else {
            const field = layout.valueField[at("n")] as number
            for (const n of range(operation.from, operation.from + operation.count)) layout.number(field, n)
          }
        }
        for (let field = 0; field < layout.fieldCount; field++) {
          expect(layout.get(words, 0, field)).toBe(known.get(field) ?? 0)
        }
        // Nothing else is left in the vector: exact mode compares whole words.
        const anew = new Int32Array(layout.stride)
        for (const [field, number] of known) layout.set(anew, 0, field, number)
        expect(words).toEqual(anew)

        // Incremental: what a write changes of the fingerprint is the key of the old value and that of the new one.
        const [before, after] = [new Int32Array(2), new Int32Array(2)]
        layout.fingerprint(words, 0, before)
        let [lo, hi] = before as unknown as [number, number]
        for (const [field] of known) {
          const number = layout.get(words, 0, field) === 0 ? Math.min(1, layout.mask[field] as number) : 0
          if (layout.value(field, number) === undefined && number !== 0) continue
          const base = layout.keyBase[field] as number
          lo ^= (layout.keyLo[base + layout.get(words, 0, field)] as number) ^ (layout.keyLo[base + number] as number)
          hi ^= (layout.keyHi[base + layout.get(words, 0, field)] as number) ^ (layout.keyHi[base + number] as number)
          layout.set(words, 0, field, number)
          layout.fingerprint(words, 0, after)
          expect([...after]).toEqual([lo, hi])
        }
        expect(relocations).toBeGreaterThanOrEqual(layout.stride - 1)
      }),
      { numRuns: 200 },
    )
  })

  it("gives a state the same fingerprint whatever was discovered first", () => {
    const fingerprint = (elements: ReadonlyArray<number>): ReadonlyArray<number> => {
      const layout = new Layout(slots({ n: Schema.Int, seen: set(Schema.Int) }), 0)
      const fields = new Map(elements.map((element) => [element, layout.element(1, element)]))
      for (const n of elements) layout.number(0, n)
      const words = new Int32Array(layout.stride)
      layout.set(words, 0, 0, layout.number(0, 7))
      layout.set(words, 0, fields.get(3) as number, 1)
      const out = new Int32Array(2)
      layout.fingerprint(words, 0, out)
      return [...out]
    }
    const usual = fingerprint([3, 7])
    fc.assert(
      fc.property(fc.shuffledSubarray([...range(0, 60)], { minLength: 61 }), (elements) => {
        expect(fingerprint(elements)).toEqual(usual)
      }),
      { numRuns: 20 },
    )
  })

  it("tells apart variables whose names, joined by dots, are the same", () => {
    const layout = new Layout(slots({ "a.b": Schema.Literals([1, 2]), a: struct({ b: Schema.Literals([1, 2]) }) }), 0)
    const fingerprint = (one: number, other: number) => {
      const words = new Int32Array(layout.stride)
      layout.set(words, 0, 0, layout.number(0, one))
      layout.set(words, 0, 1, layout.number(1, other))
      const out = new Int32Array(2)
      layout.fingerprint(words, 0, out)
      return out.join()
    }
    const all = [fingerprint(1, 1), fingerprint(1, 2), fingerprint(2, 1), fingerprint(2, 2)]
    expect(new Set(all).size).toBe(4)
  })

  it("shows a vector as plain data, sets sorted by their encoding", () => {
    const layout = new Layout(
      slots({ ...variables, ["__proto__"]: Schema.Int, constructor: record(["__proto__"], Schema.Int) }),
      0,
    )
    const words = new Int32Array(layout.stride)
    layout.slots.forEach((slot, index) => {
      const field = layout.valueField[index] as number
      const first = slot.values?.[0] ?? 0
      if (field >= 0) layout.set(words, 0, field, layout.number(field, first))
    })
    for (const element of [3, 1, 2]) {
      const field = layout.element(at("point.seen"), element)
      layout.set(words, 0, field, element === 1 ? 0 : 1)
    }
    const plain = layout.plain(words, 0)
    expect(Object.entries(plain)).toEqual([
      ["phase", "a"],
      ["only", "x"],
      ["big", 0],
      ["n", 0],
      ["m", 0],
      ["point", { x: false, seen: [2, 3] }],
      ["by", { p: 1, q: 1 }],
      ["sent", []],
      ["__proto__", 0],
      ["constructor", Object.fromEntries([["__proto__", 0]])],
    ])
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype)
  })

  it("refuses values outside a domain, and says what is expected", () => {
    const layout = new Layout(slots({ ...variables, none: Schema.Literals([]), large: Schema.Literals([1n, 2n]) }), 0)
    const refusal = (name: string, value: unknown): string => {
      try {
        layout.number(layout.valueField[layout.slots.findIndex((slot) => slot.name === name)] as number, value)
        return "taken"
      } catch (error) {
        return error instanceof OutsideDomain ? error.message : "another error"
      }
    }
    expect(refusal("phase", "a")).toBe("taken")
    expect(refusal("phase", "d")).toBe("one of \"a\", \"b\", \"c\"")
    expect(refusal("big", 100)).toBe("one of its 100 values")
    expect(refusal("n", "1")).toBe("Expected number")
    expect(refusal("none", 0)).toBe("it has no values")
    expect(refusal("large", 3n)).toBe("one of 1n, 2n")
    expect(() => layout.element(at("point.seen"), "one")).toThrow(OutsideDomain)
  })

  it("is dense where there are few values, and sparse where there are many", () => {
    const layout = new Layout(slots(variables), 0)
    const fieldOf = (name: string) => layout.valueField[at(name)] as number
    expect(["phase", "only", "big"].map((name) => layout.bits(fieldOf(name)))).toEqual([2, 0, 7])
    expect(["phase", "only", "big", "n"].map((name) => layout.sparse[fieldOf(name)])).toEqual([0, 0, 1, 1])
  })
})

describe("gathering", () => {
  it("brings the bits of some fields together, so that different contents give different numbers", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }),
        fc.infiniteStream(fc.nat()),
        (sizes, random) => {
          const layout = new Layout(
            slots(Object.fromEntries(sizes.map((size, at) => [`v${at}`, Schema.Literals(range(1, size))]))),
            0,
          )
          const fields: Array<number> = []
          for (const field of range(0, layout.fieldCount - 1)) {
            if ((random.next().value as number) % 2 === 0 && bitsOf(layout, [...fields, field]) <= 12) {
              fields.push(
                field,
              )
            }
          }
          const pieces = piecesOf(layout, fields)
          const seen = new Map<string, number>()
          for (let round = 0; round < 20; round++) {
            const words = new Int32Array(layout.stride + 3)
            const numbers = sizes.map((size, field) => {
              const number = (random.next().value as number) % size
              layout.set(words, 3, field, number)
              return number
            })
            const gathered = gather(pieces, words, 3)
            expect(gathered).toBeLessThan(2 ** bitsOf(layout, fields))
            const name = encode(fields.map((field) => numbers[field]))
            expect(seen.get(name) ?? gathered).toBe(gathered)
            seen.set(name, gathered)
          }
          expect(new Set(seen.values()).size).toBe(seen.size)
        },
      ),
      { numRuns: 100 },
    )
  })

  it("takes neighbours in one piece, and sparse fields not at all", () => {
    const layout = new Layout(slots({ a: Schema.Boolean, b: Schema.Boolean, c: Schema.Boolean, n: Schema.Int }), 0)
    expect([...piecesOf(layout, [1, 0, 2])]).toEqual([0, 0, 7, 0])
    expect([...piecesOf(layout, [0, 2])]).toEqual([0, 0, 1, 0, 0, 2, 1, 1])
    expect(bitsOf(layout, [0, 1])).toBe(2)
    expect(bitsOf(layout, [0, 3])).toBe(Infinity)
  })
})
