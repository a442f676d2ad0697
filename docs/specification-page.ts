/**
 * A page of the site: a specification with its prose, its formulas, what came of checking it, and its source.
 *
 * @module
 */
import {
  differences,
  type Expected,
  type Expressions,
  isAsExpected,
  type Outcome,
  sequenceDiagram,
  showConstants,
  type Suite,
  traceLines,
  withShown,
} from "../model-check/index.ts"
import { processesOf } from "../model-check/report/system-part.ts"
import { type PropertyResult } from "../model-check/touchstone.ts"
import type { Model, Trace } from "../src/index.ts"
import type { DocumentedFile } from "./doc-comment.ts"

/** What came of a configuration, and the function that makes its model. */
export interface Checked {
  readonly outcome: Outcome
  readonly model: Suite["configurations"][number]["model"]
}

/** A protocol or a problem: its files, and its suite. At least one of them exists. */
export interface Subject {
  /** The name of the suite, or of the file. */
  readonly name: string
  readonly files: ReadonlyArray<DocumentedFile>
  readonly suite: Suite | undefined
  /** The file of the suite: its functions say how the variants are broken. */
  readonly suiteFile: DocumentedFile | undefined
  readonly checked: ReadonlyArray<Checked>
}

const count = (number: number): string => number.toLocaleString("en-US")

const steps = (length: number): string => `${length} ${length === 1 ? "step" : "steps"}`

/** The examples in doc comments have fences of their own, so this one is longer. */
const fenced = (language: string, lines: string): string => ["````" + language, lines.trimEnd(), "````"].join("\n")

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map((title) => NUMERIC.has(title) ? "--:" : "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`).join("\n")

const NUMERIC = new Set(["distinct", "generated", "depth", "seconds", "user calls", "steps"])

const violated = ({ report }: Outcome): PropertyResult | undefined =>
  report.properties.find(({ verdict }) => verdict === "violated")

const lengthOf = (property: PropertyResult | undefined): number => (property?.trace?.steps.length ?? 1) - 1

const constantsOf = ({ constants }: Outcome): string => showConstants(constants)

/** What is not as it should be is said so that nobody overlooks it. */
const verdictOf = (outcome: Outcome): string =>
  isAsExpected(outcome)
    ? outcome.report.verdict
    : `**not as expected**: ${differences(outcome.report, outcome.expected).join("; ")}`

const COUNTS = ["distinct", "generated", "depth", "seconds", "user calls"]

const countsOf = ({ report }: Outcome): ReadonlyArray<string> => [
  count(report.distinct),
  count(report.generated),
  String(report.depth),
  report.seconds.toFixed(2),
  count(report.userCalls),
]

const expectedTo = (verdict: Expected["verdict"], { checked }: Subject): ReadonlyArray<Checked> =>
  checked.filter(({ outcome }) => outcome.expected.verdict === verdict)

/** The file of a subject's page, without its extension. */
export const pageOf = ({ name }: Pick<Subject, "name">): string => name.replaceAll("/", "-")

/** The title of a subject: that of its first file with one. */
export const titleOf = ({ files, name }: Subject): string =>
  files.find(({ title }) => title !== undefined)?.title ?? name

/** A behaviour step by step, with what the suite can show; of a system, who sends what to whom as a diagram too. */
const behaviour = (model: Model<any>, trace: Trace, show: Expressions): ReadonlyArray<string> => [
  fenced("text", traceLines(model, withShown(model, trace, show)).join("\n")),
  ...(processesOf(model) === undefined ? [] : [fenced("mermaid", sequenceDiagram(model, trace))]),
]

/** What the subject's suite gave: a table of what must hold, and one of what must be caught. */
export const resultsTables = (subject: Subject): ReadonlyArray<string> => {
  const holding = expectedTo("holds", subject).map(({ outcome }) => outcome)
  const broken = expectedTo("violated", subject).map(({ outcome }) => outcome)
  const name = ({ configuration }: Outcome): string => `\`${configuration}\``
  return [
    ...(holding.length === 0 ? [] : [table(
      ["configuration", "constants", "verdict", ...COUNTS],
      holding.map((outcome) => [name(outcome), constantsOf(outcome), verdictOf(outcome), ...countsOf(outcome)]),
    )]),
    ...(broken.length === 0 ? [] : [table(
      ["sabotaged", "constants", "verdict", "steps", ...COUNTS],
      broken.map((outcome) => [
        name(outcome),
        constantsOf(outcome),
        verdictOf(outcome),
        String(lengthOf(violated(outcome))),
        ...countsOf(outcome),
      ]),
    )]),
  ]
}

/** A configuration that ought to hold: its properties, and how the states that are to be reached are reached. */
const holding = (
  { outcome: { configuration, model, report } }: Checked,
  show: Expressions,
): ReadonlyArray<string> => [
  `### The properties, in ${configuration}`,
  table(
    ["property", "kind", "verdict"],
    report.properties.map(({ kind, name, trace, verdict }) => [
      `\`${name}\``,
      kind,
      verdict === "holds" && trace !== undefined ? `reached in ${steps(trace.steps.length - 1)}` : verdict,
    ]),
  ),
  ...report.properties.flatMap((property) =>
    property.verdict === "holds" && property.trace !== undefined
      ? [
        `A shortest behaviour that reaches \`${property.name}\`:`,
        ...behaviour(model, property.trace, show),
      ]
      : []
  ),
]

/** One way to break it, with all constants that were tried. */
const sabotage = (
  variants: ReadonlyArray<Checked>,
  file: DocumentedFile | undefined,
  show: Expressions,
): ReadonlyArray<string> =>
  variants.slice(0, 1).flatMap(({ model, outcome }) => {
    const property = violated(outcome)
    if (property?.trace === undefined) return []
    const broken = file?.functions.find(({ name }) => name === model.name)
    const lengths = variants.map(({ outcome }) => {
      const constants = constantsOf(outcome)
      return `${steps(lengthOf(violated(outcome)))}${constants && ` with ${constants}`}`
    })
    return [
      `### ${outcome.model.name}`,
      ...(broken === undefined ? [] : [broken.prose]),
      `Violates \`${property.name}\`. The shortest counterexample has ${lengths.join(", and ")}${
        variants.length === 1 ? "" : "; here is the first"
      }:`,
      ...behaviour(outcome.model, property.trace, show),
      ...(broken === undefined ? [] : ["What was changed:", fenced("ts", broken.code)]),
    ]
  })

/** What takes long is not checked for the site: what is expected of it was found once, and is said as such. */
const recorded = ({ configurations, name: suite }: Suite): ReadonlyArray<string> => {
  const rows = configurations.flatMap(({ constants, expected, long = false, name }) =>
    long && expected.verdict === "holds"
      ? [[
        name,
        showConstants(constants),
        ...[expected.distinct, expected.generated, expected.depth].map((n = 0) => count(n)),
      ]]
      : []
  )
  if (rows.length === 0) return []
  return [
    `These take longer, and were not checked again when this site was built; they held when they were last asked for by name, or all
by \`npx touchstone check ${suite} --all\`:`,
    table(["configuration", "constants", "distinct", "generated", "depth"], rows),
  ]
}

const results = (subject: Subject): ReadonlyArray<string> => {
  const { suite, suiteFile } = subject
  if (suite === undefined) return []
  const broken = Map.groupBy(expectedTo("violated", subject), ({ model }) => model)
  const constants = Object.entries(suite.constants)
  return [
    "## What was checked",
    `${suite.description}. After ${suite.source}.`,
    fenced("console", `$ npx touchstone check ${suite.name}`),
    ...(constants.length === 0
      ? []
      : [table(["constant", "meaning"], constants.map(([name, { description }]) => [`\`${name}\``, description]))]),
    ...resultsTables(subject),
    ...recorded(suite),
    ...expectedTo("holds", subject).slice(0, 1).flatMap((checked) => holding(checked, suite.show)),
    ...(broken.size === 0 ? [] : ["## How it breaks"]),
    ...[...broken.values()].flatMap((variants) => sabotage(variants, suiteFile, suite.show)),
  ]
}

/** A link in prose becomes one to the page of the specification that it names. */
const linked = (prose: string, pages: ReadonlyMap<string, string>): string =>
  prose.replaceAll(/\{@link ([\w.]+)\s*(?:\|\s*([^}]+))?\}/g, (_, name: string, text: string | undefined) => {
    const page = pages.get(name)
    const shown = text?.trim() ?? `\`${name}\``
    return page === undefined ? shown : `[${shown}](./${page}.md)`
  })

