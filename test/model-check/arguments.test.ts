import { layer as nodeServices } from "@effect/platform-node/NodeServices"
import { Cause, Console, Effect, Exit } from "effect"
import { CliError, CliOutput, Command } from "effect/cli"
import * as fc from "fast-check"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { presenter, touchstone } from "../../model-check/cli.ts"
import { touchstone as runProcess } from "./touchstone.ts"

afterEach(() => {
  // The command line sets it, and it is that of the tests' own process.
  process.exitCode = undefined
})

/** Runs the command line in this process; says what it printed, and how it ended. What a check finds its supervisor would print. */
const run = async (args: ReadonlyArray<string>) => {
  const printed: Array<string> = []
  const print = (...values: ReadonlyArray<unknown>) => {
    printed.push(values.join(" "))
  }
  process.exitCode = undefined
  const exit = await Effect.runPromiseExit(
    Command.runWith(touchstone, { version: "0" })(args).pipe(
      Effect.provide([nodeServices, CliOutput.layerPresenter(presenter)]),
      Effect.provideService(Console.Console, { ...console, error: print, log: print }),
    ),
  )
  return { exit, text: printed.join("\n"), status: process.exitCode as number | undefined }
}

const stack = /\n\s+at .*:\d+:\d+/
const junk = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom(
    "",
    " ",
    "/",
    ".",
    "..",
    "-",
    "--",
    "=",
    "0",
    "-1",
    "1e9",
    "NaN",
    "1.5",
    "𝟙",
    "\u0000",
    "__proto__",
    "constructor",
  ),
)
const target = fc.oneof(
  fc.constantFrom(
    "consensus",
    "consensus/3-values",
    "peterson",
    "transaction-commit/1-rms",
    "two-phase/sabotage-misread-abort",
  ),
  fc.constantFrom(
    "test/model-check/fixtures/small.ts",
    "test/model-check/fixtures/throws.ts",
    "C:\\models\\m.ts",
    "./test",
    "/",
  ),
  junk.map((text) => `consensus/${text}`),
  junk,
)
const setting = fc.oneof(
  fc.tuple(
    fc.constantFrom("values", "rms", "acceptors", "rmMayFail"),
    fc.oneof(fc.integer({ min: -2, max: 4 }).map(String), junk),
  ).map(
    ([name, value]) => `${name}=${value}`,
  ),
  fc.tuple(junk, junk).map(([name, value]) => `${name}=${value}`),
  junk,
)
const flag = fc.oneof(
  fc.tuple(fc.constant("--set"), setting),
  fc.tuple(fc.constant("--search"), fc.oneof(fc.constantFrom("bfs", "dfs", "dfid", "walk"), junk)),
  fc.tuple(
    fc.constantFrom("--max-depth", "--max-states", "--seed", "--walks", "--depth", "--replay"),
    fc.oneof(fc.integer({ min: -1, max: 50 }).map(String), junk),
  ),
  fc.tuple(fc.constant("--memory"), fc.oneof(fc.constantFrom("1M", "2G", "64G", "-1M"), junk)),
  fc.constantFrom(["--exact"], ["--json"], ["--help"], ["--nonsense"], ["--exact=maybe"], ["--seed="]),
  junk.map((text) => [`--${text}`]),
)
const words = fc.tuple(
  fc.oneof({ weight: 9, arbitrary: fc.constant("check") }, {
    weight: 1,
    arbitrary: fc.oneof(fc.constant("list"), junk),
  }),
  fc.array(target, { minLength: 1, maxLength: 3 }),
  fc.array(flag, { maxLength: 3 }),
).map(([command, targets, flags]) => [command, ...targets, ...flags.flat()])

describe("whatever the arguments are", () => {
  it("they are carried out or refused, and never a stack is printed", async () => {
    await fc.assert(
      fc.asyncProperty(words, async (args) => {
        // Of the whole standard suite, or of constants that are set, only the beginning: this is about the arguments.
        const { exit, status, text } = await run([...args, "--max-states", "200"].filter((word) => word !== "--"))
        expect(text).not.toMatch(stack)
        if (Exit.isSuccess(exit)) return [undefined, 0, 1, 2].includes(status)
        // A failure has a message of its own; anything else would be a mistake of ours.
        const error = Cause.squash(exit.cause) as Error
        expect(exit.cause.reasons.map(({ _tag }) => _tag)).toEqual(["Fail"])
        expect(CliError.isCliError(error) || error.message.length > 0).toBe(true)
        expect(error.message).not.toMatch(stack)
        return true
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    [["check", "consensus", "--set", "values=100000"], /the domain of range\(1, 100000\) cannot be enumerated/],
    [
      ["check", "paxos/2-ballots", "--set", "acceptors=40"],
      /the domain of subsets of 21 of 40 members cannot be enumerated/,
    ],
    [["check", "two-phase/3-rms", "--set", "rms=2000"], /the domain of property consistent cannot be enumerated/],
    [["check", "consensus", "--set", "__proto__=1"], /there is no constant __proto__; there is: values/],
    [["check", "consensus", "--set", "values=1", "--set", "values=x"], /values=x: an integer from 1 is expected/],
    [["check", ".\\models\\two.ts"], /\.\\models\\two\.ts: there is no such file/],
  ])("%j is refused", async (args, message) => {
    const { status, stderr } = await runProcess(...args)
    expect(stderr).toMatch(message)
    expect(status).toBe(2)
  })
})

describe("a file of models may", () => {
  const model = (folder: string, name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const folder = mkdtempSync(join(tmpdir(), "touchstone-"))
  const models = JSON.stringify(new URL("fixtures/models.ts", import.meta.url).pathname)
  const files: ReadonlyArray<
    readonly [what: string, name: string, text: string, configurations: ReadonlyArray<string>]
  > = [
    ["await at its top", "await.mts", `export const { counter } = await import(${models})`, ["counter"]],
    ["be JavaScript", "plain.mjs", `export { counter as tally } from ${models}`, ["tally"]],
    ["be CommonJS", "common.cjs", `exports.counter = require(${models}).counter`, ["counter"]],
    [
      "export one model under several names",
      "twice.mts",
      `export { counter, counter as tally, counter as default } from ${models}`,
      ["counter"],
    ],
    ["export a list", "list.mts", `import { counter, small } from ${models}\nexport default [small, counter]`, [
      "default[0]",
      "default[1]",
    ]],
  ]

  it.each(files)("%s", async (_, name, text, configurations) => {
    const { stdout } = await runProcess("check", "--json", "--", model(folder, name, text))
    expect(
      stdout.split("\n").filter((line) => line.startsWith("{")).map((line) =>
        (JSON.parse(line) as { configuration: string }).configuration
      ),
    ).toEqual(
      configurations,
    )
  })
})
