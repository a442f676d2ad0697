/**
 * Unit tests, run with a change: what no suite notices, a test of the promise may.
 *
 * @module
 */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Change } from "./question.ts"
import { ROOT } from "./root.ts"

const VITEST = join(ROOT, "node_modules/vitest/vitest.mjs")

/** Milliseconds after which tests are ended. */
const PATIENCE = 120_000

interface JsonReport {
  readonly testResults: ReadonlyArray<{
    readonly assertionResults: ReadonlyArray<{ readonly status: string; readonly fullName: string }>
  }>
}

/**
 * Runs tests.
 *
 * @param files - the files of tests.
 * @returns the first that fails with the change; `undefined` if none does, or they do not end.
 */
export const failingTest = async (
  files: ReadonlyArray<string>,
  change: Change | undefined,
): Promise<string | undefined> => {
  if (files.length === 0) return undefined
  const folder = mkdtempSync(join(tmpdir(), "mutation-"))
  const report = join(folder, "report.json")
  const said = join(folder, "change.json")
  writeFileSync(said, JSON.stringify(change ?? null))
  const options = [
    "--config",
    "mutation/vitest.config.ts",
    "--reporter=json",
    `--outputFile=${report}`,
    "--maxWorkers=1",
    // They end with the process, also where a mutant never returns.
    "--pool=threads",
  ]
  const child = spawn(process.execPath, [VITEST, "run", ...options, ...files], {
    cwd: ROOT,
    stdio: "ignore",
    timeout: PATIENCE,
    killSignal: "SIGKILL",
    env: { ...process.env, TOUCHSTONE_CHANGE: said },
  })
  const end = (): boolean => child.kill("SIGKILL")
  process.once("exit", end)
  const status = await new Promise<number | null>((resolve) => child.on("exit", resolve))
  process.off("exit", end)
  try {
    if (status === 0 || status === null) return undefined
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as JsonReport
    const failed = testResults.flatMap(({ assertionResults }) => assertionResults)
      .find(({ status }) => status === "failed")
    return failed?.fullName ?? "the tests cannot be run"
  } finally {
    rmSync(folder, { recursive: true })
  }
}
