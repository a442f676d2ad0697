import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { register, type RegisterOperation, type RegisterResult } from "../../../src/index.ts"
import {
  type HistoryEvent,
  InvalidHistory,
  InvalidLimit,
  judge,
  type KeyValueOperation,
  type KeyValueResult,
  keyValueStore,
  operationsOf,
} from "../../../src/oracle/index.ts"
import { models, replay } from "../../replay.ts"
import { bruteForce, randomHistory, subjects } from "./random-history.ts"

const consistencies = ["linearizable", "sequential"] as const

describe.each(subjects)("of $name", (subject) => {
  it.each(consistencies)("random histories are judged as by trying all orders: %s", (consistency) => {
    let [yes, no] = [0, 0]
    fc.assert(
      fc.property(randomHistory(subject), (history) => {
        const explained = bruteForce(subject, history, consistency)
        if (explained) yes++
        else no++
        expect(judge(subject.object, history, { consistency }).verdict).toBe(explained ? "consistent" : "inconsistent")
      }),
      { numRuns: models(5_000), ...replay },
    )
    expect(Math.min(yes, no)).toBeGreaterThan(50)
  })

  it.each(consistencies)("what is told of random histories is so: %s", (consistency) => {
    fc.assert(
      fc.property(randomHistory(subject), (history) => {
        const verdict = judge(subject.object, history, { consistency })
        if (verdict.verdict === "unknown") throw new Error("there was no limit")
        // In the order of the witness each operation takes no time at all.
        const inOrder = verdict.verdict === "inconsistent" ?
          [] :
          verdict.witnesses.flatMap((witness) =>
            witness.map((recorded, at) => {
              const { outcome } = recorded
              return { ...recorded, invoked: at, ...(outcome._tag === "Ok" && { outcome: { ...outcome, at } }) }
            })
          )
        expect(bruteForce(subject, inOrder, "linearizable")).toBe(true)
        if (verdict.verdict === "consistent") return true
        const { core } = verdict
        /** Nothing is known of the others. */
        const reduced = (known: ReadonlyArray<unknown>) =>
          history.map((recorded) =>
            known.includes(recorded) || recorded.outcome._tag === "Failed"
              ? recorded
              : { ...recorded, outcome: { _tag: "Unknown" as const } }
          )
        return !bruteForce(subject, reduced(core), consistency) &&
          core.every((one) => bruteForce(subject, reduced(core.filter((other) => other !== one)), consistency))
      }),
      { numRuns: models(500), ...replay },
    )
  })
})

const write = { _tag: "Write", value: 1 } as const
const read = { _tag: "Read" } as const
const ok = (process: string, invoked: number, at: number, operation: RegisterOperation, result: RegisterResult) => ({
  process,
  operation,
  invoked,
  outcome: { _tag: "Ok" as const, result, at },
})

