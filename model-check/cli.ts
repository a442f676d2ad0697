/**
 * The command line: `touchstone list` and `touchstone check`.
 *
 * @module
 */
import { Console, Data, Effect, FileSystem, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { createLogUpdate } from "log-update"
import { styleText } from "node:util"
import { check, type CheckOptions, graph } from "./check.ts"
import type { Report } from "./engine/report.ts"
import { differences } from "./judgement.ts"
import { dot } from "./report/dot.ts"
import { checkResult } from "./report/json.ts"
import { mermaid } from "./report/mermaid.ts"
import { coverageText, listText, type Paint, plain, progressLine, reportText, summaryText } from "./report/text.ts"
import { traceLines } from "./report/trace.ts"
import { select, type Selected } from "./selection.ts"
import type { Expected } from "./suite.ts"
import { suites } from "./suites/index.ts"

/** The state graph of a larger model is of no use to anybody. */
const LARGEST_GRAPH = 2_000

/** A graph was asked of several configurations. */
class OneConfiguration extends Data.TaggedError("OneConfiguration")<{ readonly chosen: number }> {
  override get message(): string {
    return `--dot and --mermaid draw one configuration, and ${this.chosen} are chosen; name one as suite/configuration`
  }
}

/** What the process's exit status says. */
export const ExitStatus = { asExpected: 0, notAsExpected: 1, notCarriedOut: 2 } as const

/** Whether this process writes colours. */
const paint: Paint = process.stdout.isTTY && !process.env["NO_COLOR"] ? (style, text) => styleText(style, text) : plain

const UNITS: { readonly [unit: string]: number } = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

/** A number of bytes: `512M`, `2GiB`, `1000000`. */
const memorySize = (text: string): number => {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text) ?? []
  const size = Math.floor(Number(digits) * (UNITS[unit.toUpperCase()] ?? Number.NaN))
  if (digits === "" || !Number.isSafeInteger(size) || size === 0) {
    throw new Error(`a size like 512M or 2G is expected, not ${text}`)
  }
  return size
}

const natural = (name: string): Flag.Flag<number> =>
  Flag.Int(name).pipe(
    Flag.filter((value) => value >= 1, (value) => `--${name}: a positive integer is expected, not ${value}`),
  )

const checkFlags = {
  targets: Argument.String("suite | suite/configuration | file").pipe(
    Argument.withDescription("what to check; without any, the whole standard suite"),
    Argument.variadic(),
  ),
  set: Flag.KeyValuePair("set").pipe(
    Flag.withDescription("sets a constant, like rms=6; may be repeated"),
    Flag.withDefault({}),
  ),
  search: Flag.Literals("search", ["bfs", "dfs"]).pipe(
    Flag.withDescription("breadth-first (shortest counterexamples) or depth-first"),
    Flag.withDefault("bfs" as const),
  ),
  maxDepth: natural("max-depth").pipe(
    Flag.withDescription("levels to explore, the initial states being level 1"),
    Flag.optional,
  ),
  maxStates: natural("max-states").pipe(Flag.withDescription("distinct states to explore"), Flag.optional),
  memory: Flag.String("memory").pipe(
    Flag.mapTryCatch(memorySize, (error) => (error as Error).message),
    Flag.withDescription("memory that the process may use, like 512M or 2G"),
    Flag.optional,
  ),
  exact: Flag.Boolean("exact").pipe(
    Flag.withDescription("store whole states instead of fingerprints: no collisions, more memory"),
    Flag.withDefault(false),
  ),
  seed: Flag.Int("seed").pipe(Flag.withDescription("the seed of the fingerprints"), Flag.withDefault(0)),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("one JSON object per configuration on standard output"),
    Flag.withDefault(false),
  ),
  dot: Flag.String("dot").pipe(Flag.withDescription("writes the state graph of a small model as DOT"), Flag.optional),
  mermaid: Flag.String("mermaid").pipe(
    Flag.withDescription("writes the state graph of a small model as Mermaid"),
    Flag.optional,
  ),
}

const options = <A extends { readonly [name: string]: Option.Option<unknown> }>(
  values: A,
): { readonly [name in keyof A]?: A[name] extends Option.Option<infer B> ? B : never } =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => Option.isSome(value) ? [[name, value.value]] : []),
  ) as { readonly [name in keyof A]?: A[name] extends Option.Option<infer B> ? B : never }

/** An AbortSignal that SIGINT and SIGTERM abort; the second signal ends the process at once. */
const interruptible = Effect.acquireRelease(
  Effect.sync(() => {
    const controller = new AbortController()
    const abort = () => {
      if (controller.signal.aborted) process.exit(ExitStatus.notCarriedOut)
      controller.abort()
    }
    process.on("SIGINT", abort).on("SIGTERM", abort)
    return { signal: controller.signal, abort }
  }),
  ({ abort }) => Effect.sync(() => process.off("SIGINT", abort).off("SIGTERM", abort)),
)

