import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Frontier, HEADER } from "../../../../model-check/engine/explore/frontier.ts"
import { Layout } from "../../../../model-check/engine/state/layout.ts"
import { set } from "../../../../src/index.ts"
import { slots } from "../../../../src/model/slot.ts"

const layout = () => new Layout(slots({ n: Schema.Int, seen: set(Schema.Int) }), 0)

const push = (layout: Layout, frontier: Frontier, value: number): void => {
  const number = layout.number(0, value)
  const page = frontier.push()
  const at = (page.count - 1) * frontier.stride
  page.words.fill(0, at, at + frontier.stride)
  page.words.set([value, ~value, value + 1, value + 2], at)
  layout.set(page.words, at + HEADER, 0, number)
}

/** The values on the current page, each checked to be whole. */
const current = (layout: Layout, { current: { count, words }, stride }: Frontier): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, record) => {
    const at = record * stride
    const value = words[at] as number
    expect([...words.subarray(at, at + HEADER)]).toEqual([value, ~value, value + 1, value + 2])
    expect(layout.value(0, layout.get(words, at + HEADER, 0))).toBe(value)
    return value
  })

describe("the frontier", () => {
  it("is a queue of pages, or a stack of states, and keeps them through relocations", () => {
    const operation = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant("push" as const), count: fc.integer({ min: 1, max: 900 }) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("take" as const) }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("element" as const), count: fc.integer({ min: 1, max: 40 }) }),
      },
    )
    fc.assert(
      fc.property(fc.constantFrom("bfs", "dfs"), fc.array(operation, { maxLength: 30 }), (order, operations) => {
        const of = layout()
        const frontier = new Frontier(of, order)
        let waiting: Array<number> = []
        let [next, elements] = [0, 0]
        const [taken, expected]: [Array<number>, Array<number>] = [[], []]
        for (const operation of operations) {
          if (operation.kind === "push") {
            for (let pushed = 0; pushed < operation.count; pushed++) {
              waiting.push(next % 3_000)
              push(of, frontier, next++ % 3_000)
            }
          } else if (operation.kind === "element") {
            for (let added = 0; added < operation.count; added++) of.element(1, elements++)
          } else {
            const some = frontier.take() ? current(of, frontier) : []
            const next = order === "bfs" ? waiting.slice(0, Math.max(1, some.length)) : waiting.slice(-1)
            taken.push(...some)
            expected.push(...next)
            waiting = order === "bfs" ? waiting.slice(next.length) : waiting.slice(0, -1)
          }
          expect(frontier.size).toBe(waiting.length)
        }
        expect(taken).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })

  it("recycles its pages", () => {
    const of = layout()
    const frontier = new Frontier(of, "bfs")
    for (let value = 0; value < 2_000; value++) push(of, frontier, value)
    const before = of.memory.held
    for (let round = 0; round < 100; round++) {
      for (let value = 0; value < 2_000; value++) push(of, frontier, value)
      while (frontier.take());
    }
    const page = 1_024 * frontier.stride * 4
    expect(of.memory.held - before).toBeLessThanOrEqual(4 * page)
  })
})
