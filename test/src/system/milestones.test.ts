import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { ignore, machine, named, system, unordered } from "../../../src/index.ts"

const Run = Schema.TaggedStruct("Run", {})
const Stop = Schema.TaggedStruct("Stop", {})

/** Runs when it is told to, and hears of nothing else. */
const machineOfWorker = machine({ volatile: { runs: Schema.Boolean }, messages: Schema.Union([Run, Stop]) })
const worker = machineOfWorker.process({
  initial: { runs: false },
  receive: {
    Run: (state) => machineOfWorker.next({ ...state, runs: true }),
    Stop: (state) => machineOfWorker.next({ ...state, runs: false }),
  },
})

const { input, next, process, send, setTimer } = machine({
  volatile: { sent: Schema.Boolean },
  messages: Run,
  timers: ["retry", "hasty"],
})
const dispatcher = (to: string) =>
  process({
    initial: { sent: false },
    start: (state) => next(state, setTimer("hasty")),
    receive: { Run: () => ignore },
    timers: { retry: (state) => next(state), hasty: () => ignore },
    inputs: {
      dispatch: input((state) => state.sent ? ignore : next({ sent: true }, send(to, { _tag: "Run" }))),
      recall: input(() => ignore),
    },
  })

const vacuous = (processes: Parameters<typeof system>[0]["processes"]) =>
  Effect.runSync(check(system({ name: "work", processes, network: unordered() }).model())).vacuous
    ?.map(({ kind, name, reason }) => [kind, name, reason].join(": "))

describe("the milestones of a system", () => {
  it("are what handlers, timers, inputs and processes never did", () => {
    expect(vacuous([named("d", dispatcher("w1")), named("w1", worker), named("w2", worker)])).toEqual([
      "action: d.recall: it was never enabled",
      "milestone: Stop is sent: no process ever sent it",
      "milestone: d receives Run: it never gave `next` for it",
      "milestone: d: timer retry: it never gave `next` for it",
      "milestone: d: timer hasty: it never gave `next` for it",
      "milestone: w1 receives Stop: it never gave `next` for it",
      "milestone: w2 receives Run: it never gave `next` for it",
      "milestone: w2 receives Stop: it never gave `next` for it",
      "milestone: w2 takes a step: it never gave `next` for anything",
    ])
  })

  it("count what is sent at the start as sent", () => {
    const { next, process, send } = machine({ messages: Run })
    const eager = process({
      initial: {},
      start: (state) => next(state, send("w", { _tag: "Run" })),
    })
    expect(vacuous([named("eager", eager), named("w", worker)])).toEqual([
      "milestone: Stop is sent: no process ever sent it",
      "milestone: w receives Stop: it never gave `next` for it",
    ])
  })
})