const nameOf = ({ configuration, suite }: Selected): string => `${suite.name}/${configuration}`

/** Depth-first search promises neither the depth nor shortest counterexamples. */
const anyLength = (expected: Expected): Expected => {
  if (expected.verdict === "violated") return { verdict: "violated", property: expected.property }
  const { depth: _, ...counts } = expected
  return counts
}

interface Checked {
  readonly name: string
  readonly report: Report
  readonly asExpected: boolean
  readonly status: number
}

/** Checks one configuration and prints what came out. */
const checkOne = Effect.fnUntraced(function*(selected: Selected, how: CheckOptions, json: boolean, alone: boolean) {
  const { configuration, constants, suite } = selected
  const expected = how.search === "dfs" ? anyLength(selected.expected) : selected.expected
  const name = nameOf(selected)
  const live = process.stderr.isTTY && !json ? createLogUpdate(process.stderr) : undefined
  const result = yield* Effect.suspend(() =>
    check(selected.model(), { ...how, ...(live && { onProgress: (progress) => live(progressLine(name, progress)) }) })
  ).pipe(
    Effect.map((report) => ({ report, error: undefined })),
    // A model that cannot even be built fails like one that cannot be explored.
    Effect.catch(({ error, report }) => Effect.succeed({ report, error })),
    Effect.ensuring(Effect.sync(() => live?.clear())),
  )
  const { error, report } = result
  const differing = error === undefined ? differences(report, expected) : []
  const asExpected = error === undefined && differing.length === 0
  const incomplete = error !== undefined || (report.verdict === "incomplete" && !asExpected)
  const about = { suite: suite.name, configuration, constants, expected: expected.verdict, asExpected }
  if (json) yield* Console.log(JSON.stringify(checkResult(about, report, error)))
  else {
    yield* Console.log(reportText(name, constants, report, expected, differing, paint))
    if (alone && error === undefined) yield* Console.log(`${coverageText(report)}\n`)
  }
  if (error !== undefined) {
    yield* Console.error(`${name}: ${error.message}`)
    const steps = "trace" in error ? traceLines(error.trace) : []
    if (steps.length > 0) {
      yield* Console.error(["the path that led there:", ...steps].map((line) => `  ${line}`).join("\n"))
    }
  } else if (incomplete) {
    yield* Console.error(`${name}: incomplete, stopped by ${report.stopped}; what was found so far is reported`)
  }
  const status = incomplete
    ? ExitStatus.notCarriedOut
    : asExpected
    ? ExitStatus.asExpected
    : ExitStatus.notAsExpected
  return { name, report, asExpected, status } satisfies Checked
})

const checkCommand = Command.make("check", checkFlags, (flags) =>
  Effect.gen(function*() {
    const selected = yield* select(suites, flags.targets, flags.set)
    const { exact, json, search, seed } = flags
    const limits = options({ maxDepth: flags.maxDepth, maxStates: flags.maxStates, memory: flags.memory })
    const drawings = options({ dot: flags.dot, mermaid: flags.mermaid })
    const [first] = selected
    if (drawings.dot !== undefined || drawings.mermaid !== undefined) {
      if (selected.length !== 1 || first === undefined) return yield* new OneConfiguration({ chosen: selected.length })
      const files = yield* FileSystem.FileSystem
      const model = first.model()
      const drawn = yield* graph(model, LARGEST_GRAPH)
      if (drawings.dot !== undefined) yield* files.writeFileString(drawings.dot, dot(model.name, drawn))
      if (drawings.mermaid !== undefined) yield* files.writeFileString(drawings.mermaid, mermaid(drawn))
    }
    const { signal } = yield* interruptible
    const results: Array<Checked> = []
    for (const configuration of selected) {
      if (signal.aborted) break
      results.push(
        yield* checkOne(configuration, { search, exact, seed, ...limits, signal }, json, selected.length === 1),
      )
    }
    if (!json && results.length > 1) yield* Console.log(summaryText(results))
    if (signal.aborted) {
      yield* Console.error(`interrupted: ${results.length} of ${selected.length} configurations were checked`)
      process.exitCode = ExitStatus.notCarriedOut
    } else process.exitCode = Math.max(...results.map(({ status }) => status))
  }).pipe(Effect.scoped)).pipe(
    Command.withDescription("Checks suites, single configurations, or the models that a file exports"),
  )

const listCommand = Command.make("list", {}, () => Console.log(listText(suites, paint))).pipe(
  Command.withDescription("Shows the suites with their configurations, constants and expected verdicts"),
)

/** The command `touchstone`. */
export const touchstone = Command.make("touchstone").pipe(
  Command.withDescription("A model checker, and verified reference implementations of distributed protocols"),
  Command.withSubcommands([listCommand, checkCommand]),
)
