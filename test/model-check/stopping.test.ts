import { Ajv2020 } from "ajv/dist/2020.js"
import * as fc from "fast-check"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import type { CheckResult } from "../../model-check/report/json.ts"
import { replay } from "../replay.ts"
import { root, type Run, start, touchstone, touchstoneWith } from "./touchstone.ts"

const file = "test/model-check/fixtures/slow.ts"
const validate = new Ajv2020().compile<CheckResult>(
  JSON.parse(readFileSync(join(root, "docs/check-result.schema.json"), "utf8")) as object,
)
const results = (stdout: string): ReadonlyArray<CheckResult> =>
  stdout.split("\n").filter((line) => line !== "").map((line) => {
    const result: unknown = JSON.parse(line)
    if (!validate(result)) throw new Error(`${JSON.stringify(validate.errors)}: ${line}`)
    return result
  })

type Signal = "SIGINT" | "SIGTERM"

/**
 * Runs the command, sends it a signal so long after it has begun to check, unless its time is limited to that, and says how
 * long it took to answer.
 */
const interrupted = async (
  by: Signal | "limit",
  args: ReadonlyArray<string>,
  after = 300,
): Promise<Run & { readonly took: number }> => {
  const limit = by === "limit" ? ["--max-seconds", String(after / 1000)] : []
  const { child, run } = start("check", ...args, ...limit)
  let stopped = Number.NaN
  child.stderr?.on("data", (text) => {
    if (!String(text).includes("begun") || !Number.isNaN(stopped)) return
    stopped = performance.now() + after
    if (by !== "limit") setTimeout(() => child.kill(by), after)
  })
  const ended = await run
  return { ...ended, took: performance.now() - stopped }
}

/** Milliseconds: a second would do on a machine that does nothing else. */
const SOON = 10_000

