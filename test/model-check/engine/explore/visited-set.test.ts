import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  type Batch,
  ExactSet,
  FingerprintSet,
  FRESH,
  FULL,
  KNOWN,
  type VisitedSet,
} from "../../../../model-check/engine/explore/visited-set.ts"
import { Memory } from "../../../../model-check/engine/memory.ts"
import { Layout } from "../../../../model-check/engine/state/layout.ts"
import { range } from "../../../../src/index.ts"
import { slots } from "../../../../src/model/slot.ts"

type Fingerprint = readonly [lo: number, hi: number]

const NO_VECTOR = () => new Int32Array(1)

/** Looks fingerprints up in batches, and says what was found for each. */
const insert = (set: VisitedSet, fingerprints: ReadonlyArray<Fingerprint>, size: number): ReadonlyArray<number> =>
  range(0, Math.ceil(fingerprints.length / size) - 1).flatMap((at) => {
    const some = fingerprints.slice(at * size, (at + 1) * size)
    const batch: Batch = {
      count: some.length,
      lo: Int32Array.from(some, ([lo]) => lo),
      hi: Int32Array.from(some, ([, hi]) => hi),
      found: new Int32Array(some.length),
    }
    set.insert(batch, NO_VECTOR)
    return [...batch.found]
  })

/** What a JavaScript `Map` says: the number of the state, or that it is new. */
const expected = (fingerprints: ReadonlyArray<Fingerprint>, numbered: boolean): ReadonlyArray<number> => {
  const numbers = new Map<string, number>()
  return fingerprints.map(([lo, hi]) => {
    // (0, 0) is kept as (0, 1).
    const name = `${lo},${lo === 0 && hi === 0 ? 1 : hi}`
    const known = numbers.get(name)
    if (known !== undefined) return numbered ? known : KNOWN
    numbers.set(name, numbers.size)
    return FRESH
  })
}

/** Few values, so that some are repeated, and so close together that they probe into each other. */
const lane = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31)),
)
const fingerprints = fc.array(fc.tuple(lane, lane), { maxLength: 300 })

/** Many fingerprints that differ in one lane only. */
const many = (count: number, of: (index: number) => Fingerprint): ReadonlyArray<Fingerprint> =>
  range(0, count - 1).map(of)
const mixed = (index: number): number => Math.imul(index, 0x9e3779b1) ^ (index >>> 3)

describe("a set of fingerprints", () => {
  it("answers like a Map", () => {
    fc.assert(fc.property(fingerprints, fc.integer({ min: 1, max: 40 }), fc.boolean(), (some, size, numbered) => {
      const set = new FingerprintSet(new Memory(), numbered)
      const found = insert(set, [...some, ...some], size)
      expect(found).toEqual(expected([...some, ...some], numbered))
      expect(set.count).toBe(found.filter((answer) => answer === FRESH).length)
    }))
  })

  it.each([
    ["spread", (index: number): Fingerprint => [mixed(index), mixed(~index)]],
    ["with the same high lane", (index: number): Fingerprint => [index, 5]],
    ["with the same low lane", (index: number): Fingerprint => [0, index << 12]],
    ["that are all at the end of the table", (index: number): Fingerprint => [index, -1]],
  ])("loses none while it grows: fingerprints %s", (_, of) => {
    const all = many(7_000, of)
    for (const numbered of [false, true]) {
      const set = new FingerprintSet(new Memory(), numbered)
      expect(new Set(insert(set, all, 2_048))).toEqual(new Set([FRESH]))
      expect(set.count).toBe(all.length)
      expect(insert(set, all, 2_048)).toEqual(all.map((_, index) => numbered ? index : KNOWN))
      expect(set.count).toBe(all.length)
    }
  })

  it("does not lose a part of the states silently, as a hash compaction has: without room it says so", () => {
    const memory = new Memory()
    const set = new FingerprintSet(memory, true)
    // The table as it is, and one twice as large.
    memory.limit = 12 * (4 + 8) * 4_096
    const all = many(60_000, (index) => [mixed(index), mixed(~index)])
    const found = insert(set, all, 1_000)
    const room = found.indexOf(FULL)
    // Eight times 4,096 slots, of which 95 in 100 are used when there can be no more.
    expect(room).toBe(Math.floor(0.95 * 8 * 4_096))
    expect(found.slice(0, room).every((answer) => answer === FRESH)).toBe(true)
    expect(found.slice(room).every((answer) => answer === FULL)).toBe(true)
    expect(set.count).toBe(room)
    // What it has is still found.
    expect(insert(set, all.slice(0, room), 1_000)).toEqual(range(0, room - 1))
  })

  it("says how many bytes it holds", () => {
    for (const [numbered, bytes] of [[false, 8], [true, 12]] as const) {
      const memory = new Memory()
      const set = new FingerprintSet(memory, numbered)
      expect(memory.held).toBe(bytes * 4_096)
      insert(set, many(10_000, (index) => [index, mixed(index)]), 100)
      expect(memory.held).toBe(bytes * 16_384)
      expect(memory.peak).toBe(bytes * (16_384 + 8_192))
    }
  })
})

describe("an exact set", () => {
  const layout = () => new Layout(slots({ n: Schema.Int, m: Schema.Int }), 0)

  /** Looks pairs up, all with the same fingerprint. */
  const insertPairs = (layout: Layout, set: ExactSet, pairs: ReadonlyArray<readonly [number, number]>) =>
    pairs.map(([n, m]) => {
      const numbers = [layout.number(0, n), layout.number(1, m)] as const
      const words = new Int32Array(layout.stride)
      numbers.forEach((number, field) => layout.set(words, 0, field, number))
      const batch: Batch = { count: 1, lo: Int32Array.of(m % 3), hi: Int32Array.of(0), found: new Int32Array(1) }
      set.insert(batch, () => words)
      return batch.found[0]
    })

  it("takes no two states for one, whatever their fingerprints, and survives relocations", () => {
    const pair = fc.tuple(fc.nat(40), fc.nat(40))
    fc.assert(fc.property(fc.array(pair, { maxLength: 200 }), (pairs) => {
      const of = layout()
      const set = new ExactSet(of)
      expect(insertPairs(of, set, [...pairs, ...pairs])).toEqual(expected([...pairs, ...pairs], true))
    }))
  })

  it("keeps what it has when it grows", () => {
    const of = layout()
    const set = new ExactSet(of)
    const pairs = range(0, 9_999).map((n) => [n % 100, Math.floor(n / 100)] as const)
    expect(new Set(insertPairs(of, set, pairs))).toEqual(new Set([FRESH]))
    expect(insertPairs(of, set, pairs)).toEqual(range(0, 9_999))
  })

  it("says when there is no room", () => {
    const of = layout()
    const set = new ExactSet(of)
    insertPairs(of, new ExactSet(of), [[1, 1]])
    of.memory.limit = 0
    expect(insertPairs(of, set, [[1, 1]])).toEqual([FULL])
    expect(set.count).toBe(0)
  })
})
