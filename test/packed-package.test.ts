import { execFile } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { emptyFolder, install, installNode, pack } from "./packed-package.ts"

const root = new URL("..", import.meta.url).pathname
const execute = (file: string, args: ReadonlyArray<string>, cwd: string) =>
  new Promise<{ readonly status: number; readonly output: string }>((resolve) => {
    execFile(file, args, { cwd }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), output: stdout + stderr })
    })
  })

const model = `import { Schema } from "effect"
import { range, variables } from "touchstone"

const { action, always, model } = variables({ n: Schema.Literals(range(0, 3)) })
export const counter = model({
  name: "counter",
  initial: { n: 0 },
  actions: { increment: action((s) => s.n < 3 && { n: s.n + 1 }) },
  properties: { low: always((s) => s.n <= 3) },
})
`
const consumer = `${model}
import { Effect } from "effect"
import { check } from "touchstone"
import { suites } from "touchstone/model-check"
import { TwoPhase } from "touchstone/spec/tla"

const results = [counter, TwoPhase({ rms: 3 })].map((model) => Effect.runSync(check(model)))
console.log(suites.length > 0, ...results.map(({ distinct, verdict }) => \`\${verdict} \${distinct}\`))
`

/** The model as CommonJS. */
const required = model.replaceAll(/import (.*) from (.*)/g, "const $1 = require($2)")
  .replace("export const counter", "exports.counter")
/** Files of every kind, by name. */
const kinds = {
  "module.ts": model,
  "module.mts": model,
  "module.tsx": model,
  "module.js": model,
  "module.mjs": model,
  "compiled.cts": model,
  "required.ts": required,
  "required.js": required,
  "required.cjs": required,
  "awaits.ts": `${model}enum Size { One = 1 }\nexport const one = await Promise.resolve(Size.One)\n`,
  "circle.ts": `import { limit } from "./other"\n${
    model.replace("s.n <= 3", "s.n <= limit()")
  }export const three = 3\n`,
  "other.ts": `import { three } from "./circle.js"\nexport const limit = (): number => three\n`,
  "star.cts": `export * from "./module.mts"\n`,
  "imports.mts": `export { counter } from "./compiled.cts"\n`,
  "limit.json": `{ "limit": 3 }`,
  "json.ts": `import { limit } from "./limit.json"\n${model.replace("s.n <= 3", "s.n <= limit")}`,
}
const checked = Object.keys(kinds).filter((name) => name !== "other.ts" && name !== "limit.json")

let tarball: string
let files: ReadonlyArray<string>
let folder: string
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)

beforeAll(async () => {
  const packed = await pack()
  tarball = packed.tarball
  files = packed.files
  folder = await install(tarball)
})

describe("the packed package", () => {
  it("contains what runs, its types, its sources and what has changed, and nothing else", () => {
    const superfluous = files.filter((file) =>
      !/^(LICENSE|README\.md|CHANGELOG\.md|package\.json)$/.test(file) &&
      !/^(dist\/)?(src|spec|model-check)\/.*\.(ts|js|js\.map|d\.ts\.map)$/.test(file)
    )
    expect(superfluous).toEqual([])
    const sources = files.filter((file) => /^(src|spec|model-check)\//.test(file))
    expect(sources.length).toBeGreaterThan(50)
    for (const source of sources) {
      for (const made of [".js", ".d.ts", ".js.map", ".d.ts.map"]) {
        expect(files).toContain(`dist/${source.replace(/\.ts$/, made)}`)
      }
    }
    expect(files.filter((file) => file.startsWith("dist/"))).toHaveLength(4 * sources.length)
    expect(files.filter((file) => /\.test\.|(^|\/)(test|fixtures?)\//.test(file))).toEqual([])
  })

  it("depends on nothing that only its development needs", () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly [kind in "dependencies" | "peerDependencies"]: { readonly [name: string]: string }
    }
    for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
      expect(existsSync(join(folder, "node_modules", name))).toBe(true)
    }
    for (const name of ["vitest", "fast-check", "typescript", "effect-other"]) {
      expect(existsSync(join(folder, "node_modules", name))).toBe(false)
    }
  })
})

