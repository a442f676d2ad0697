/**
 * Heartbeats, as a known answer: sent every `period` ticks and on their way for at most `delay`, they never let a process that is
 * up be suspected if and only if one waits for longer than both together. The first of two may arrive at once and the second as
 * late as it may, and what happens in one tick happens in any order.
 */
import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { machine, type Model, named, system, unordered } from "../../../src/index.ts"

const Alive = Schema.TaggedStruct("Alive", {})

const beating = machine({ messages: Alive, timers: ["beat"] })
const heart = (period: number) => {
  const beat = [beating.send("watcher", Alive.make({})), beating.setTimer("beat", period)]
  return beating.process({
    initial: {},
    start: (state) => beating.next(state, beat),
    timers: { beat: (state) => beating.next(state, beat) },
  })
}

const watching = machine({ volatile: { suspects: Schema.Boolean }, messages: Alive, timers: ["silence"] })
const watcher = (timeOut: number) => {
  const wait = watching.setTimer("silence", timeOut)
  return watching.process({
    initial: { suspects: false },
    start: (state) => watching.next(state, wait),
    receive: { Alive: () => watching.next({ suspects: false }, wait) },
    timers: { silence: () => watching.next({ suspects: true }) },
  })
}

const heartbeats = (period: number, delay: number, timeOut: number, mayCrash = false): Model<any> => {
  const { always, deadlockFree, model } = system({
    name: "heartbeats",
    processes: [named("heart", heart(period)), named("watcher", watcher(timeOut))],
    network: unordered({ delay: { min: 0, max: delay } }),
    faults: { crashStop: { total: mayCrash ? 1 : 0, of: ["heart"] } },
    clock: {},
  })
  return model({
    nobodyUpIsSuspected: always((s) => !s.state.watcher.suspects || s.status.heart !== "up"),
    // Time passes without end, and all that changes in it repeats, unless it has come to this.
    whoIsDownIsSuspected: deadlockFree((s) => s.state.watcher.suspects && s.status.heart !== "up"),
  })
}

const verdict = (model: Model<any>): string => Effect.runSync(check(model)).verdict

describe("whoever is up", () => {
  const tried = [1, 2, 3].flatMap((period) =>
    [1, 2, 3].flatMap((delay) =>
      Array.from({ length: period + delay + 2 }, (_, wait) => [period, delay, wait + 1] as const)
    )
  )

  it.each(tried)("with a period of %i, a delay of %i and a time-out of %i", (period, delay, timeOut) => {
    expect(verdict(heartbeats(period, delay, timeOut))).toBe(timeOut > period + delay ? "holds" : "violated")
  })
})

it("whoever is down is suspected in the end, and nobody before", () => {
  expect(verdict(heartbeats(2, 1, 4, true))).toBe("holds")
})
