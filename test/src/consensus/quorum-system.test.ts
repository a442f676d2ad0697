import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  flexible,
  grid,
  hasQuorum,
  majority,
  QuorumsDoNotIntersect,
  type QuorumSystem,
  quorumSystem,
  resilience,
  unanimous,
} from "../../../src/consensus/index.ts"
import { InvalidDefinition, names, range, subsets } from "../../../src/index.ts"

const intersects = ({ phase1, phase2 }: QuorumSystem): boolean =>
  phase1.every((one) => phase2.every((other) => one.some((name) => other.includes(name))))

/** Whether a quorum system is refused because its quorums do not intersect. */
const isRefused = (make: () => QuorumSystem): boolean => {
  try {
    make()
    return false
  } catch (error) {
    if (error instanceof QuorumsDoNotIntersect) return true
    throw error
  }
}

const members = fc.integer({ min: 1, max: 6 }).map((count) => names("a", count))

/** Non-empty subsets, some of which intersect. */
const quorums = (of: ReadonlyArray<string>) =>
  fc.array(fc.subarray([...of], { minLength: 1 }), { minLength: 1, maxLength: 4 })

describe("quorum systems", () => {
  it("of the usual kinds intersect", () => {
    fc.assert(fc.property(members, (acceptors) => {
      expect(intersects(majority(acceptors))).toBe(true)
      expect(intersects(unanimous(acceptors))).toBe(true)
    }))
  })

  it("in a grid intersect, and are as small as a row and a column", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (height, width) => {
      const acceptors = names("a", height * width)
      const system = grid(range(0, height - 1).map((row) => acceptors.slice(row * width, (row + 1) * width)))
      expect(intersects(system)).toBe(true)
      expect(system.phase1.every((quorum) => quorum.length === width)).toBe(true)
      expect(system.phase2.every((quorum) => quorum.length === height)).toBe(true)
    }))
  })

  it("of two sizes are refused exactly if both fit beside each other", () => {
    fc.assert(fc.property(members, fc.nat(6), fc.nat(6), (acceptors, one, other) => {
      const sizes = { phase1: 1 + one % acceptors.length, phase2: 1 + other % acceptors.length }
      const fitBeside = sizes.phase1 + sizes.phase2 <= acceptors.length
      expect(isRefused(() => flexible(acceptors, sizes))).toBe(fitBeside)
    }))
  })

  it("that are given are refused exactly if a quorum of phase 1 misses one of phase 2", () => {
    const given = members.chain((acceptors) => fc.tuple(fc.constant(acceptors), quorums(acceptors), quorums(acceptors)))
    fc.assert(fc.property(given, ([acceptors, phase1, phase2]) => {
      const system = { members: acceptors, phase1, phase2 }
      expect(isRefused(() => quorumSystem(system))).toBe(!intersects(system))
      expect(quorumSystem({ ...system, mayBeDisjoint: true })).toEqual(system)
    }))
  })

  it("name the quorums that do not intersect", () => {
    expect(() => flexible(["a1", "a2"], { phase1: 1, phase2: 1 })).toThrow(
      new QuorumsDoNotIntersect({ phase1: ["a1"], phase2: ["a2"] }),
    )
    expect(() => grid([["a1", "a2"], ["a3"]])).toThrow(new QuorumsDoNotIntersect({ phase1: ["a3"], phase2: ["a2"] }))
  })

  it("without a quorum, with an empty one or with a stranger are refused", () => {
    expect(() => quorumSystem({ members: ["a1"], phase1: [] })).toThrow(InvalidDefinition)
    expect(() => quorumSystem({ members: ["a1"], phase1: [["a1"]], phase2: [] })).toThrow(InvalidDefinition)
    expect(() => quorumSystem({ members: ["a1"], phase1: [["a2"]] })).toThrow(/a2/)
    expect(() => quorumSystem({ members: ["a1"], phase1: [["a1", "a2"]], phase2: [["a1"]] })).toThrow(/a2/)
    expect(() => quorumSystem({ members: ["a1"], phase1: [["a1"]], phase2: [["a1", "a2"]] })).toThrow(/a2/)
    expect(() => majority([])).toThrow(InvalidDefinition)
    expect(() => unanimous([])).toThrow(QuorumsDoNotIntersect)
    expect(() => flexible(["a1"], { phase1: 2, phase2: 1 })).toThrow(InvalidDefinition)
    expect(() => flexible(["a1"], { phase1: -1, phase2: 1 })).toThrow(QuorumsDoNotIntersect)
  })

  it("have a quorum wherever more than a quorum is", () => {
    fc.assert(fc.property(members.chain((all) => fc.tuple(fc.constant(all), fc.subarray([...all]))), ([all, some]) => {
      expect(hasQuorum(majority(all).phase2, some)).toBe(2 * some.length > all.length)
      expect(hasQuorum(unanimous(all).phase2, some)).toBe(some.length === all.length)
    }))
  })

  it("survive the failures that the page promises", () => {
    const same = (count: number) => ({ any: count, some: count })
    fc.assert(fc.property(members, fc.nat(6), fc.nat(6), (acceptors, one, other) => {
      const n = acceptors.length
      const half = Math.ceil(n / 2) - 1
      expect(resilience(majority(acceptors))).toEqual({ stays: same(half), changes: same(half) })
      expect(resilience(unanimous(acceptors))).toEqual({ stays: same(0), changes: same(0) })
      const [p, q] = [1 + one % n, 1 + other % n]
      fc.pre(p + q > n)
      expect(resilience(flexible(acceptors, { phase1: p, phase2: q })))
        .toEqual({ stays: same(n - q), changes: same(n - Math.max(p, q)) })
    }))
    fc.assert(fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), (r, c) => {
      const acceptors = names("a", r * c)
      expect(resilience(grid(range(1, r).map((row) => acceptors.slice((row - 1) * c, row * c))))).toEqual({
        stays: { any: c - 1, some: r * (c - 1) },
        changes: { any: Math.min(r, c) - 1, some: (r - 1) * (c - 1) },
      })
    }))
  })

  it("survive one failure fewer than meet all quorums, and with luck all outside of a smallest one of each phase", () => {
    const given = members.chain((acceptors) => fc.tuple(fc.constant(acceptors), quorums(acceptors), quorums(acceptors)))
    fc.assert(fc.property(given, ([acceptors, phase1, phase2]) => {
      const { changes, stays } = resilience({ members: acceptors, phase1, phase2 })
      const isMet = (quorum: ReadonlyArray<string>, down: ReadonlyArray<string>) =>
        quorum.some((name) => down.includes(name))
      const smallest = (phase: ReadonlyArray<ReadonlyArray<string>>) =>
        Math.min(
          ...range(1, acceptors.length).filter((size) =>
            subsets(acceptors, size).some((down) => phase.every((quorum) => isMet(quorum, down)))
          ),
        )
      expect(stays.any).toBe(smallest(phase2) - 1)
      expect(changes.any).toBe(Math.min(smallest(phase1), smallest(phase2)) - 1)
      const sizes = (all: ReadonlyArray<ReadonlyArray<string>>) => all.map((quorum) => new Set(quorum).size)
      expect(stays.some).toBe(acceptors.length - Math.min(...sizes(phase2)))
      const both = phase1.flatMap((one) => phase2.map((other) => [...one, ...other]))
      expect(changes.some).toBe(acceptors.length - Math.min(...sizes(both)))
    }))
  })
})
