/**
 * Reports as text, for people. Readable without colours; nothing is said by colour alone.
 *
 * What is shown here has been rendered in words already, so that it can be shown where the model is not.
 *
 * @module
 */
import Table from "cli-table3"
import { isAbsolute, relative } from "node:path"
import type { ConstantsOf } from "../constant.ts"
import type { Progress, Report, Stopped, Vacuous } from "../engine/report.ts"
import type { Expected, Suite } from "../suite.ts"
import { showByteSize } from "./byte-size.ts"
import { differences, isAsExpected, type Judged, type Outcome } from "./judgement.ts"
import type { RenderedOutcome, RenderedProperty, RenderedReport } from "./rendered.ts"
import { showString } from "./string.ts"

/** An outcome in words: arguments on one line, and of each step its lines. */
export type OutcomeInWords = RenderedOutcome<string, ReadonlyArray<string>>
type PropertyInWords = RenderedProperty<string, ReadonlyArray<string>>
type ReportInWords = RenderedReport<string, ReadonlyArray<string>>

/** Gives a text a colour or a weight; where there are none, returns it as it is. */
export type Paint = (style: "bold" | "dim" | "green" | "red" | "yellow", text: string) => string

/**
 * Text without colours.
 *
 * @function
 *
 * @example
 * ```ts
 * import { plain } from "touchstone/model-check"
 *
 * plain("bold", "holds") // => "holds"
 * ```
 */
export const plain: Paint = (_, text) => text

const count = (number: number): string => number.toLocaleString("en-US")

/** Counts that change ten times a second are read as magnitudes. */
const magnitude = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 4 })

const seconds = (time: number): string => `${time.toFixed(time < 10 ? 2 : 1)} s`

const steps = (length: number): string => `${length} ${length === 1 ? "step" : "steps"}`

/** What ended an exploration early, in words. */
const STOPPED: { readonly [why in Stopped]: string } = {
  violation: "a property is violated",
  "max-states": "the limit of distinct states was reached",
  "max-depth": "the limit of levels was reached",
  "max-seconds": "the time limit was reached",
  "max-walks": "all walks were made, and what none of them met may happen all the same",
  memory: "the memory limit was reached",
  interrupted: "it was interrupted",
  error: "an error ended it",
}

const NO_LINES = Object.fromEntries(
  ["top", "bottom", "mid"].flatMap((line) => ["", "-mid", "-left", "-right"].map((at) => [`${line}${at}`, ""])),
)

/** Columns, two spaces apart; those of numbers are set to the right. */
const columns = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const isNumber = (column: number) => rows.length > 0 && rows.every((row) => /^[\d.,]+$/.test(row[column] ?? ""))
  const table = new Table({
    head: [...head],
    chars: { ...NO_LINES, "mid-mid": "", left: "", "left-mid": "", right: "", "right-mid": "", middle: "  " },
    colAligns: head.map((_, column) => isNumber(column) ? "right" : "left"),
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  })
  table.push(...rows.map((row) => [...row]))
  return table.toString().split("\n").map((line) => line.trimEnd()).join("\n")
}

/** Characters that constants may take in a table; the report of the configuration shows all of them. */
const WIDTH = 76

