import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { growing, type Grown } from "./fixtures/growing.ts"

/** `TOUCHSTONE_MEMORY=200,500,2048` checks all of them, each with these limits in MiB. */
const asked = process.env["TOUCHSTONE_MEMORY"]
const LIMITS = (asked ?? "200").split(",").map((mebibytes) => Number(mebibytes) * 2 ** 20)
const NAMES = asked === undefined ? ["wide states, exactly", "long strings", "long sequences"] : Object.keys(growing)

const run = promisify(execFile)

/** Checks a model in a process of its own. */
const grown = async (name: string, limit: number): Promise<Grown> => {
  const fixture = fileURLToPath(new URL("fixtures/growing.ts", import.meta.url))
  const { stdout } = await run(process.execPath, [fixture, name, String(limit)])
  return JSON.parse(stdout) as Grown
}

describe.each(LIMITS)("a memory limit of %d bytes", (limit) => {
  const empty = grown("nothing", limit)

  it.each(NAMES)("holds: %s", { timeout: 300_000 }, async (name) => {
    const { resident, stopped } = await grown(name, limit)
    expect(["memory", ...(asked === undefined ? [] : ["interrupted"])]).toContain(stopped)
    expect(resident).toBeLessThan(1.05 * (limit + (await empty).resident))
  })
})
