import { expect, it } from "vitest"
import { TraceStore } from "../../../../model-check/engine/explore/trace-store.ts"
import { Memory } from "../../../../model-check/engine/memory.ts"

it("a trace store gives the path to every state, over the ends of its chunks", () => {
  const memory = new Memory()
  const store = new TraceStore(memory)
  const count = 2 ** 18 + 10
  store.push(-1, 3)
  store.push(-1, 4)
  // A comb: every state is reached from the one before the last.
  for (let state = 2; state < count; state++) store.push(state - 2, state % 7)
  expect(store.path(0)).toEqual({ initial: 3, instances: [] })
  expect(store.path(5)).toEqual({ initial: 4, instances: [3, 5] })
  const { initial, instances } = store.path(count - 1)
  expect(initial).toBe(4)
  expect(instances).toHaveLength(count / 2 - 1)
  expect(instances.slice(-2)).toEqual([(count - 3) % 7, (count - 1) % 7])
  expect(memory.held).toBe(2 * 2 ** 18 * 8)

  store.set(count - 1, 0, 6)
  expect(store.path(count - 1)).toEqual({ initial: 3, instances: [6] })
})
