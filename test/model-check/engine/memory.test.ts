import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { Questions } from "../../../model-check/engine/ask/question.ts"
import { Search, type SearchOptions } from "../../../model-check/engine/explore/search.ts"
import { LimitReached, Memory } from "../../../model-check/engine/memory.ts"
import type { Report } from "../../../model-check/engine/report.ts"
import { Layout } from "../../../model-check/engine/state/layout.ts"
import { add, append, bag, type Model, range, remove, set, tail, variables } from "../../../src/index.ts"
import { slots } from "../../../src/model/slot.ts"

describe("the memory of an exploration", () => {
  it("holds what is allocated, and while an array grows its copy too", () => {
    const memory = new Memory()
    const array = memory.words(100)
    memory.take(50)
    expect(memory.held).toBe(450)
    array[99] = 7
    const larger = memory.grown(array, 101)
    expect(larger).toHaveLength(200)
    expect(larger[99]).toBe(7)
    expect(array).toHaveLength(0)
    expect(memory.held).toBe(850)
    expect(memory.peak).toBe(1_250)
    memory.give(50)
    memory.free(larger)
    expect(memory.held).toBe(0)
  })

  it("allocates nothing that does not fit, and an array that cannot be doubled grows by less", () => {
    const memory = new Memory(10, 1_000)
    const array = memory.words(400)
    memory.limit = 1_600 + 2_000
    const larger = memory.grown(array, 401)
    expect(larger).toHaveLength(451)
    expect(() => memory.grown(larger, 500)).toThrow(LimitReached)
    expect(memory.held).toBe(4 * 451)
    expect(memory.exceeded).toBe(true)
    memory.lift()
    expect(() => memory.words(1_001)).toThrow(LimitReached)
    expect(() => memory.entry(new Map(range(0, 9).map((n) => [n, n])), 0)).toThrow(LimitReached)
    expect(memory.held).toBe(4 * 451)
  })
})

/** Has all that grows: elements that turn up, values, counts, fields that widen, instances, steps and paths. */
const everything = (): Model<any> => {
  const { action, always, each, model, reachable, refines, step } = variables({
    sent: set(Schema.Int),
    copies: bag(Schema.Int),
    queue: Schema.Array(Schema.Int),
    n: Schema.Int,
  })
  const abstract = variables({ n: Schema.Int })
  return model({
    name: "everything",
    initial: { sent: [], copies: [], queue: [], n: 0 },
    actions: {
      send: action((s) => s.n < 40 && { n: s.n + 1, sent: add(s.n), copies: add(s.n % 3) }),
      put: action((s) => s.queue.length < 2 && { queue: append(s.n) }),
      take: action((s) => s.queue.length > 0 && { queue: tail }),
      lose: action({ n: each("sent") }, (s, { n }) => n < s.n - 2 && { sent: remove(n) }),
    },
    properties: {
      few: always((s) => s.sent.size < 7),
      far: reachable((s) => s.n === 12),
      up: step((before, after) => before.n <= after.n),
      counts: refines(
        abstract.model({
          name: "counter",
          initial: { n: 0 },
          actions: { count: abstract.action((s) => ({ n: s.n + 1 })) },
          properties: {},
        }),
        { n: (s) => s.n },
      ),
    },
  })
}

const explored = (options: SearchOptions, memory?: Memory): Report => {
  const search = new Search(everything(), { maxStates: 4_000, keepGoing: true, ...options }, memory)
  while (!search.run(1_000));
  return search.report()
}

const MODES: ReadonlyArray<SearchOptions> = [
  {},
  { exact: true },
  { search: "dfs" },
  { search: "dfs", maxDepth: 30 },
]

/** What a search that was ended by a limit says must be a part of what one says that was not. */
const isPartOf = (report: Report, whole: Report): void => {
  expect(report.verdict).not.toBe("holds")
  expect(report.distinct).toBeLessThanOrEqual(whole.distinct)
  // To a depth, a state may be reached on a shorter path later.
  const told = ({ name, trace, verdict }: Report["properties"][number]) => ({
    name,
    verdict,
    last: trace?.steps.at(-1),
  })
  const decided = report.properties.filter(({ verdict }) => verdict !== "incomplete").map(told)
  expect(whole.properties.map(told)).toEqual(expect.arrayContaining(decided))
}

