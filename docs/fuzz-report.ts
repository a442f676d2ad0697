/**
 * How many walks the fuzzer needs to find what is wrong with each sabotaged variant: `npm run fuzz-report` measures it, and
 * writes the table in `docs/fuzzing.md`.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs"
import { find, sabotages } from "../test/fuzz/runs-to-find.ts"

/** What came of fuzzing one sabotaged variant with several seeds. */
export interface FuzzResult {
  readonly configuration: string
  /** The steps of a shortest counterexample, as the checker finds it. */
  readonly shortest: number | null
  /** The median of the steps of the shrunk walks. */
  readonly shrunk: number | null
  /** With how many of the seeds a violation was found. */
  readonly found: number
  /** The median and the largest number of walks; `null` where that is more than the bound. */
  readonly median: number | null
  readonly most: number | null
}

/** The seeds are 1 to this. */
export const SEEDS = 20
/** With each seed, no more walks are made than this. */
export const BOUND = 50_000
/** Shrinking takes longer than finding: it is done with so many of the seeds. */
const SHRUNK = 5

const document = new URL("fuzzing.md", import.meta.url)
const data = new URL("fuzz-report.json", import.meta.url)

const medianOf = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1] as number

const orNull = (number: number): number | null => Number.isFinite(number) ? number : null

/** Fuzzes one sabotaged variant after the other. */
const measure = (): ReadonlyArray<FuzzResult> =>
  sabotages().map(({ model, name, shortest = null }) => {
    const all = Array.from({ length: SEEDS }, (_, index) => find(model, index + 1, BOUND, index < SHRUNK))
    const runs = all.map((found) => found?.runs ?? Infinity)
    const lengths = all.slice(0, SHRUNK).flatMap((found) => found?.steps ?? [])
    return {
      configuration: name,
      shortest,
      shrunk: lengths.length === 0 ? null : medianOf(lengths),
      found: runs.filter(Number.isFinite).length,
      median: orNull(medianOf(runs)),
      most: orNull(Math.max(...runs)),
    }
  })

/** What was measured last. */
export const fuzzResults = (): ReadonlyArray<FuzzResult> =>
  JSON.parse(readFileSync(data, "utf8")) as ReadonlyArray<FuzzResult>

/** The results as a table in Markdown. */
export const fuzzTable = (results: ReadonlyArray<FuzzResult>): string => {
  const walks = (number: number | null) =>
    number === null ? `more than ${BOUND.toLocaleString("en")}` : number.toLocaleString("en")
  return [
    "| configuration | walks, median | most | found with | steps, shrunk | shortest |",
    "|---|---:|---:|---:|---:|---:|",
    ...results.map(({ configuration, found, median, most, shortest, shrunk }) =>
      `| \`${configuration}\` | ${walks(median)} | ${walks(most)} | ${found} of ${SEEDS} | ${shrunk ?? ""} | ${
        shortest ?? ""
      } |`
    ),
  ].join("\n")
}

/** A document, the rows of its table replaced. */
export const withTable = (text: string, table: string): string =>
  text.replace(/^\| configuration [^]*?\n(?=\n|$)/m, `${table}\n`)

if (import.meta.main) {
  const results = measure()
  writeFileSync(data, `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(document, withTable(readFileSync(document, "utf8"), fuzzTable(results)))
}
