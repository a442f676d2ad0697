import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  backends,
  type Balancer,
  capacity,
  consistentHashing,
  fnv1a,
  InvalidBackends,
  jumpHash,
  jumpHashing,
  maglev,
  maglevTable,
  mixed,
  rendezvous,
} from "../../../src/balance/index.ts"
import { InvalidDefinition, names } from "../../../src/index.ts"
import { fits } from "./chi-squared.ts"

const equal = (all: ReadonlyArray<string>) => backends(Object.fromEntries(all.map((name) => [name, 1])))

/** Who serves a key among these candidates. */
const homes = (balancer: Balancer<any, any>, members: ReadonlyArray<string>, candidates = members) => {
  const among = equal(candidates)
  const began = balancer.start(equal(members))
  // The first request fills the table of Maglev anew; of consistent hashing without a bound the load does not matter.
  const { state } = balancer.choose(began, { key: "k", candidates: among }, null)
  return (key: string): string => balancer.choose(state, { key, candidates: among }, null).backend as string
}

const keys = (count: number) => Array.from({ length: count }, (_, index) => `user ${index}`)

const four = [
  ["rendezvous hashing", rendezvous],
  ["jump hash", jumpHashing],
  ["Maglev hashing", maglev(65_537)],
  ["consistent hashing", consistentHashing()],
] as const satisfies ReadonlyArray<readonly [string, Balancer<any, any>]>

describe("the hash function", () => {
  it("is FNV-1a, with its published values", () => {
    expect(["", "a", "foobar"].map((text) => fnv1a(text))).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
  })

  it("reads texts as UTF-8", () => {
    // The bytes c3 a9, one after the other.
    const [first, second] = [0xc3, 0xa9]
    const step = (hash: number, byte: number) => Math.imul(hash ^ byte, 0x01000193) >>> 0
    expect(fnv1a("é")).toBe(step(step(0x811c9dc5, first), second))
  })

  it("is mixed by the finaliser of MurmurHash3, with its published values", () => {
    expect([0, 1, 2 ** 32 - 1].map(mixed)).toEqual([0, 0x514e28b7, 0x81f16f39])
  })

  it("changes about half of its bits with each bit", () => {
    const ones = (number: number): number => number.toString(2).replaceAll("0", "").length
    const changed = Array.from({ length: 32 }, (_, bit) => ones((mixed(12_345) ^ mixed(12_345 ^ (1 << bit))) >>> 0))
    expect(Math.min(...changed)).toBeGreaterThan(6)
    expect(Math.max(...changed)).toBeLessThan(26)
  })
})

describe("jump hash", () => {
  it("agrees with the code of the paper", () => {
    // Values that others have published with their tests of the same code.
    const known = [
      [1n, 1, 0],
      [42n, 57, 43],
      [256n, 1024, 520],
      [0xdead10ccn, 1, 0],
      [0xdead10ccn, 666, 361],
      [16045690984833335023n, 255, 237],
    ] as const
    expect(known.map(([key, buckets]) => jumpHash(key, buckets))).toEqual(known.map(([, , bucket]) => bucket))
  })

  it("moves a key only to the bucket that is new", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: 1, max: 500 }), (key, buckets) => {
        expect([jumpHash(key, buckets), buckets]).toContain(jumpHash(key, buckets + 1))
      }),
    )
  })

  it("refuses buckets that are no whole number from 1", () => {
    for (const buckets of [0, -1, 1.5, Number.NaN]) {
      expect(() => jumpHash(1n, buckets)).toThrow(
        new InvalidBackends({ reason: `there are ${buckets} buckets; give a whole number from 1` }),
      )
    }
  })

  it("spreads the keys of who is sick over all others", () => {
    const all = names("b", 5)
    const before = homes(jumpHashing, all)
    const after = homes(jumpHashing, all, all.filter((name) => name !== "b2"))
    const moved = keys(5_000).filter((key) => before(key) === "b2").map(after)
    const counts = [...Map.groupBy(moved, (name) => name).values()].map((group) => group.length)
    expect(fits(counts, Array(4).fill(moved.length / 4))).toBe(true)
  })
})

describe("shares of 20,000 keys among 20 backends", () => {
  const all = names("b", 20)
  const counts = (balancer: Balancer<any, any>) => {
    const home = homes(balancer, all)
    const groups = Map.groupBy(keys(20_000), home)
    return all.map((name) => groups.get(name)?.length ?? 0)
  }

  it.each(four.slice(0, 3))("are even by a chi-squared test at a significance of 0.005: %s", (_, balancer) => {
    expect(fits(counts(balancer), Array(20).fill(1_000))).toBe(true)
  })

  it("are less even on a circle, for its arcs are as long as chance makes them", () => {
    const shares = counts(consistentHashing())
    expect(fits(shares, Array(20).fill(1_000))).toBe(false)
    expect(Math.min(...shares)).toBeGreaterThan(600)
    expect(Math.max(...shares)).toBeLessThan(1_500)
  })
})

