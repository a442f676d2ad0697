/**
 * What came of checking the configurations of the suites, kept for whoever asks for it next: as long as no source, and neither
 * Node nor a dependency, has changed since.
 *
 * Loaded before the command (`node --import ./test/kept-reports.ts dist/model-check/main.js check`), it keeps what the command finds.
 *
 * @module
 */
import { createHash } from "node:crypto"
import { subscribe } from "node:diagnostics_channel"
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { deserialize, serialize } from "node:v8"
import type { Report } from "../model-check/engine/report.ts"
import type { Outcome } from "../model-check/report/judgement.ts"

const root = new URL("..", import.meta.url).pathname

let folder: string | undefined

/** The file of a configuration's report. */
const fileOf = (suite: string, configuration: string): string => {
  if (folder === undefined) {
    const sources = createHash("sha256").update(process.version)
    for (const file of ["package-lock.json", ...globSync("{src,spec,model-check}/**/*.ts", { cwd: root }).toSorted()]) {
      sources.update(file).update(readFileSync(join(root, file)))
    }
    folder = join(root, "node_modules/.cache/touchstone", sources.digest("hex").slice(0, 16))
  }
  return join(folder, suite, configuration)
}

/** The report of a configuration with its own constants, if it has been kept. */
export const kept = (suite: string, configuration: string): Report | undefined => {
  const file = fileOf(suite, configuration)
  return existsSync(file) ? deserialize(readFileSync(file)) as Report : undefined
}

/** Keeps the report of a configuration with its own constants. */
export const keep = (suite: string, configuration: string, report: Report): void => {
  const file = fileOf(suite, configuration)
  mkdirSync(dirname(file), { recursive: true })
  // Whoever reads it sees all of it, or nothing.
  writeFileSync(`${file}.${process.pid}`, serialize(report))
  renameSync(`${file}.${process.pid}`, file)
}

/** With a flag it may be checked otherwise than the suite says. */
const isPlain = !process.argv.some((argument) => argument.startsWith("--"))

subscribe("touchstone:outcome", (message) => {
  const { configuration, error, report, suite } = message as Outcome
  if (isPlain && error === undefined) keep(suite, configuration, report)
})