const cut = (text: string): string => text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`

const reasonOf = ({ outside = 0, stopped }: ReportInWords): string => {
  if (stopped !== undefined) return STOPPED[stopped]
  return outside > 0 ? "what was not reached within the constraint may be reached beyond it" : "it was completed"
}

/** A verdict, and whether it is one within a constraint. */
const verdictWords = ({ outside = 0, verdict }: Pick<Report, "outside" | "verdict">): string =>
  verdict === "holds" && outside > 0 ? "holds within the constraint" : verdict

/** What a constraint has left out. */
const outsideLines = ({ outside }: ReportInWords, paint: Paint): ReadonlyArray<string> => {
  if (outside === undefined) return []
  if (outside === 0) return ["  no state is outside of the constraint"]
  const states = outside === 1 ? "1 state outside of it was" : `${count(outside)} states outside of it were`
  return [`  ${paint("yellow", `within the constraint alone: ${states} checked, and not explored further`)}`]
}

const indented = (lines: ReadonlyArray<string>, width: number): ReadonlyArray<string> =>
  lines.map((line) => " ".repeat(width) + line)

/**
 * Constants on one line.
 *
 * @example
 * ```ts
 * import { showConstants } from "touchstone/model-check"
 *
 * showConstants({ rms: 3, tmMayFail: true }) // => "rms=3, tmMayFail=true"
 * showConstants({ rounds: [1, 1, 0] }) // => "rounds=[1,1,0]"
 * ```
 */
export const showConstants = (constants: ConstantsOf): string =>
  Object.entries(constants)
    .map(([name, value]) =>
      `${name}=${
        typeof value === "string" ? showString(value) : typeof value === "object" ? JSON.stringify(value) : value
      }`
    )
    .join(", ")

const showExpected = (expected: Expected): string =>
  expected.verdict === "holds"
    ? "holds"
    : `violates ${expected.property}${expected.steps === undefined ? "" : ` in ${steps(expected.steps)}`}`

const nameOf = ({ configuration, suite }: Pick<Outcome, "suite" | "configuration">): string =>
  `${suite}/${configuration}`

/**
 * One line of progress; the name stands last, where a narrow terminal cuts.
 *
 * @example
 * ```ts
 * import { progressLine } from "touchstone/model-check"
 *
 * const progress = { distinct: 1200, generated: 5000, depth: 7, queue: 300, userCalls: 90, memoryBytes: 2 ** 20, seconds: 2 }
 * progressLine("two-phase/5-rms", progress)
 * // => "1.2K distinct · 5K generated · depth 7 · queue 300 · 2.5K states/s · 1 MiB · two-phase/5-rms"
 * ```
 */
export const progressLine = (name: string, progress: Progress): string => {
  const rate = progress.seconds > 0 ? progress.generated / progress.seconds : 0
  const done = progress.walks === undefined
    ? [
      `${magnitude.format(progress.distinct)} distinct`,
      `${magnitude.format(progress.generated)} generated`,
      `depth ${progress.depth}`,
      `queue ${magnitude.format(progress.queue)}`,
    ]
    : [`${magnitude.format(progress.walks)} walks`, `${magnitude.format(progress.generated)} steps`]
  return [
    ...done,
    `${magnitude.format(rate)} states/s`,
    showByteSize(progress.memoryBytes),
    name,
  ].join(" · ")
}

/** What is amiss in the last state of a counterexample, where that is not plain. */
const lastWord = ({ kind, trace, verdict }: PropertyInWords, { stuttering }: ReportInWords): ReadonlyArray<string> => {
  if (verdict !== "violated") return []
  if (kind === "reachable") return ["no reachable state satisfies it"]
  if (kind === "deadlockFree") {
    return [
      stuttering === 0 ? "no action is enabled in the last state" : "no action changes anything in the last state",
    ]
  }
  if (kind !== "refines") return []
  return [
    trace?.steps.length === 1
      ? "seen through the mapping, this is no initial state of the abstract model"
      : "seen through the mapping, the last step is no step of the abstract model",
  ]
}

const propertyLines = (
  property: PropertyInWords,
  { expected, report }: OutcomeInWords,
  paint: Paint,
  detailed: boolean,
): ReadonlyArray<string> => {
  const { kind, name, parameters: args = "", replay, trace, verdict } = property
  const wanted = expected.verdict === "violated" && expected.property === name
  const style = verdict === "incomplete" ? "yellow" : (verdict === "violated") === wanted ? "green" : "red"
  const length = trace === undefined ? "" : `, ${steps(trace.steps.length - 1)}`
  const isShown = trace !== undefined && (verdict !== "holds" || detailed)
  const shown = isShown ? trace.steps.flat() : []
  return [
    `  ${paint(style, verdict.padEnd(10))} ${name} (${kind}${args && ` for ${args}`}${length})`,
    ...indented(shown, 4).map((line) => line.startsWith("     ") ? paint("dim", line) : line),
    ...indented(lastWord(property, report), 4),
    ...(isShown && replay !== undefined ? [`    again: --search walk --replay ${replay.join()}`] : []),
  ]
}

/** States in which all that is enabled changes nothing: a warning where a property would see them, and counts that as a step. */
const stutteringLines = (
  { allowStutters, report: { stuttering } }: OutcomeInWords,
  paint: Paint,
): ReadonlyArray<string> => {
  if (stuttering === 0) return []
  const said = `${count(stuttering)} ${
    stuttering === 1 ? "state" : "states"
  } in which every enabled step changes nothing`
  const allowing = allowStutters.join(", ")
  return [`  ${allowing === "" ? said : paint("yellow", `warning: ${said}; ${allowing} allows them`)}`]
}

/** The process that a milestone of a system is about, and what it should do; of other milestones, as it happens, the first word. */
const SUBJECT = /^(\S+?)(:?) (.*)$/

/** What several do is said once: `rm1, rm2 receives Abort`. */
const grouped = (milestones: ReadonlyArray<string>): ReadonlyArray<string> => {
  const subjects = new Map<string, Array<string>>()
  for (const milestone of milestones) {
    const [, subject = milestone, colon = "", does = ""] = SUBJECT.exec(milestone) ?? []
    const predicate = does === "" ? "" : `${colon} ${does}`
    subjects.set(predicate, [...subjects.get(predicate) ?? [], subject])
  }
  return Array.from(subjects, ([predicate, of]) => `${of.join(", ")}${predicate}`)
}

/** What was never put to the test: a line per property, one for all actions, and one for all that never happened. */
const vacuousLines = ({ vacuous = [] }: ReportInWords, paint: Paint): ReadonlyArray<string> => {
  const names = (kind: Vacuous["kind"]) => vacuous.flatMap((about) => about.kind === kind ? [about.name] : [])
  const [actions, milestones] = [names("action"), names("milestone")]
  return [
    ...vacuous.filter(({ kind }) => kind === "property").map(({ name, reason }) => `${name} says nothing: ${reason}`),
    ...(actions.length === 0 ? [] : [`never enabled: ${actions.join(", ")}`]),
    ...(milestones.length === 0 ? [] : [`never: ${grouped(milestones).join("; ")}`]),
  ].map((line) => `  ${paint("yellow", `warning: ${line}`)}`)
}

/** How often each action was enabled, and how many new states it gave. */
const coverageLines = ({ coverage }: ReportInWords): ReadonlyArray<string> =>
  columns(
    ["  action", "enabled", "new states"],
    coverage.map(({ enabled, fresh, name }) => [`  ${name}`, count(enabled), count(fresh)]),
  ).split("\n")

/** How much was explored. */
const exploredWords = ({ depth, distinct, generated, walks }: ReportInWords): string =>
  walks === undefined
    ? `${count(distinct)} distinct states, ${count(generated)} generated, depth ${depth}`
    : `${count(walks)} ${walks === 1 ? "walk" : "walks"}, ${count(generated)} steps in all, the longest of ${depth - 1}`

/** What came of one configuration; see `outcomeText`. */
export const renderedText = (outcome: OutcomeInWords, paint: Paint, detailed = false): string => {
  const { constants, error, expected, report } = outcome
  const { collisionProbability, coverage, stopped } = report
  const complete = stopped === undefined
  const shown = showConstants(constants)
  return [
    `${paint("bold", nameOf(outcome))}${shown && ` with ${shown}`}`,
    ...report.properties.flatMap((property) => propertyLines(property, outcome, paint, detailed)),
    `  ${exploredWords(report)}, ${seconds(report.seconds)}, ${showByteSize(report.peakMemoryBytes)}, ${
      count(report.userCalls)
    } calls of the model's functions`,
    ...(report.walks !== undefined ? [] : [
      `  probability that a fingerprint collision hid a state: ${
        collisionProbability === 0 ? "0" : `at most ${collisionProbability.toExponential(1)}`
      }`,
    ]),
    ...(complete || stopped === "violation" ? [] : [`  ${paint("yellow", `stopped: ${reasonOf(report)}`)}`]),
    ...outsideLines(report, paint),
    ...stutteringLines(outcome, paint),
    ...vacuousLines(report, paint),
    ...(error === undefined ? differences(report, expected) : [])
      .map((difference) => `  ${paint("red", `NOT AS EXPECTED: ${difference}`)}`),
    ...(isAsExpected(outcome) && expected.verdict === "violated" ? [`  ${paint("green", "as expected")}`] : []),
    ...(detailed && coverage.length > 0 ? ["", ...coverageLines(report)] : []),
    "",
  ].join("\n")
}

