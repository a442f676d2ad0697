import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { failingTest } from "../../mutation/unit-tests.ts"

const file = "src/consensus/quorum-system.ts"
const original = readFileSync(file, "utf8")
const tests = ["test/src/consensus/quorum-system.test.ts"]

describe("unit tests", () => {
  it("fail with a change that they notice, and pass again for the file as it is", async () => {
    const everyHalf = original.replace("Math.floor(members.length / 2) + 1", "Math.floor(members.length / 2)")
    expect(await failingTest(tests, { file, text: everyHalf })).toMatch(/^quorum systems /)
    // What is kept of a change must not be taken for the file.
    expect(await failingTest(tests, undefined)).toBeUndefined()
  })

  it("that cannot be run fail", async () => {
    expect(await failingTest(tests, { file, text: `${original}\nthrow new Error("no")` })).toBe(
      "the tests cannot be run",
    )
  })
})
