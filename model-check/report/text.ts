/**
 * Reports as text, for people. Readable without colours; nothing is said by colour alone.
 *
 * @module
 */
import Table from "cli-table3"
import type { Progress, PropertyResult, Report } from "../engine/report.ts"
import type { ConstantValue, Expected, Suite } from "../suite.ts"
import { showArguments, traceLines } from "./trace.ts"

/** Gives a text a colour or a weight; where there are none, returns it as it is. */
export type Paint = (style: "bold" | "dim" | "green" | "red" | "yellow", text: string) => string

/** Text without colours. */
export const plain: Paint = (_, text) => text

const count = (number: number): string => number.toLocaleString("en-US")

const seconds = (time: number): string => `${time.toFixed(time < 10 ? 2 : 1)} s`

/** A number of bytes in a unit that people read. */
export const bytes = (number: number): string =>
  number < 2 ** 20 ? `${Math.ceil(number / 2 ** 10)} KiB` : number < 2 ** 30
    ? `${Math.ceil(number / 2 ** 20)} MiB`
    : `${(number / 2 ** 30).toFixed(2)} GiB`

const borderless = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const chars = Object.fromEntries(
    [
      "top",
      "top-mid",
      "top-left",
      "top-right",
      "bottom",
      "bottom-mid",
      "bottom-left",
      "bottom-right",
      "left",
      "left-mid",
      "mid",
      "mid-mid",
      "right",
      "right-mid",
      "middle",
    ].map((name) => [name, name === "middle" ? "  " : ""]),
  )
  const table = new Table({
    head: [...head],
    chars,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  })
  table.push(...rows.map((row) => [...row]))
  return table.toString().split("\n").map((line) => line.trimEnd()).join("\n")
}

/** Constants on one line: `rms=3, acceptors=3`. */
export const showConstants = (constants: { readonly [name: string]: ConstantValue }): string =>
  Object.entries(constants).map(([name, value]) => `${name}=${value}`).join(", ")

const showExpected = (expected: Expected): string =>
  expected.verdict === "holds"
    ? "holds"
    : `violates ${expected.property}${expected.steps === undefined ? "" : ` in ${expected.steps} steps`}`

/** One line of progress. */
export const progressLine = (name: string, progress: Progress): string => {
  const rate = progress.seconds > 0 ? progress.generated / progress.seconds : 0
  return [
    name,
    `${count(progress.distinct)} distinct`,
    `${count(progress.generated)} generated`,
    `depth ${progress.depth}`,
    `queue ${count(progress.queue)}`,
    `${count(Math.round(rate))} states/s`,
    bytes(progress.memoryBytes),
  ].join(" · ")
}

const propertyLines = (
  { kind, name, parameters, trace, verdict }: PropertyResult,
  expected: Expected,
  paint: Paint,
): ReadonlyArray<string> => {
  const wanted = expected.verdict === "violated" && expected.property === name
  const style = verdict === "incomplete" ? "yellow" : (verdict === "violated") === wanted ? "green" : "red"
  const args = parameters === undefined ? "" : showArguments(parameters)
  const steps = trace === undefined ? "" : `, ${trace.steps.length - 1} steps`
  const detail = [kind, args && `for ${args}`].filter((part) => part !== "").join(" ")
  const lines = [`  ${paint(style, verdict.padEnd(10))} ${name} (${detail}${steps})`]
  return trace === undefined || verdict !== "violated"
    ? lines
    : [...lines, ...traceLines(trace).map((line) => `    ${line.startsWith(" ") ? paint("dim", line) : line}`)]
}

/**
 * A report as text: a heading, a result per property (with the trace of each violation), and the counts.
 *
 * @param name - what was checked: `two-phase/3-rms`.
 * @param differing - what is not as expected, from {@link differences}.
 */
export const reportText = (
  name: string,
  constants: { readonly [name: string]: ConstantValue },
  report: Report,
  expected: Expected,
  differing: ReadonlyArray<string>,
  paint: Paint,
): string => {
  const { collisionProbability, coverage, depth, distinct, generated, stopped, userCalls } = report
  const never = coverage.filter(({ enabled }) => enabled === 0).map((action) => action.name)
  const shown = showConstants(constants)
  return [
    `${paint("bold", name)}${shown && `  ${shown}`}`,
    ...report.properties.flatMap((property) => propertyLines(property, expected, paint)),
    `  ${count(distinct)} distinct states, ${count(generated)} generated, depth ${depth}, ${seconds(report.seconds)}, ${
      bytes(report.peakMemoryBytes)
    }, ${count(userCalls)} calls of the model's functions`,
    `  probability that a fingerprint collision hid a state: ${
      collisionProbability === 0 ? "0" : `at most ${collisionProbability.toExponential(1)}`
    }`,
    ...(stopped === undefined || stopped === "violation" ? [] : [`  ${paint("yellow", `stopped: ${stopped}`)}`]),
    ...(never.length === 0 || report.verdict !== "holds"
      ? []
      : [`  ${paint("yellow", `never enabled: ${never.join(", ")}`)}`]),
    ...(differing.length === 0
      ? expected.verdict === "violated" ? [`  ${paint("green", "as expected")}`] : []
      : differing.map((difference) => `  ${paint("red", `NOT AS EXPECTED: ${difference}`)}`)),
    "",
  ].join("\n")
}

/** How often each action was enabled, and how many new states it gave. */
export const coverageText = ({ coverage }: Report): string =>
  borderless(
    ["  action", "enabled", "new states"],
    coverage.map(({ enabled, fresh, name }) => [`  ${name}`, count(enabled), count(fresh)]),
  )

/** One line per configuration checked, and how many were as expected. */
export const summaryText = (
  results: ReadonlyArray<{ readonly name: string; readonly report: Report; readonly asExpected: boolean }>,
): string => {
  const good = results.filter(({ asExpected }) => asExpected).length
  const rows = results.map(({ asExpected, name, report }) => [
    name,
    report.verdict,
    count(report.distinct),
    count(report.generated),
    String(report.depth),
    report.seconds.toFixed(2),
    asExpected ? "" : "NOT AS EXPECTED",
  ])
  return [
    borderless(["configuration", "verdict", "distinct", "generated", "depth", "seconds", ""], rows),
    "",
    `${results.length} configurations: ${good} as expected, ${results.length - good} not`,
  ].join("\n")
}

/** The suites with their configurations and constants. */
export const listText = (suites: ReadonlyArray<Suite>, paint: Paint): string =>
  suites.map((suite) =>
    [
      `${paint("bold", suite.name)}  ${suite.description}`,
      paint("dim", `  ${suite.source}`),
      ...Object.entries(suite.constants).map(([name, { description }]) => `  --set ${name}=…  ${description}`),
      borderless(
        ["  configuration", "constants", "expected"],
        suite.configurations.map(({ constants, expected, name }) => [
          `  ${name}`,
          showConstants(constants),
          showExpected(expected),
        ]),
      ),
      "",
    ].join("\n")
  ).join("\n")
