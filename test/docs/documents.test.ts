import { marked, type Tokens } from "marked"
import { execFile } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { promisify } from "node:util"
import { beforeAll, describe, expect, it } from "vitest"
import type { Expected } from "../../model-check/suite.ts"
import { suites } from "../../model-check/suites/index.ts"
import { emptyFolder, pack } from "../packed-package.ts"
import { compile } from "./compile.ts"
import { transcribe } from "./transcript.ts"

const root = new URL("../..", import.meta.url).pathname
const execute = promisify(execFile)
const read = (document: string): string => readFileSync(join(root, document), "utf8")

describe("what the documents show is true (npm test -- -u corrects them)", { timeout: 600_000 }, () => {
  const parent = emptyFolder()

  const onChange = (folder: string, files: ReadonlyArray<string>): void => {
    compile(files.map((file) => join(folder, file)))
  }

  beforeAll(async () => {
    mkdirSync(join(parent, "touchstone"))
    const { tarball } = await pack()
    copyFileSync(tarball, join(parent, "touchstone", basename(tarball)))
  })

  it("the tutorial", async () => {
    const told = await transcribe(read("docs/tutorial.md"), { folder: parent, onChange })
    await expect(told).toMatchFileSnapshot(join(root, "docs/tutorial.md"))
  })

  /** A folder in which the package is installed. */
  const installed = async (name: string): Promise<string> => {
    const folder = join(parent, name)
    if (existsSync(folder)) return folder
    mkdirSync(folder)
    await execute("npm", ["init", "-y"], { cwd: folder })
    const install = ["install", "--prefer-offline", "../touchstone/touchstone-0.2.0.tgz", "effect@4.1.0"]
    await execute("npm", install, { cwd: folder })
    return folder
  }

  it("the guide to systems", async () => {
    const told = await transcribe(read("docs/systems.md"), { folder: await installed("systems"), onChange })
    await expect(told).toMatchFileSnapshot(join(root, "docs/systems.md"))
  })

  it("the page about fuzzing", async () => {
    const told = await transcribe(read("docs/fuzzing.md"), { folder: await installed("systems"), onChange })
    await expect(told).toMatchFileSnapshot(join(root, "docs/fuzzing.md"))
  })

  it("the page about what tutorials get wrong", async () => {
    const told = await transcribe(read("docs/tutorials-wrong.md"), { folder: await installed("systems"), onChange })
    await expect(told).toMatchFileSnapshot(join(root, "docs/tutorials-wrong.md"))
  })

  it("the README", async () => {
    // What `npm run model-check` has printed, where it was run before.
    const checkedBefore = process.env["TOUCHSTONE_CHECKED"]
    const folder = await installed("readme")
    const instead = new Map([
      [
        "npm ci && npm run model-check",
        checkedBefore ? `cat ${checkedBefore}` : `npm --prefix ${root} run model-check`,
      ],
      // These are the tests; the measurements take a while, and are not the same anywhere.
      ["npm test", undefined],
      ["npm run bench", undefined],
    ])
    const told = await transcribe(read("README.md"), { folder, onChange, instead })
    await expect(told).toMatchFileSnapshot(join(root, "README.md"))
  })
})

describe("the README's tables", () => {
  const tables = marked.lexer(read("README.md")).filter((token): token is Tokens.Table => token.type === "table")
  const rows = (column: string): ReadonlyArray<ReadonlyArray<string>> =>
    tables.filter(({ header }) => header.some(({ text }) => text === column))
      .flatMap(({ rows }) => rows.map((row) => row.map(({ text }) => text)))

  it("give the counts that the suites expect", () => {
    const expected = new Map<string, Expected>(
      suites.flatMap(({ configurations, name: suite }) =>
        configurations.map(({ expected, name }) => [`\`${suite}/${name}\``, expected] as const)
      ),
    )
    const results = rows("configuration")
    expect(results.length).toBeGreaterThan(0)
    for (const [, , configuration = "", ...counts] of results) {
      const [distinct, generated, depth] = counts.map((count) => Number(count.replaceAll(",", "")))
      const levels = counts[2] === "" ? {} : { depth }
      expect(expected.get(configuration)).toMatchObject({ verdict: "holds", distinct, generated, ...levels })
    }
  })

  it("of what tutorials get wrong give the lengths that the suites expect", () => {
    const lengths = Array.from(read("docs/tutorials-wrong.md").matchAll(/`([\w/-]+)`, (\d+) steps/g))
    expect(lengths.length).toBeGreaterThan(0)
    const expected = new Map<string, Expected>(
      suites.flatMap(({ configurations, name: suite }) =>
        configurations.map(({ expected, name }) => [`${suite}/${name}`, expected] as const)
      ),
    )
    for (const [, configuration = "", steps] of lengths) {
      expect(expected.get(configuration)).toMatchObject({ verdict: "violated", steps: Number(steps) })
    }
  })

  it("name every dependency, and no other", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json")) as {
      readonly [kind: string]: { readonly [name: string]: string }
    }
    const named = rows("package").flatMap(([names = ""]) =>
      Array.from(names.matchAll(/`([^`]+)`/g), ([, name]) => name)
    )
    expect(named.toSorted()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).toSorted())
  })
})
