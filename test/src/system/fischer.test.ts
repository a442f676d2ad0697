/**
 * Fischer's mutual exclusion, as a known answer: Lamport, *A Fast Mutual Exclusion Algorithm* (ACM TOCS 5(1), 1987), section 2,
 * says that it is Fischer's, and what it needs of time. Whoever finds the variable free writes its own name there, waits, and
 * enters if its name is still there. It is safe if and only if one waits for longer than anybody takes to write.
 *
 * Both threads share their memory, so they are one process. A write takes as long as its timer is late.
 */
import { Effect, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { check } from "../../../model-check/check.ts"
import { ignore, machine, type MachineState, named, system, unordered } from "../../../src/index.ts"

const THREADS = ["1", "2"] as const
type Thread = (typeof THREADS)[number]
const Stage = Schema.Literals(["idle", "writing", "waiting", "critical"])

const threads = machine({
  volatile: { x: Schema.NullOr(Schema.Literals(THREADS)), "1": Stage, "2": Stage },
  messages: Schema.Never,
  timers: ["write 1", "write 2", "wait 1", "wait 2"],
})

type State = MachineState<typeof threads>

const fischer = (write: number, wait: number) => {
  const { input, next, process, setTimer } = threads
  const written = (thread: Thread) => (state: State) =>
    next({ ...state, x: thread, [thread]: "waiting" }, setTimer(`wait ${thread}`, wait))
  const waited = (thread: Thread) => (state: State) =>
    next({ ...state, [thread]: state.x === thread ? "critical" : "idle" })
  const memory = process({
    initial: { x: null, "1": "idle", "2": "idle" },
    inputs: {
      begin: input({ thread: THREADS }, (state, { thread }) =>
        state[thread] === "idle" && state.x === null
          ? next({ ...state, [thread]: "writing" }, setTimer(`write ${thread}`))
          : ignore),
      leave: input(
        { thread: THREADS },
        (state, { thread }) => state[thread] === "critical" ? next({ ...state, x: null, [thread]: "idle" }) : ignore,
      ),
    },
    timers: { "write 1": written("1"), "write 2": written("2"), "wait 1": waited("1"), "wait 2": waited("2") },
  })
  const { always, model, reachable } = system({
    name: "Fischer's mutual exclusion",
    processes: [named("memory", memory)],
    network: unordered(),
    clock: { late: write },
  })
  return model({
    exclusive: always(({ state: { memory } }) => memory["1"] !== "critical" || memory["2"] !== "critical"),
    entered: reachable(({ state: { memory } }) => memory["2"] === "critical"),
    // Both have found the variable free, and each has written.
    contended: reachable(({ state: { memory } }) => memory["1"] === "waiting" && memory["2"] === "waiting"),
  })
}

describe("Fischer's mutual exclusion", () => {
  const all = [0, 1, 2, 3, 4, 5]
  it.each(all.flatMap((write) => all.map((wait) => [write, wait] as const)))(
    "where a write takes at most %i and the wait is %i",
    (write, wait) => {
      const { properties } = Effect.runSync(check(fischer(write, wait), { keepGoing: true }))
      expect(properties.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
        `exclusive ${wait > write ? "holds" : "violated"}`,
        "entered holds",
        "contended holds",
      ])
    },
  )
})
