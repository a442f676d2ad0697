/**
 * Checks all suites and writes the pages of the specifications: the Markdown of which typedoc then makes a site.
 *
 * @module
 */
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { isAsExpected, type Suite, suites } from "../model-check/index.ts"
import { checked } from "../test/checked-suites.ts"
import { type DocumentedFile, readDocumented } from "./doc-comment.ts"
import { type Checked, overviewPage, pageOf, specificationPage, type Subject } from "./specification-page.ts"

process.chdir(new URL("..", import.meta.url).pathname)
const folder = "docs/generated"

/**
 * `tla/two-phase` of `spec/tla/two-phase.ts`: a file is named as the suite that it belongs to, in whatever folder it is. The parts
 * of a long protocol stand in a folder of its name: `consensus/multi-paxos` of `src/consensus/multi-paxos/leader.ts`.
 */
const nameOf = (path: string): string => path.slice(0, -".ts".length).split("/").slice(1, 3).join("/")

const checkedOf = async (suite: Suite): Promise<ReadonlyArray<Checked>> => {
  const all: Array<Checked> = []
  for (const configuration of suite.configurations.filter(({ long = false }) => !long)) {
    const { constants, expected, name } = configuration
    const model = configuration.model(constants)
    const report = await checked(suite, configuration)
    all.push({
      outcome: { suite: suite.name, configuration: name, constants, expected, model, report },
      model: configuration.model,
    })
  }
  return all
}

const files = globSync(["spec/*/*.ts", "src/*/**/*.ts"], { exclude: ["src/{model,history,system,oracle}/**"] })
  .toSorted().map(readDocumented)

const suiteFiles = new Map(
  suites.map(({ name }) => [name, readDocumented(join("model-check/suites", `${name}.ts`))] as const),
)

/** The suite that a file belongs to: the one of its name, or the only one that uses it. */
const ownerOf = ({ exported, path }: DocumentedFile): string | undefined => {
  if (suiteFiles.has(nameOf(path))) return nameOf(path)
  const users = suites.map(({ name }) => name)
    .filter((name) => suiteFiles.get(name)?.imported.some((imported) => exported.includes(imported)))
  return users.length === 1 ? users[0] : undefined
}

const filesOf = Map.groupBy(files, ownerOf)

/** The suites in their order, then what belongs to none of them and has a title. */
const subjects: Array<Subject> = []
for (const suite of suites) {
  subjects.push({
    name: suite.name,
    files: filesOf.get(suite.name) ?? [],
    suite,
    suiteFile: suiteFiles.get(suite.name),
    checked: await checkedOf(suite),
  })
}
subjects.push(
  ...(filesOf.get(undefined) ?? []).filter(({ title }) => title !== undefined).map((file) => ({
    name: nameOf(file.path),
    files: [file],
    suite: undefined,
    suiteFile: undefined,
    checked: [],
  })),
)

const exported = ({ functions }: DocumentedFile) => functions.filter(({ exported }) => exported)
const pages = new Map(
  subjects.flatMap(({ files, name }) =>
    files.flatMap(exported).map((described) => [described.name, pageOf({ name })] as const)
  ),
)

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, "specifications.md"), overviewPage(subjects))
for (const subject of subjects) writeFileSync(join(folder, `${pageOf(subject)}.md`), specificationPage(subject, pages))

const outcomes = subjects.flatMap(({ checked }) => checked.map(({ outcome }) => outcome))
const wrong = outcomes.filter((outcome) => !isAsExpected(outcome))
for (const { configuration, suite } of wrong) console.error(`not as expected: ${suite}/${configuration}`)
console.log(`${subjects.length} specifications, ${outcomes.length} configurations checked`)
process.exitCode = wrong.length === 0 ? 0 : 1
