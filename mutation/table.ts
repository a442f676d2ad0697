/**
 * The results as a document: the counts of each file, and the mutants that no verdict kills, with the reasons.
 *
 * @module
 */
import { HOW, type How } from "./kill.ts"
import {
  type FileResult,
  isKilledByVerdict,
  type MutantResult,
  reasonFor,
  type Reasons,
  type Results,
} from "./results.ts"

const row = (cells: ReadonlyArray<string | number>): string => `| ${cells.join(" | ")} |`

/** A piece of code in a cell of a table. */
const code = (text: string): string => `\`\` ${text.replaceAll("|", "\\|")} \`\``

const percent = (part: number, whole: number): string => whole === 0 ? "" : `${Math.round(100 * part / whole)} %`

const summary = (files: Results, reasons: Reasons): ReadonlyArray<string> => {
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
export const rendered = (files: Results, reasons: Reasons): string => {
  const leftOut = [...new Set(Object.values(files).flatMap((file) => file.leftOut))].toSorted()
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
