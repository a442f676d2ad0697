/**
 * What comes of checking the configurations of the suites, for the tests and for the site.
 *
 * To check them all takes minutes. So a report is written down, and read by whoever asks for it next: as long as no source,
 * and neither Node nor a dependency, has changed since.
 *
 * @module
 */
import { Effect } from "effect"
import { createHash } from "node:crypto"
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { deserialize, serialize } from "node:v8"
import { check } from "../model-check/check.ts"
import type { Report } from "../model-check/engine/report.ts"
import type { Suite } from "../model-check/suite.ts"

const root = new URL("..", import.meta.url).pathname

const sources = createHash("sha256").update(process.version)
for (const file of ["package-lock.json", ...globSync("{src,spec,model-check}/**/*.ts", { cwd: root }).toSorted()]) {
  sources.update(file).update(readFileSync(join(root, file)))
}
const folder = join(root, "node_modules/.cache/touchstone", sources.digest("hex").slice(0, 16))

/** The report of a configuration with its own constants. */
export const checked = async (
  { name: suite }: Suite,
  { constants, model, name }: Suite["configurations"][number],
): Promise<Report> => {
  const file = join(folder, suite, name)
  if (existsSync(file)) return deserialize(readFileSync(file)) as Report
  const report = await Effect.runPromise(check(model(constants)))
  mkdirSync(dirname(file), { recursive: true })
  // Whoever reads it sees all of it, or nothing.
  writeFileSync(`${file}.${process.pid}`, serialize(report))
  renameSync(`${file}.${process.pid}`, file)
  return report
}
