import { readFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { Checker } from "../../mutation/checker.ts"

const file = "src/commit/message.ts"
const original = readFileSync(file, "utf8")

describe("a process that checks mutants", () => {
  const checker = new Checker(8_000)
  afterAll(() => checker.end())

  const check = (text?: string) =>
    checker.ask({
      _tag: "Check",
      change: text === undefined ? undefined : { file, text },
      suite: "model-check/suites/commit/two-phase-commit.ts",
      configuration: "commit/two-phase-commit/nothing-fails-2",
      maxStates: 1_000,
    })
  const asItIs = {
    _tag: "Checked",
    observed: { _tag: "Reported", verdict: "holds", distinct: 76, violated: [], differences: [] },
  }

  it("checks a file as it is, with a change, and as it is again", async () => {
    expect(await check()).toMatchObject(asItIs)
    expect(await check(original.replace(`"Commit" : "Abort"`, `"Abort" : "Commit"`))).toMatchObject(asItIs)
    expect(await check(original.replace("Commit: {}", "Commit: { never: 1 }"))).toMatchObject({
      observed: { _tag: "Failed" },
    })
    expect(await check()).toMatchObject(asItIs)
  })

  it("says what a file throws that cannot be loaded", async () => {
    expect(await check(`${original}\nthrow new Error("not today")`)).toEqual({
      _tag: "Checked",
      observed: { _tag: "Failed", reason: "not today" },
    })
  })

  it("is ended when it does not answer, and the next one answers", async () => {
    expect(await check(`${original}\nfor (;;) {}`)).toEqual({ _tag: "Silent" })
    expect(await check()).toMatchObject(asItIs)
  })

  it("may die, and the next one answers", async () => {
    expect(await check(`${original}\nprocess.exit(3)`)).toEqual({ _tag: "Died", reason: "the process ended (3)" })
    expect(await check()).toMatchObject(asItIs)
  })
})