describe("installed into an empty folder", () => {
  it("is a library for JavaScript", async () => {
    write("consumer.js", consumer)
    expect(await execute(process.execPath, ["consumer.js"], folder)).toEqual({
      status: 0,
      output: "true holds 4 holds 288\n",
    })
  })

  it("is one with the lowest effect that it takes, as with the latest", async () => {
    const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly peerDependencies: { readonly effect: string }
    }
    const lowest = peerDependencies.effect.slice("^".length)
    const other = await install(tarball, `effect@${lowest}`)
    const { version } = JSON.parse(readFileSync(join(other, "node_modules/effect/package.json"), "utf8"))
    expect(version).toBe(lowest)
    writeFileSync(join(other, "consumer.js"), consumer)
    expect(await execute(process.execPath, ["consumer.js"], other)).toEqual({
      status: 0,
      output: "true holds 4 holds 288\n",
    })
  })

  it("is a library for CommonJS", async () => {
    write(
      "consumer.cjs",
      `console.log(Object.keys(require("touchstone/spec/tla").TwoPhase({ rms: 1 }).actions).length)`,
    )
    expect(await execute(process.execPath, ["consumer.cjs"], folder)).toEqual({ status: 0, output: "7\n" })
  })

  it("hides what it does not export", async () => {
    write("deep.js", `import "touchstone/dist/model-check/engine/search.js"`)
    expect((await execute(process.execPath, ["deep.js"], folder)).output).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED")
  })

  it.each([
    ["nodenext", ["--module", "nodenext"]],
    ["bundler", ["--module", "esnext", "--moduleResolution", "bundler"]],
  ])("has types, as %s resolves them", async (_, how) => {
    const tsc = join(root, "node_modules/.bin/tsc")
    const options = [
      ...["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2024", "--skipLibCheck"],
      ...["--types", "node", "--typeRoots", join(root, "node_modules/@types")],
      ...how,
    ]
    write("consumer.ts", consumer)
    expect(await execute(tsc, [...options, "consumer.ts"], folder)).toEqual({ status: 0, output: "" })
    write("wrong.ts", consumer.replace("s.n < 3", "s.m < 3"))
    const { output, status } = await execute(tsc, [...options, "wrong.ts"], folder)
    expect(status).not.toBe(0)
    expect(output).toMatch(
      /^wrong\.ts\(8,41\): error TS2339: Property 'm' does not exist on type '{ readonly n: number; }'\.\n$/,
    )
  })

  it("is a command, for files of the folder", async () => {
    write("model.ts", model)
    const { output, status } = await execute("npx", ["--no-install", "touchstone", "check", "./model.ts"], folder)
    expect(output).toMatch(/^\.\/model\.ts\/counter\n {2}holds {6}low \(always\)\n {2}4 distinct states, 4 generated/)
    expect(status).toBe(0)
    const command = join(folder, "node_modules/.bin/touchstone")
    expect((await execute(command, ["check", "two-phase/3-rms"], folder)).status).toBe(0)
    expect((await execute(command, ["--version"], folder)).output).toMatch(/\d+\.\d+\.\d+/)
  })

  it("is a command that names the Node that it needs, on one that is older", async () => {
    const old = await installNode("20.0.0")
    const main = join(folder, "node_modules/touchstone/dist/model-check/main.js")
    expect(await execute(old, [main, "check", "./model.ts"], folder)).toEqual({
      status: 2,
      output: "touchstone: it needs Node >=22.19.0 <23 || >=24.0.0, and this is 20.0.0\n",
    })
  })

  describe.each(["22.19.0", "24.0.0", process.versions.node])("is a command that on Node %s", (version) => {
    let node = process.execPath
    beforeAll(async () => {
      if (version !== process.versions.node) node = await installNode(version)
    })

    it.each([["commonjs", { type: "commonjs" }], ["none", {}], ["module", { type: "module" }]])(
      "loads every kind of file, in a package of type %s",
      async (type, settings) => {
        const project = join(folder, `kinds-${version}-${type}`)
        mkdirSync(project)
        writeFileSync(join(project, "package.json"), JSON.stringify(settings))
        for (const [name, text] of Object.entries(kinds)) writeFileSync(join(project, name), text)
        const main = join(folder, "node_modules/touchstone/dist/model-check/main.js")
        const { output, status } = await execute(node, [main, "check", "--json", ...checked], project)
        expect(output.trimEnd().split("\n").map((line) => (JSON.parse(line) as { suite: string }).suite)).toEqual(
          checked,
        )
        expect(status).toBe(0)
      },
    )
  })

  it("is a command that refuses by name the Schemas of another effect", async () => {
    const project = join(folder, "project")
    mkdirSync(join(project, "node_modules"), { recursive: true })
    symlinkSync(join(root, "node_modules/effect-other"), join(project, "node_modules/effect"))
    writeFileSync(join(project, "model.js"), model)
    const command = join(folder, "node_modules/.bin/touchstone")
    const { output, status } = await execute(command, ["check", "model.js"], project)
    expect(output).toMatch(/the variable n cannot be used: its Schema comes from another copy of effect/)
    expect(status).toBe(2)
  })

  it("is a command for files of a folder that has no packages: it lends them its own", async () => {
    const elsewhere = emptyFolder()
    const command = join(folder, "node_modules/.bin/touchstone")
    for (const name of ["model.ts", "model.mts", "model.js"]) {
      writeFileSync(join(elsewhere, name), model)
      expect(await execute(command, ["check", name], elsewhere)).toMatchObject({ status: 0 })
    }
    writeFileSync(join(elsewhere, "other.ts"), `import "nonsense"\n${model}`)
    const { output, status } = await execute(command, ["check", "other.ts"], elsewhere)
    expect(output).toMatch(/^touchstone: other\.ts: it cannot be loaded: Cannot find (package|module) 'nonsense'/)
    expect(status).toBe(2)
  })
})