/** A function that states formulas comes before those that it needs. */
const byFormulas = (prose: string): number => prose.includes("\n|") ? 0 : 1

/**
 * The page of a subject, as Markdown.
 *
 * @param pages - by the name of an exported function, the page that describes it.
 */
export const specificationPage = (subject: Subject, pages: ReadonlyMap<string, string>): string =>
  [
    `---\ntitle: ${JSON.stringify(titleOf(subject))}\n---`,
    `# ${titleOf(subject)}`,
    ...subject.files.map(({ prose }) => linked(prose, pages)),
    ...(subject.files.length === 0 ? [] : ["## Definitions"]),
    ...subject.files
      .flatMap(({ functions }) => functions.filter(({ exported }) => exported))
      .toSorted((one, other) => byFormulas(one.prose) - byFormulas(other.prose))
      .flatMap(({ name, prose }) => [`### ${name}`, linked(prose, pages)]),
    ...results(subject),
    ...(subject.files.length === 0 ? [] : ["## Source"]),
    ...subject.files.flatMap(({ path, text }) => [`\`${path}\`:`, fenced("ts", text)]),
    "",
  ].join("\n\n")

/** The page above all others: every specification, and what came of all suites. */
export const overviewPage = (subjects: ReadonlyArray<Subject>): string => {
  const all = subjects.flatMap(({ checked }) => checked)
  const good = all.filter(({ outcome }) => isAsExpected(outcome)).length
  return [
    [
      "---",
      "title: Specifications",
      "children:",
      ...subjects.map((subject) => `  - ./${pageOf(subject)}.md`),
      "---",
    ].join("\n"),
    "# Specifications",
    `Each page has a specification in words and in formulas, its source, and what the model checker found out about it
when this site was built. Where another model checker has published counts for the same specification, ours must be equal.
The variants whose name begins with *sabotage* have one rule broken, and must be caught.`,
    `Of ${all.length} configurations, ${good} came out as expected.`,
    ...subjects.flatMap((subject) => [
      `## [${titleOf(subject)}](./${pageOf(subject)}.md)`,
      subject.suite === undefined
        ? "It is checked as the abstraction that others refine."
        : `${subject.suite.description}.`,
      ...(subject.suite === undefined ? [] : resultsTables(subject)),
    ]),
    "",
  ].join("\n\n")
}