/**
 * A place in a file, `path:line:column`, with the path from the working directory if the file is below it.
 *
 * @example
 * ```ts
 * import { showPlace } from "touchstone/model-check"
 *
 * showPlace(`${process.cwd()}/models/mine.ts:3:14`) // => "models/mine.ts:3:14"
 * showPlace("/elsewhere/mine.ts:3:14") // => "/elsewhere/mine.ts:3:14"
 * ```
 */
export const showPlace = (place: string): string => {
  const below = relative(process.cwd(), place)
  return below.startsWith("..") || isAbsolute(below) ? place : below
}

/** Why a check was not carried out to its end; see `errorText`. */
export const renderedErrorText = (outcome: OutcomeInWords): string => {
  const { error, report } = outcome
  const name = nameOf(outcome)
  if (error === undefined) return `${name}: incomplete: ${reasonOf(report)}; what was found so far is reported`
  const path = error.trace?.steps.flat() ?? []
  const thrown = error.at !== undefined ? [`  thrown in ${showPlace(error.at)}`] : []
  return [
    `${name}: ${error.message}`,
    ...thrown,
    ...(path.length === 0 ? [] : ["  the path that led there:", ...indented(path, 4)]),
  ].join("\n")
}

/**
 * One line per configuration checked, and how many were as expected.
 *
 * @example
 * ```ts
 * import { check } from "touchstone"
 * import { summaryText } from "touchstone/model-check"
 * import { Consensus } from "touchstone/spec/tla"
 * import { Effect } from "effect"
 *
 * const model = Consensus({ values: 3 })
 * const report = Effect.runSync(check(model))
 * const about = { suite: "consensus", configuration: "3-values", constants: { values: 3 } }
 *
 * const outcome = { ...about, model, expected: { verdict: "holds" as const }, report }
 * const lines = summaryText([outcome, outcome]).split("\n")
 * lines.at(-1) // => "2 configurations: 2 as expected, 0 not"
 * ```
 */