describe("when one of 10 backends goes, of 20,000 keys", () => {
  const all = names("b", 10)

  it.each(four)("about a tenth move: %s", (_, balancer) => {
    for (const gone of ["b1", "b5", "b10"]) {
      const before = homes(balancer, all)
      const after = homes(balancer, all, all.filter((name) => name !== gone))
      const moved = keys(20_000).filter((key) => before(key) !== after(key))
      const others = moved.filter((key) => before(key) !== gone)
      // Four standard deviations of a share of a tenth; the arcs of a circle vary as well.
      const most = balancer.name === "consistent hashing" ? 3_000 : 2_000 + 4 * Math.sqrt(20_000 * 0.1 * 0.9)
      expect(moved.length - others.length).toBeLessThan(most)
      // Maglev moves a few others, and nobody else does.
      expect(others.length).toBeLessThanOrEqual(balancer.name === "Maglev hashing" ? 0.01 * 20_000 : 0)
      expect(moved.every((key) => after(key) !== gone)).toBe(true)
    }
  })

  it.each(four)("only keys that move to it move when it comes back, but for Maglev: %s", (_, balancer) => {
    const before = homes(balancer, all, all.slice(0, 9))
    const after = homes(balancer, all)
    const others = keys(20_000).filter((key) => before(key) !== after(key) && after(key) !== "b10")
    expect(others.length).toBeLessThanOrEqual(balancer.name === "Maglev hashing" ? 0.01 * 20_000 : 0)
  })
})

describe("Maglev", () => {
  /** Of a table with so many places, the greatest share that changes hands beside that of who goes, tried with the first ten. */
  const disturbed = (count: number, size: number): number => {
    const all = names("b", count)
    const before = maglevTable(all, size)
    return Math.max(
      ...all.slice(0, 10).map((gone) => {
        const after = maglevTable(all.filter((name) => name !== gone), size)
        return before.filter((owner, place) => owner !== gone && owner !== after[place]).length / size
      }),
    )
  }

  it.each([[10, 1_009, 3.77], [10, 65_537, 0.41], [100, 65_537, 0.6]] as const)(
    "of %i backends in %i places moves %d % beside the share of who goes",
    (count, size, percent) => {
      expect(100 * disturbed(count, size)).toBeCloseTo(percent, 1)
    },
  )

  it("gives all equally many places, but for one", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 31 }), (count) => {
      const counts = [...Map.groupBy(maglevTable(names("b", count), 31), (name) => name).values()]
        .map((places) => places.length)
      expect(counts.length).toBe(count)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    }))
  })

  it("makes the same table for whoever knows the same backends", () => {
    expect(maglevTable(["c", "a", "b"], 31)).toEqual(maglevTable(["a", "b", "c"], 31))
  })

  it("refuses a table whose size is no prime number, or too small", () => {
    for (const size of [1, 0, 4, 65_536, 2.5]) {
      expect(() => maglev(size)).toThrow(
        new InvalidDefinition({ reason: `a Maglev table of ${size} places; give a prime number` }),
      )
    }
    expect(() => maglev(2).start(equal(names("b", 3)))).toThrow(
      new InvalidBackends({
        reason: "a table of 2 places has to do for 3 backends; give at least one, and a place for each",
      }),
    )
  })
})

describe("rendezvous hashing", () => {
  it("chooses the same whatever order the candidates are in", () => {
    const all = names("b", 5)
    for (const key of keys(50)) {
      expect(homes(rendezvous, all)(key)).toBe(homes(rendezvous, all.toReversed(), all.toReversed())(key))
    }
  })
})

describe("consistent hashing", () => {
  const all = names("b", 10)

  /** The loads when so many requests for one key are at work. */
  const loads = (percent: number, requests: number) => {
    const balancer = consistentHashing({ percent })
    let state = balancer.start(equal(all))
    for (let request = 0; request < requests; request++) {
      state = balancer.choose(state, { key: "what everybody asks for", candidates: equal(all) }, null).state
    }
    return Object.values(state.connections)
  }

  it("lets nobody have more than its bound, also of one key alone", () => {
    expect([capacity(125, 100, 10), capacity(125, 1, 10), capacity(100, 101, 10)]).toEqual([13, 1, 11])
    expect(Math.max(...loads(125, 100))).toBe(13)
    expect(loads(100, 100)).toEqual(Array(10).fill(10))
    // Eight are enough for a hundred.
    expect(loads(125, 100).filter((load) => load > 0).length).toBe(8)
  })

  it("leaves a key where it would be without a bound while nobody is full", () => {
    const free = homes(consistentHashing(), all)
    expect(keys(500).map(homes(consistentHashing({ percent: 1000 }), all))).toEqual(keys(500).map(free))
  })

  it("counts what is over", () => {
    const balancer = consistentHashing({ percent: 100 })
    const request = { key: "k", candidates: equal(["a", "b"]) }
    const first = balancer.choose(balancer.start(request.candidates), request, null)
    const released = balancer.release(first.state, first.backend as string)
    expect(released).toEqual(balancer.start(request.candidates))
    expect(() => balancer.release(released, "a")).toThrow("a is released, and has no request")
  })

  it("has the same circle whoever joined first", () => {
    const balancer = consistentHashing({ points: 4 })
    const joined = balancer.join(balancer.start(equal(["b", "c"])), "a")
    expect(joined.circle).toEqual(balancer.start(equal(["a", "b", "c"])).circle)
    expect(balancer.leave(joined, "a")).toEqual(balancer.start(equal(["b", "c"])))
    expect(joined.circle.map(({ at }) => at)).toEqual(joined.circle.map(({ at }) => at).toSorted((a, b) => a - b))
  })

  it("refuses a bound below the average, and a circle without points", () => {
    for (const percent of [99, 0, -5, 110.5, Number.NaN]) {
      expect(() => consistentHashing({ percent })).toThrow(
        new InvalidDefinition({ reason: `a bound of ${percent} % of the average; give a whole number from 100` }),
      )
    }
    for (const points of [0, -1, 1.5]) {
      expect(() => consistentHashing({ points })).toThrow(
        new InvalidDefinition({
          reason: `${points} points on the circle for each backend; give a whole number from 1`,
        }),
      )
    }
  })
})