describe.concurrent("a check that is stopped", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("in functions that take their time: %s", async (signal) => {
    const { status, stderr, stdout, took } = await interrupted(signal, [`${file}/slow`, "--json"])
    expect(status).toBe(2)
    expect(took).toBeLessThan(SOON)
    expect(stderr).toContain(`${file}/slow: incomplete: it was interrupted; what was found so far is reported`)
    const [found, ...rest] = results(stdout)
    expect(rest).toEqual([])
    expect(found).toMatchObject({ verdict: "incomplete", stopped: "interrupted" })
    expect(found?.distinct).toBeGreaterThan(1)
    expect(found?.distinct).toBeLessThan(500)
  })

  it.each(["SIGINT", "SIGTERM"] as const)(
    "in a function that never returns, with what was found: %s",
    async (signal) => {
      const { status, stderr, stdout, took } = await interrupted(signal, [`${file}/stuck`, `${file}/fast`])
      expect(status).toBe(2)
      expect(took).toBeLessThan(SOON)
      expect(stdout).toMatch(
        /violated +low \(always, 1 step\)\n {4}0 initial state\n {8}n = 0\n {4}1 increment\(by: 1\)\n/,
      )
      expect(stdout).toContain("  incomplete natural (always)\n  2 distinct states, 3 generated, depth 2")
      expect(stdout).toContain("stopped: it was interrupted")
      expect(stderr).toContain("\n  the function that was called last: property natural\n")
      expect(stderr).toContain("interrupted: 1 of 2 configurations were begun")
    },
  )

  it("in a function that never returns, by a time limit, and the others are checked", async () => {
    const { status, stderr, stdout } = await touchstone(
      ...["check", `${file}/stuck`, "consensus", "--json", "--max-seconds", "5"],
    )
    expect(status).toBe(1)
    expect(stderr).toContain("begun")
    const [stuck, consensus] = results(stdout)
    expect(stuck).toMatchObject({ configuration: "stuck", verdict: "violated", stopped: "max-seconds", distinct: 2 })
    expect(stuck?.properties[0]?.trace?.steps).toHaveLength(2)
    expect(consensus).toMatchObject({ suite: "tla/consensus", verdict: "holds", asExpected: true })
  })

  it("by a time limit", async () => {
    const { status, stderr, stdout } = await touchstone("check", `${file}/fast`, `${file}/slow`, "--max-seconds", "0.7")
    expect(status).toBe(2)
    expect(stdout.match(/stopped: the time limit was reached/g)).toHaveLength(2)
    expect(stdout).toContain("2 configurations: 0 as expected, 2 not")
    expect(stderr).toContain(`${file}/slow: incomplete: the time limit was reached; what was found so far is reported`)
  })

  it.each(["SIGINT", "limit"] as const)("while its state graph is drawn: %s", async (by) => {
    const { status, stdout, took } = await interrupted(by, [`${file}/slow`, "--dot", "never-written.dot"])
    expect(status).toBe(2)
    expect(by === "limit" ? 0 : took).toBeLessThan(SOON)
    expect(stdout).toContain(by === "limit" ? "stopped: the time limit was reached" : "")
    expect(existsSync(join(root, "never-written.dot"))).toBe(false)
  })

  it("while a file is loaded that never comes to its end", async () => {
    const spins = "test/model-check/fixtures/broken/spins.ts"
    const [byHand, byTime] = await Promise.all([
      interrupted("SIGINT", [spins]),
      touchstone("check", spins, "--max-seconds", "1"),
    ])
    expect(byHand).toMatchObject({ status: 2, stdout: "" })
    expect(byHand.stderr).toContain("touchstone: it was interrupted before there was anything to check\n")
    expect(byTime).toMatchObject({ status: 2, stdout: "" })
    expect(byTime.stderr).toContain("touchstone: the time limit was reached before there was anything to check\n")
  })

  it("in a large model, long before it would end", async () => {
    const { status, stdout, took } = await interrupted(
      "SIGTERM",
      ["test/model-check/fixtures/large.ts", "--json"],
      2_000,
    )
    expect(status).toBe(2)
    expect(took).toBeLessThan(SOON)
    expect(results(stdout)).toMatchObject([{ verdict: "incomplete", stopped: "interrupted" }])
  })

  it("because the model ends the process", async () => {
    const { status, stderr, stdout } = await touchstone("check", "test/model-check/fixtures/rogue.ts/exits")
    expect(status).toBe(2)
    expect(stderr).toContain("touchstone: the process was ended before everything was checked\n")
    expect(stdout).toMatch(/stopped: an error ended it/)
  })

  it("not by what is thrown outside of it, which is told", async () => {
    const { status, stderr, stdout } = await touchstone("check", "test/model-check/fixtures/rogue.ts/throws")
    expect(status).toBe(2)
    expect(stderr).toMatch(/outside of the check something threw: too late\n {2}thrown in .*rogue.ts:\d+:\d+\n/)
    expect(stdout).toMatch(/6 distinct states/)
  })

  it("because JavaScript's own heap is full, with what was found", async () => {
    const { status, stderr, stdout } = await touchstoneWith(
      { NODE_OPTIONS: "--max-old-space-size=64" },
      ...["check", "test/model-check/fixtures/rogue.ts/hoards", "--json"],
    )
    expect(status).toBe(2)
    expect(stderr).toContain("incomplete: the memory limit was reached; what was found so far is reported")
    expect(results(stdout)).toMatchObject([{ verdict: "incomplete", stopped: "memory", distinct: 3 }])
  })
})

/** Twenty moments of ten seconds take some minutes: TOUCHSTONE_MOMENTS=20. */
const moments = Number(process.env["TOUCHSTONE_MOMENTS"] ?? 3)
const longest = moments < 20 ? 1_000 : 10_000

it(`answers at ${moments} random moments`, async () => {
  const chosen = fc.record({
    model: fc.constantFrom("fast", "slow", "stuck"),
    by: fc.constantFrom("SIGINT" as const, "SIGTERM" as const, "limit" as const),
    // A time limit that is over before the check gets to calls of functions leaves nothing to be seen.
    after: fc.integer({ min: 500, max: longest }),
  })
  for (const { after, by, model } of fc.sample(chosen, { numRuns: moments, ...replay })) {
    const { status, stdout, took } = await interrupted(by, [`${file}/${model}`, "--json"], after)
    const [found] = results(stdout)
    console.log(`${model} ${by} after ${after} ms: answered in ${took.toFixed(0)} ms, ${found?.distinct} states`)
    expect(found).toMatchObject({ stopped: by === "limit" ? "max-seconds" : "interrupted" })
    expect(found?.verdict).toBe(model === "stuck" ? "violated" : "incomplete")
    expect(status).toBe(model === "stuck" && by === "limit" ? 1 : 2)
    expect(took).toBeLessThan(SOON)
  }
}, 600_000)
