import { expect, it } from "vitest"
import { freeze } from "../../../model-check/engine/freeze.ts"

it("freezes plain data at any depth, sets, maps and dates too", () => {
  const value = freeze({
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

it("leaves what is not an object, and what is frozen already", () => {
  const frozen = Object.freeze({ inner: { n: 1 } })
  expect(freeze(frozen)).toBe(frozen)
  expect(freeze(null)).toBe(null)
  expect(freeze("text")).toBe("text")
})
