/**
 * The results that are checked in: for each file its mutants and how they were noticed; and the reasons, written by hand, for those
 * that no verdict of a suite kills.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { HOW, type How, isVerdict, type Kill } from "./kill.ts"
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
  readonly results: ReadonlyArray<MutantResult>
}

/** All that is known. */
export interface Results {
  /** The configurations that are left out, for they have too many states. */
  readonly leftOut: ReadonlyArray<string>
  readonly files: { readonly [file: string]: FileResult }
}

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
const TABLE = new URL("results.md", import.meta.url)

/** Whether a verdict of a suite kills a mutant. */
const isKilledByVerdict = ({ kill }: MutantResult): boolean => kill !== undefined && isVerdict(kill.how)
/** Whether it is told why no verdict does: a test fails, which has a name; or something throws, and says what is wrong. */
const speaksForItself = ({ kill }: MutantResult): boolean => kill?.how === "test" || kill?.how === "error"

const reasonFor = (reasons: Reasons, file: string, { name }: MutantResult): Reason | undefined => reasons[file]?.[name]

/** The mutants that no verdict kills and that have no reason, and the reasons that no such mutant needs. */
export const unreasoned = ({ files }: Results, reasons: Reasons) => {
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

const row = (cells: ReadonlyArray<string | number>): string => `| ${cells.join(" | ")} |`

/** A piece of code in a cell of a table. */
const code = (text: string): string => `\`\` ${text.replaceAll("|", "\\|")} \`\``

const percent = (part: number, whole: number): string => whole === 0 ? "" : `${Math.round(100 * part / whole)} %`

const summary = (files: Results["files"], reasons: Reasons): ReadonlyArray<string> => {
  const line = (name: string, some: ReadonlyArray<readonly [string, FileResult]>) => {
    const all = some.flatMap(([file, { results }]) => results.map((result) => [file, result] as const))
    const count = (how: How | undefined) => all.filter(([, { kill }]) => kill?.how === how).length
    const isEquivalent = ([file, result]: readonly [string, MutantResult]) =>
      reasonFor(reasons, file, result)?.equivalent === true
    // A mutant that throws is no mistake that could go unnoticed; one that is equivalent is no mistake.
    const mistakes = all.filter((one) => !isEquivalent(one) && one[1].kill?.how !== "error")
    const killed = mistakes.filter(([, result]) => isKilledByVerdict(result)).length
    return row([
      name,
      some.reduce((sum, [, { mutants }]) => sum + mutants, 0),
      all.length,
      ...HOW.map(count),
      count(undefined),
      all.filter(isEquivalent).length,
      percent(killed, mistakes.length),
      percent(killed + count("test"), mistakes.length),
    ])
  }
  const entries = Object.entries(files)
  return [
    row(["file", "mutants", "compile", ...HOW, "survived", "equivalent", "by a verdict", "or a test"]),
    row(["---", ...Array.from({ length: HOW.length + 6 }, () => "---:")]),
    ...entries.map((entry) => line(`\`${entry[0]}\``, [entry])),
    line("all", entries),
  ]
}

/** The results as a document in Markdown. */
export const rendered = ({ files, leftOut }: Results, reasons: Reasons): string => {
  const details = Object.entries(files).flatMap(([file, { results }]) => {
    const rest = results.filter((result) => !isKilledByVerdict(result) && result.kill?.how !== "error")
    if (rest.length === 0) return []
    return [
      "",
      `## \`${file}\``,
      "",
      row(["mutant", "noticed", "by", "why no verdict kills it"]),
      row(["---", "---", "---", "---"]),
      ...rest.map((result) => {
        const reason = reasonFor(reasons, file, result)
        const why = reason === undefined ? "" : `${reason.equivalent ? "equivalent: " : ""}${reason.reason}`
        return row([code(result.name), result.kill?.how ?? "**survived**", result.kill?.by ?? "", why])
      }),
    ]
  })
  return [
    "# Mutants, and how the suites notice them",
    "",
    "Written by `npm run mutate`; CONTRIBUTING.md says how to read it. The reasons come from `reasons.json`.",
    "",
    ...summary(files, reasons),
    ...leftOut.length === 0 ? [] : ["", `Left out, for they have many states: ${leftOut.join(", ")}.`],
    ...details,
    "",
  ].join("\n")
}

const read = <A>(url: URL, otherwise: A): A => existsSync(url) ? JSON.parse(readFileSync(url, "utf8")) as A : otherwise

/** What was found out last. */
export const readResults = (): Results => read<Results>(RESULTS, { leftOut: [], files: {} })

/** The reasons. */
export const readReasons = (): Reasons => read<Reasons>(REASONS, {})

/** Each mutant on a line of its own, so that a change of one is a change of one line. */
const asJson = ({ files, leftOut }: Results): string => {
  const pieces = Object.entries(files).map(([file, { mutants, results }]) =>
    `${JSON.stringify(file)}: {"mutants": ${mutants}, "results": [\n${
      results.map((result) => JSON.stringify(result)).join(",\n")
    }\n]}`
  )
  return `{"leftOut": ${JSON.stringify(leftOut)}, "files": {\n${pieces.join(",\n")}\n}}\n`
}

/** Files that were tried anew take the place of what was known of them; files that are no more are forgotten. */
export const merged = (before: Results, now: Results): Results => {
  const files = { ...before.files, ...now.files }
  return {
    leftOut: [...new Set([...before.leftOut, ...now.leftOut])].toSorted(),
    files: Object.fromEntries(
      Object.entries(files).filter(([file]) => existsSync(ROOT + file))
        .toSorted(([one], [other]) => one < other ? -1 : 1),
    ),
  }
}

/** Writes the results, and the document that shows them. */
export const writeResults = (results: Results): void => {
  writeFileSync(RESULTS, asJson(results))
  writeFileSync(TABLE, rendered(results, readReasons()))
}
