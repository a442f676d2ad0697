/**
 * The results that are checked in: for each file its mutants and how they were noticed; and the reasons, written by hand, for those
 * that no verdict of a suite kills.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { isVerdict, type Kill } from "./kill.ts"
import type { Kind } from "./mutant.ts"
import { ROOT } from "./root.ts"

/** What came of a mutant. */
export interface MutantResult {
  readonly name: string
  readonly kind: Kind
  /** Absent if nothing noticed it. */
  readonly kill?: Kill
}

/** What came of the mutants of a file. */
export interface FileResult {
  /** Those that do not compile are counted only here. */
  readonly mutants: number
  /** The configurations of suites that use it, but have too many states. */
  readonly leftOut: ReadonlyArray<string>
  readonly results: ReadonlyArray<MutantResult>
}

/** All that is known, by file. */
export type Results = { readonly [file: string]: FileResult }

/** Why no verdict of a suite kills a mutant. */
export interface Reason {
  readonly reason: string
  /** It does what the original does. */
  readonly equivalent?: true
}

/** The reasons, by file and by name of the mutant. */
export type Reasons = { readonly [file: string]: { readonly [mutant: string]: Reason } }

const RESULTS = new URL("results.json", import.meta.url)
const REASONS = new URL("reasons.json", import.meta.url)

/** Whether a verdict of a suite kills a mutant. */
export const isKilledByVerdict = ({ kill }: MutantResult): boolean => kill !== undefined && isVerdict(kill.how)
/** Whether it is told why no verdict does: a test fails, which has a name; or something throws, and says what is wrong. */
const speaksForItself = ({ kill }: MutantResult): boolean => kill?.how === "test" || kill?.how === "error"

/** Why no verdict kills a mutant, if that is known. */
export const reasonFor = (reasons: Reasons, file: string, { name }: MutantResult): Reason | undefined =>
  reasons[file]?.[name]

/** The mutants that no verdict kills and that have no reason, and the reasons that no such mutant needs. */
export const unreasoned = (files: Results, reasons: Reasons) => {
  const needed = Object.entries(files).map(([file, { results }]) =>
    [file, results.filter((result) => !isKilledByVerdict(result) && !speaksForItself(result))] as const
  )
  return {
    missing: needed.flatMap(([file, results]) =>
      results.filter((result) => reasonFor(reasons, file, result) === undefined).map(({ name }) => `${file} ${name}`)
    ),
    superfluous: Object.entries(reasons).flatMap(([file, some]) => {
      const known = needed.find(([one]) => one === file)?.[1] ?? []
      return Object.keys(some).filter((name) => !known.some((result) => result.name === name))
        .map((name) => `${file} ${name}`)
    }),
  }
}

const read = <A>(url: URL, otherwise: A): A => existsSync(url) ? JSON.parse(readFileSync(url, "utf8")) as A : otherwise

/** What was found out last. */
export const readResults = (): Results => read<Results>(RESULTS, {})

/** The reasons. */
export const readReasons = (): Reasons => read<Reasons>(REASONS, {})

/** Each mutant on a line of its own, so that a change of one is a change of one line. */
const asJson = (files: Results): string => {
  const pieces = Object.entries(files).map(([file, { leftOut, mutants, results }]) => {
    const lines = results.map((result) => JSON.stringify(result)).join(",\n")
    const about = `"mutants": ${mutants}, "leftOut": ${JSON.stringify(leftOut)}`
    return `${JSON.stringify(file)}: {${about}, "results": [\n${lines}\n]}`
  })
  return `{\n${pieces.join(",\n")}\n}\n`
}

/** Files that were tried anew take the place of what was known of them; files that are no more are forgotten. */
export const merged = (before: Results, now: Results): Results =>
  Object.fromEntries(
    Object.entries({ ...before, ...now }).filter(([file]) => existsSync(ROOT + file))
      .toSorted(([one], [other]) => one < other ? -1 : 1),
  )

/** Writes the results. */
export const writeResults = (results: Results): void => writeFileSync(RESULTS, asJson(results))
