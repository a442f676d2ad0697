import { Option } from "effect"
import { describe, expect, it } from "vitest"
import { showAction, showArguments, showSet, showValue } from "../../../model-check/report/value.ts"

describe("a value as text", () => {
  it.each([
    ["working", "working"],
    ["two words", "\"two words\""],
    ["", "\"\""],
    ["42", "\"42\""],
    ["\u001b[31mred\n", "\"\\u001b[31mred\\n\""],
    [42, "42"],
    [7n, "7n"],
    [null, "null"],
    [undefined, "undefined"],
    [[1, ["a"]], "[1, [a]]"],
    [{}, "{}"],
    [{ a: 1, b: { c: "x" } }, "{a: 1, b: {c: x}}"],
    [{ _tag: "Commit" }, "Commit"],
    [{ _tag: "Phase1b", mbal: 1, mval: null }, "Phase1b{mbal: 1, mval: null}"],
    [new Set([1, 2]), "{1, 2}"],
    [new Map([["a", 1]]), "{a → 1}"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [Option.some(1), "some(1)"],
    [Option.none(), "none"],
    [
      { _tag: "Envelope", from: "tm", to: "rm1", message: { _tag: "Decide", commit: true } },
      "tm → rm1: Decide{commit: true}",
    ],
    [
      { _tag: "Envelope", from: "tm", to: "rm1", message: { _tag: "Prepare" }, age: 2 },
      "tm → rm1: Prepare (age 2)",
    ],
    [[{ _tag: "Aged", message: { _tag: "Prepare" }, age: 2 }], "[Prepare (age 2)]"],
    [{ _tag: "Envelope", from: "tm", weight: 3 }, "Envelope{from: tm, weight: 3}"],
    [{ _tag: "Channel", from: "tm", to: "rm1" }, "tm → rm1"],
    [{ _tag: "Timer", process: "rm1", timer: "retry", at: null }, "rm1.retry"],
    [{ _tag: "Timer", process: "rm1", timer: "retry", at: 3 }, "rm1.retry@3"],
    [{ _tag: "Reply", from: "tm", value: "committed" }, "tm: committed"],
    [{ _tag: "Unforced", process: "tm", before: { ended: false } }, "tm was {ended: false}"],
  ])("is on one line (%#)", (value, text) => {
    expect(showValue(value)).toBe(text)
  })

  it("shows arguments, actions and sets", () => {
    expect(showArguments({ rm: "rm1", ballot: 0 })).toBe("rm: rm1, ballot: 0")
    expect(showAction("prepare", { rm: "rm1" })).toBe("prepare(rm: rm1)")
    expect(showAction("commit", {})).toBe("commit")
    expect(showAction("timeout", { timer: { _tag: "Timer", process: "a", timer: "t", at: null } })).toBe("timeout(a.t)")
    expect(showAction("loseUnforced", { write: { _tag: "Unforced", process: "a", before: { n: 1 } } })).toBe(
      "loseUnforced(a was {n: 1})",
    )
    expect(showSet([])).toBe("{}")
  })
})
