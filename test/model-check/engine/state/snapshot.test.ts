import { Option } from "effect"
import { expect, it } from "vitest"
import { isUnchanged, snapshot } from "../../../../model-check/engine/state/snapshot.ts"

it("freezes plain data at any depth, sets, maps and dates too", () => {
  const value = snapshot({
    list: [{ n: 1 }],
    set: new Set([[1]]),
    map: new Map([["a", { n: 1 }]]),
    keys: new Map([[{ n: 1 }, 1]]),
    date: new Date(0),
  })
  const changes: ReadonlyArray<() => unknown> = [
    () => Object.assign(value, { more: 1 }),
    () => value.list.push({ n: 2 }),
    () => Object.assign(value.list[0] as object, { n: 2 }),
    () => value.set.add([2]),
    () => value.set.delete([1]),
    () => value.set.clear(),
    () => [...value.set][0]?.push(2),
    () => value.map.set("b", { n: 2 }),
    () => value.map.delete("a"),
    () => value.map.clear(),
    () => Object.assign(value.map.get("a") as object, { n: 2 }),
    () => Object.assign([...value.keys.keys()][0] as object, { n: 2 }),
    () => value.date.setTime(1),
    () => value.date.setUTCFullYear(1999),
  ]
  for (const change of changes) expect(change).toThrow(TypeError)
  expect([value.list, value.set, value.map.get("a"), value.date.getTime()]).toEqual([
    [{ n: 1 }],
    new Set([[1]]),
    { n: 1 },
    0,
  ])
})

it("copies what the caller may change, frozen or not, and leaves it to the caller", () => {
  const inner = { n: 1, list: [1], set: new Set([1]), date: new Date(0) }
  const outer = Object.freeze({ inner })
  const kept = snapshot(outer)
  inner.n = 2
  inner.list.push(2)
  inner.set.add(2)
  inner.date.setTime(1)
  expect(kept).toEqual({ inner: { n: 1, list: [1], set: new Set([1]), date: new Date(0) } })
  expect(snapshot(kept)).toBe(kept)
  expect(snapshot({ again: kept.inner }).again).toBe(kept.inner)
})

it("has fields of any name, values where there were getters, and one zero", () => {
  let n = 0
  const kept = snapshot({
    get live() {
      return n
    },
    ...JSON.parse("{\"__proto__\": [1]}") as object,
    zeros: [-0, new Map([["a", -0]])],
  })
  n = 1
  expect(kept.live).toBe(0)
  expect(Object.keys(kept)).toEqual(["live", "__proto__", "zeros"])
  expect(Object.getPrototypeOf(kept)).toBe(Object.prototype)
  expect(Object.is((kept.zeros[1] as Map<string, number>).get("a"), 0) && Object.is(kept.zeros[0], 0)).toBe(true)
})

it("makes an instance of a class anew, and freezes neither", () => {
  const some = Option.some([1])
  const kept = snapshot({ some })
  expect(kept.some).not.toBe(some)
  expect(kept.some).toEqual(some)
  expect([some, kept.some, Option.getOrThrow(some)].map(Object.isFrozen)).toEqual([false, false, false])
  expect(Object.isFrozen(Option.getOrThrow(kept.some))).toBe(true)
  expect(isUnchanged(kept)).toBe(true)
  ;(kept.some as { value?: unknown }).value = [2]
  expect(isUnchanged(kept)).toBe(false)
})

it("leaves what is no object", () => {
  expect(snapshot(null)).toBe(null)
  expect(snapshot("text")).toBe("text")
})
