/**
 * Checks all suites and writes the pages of the specifications: the Markdown of which typedoc then makes a site.
 *
 * @module
 */
import { Effect } from "effect"
import { existsSync, globSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { check, isAsExpected, type Suite, suites } from "../model-check/index.ts"
import { type DocumentedFile, readDocumented } from "./doc-comment.ts"
import { type Checked, overviewPage, specificationPage, type Subject } from "./specification-page.ts"

process.chdir(new URL("..", import.meta.url).pathname)
const folder = "docs/generated"

const nameOf = (path: string): string => basename(path, ".ts")

const checkedOf = (suite: Suite): ReadonlyArray<Checked> =>
  suite.configurations.map((configuration) => {
    const { constants, expected, name } = configuration
    const model = configuration.model(constants)
    const report = Effect.runSync(check(model))
    return {
      outcome: { suite: suite.name, configuration: name, constants, expected, model, report },
      model: configuration.model,
    }
  })

const files = globSync(["spec/*.ts", "src/*/*.ts"], { exclude: ["**/index.ts", "src/model/**"] })
  .toSorted().map(readDocumented)

const subjectOf = (name: string): Subject => {
  const suite = suites.find((suite) => suite.name === name)
  const suitePath = join("model-check/suites", `${name}.ts`)
  return {
    name,
    files: files.filter(({ path }) => nameOf(path) === name),
    suite,
    suiteFile: existsSync(suitePath) ? readDocumented(suitePath) : undefined,
    checked: suite === undefined ? [] : checkedOf(suite),
  }
}

/** The suites in their order, then what has none. */
const names = new Set([...suites.map(({ name }) => name), ...files.map(({ path }) => nameOf(path))])
const subjects = [...names].map(subjectOf)

const exported = ({ functions }: DocumentedFile) => functions.filter(({ exported }) => exported)
const pages = new Map(
  subjects.flatMap(({ files, name }) => files.flatMap(exported).map((described) => [described.name, name] as const)),
)

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, "specifications.md"), overviewPage(subjects))
for (const subject of subjects) writeFileSync(join(folder, `${subject.name}.md`), specificationPage(subject, pages))

const outcomes = subjects.flatMap(({ checked }) => checked.map(({ outcome }) => outcome))
const wrong = outcomes.filter((outcome) => !isAsExpected(outcome))
for (const { configuration, suite } of wrong) console.error(`not as expected: ${suite}/${configuration}`)
console.log(`${subjects.length} specifications, ${outcomes.length} configurations checked`)
process.exitCode = wrong.length === 0 ? 0 : 1