describe("a search that reaches a limit wherever that may be", () => {
  it.each(MODES)("says so, and what it has found before is right: %j", { timeout: 60_000 }, (mode) => {
    const whole = explored(mode)
    expect(whole.stopped).not.toBe("memory")
    const least = explored({ ...mode, memory: 1 }).peakMemoryBytes
    const stopped = range(0, 40).map((part) =>
      explored({ ...mode, memory: Math.floor(least + ((whole.peakMemoryBytes - least) * part) / 40) })
    )
    const reached = stopped.filter(({ stopped }) => stopped === "memory")
    for (const report of reached) isPartOf(report, whole)
    for (const { distinct, generated, verdict } of stopped.slice(reached.length)) {
      expect({ distinct, generated, verdict }).toEqual({
        distinct: whole.distinct,
        generated: whole.generated,
        verdict: whole.verdict,
      })
    }
    expect(new Set(stopped.map(({ distinct }) => distinct)).size).toBeGreaterThan(5)
  })

  it.each(MODES)("says so when a map of JavaScript has no room: %j", { timeout: 60_000 }, (mode) => {
    const whole = explored(mode)
    for (const entries of [1, 2, 5, 8, 13, 21]) {
      const report = explored(mode, new Memory(entries))
      expect(report.stopped).toBe("memory")
      isPartOf(report, whole)
    }
  })

  it("says so when the places in an array are not numbers of 32 bits any more, and what trees know stays right", () => {
    const layout = new Layout(
      slots({ n: Schema.Int, m: Schema.Literals(range(0, 31)) }),
      0,
      new Memory(undefined, 5_000),
    )
    const questions = new Questions(layout)
    const asked = { kind: "property", name: "p", parameters: {} } as const
    const answer = () => {
      const { n, m } = questions.recorder.views[0] as { readonly n: number; readonly m: number }
      return (n + m) % 7
    }
    const question = questions.add({ asked, steps: false, answer, show: String })
    const words = Int32Array.of(0)
    const known = range(0, 200).map((n) => {
      layout.set(words, 0, 0, layout.number(0, n))
      layout.set(words, 0, 1, n % 32)
      try {
        return questions.answer(question, words, 0)
      } catch (error) {
        if (error instanceof LimitReached) return -1
        throw error
      }
    })
    const room = known.indexOf(-1)
    expect(room).toBeGreaterThan(50)
    expect(known.slice(0, room)).toEqual(range(0, room - 1).map((n) => (n + (n % 32)) % 7))
    expect(new Set(known.slice(room))).toEqual(new Set([-1]))
    for (const n of range(0, room - 1)) {
      layout.set(words, 0, 0, n)
      layout.set(words, 0, 1, n % 32)
      expect(questions.trees.walk(question.tree, words, 0)).toBe(known[n])
    }
  })

  it("ends even if the function that was running catches whatever is thrown", () => {
    const { action, always, model } = variables({ sent: set(Schema.Int), n: Schema.Int })
    const catching = model({
      name: "catching",
      initial: { sent: [], n: 0 },
      actions: {
        count: action((s) => {
          try {
            if (s.sent.has(s.n)) return false
          } catch {
            return false
          }
          return s.n < 30 && { n: s.n + 1 }
        }),
      },
      properties: { small: always((s) => s.n < 50) },
    })
    const search = new Search(catching, {}, new Memory(10))
    while (!search.run(1_000));
    expect(search.report()).toMatchObject({ verdict: "incomplete", stopped: "memory", distinct: 10 })
  })
})

describe("a large set", () => {
  const searched = (size: number, taking: "one by one" | "by name") => {
    const { action, always, model } = variables({ sent: set(range(1, size)) })
    const out = model({
      name: "out",
      initial: { sent: range(1, size) },
      actions: {
        take: taking === "by name"
          ? action({ n: range(1, size) }, (s, { n }) => s.sent.size === n && { sent: remove(n) })
          : action((s) => s.sent.size > 0 && { sent: remove(s.sent.size) }),
      },
      properties: { few: always((s) => s.sent.size <= size) },
    })
    const search = new Search(out, { memory: 400 * 2 ** 20 })
    while (!search.run(Infinity));
    return search.report()
  }

  it(
    "that each of a thousand actions reads needs no tree with as many paths for each of them",
    { timeout: 60_000 },
    () => {
      const { distinct, peakMemoryBytes, verdict } = searched(1_000, "by name")
      expect({ distinct, verdict }).toEqual({ distinct: 1_001, verdict: "holds" })
      expect(peakMemoryBytes).toBeLessThan(100 * 2 ** 20)
    },
  )

  it("of ten thousand elements is explored to its end", { timeout: 120_000 }, () => {
    const { distinct, peakMemoryBytes, verdict } = searched(10_000, "one by one")
    expect({ distinct, verdict }).toEqual({ distinct: 10_001, verdict: "holds" })
    expect(peakMemoryBytes).toBeLessThan(100 * 2 ** 20)
  })
})