export const summaryText = (
  outcomes: ReadonlyArray<
    & Pick<Outcome, "suite" | "configuration" | "constants" | "expected">
    & { readonly report: Judged & Pick<Report, "seconds" | "outside">; readonly error?: unknown }
  >,
): string => {
  const good = outcomes.filter(isAsExpected).length
  const rows = outcomes.map((outcome) => [
    nameOf(outcome),
    cut(showConstants(outcome.constants)),
    verdictWords(outcome.report),
    count(outcome.report.distinct),
    count(outcome.report.generated),
    String(outcome.report.depth),
    outcome.report.seconds.toFixed(2),
    isAsExpected(outcome) ? "" : "NOT AS EXPECTED",
  ])
  return [
    columns(["configuration", "constants", "verdict", "distinct", "generated", "depth", "seconds", ""], rows),
    "",
    `${outcomes.length} configurations: ${good} as expected, ${outcomes.length - good} not`,
  ].join("\n")
}

/**
 * The suites with their configurations, constants and expected verdicts.
 *
 * @example
 * ```ts
 * import { listText, plain, suites } from "touchstone/model-check"
 *
 * listText(suites, plain).split("\n")[0] // => "tla/transaction-commit  What an atomic commitment protocol must achieve"
 * ```
 */
export const listText = (suites: ReadonlyArray<Suite>, paint: Paint): string =>
  suites.map((suite) =>
    [
      `${paint("bold", suite.name)}  ${suite.description}`,
      paint("dim", `  ${suite.source}`),
      ...Object.entries(suite.constants).map(([name, { description }]) => `  --set ${name}=…  ${description}`),
      columns(
        ["  configuration", "constants", "expected"],
        suite.configurations.map(({ constants, expected, long = false, name }) => [
          `  ${name}`,
          showConstants(constants),
          `${showExpected(expected)}${long ? "; takes long" : ""}`,
        ]),
      ),
      "",
    ].join("\n")
  ).join("\n")