describe("a history", () => {
  it("in which nothing happens is explained by any object", () => {
    expect(judge(register(0), [])).toEqual({ verdict: "consistent", witnesses: [[]] })
    expect(judge(keyValueStore(), [])).toEqual({ verdict: "consistent", witnesses: [] })
  })

  it("is told with what cannot come next, what was expected, and with the operations that cannot all be right", () => {
    const written = ok("a", 0, 1, write, { _tag: "WriteOk" })
    const seen = ok("b", 2, 3, read, { _tag: "ReadOk", value: 1 })
    const stale = ok("c", 4, 5, read, { _tag: "ReadOk", value: 0 })
    const later = ok("a", 6, 7, read, { _tag: "ReadOk", value: 1 })
    expect(judge(register(0), [written, seen, stale, later])).toEqual({
      verdict: "inconsistent",
      part: undefined,
      longest: [written, seen],
      stuck: [{ recorded: stale, expected: { _tag: "ReadOk", value: 1 } }],
      core: [seen, stale],
    })
  })

  it("is blamed on the answer that nothing could have brought about, however much there is besides", () => {
    const writes = Array.from(
      { length: 40 },
      (_, n) => ok(`p${n}`, n, n + 20, { _tag: "Write", value: n }, { _tag: "WriteOk" }),
    )
    const wrong = ok("q", 70, 71, read, { _tag: "ReadOk", value: "nobody wrote it" })
    expect(judge(register(0), [...writes, wrong])).toMatchObject({ verdict: "inconsistent", core: [wrong] })
  })

  it("names the part of the object that is wrong", () => {
    const events = ["x", "y"].flatMap((key): ReadonlyArray<HistoryEvent<KeyValueOperation, KeyValueResult>> => [
      { process: key, _tag: "Invoked", operation: { _tag: "Get", key } },
      { process: key, _tag: "Ok", result: { _tag: "GetOk", value: key === "x" ? null : "nobody put it" } },
    ])
    expect(judge(keyValueStore(), operationsOf(events))).toMatchObject({ verdict: "inconsistent", part: "y" })
  })

  it("may have an operation at the time at which another one returned, and that may come after it", () => {
    const stale = ok("b", 1, 2, read, { _tag: "ReadOk", value: 0 })
    expect(judge(register(0), [ok("a", 0, 1, write, { _tag: "WriteOk" }), stale]).verdict).toBe("consistent")
  })

  it("knows that what failed never took effect, and that what is unknown may at any time", () => {
    const seen = ok("b", 9, 10, read, { _tag: "ReadOk", value: 1 })
    const asked = { process: "a", operation: write, invoked: 0 } as const
    expect(judge(register(0), [{ ...asked, outcome: { _tag: "Failed", at: 1 } }, seen]).verdict).toBe("inconsistent")
    expect(judge(register(0), [{ ...asked, outcome: { _tag: "Unknown" } }, seen]).verdict).toBe("consistent")
    const before = ok("b", 4, 5, read, { _tag: "ReadOk", value: 0 })
    expect(judge(register(0), [{ ...asked, outcome: { _tag: "Unknown" } }, before, seen]).verdict).toBe("consistent")
  })

  it("is judged unknown where a limit is reached, and never guessed", () => {
    // All at once: so many orders that nobody has the time to try them.
    const many = Array.from(
      { length: 40 },
      (_, n) => ok(`p${n}`, 0, 1, { _tag: "Write", value: n }, { _tag: "WriteOk" }),
    )
    const seen = [1, 2].map((value) => ok(`r${value}`, 2, 3, read, { _tag: "ReadOk", value }))
    const hard = [...many, ...seen]
    expect(judge(register(0), hard, { milliseconds: 50 })).toEqual({ verdict: "unknown", reached: "time" })
    expect(judge(register(0), hard, { bytes: 100_000 })).toEqual({ verdict: "unknown", reached: "memory" })
  })
})

describe("is refused", () => {
  const refusal = (judged: () => unknown): string => {
    try {
      judged()
    } catch (error) {
      if (error instanceof InvalidHistory || error instanceof InvalidLimit) return error.message
      throw error
    }
    throw new Error("it was not refused")
  }
  const a = { process: "a" } as const

  it("an answer that nobody waits for, and a second operation of one process", () => {
    expect(refusal(() => operationsOf([{ ...a, _tag: "Ok", result: 1 }]))).toBe(
      "event 0: a is told Ok and waits for nothing",
    )
    expect(
      refusal(() => operationsOf([{ ...a, _tag: "Invoked", operation: 1 }, { ...a, _tag: "Invoked", operation: 2 }])),
    )
      .toBe("event 1: a invokes an operation and still waits for another; give each its own process")
    expect(refusal(() =>
      judge(register(0), [
        ok("a", 0, 5, write, { _tag: "WriteOk" }),
        ok("a", 3, 6, read, { _tag: "ReadOk", value: 1 }),
      ])
    )).toBe(
      "operation 1 of a was invoked at 3, when another one was not yet over (it was at 5); give each its own process",
    )
  })

  it("a time that is none, or goes backwards", () => {
    expect(refusal(() => judge(register(0), [ok("a", 3, 2, write, { _tag: "WriteOk" })])))
      .toBe("operation 0 of a was invoked at 3 and over at 2, which is earlier")
    expect(refusal(() => judge(register(0), [ok("a", Number.NaN, 2, write, { _tag: "WriteOk" })])))
      .toBe("operation 0 of a: a time is no number")
  })

  it.each([0, -1, Number.NaN])("a limit of %s", (value) => {
    expect(refusal(() => judge(register(0), [], { milliseconds: value }))).toBe(
      `the limit milliseconds is ${value}; give a positive number`,
    )
  })

  it("a query that changes the state", () => {
    const wrong = { ...register(0), isQuery: () => true }
    expect(() => judge(wrong, [ok("a", 0, 1, write, { _tag: "WriteOk" })])).toThrow(
      `isQuery says that {"_tag":"Write","value":1} never changes the state of the object, and it does`,
    )
  })
})
