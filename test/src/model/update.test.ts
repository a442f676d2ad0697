import { describe, expect, it } from "vitest"
import { merged } from "../../../src/model/update.ts"

describe("updates of a system in one", () => {
  it("add and remove members where the variable is a set or a bag", () => {
    expect(merged({ timers: { remove: [1] } }, { timers: { add: [2], remove: [3] } }, { network: { add: [4] } }))
      .toEqual({
        timers: { add: [2], remove: [1, 3] },
        network: { add: [4] },
      })
  })

  it("keep the keys of both where it is a record, whatever they are called", () => {
    expect(merged({ status: { add: "up" } }, { status: { remove: "down" } })).toEqual({
      status: { add: "up", remove: "down" },
    })
    expect(merged({ left: { loss: 1 } }, { left: { pause: 2 } })).toEqual({ left: { loss: 1, pause: 2 } })
    expect(Object.entries(merged({ ["__proto__"]: { p: 1 }, constructor: { p: 2 } }, { ["__proto__"]: { q: 3 } })))
      .toEqual([
        ["__proto__", { p: 1, q: 3 }],
        ["constructor", { p: 2 }],
      ])
  })

  it("take the later of two values of one key, and nothing of the earlier", () => {
    expect(merged({ state: { p: { add: [1], old: 1 } } }, { state: { p: { add: [2] } } })).toEqual({
      state: { p: { add: [2] } },
    })
  })
})
