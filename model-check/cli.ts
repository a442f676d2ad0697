/**
 * The command line: `touchstone list` and `touchstone check`.
 *
 * @module
 */
import { Console, Data, Duration, Effect, FileSystem, Option } from "effect"
import { Argument, CliOutput, Command, Flag } from "effect/cli"
import { channel } from "node:diagnostics_channel"
import { dirname } from "node:path"
import { getSystemErrorMessage, styleText } from "node:util"
import { check, type CheckOptions, graph, nothingFound } from "./check.ts"
import { expressionsOf } from "./expressions.ts"
import { publish, Publisher, skip, stopping } from "./publisher.ts"
import { parseByteSize } from "./report/byte-size.ts"
import { dot } from "./report/dot.ts"
import type { Expressions } from "./report/expression.ts"
import type { Outcome } from "./report/judgement.ts"
import { mermaid } from "./report/mermaid.ts"
import { NotASystem, sequenceDiagram } from "./report/sequence-diagram.ts"
import { processesOf } from "./report/system-part.ts"
import { listText, type Paint } from "./report/text.ts"
import { select, type Selected } from "./selection.ts"
import type { Expected } from "./suite.ts"
import { suites } from "./suites/index.ts"

/** The state graph of a larger model is of no use to anybody. */
const LARGEST_GRAPH = 2_000

/** A drawing was asked of several configurations. */
class OneConfiguration extends Data.TaggedError("OneConfiguration")<{ readonly chosen: number }> {
  override get message(): string {
    return `--dot, --mermaid and --sequence draw one configuration, and ${this.chosen} are chosen; ` +
      "name one as suite/configuration"
  }
}

/** A sequence diagram was asked of a check that found no behaviour to draw. */
class NoTrace extends Data.TaggedError("NoTrace")<{ readonly name: string }> {
  override get message(): string {
    return `${this.name} has neither a counterexample nor a path to a reachable state, so there is no sequence to draw`
  }
}

/** A flag was given that says nothing of the search that was asked for. */
class FlagOfOtherSearch extends Data.TaggedError("FlagOfOtherSearch")<{
  readonly flag: string
  readonly search: string
}> {
  override get message(): string {
    return this.search === "walk"
      ? `--${this.flag} says nothing of --search walk, whose limits are --walks, --depth and --max-seconds`
      : `--${this.flag} is for --search walk, and says nothing of --search ${this.search}`
  }
}

/** The flags that are only for walks, and those that are for none. */
const OF_WALKS = { walks: "walks", depth: "depth", replay: "replay" } as const
const NOT_OF_WALKS = { maxDepth: "max-depth", maxStates: "max-states", exact: "exact" } as const

/** An argument that begins with one dash, but is no flag. Its letters must not be taken for the flags `-h` or `-v`. */
class NotAFlag extends Data.TaggedError("NotAFlag")<{ readonly argument: string }> {
  override get message(): string {
    return `there is no flag ${this.argument}; a file of that name is ./${this.argument}`
  }
}

/** Fails with {@link NotAFlag} where an argument looks like several flags of one letter: there are only `-h` and `-v`. */
export const noShortFlags = (args: ReadonlyArray<string>): Effect.Effect<void, NotAFlag> => {
  const flags = args.includes("--") ? args.slice(0, args.indexOf("--")) : args
  const argument = flags.find((arg) => /^-[^-\d]./.test(arg))
  return argument === undefined ? Effect.void : Effect.fail(new NotAFlag({ argument }))
}

/** A file cannot be written. */
class UnwritableFile extends Data.TaggedError("UnwritableFile")<{ readonly path: string; readonly reason: string }> {
  override get message(): string {
    return `${this.path} cannot be written: ${this.reason}`
  }
}

const write = Effect.fnUntraced(function*(path: string, text: string) {
  const files = yield* FileSystem.FileSystem
  yield* Effect.mapError(files.writeFileString(path, text), ({ message, reason: { _tag, cause } }) => {
    if (_tag === "NotFound") return new UnwritableFile({ path, reason: `its folder ${dirname(path)} does not exist` })
    // In the words of the operating system: permission denied, no space left on device.
    const known = cause instanceof Error && "errno" in cause && typeof cause.errno === "number"
    return new UnwritableFile({ path, reason: known ? getSystemErrorMessage(cause.errno as number) : message })
  })
})

/** Node itself looks whether standard output takes colours, at NO_COLOR and at FORCE_COLOR. */
const paint: Paint = (style, text) => styleText(style, text)

const natural = (name: string): Flag.Flag<number> =>
  Flag.Int(name).pipe(
    Flag.filter((value) => value >= 1, (value) => `a positive integer, not ${value}`),
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
  all: Flag.Boolean("all").pipe(
    Flag.withDescription("also the configurations that take long, which are otherwise left out unless they are named"),
    Flag.withDefault(false),
  ),
  search: Flag.Literals("search", ["bfs", "dfs", "dfid", "walk"]).pipe(
    Flag.withDescription(
      "breadth-first (shortest counterexamples), depth-first, depth-first iterative deepening, or guided walks, which prove nothing",
    ),
    Flag.withDefault("bfs" as const),
  ),
  walks: natural("walks").pipe(
    Flag.withDescription("how many walks to make, with --search walk; else 10,000"),
    Flag.optional,
  ),
  depth: natural("depth").pipe(
    Flag.withDescription("the most steps of a walk, with --search walk; else 100"),
    Flag.optional,
  ),
  replay: Flag.String("replay").pipe(
    Flag.filterMap(
      (text) => /^\d+(,\d+)*$/.test(text) ? Option.some(text.split(",").map(Number)) : Option.none(),
      (text) => `the numbers of a walk, like 0,3,1, not ${text}`,
    ),
    Flag.withMetavar("numbers"),
    Flag.withDescription("makes one walk again, with --search walk, by the numbers that its report gives"),
    Flag.optional,
  ),
  maxDepth: natural("max-depth").pipe(
    Flag.withDescription("levels to explore, the initial states being level 1"),
    Flag.optional,
  ),
  maxStates: natural("max-states").pipe(Flag.withDescription("distinct states to explore"), Flag.optional),
  maxSeconds: Flag.Finite("max-seconds").pipe(
    Flag.filter((value) => value > 0, (value) => `a positive number, not ${value}`),
    Flag.withDescription("seconds that the exploration of a configuration may take"),
    Flag.optional,
  ),
  memory: Flag.String("memory").pipe(
    Flag.filterMap(
      (text) => Option.fromUndefinedOr(parseByteSize(text)),
      (text) => `a size like 512M or 2G, not ${text}`,
    ),
    Flag.withMetavar("size"),
    Flag.withDescription("memory that the process may use, like 512M or 2G; else nine tenths of what is left"),
    Flag.optional,
  ),
  exact: Flag.Boolean("exact").pipe(
    Flag.withDescription("store whole states instead of fingerprints: no collisions, more memory"),
    Flag.withDefault(false),
  ),
  seed: Flag.Int("seed").pipe(
    Flag.withDescription("the seed of the fingerprints, or of the walks"),
    Flag.withDefault(0),
  ),
  keepGoing: Flag.Boolean("keep-going").pipe(
    Flag.withDescription("go on when a property is violated, until every property is decided"),
    Flag.withDefault(false),
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("one JSON object per configuration on standard output"),
    Flag.withDefault(false),
  ),
  show: Flag.String("show").pipe(
    Flag.withMetavar("names"),
    Flag.withDescription("along traces: what a suite can show, variables, or parts of them, like 'votes,rmState.rm1'"),
    Flag.withDefault(""),
  ),
  dot: Flag.String("dot").pipe(
    Flag.withMetavar("file"),
    Flag.withDescription("writes the state graph of a small model as DOT"),
    Flag.optional,
  ),
  mermaid: Flag.String("mermaid").pipe(
    Flag.withMetavar("file"),
    Flag.withDescription("writes the state graph of a small model as Mermaid"),
    Flag.optional,
  ),
  sequence: Flag.String("sequence").pipe(
    Flag.withMetavar("file"),
    Flag.withDescription("writes the counterexample, or the path to a reachable state, as a Mermaid sequence diagram"),
    Flag.optional,
  ),
}

/** Depth-first search promises neither the depth nor, unless it is iterative, shortest counterexamples. */
const anyLength = (expected: Expected, search: CheckOptions["search"]): Expected => {
  if (search === "bfs") return expected
  if (expected.verdict === "violated") {
    return search === "dfid"
      ? expected
      : { verdict: "violated", property: expected.property }
  }
  const { depth: _, ...counts } = expected
  return counts
}

/** The files into which a state graph is drawn. */
interface Drawn {
  readonly dot: Option.Option<string>
  readonly mermaid: Option.Option<string>
}

/** The supervisor wants this thread to end. */
const stopped = Effect.callback<void>((resume) => {
  if (stopping.aborted) resume(Effect.void)
  else stopping.addEventListener("abort", () => resume(Effect.void), { once: true })
})

/**
 * Writes the state graph of a configuration, unless it is stopped before.
 *
 * @returns how the configuration can be checked in the time that is left.
 */
const drawing = Effect.fnUntraced(function*(
  only: Selected,
  drawn: Drawn,
  how: CheckOptions,
) {
  const draw = Effect.gen(function*() {
    const found = yield* graph(only.model, LARGEST_GRAPH, how)
    if (Option.isSome(drawn.dot)) yield* write(drawn.dot.value, dot(only.model, found))
    if (Option.isSome(drawn.mermaid)) yield* write(drawn.mermaid.value, mermaid(only.model, found))
  })
  const { maxSeconds = Infinity } = how
  const [spent] = yield* Effect.timed(Effect.raceAllFirst([
    // A model at fault has no graph; the check that follows says what is wrong with it, and where.
    Effect.catchTag(draw, "CheckFailed", () => Effect.void),
    stopped,
    Effect.sleep(Duration.seconds(maxSeconds)),
  ]))
  return { ...how, maxSeconds: Math.max(0, maxSeconds - Duration.toSeconds(spent)) }
})

/** For who observes the process: each outcome as a value, with its traces, of which what is shown is the text. */
const outcomes = channel("touchstone:outcome")

/** Checks a configuration, and publishes what is found. A check that fails is an outcome too. */
const outcomeOf = Effect.fnUntraced(function*(
  selected: Selected,
  given: CheckOptions,
  json: boolean,
  drawn: Drawn,
  expressions: Expressions,
) {
  const expected = anyLength(selected.expected, given.search)
  const about = { ...selected, expected }
  const publisher = new Publisher(about, json, expressions)
  publisher.begun(nothingFound(selected.model))
  const how = Option.isSome(drawn.dot) || Option.isSome(drawn.mermaid) ? yield* drawing(selected, drawn, given) : given
  const outcome = yield* check(selected.model, { ...how, ...publisher.options }).pipe(
    Effect.map((report): Outcome => ({ ...about, report })),
    Effect.catch(({ reason, report }) => Effect.succeed<Outcome>({ ...about, report, error: reason })),
  )
  publisher.checked(outcome)
  outcomes.publish(outcome)
  return outcome
})

/** Writes the counterexample of a check, or else the path to a reachable state, as a sequence diagram. */
const drawSequence = Effect.fnUntraced(function*(outcome: Outcome, file: string) {
  const { configuration, model, report, suite } = outcome
  const traced = report.properties.filter(({ trace }) => trace !== undefined)
  const { trace } = traced.find(({ verdict }) => verdict === "violated") ?? traced[0] ?? {}
  if (trace === undefined) return yield* new NoTrace({ name: `${suite}/${configuration}` })
  yield* write(file, sequenceDiagram(model, trace))
})

const checkCommand = Command.make("check", checkFlags, (flags) =>
  Effect.gen(function*() {
    const { exact, json, keepGoing, search, seed } = flags
    publish({ _tag: "Understood", json, maxSeconds: Option.getOrElse(flags.maxSeconds, () => Infinity) })
    const other = Object.entries(search === "walk" ? NOT_OF_WALKS : OF_WALKS)
      .find(([name]) => {
        const given = flags[name as keyof typeof OF_WALKS | keyof typeof NOT_OF_WALKS]
        return typeof given === "boolean" ? given : Option.isSome<unknown>(given)
      })
    if (other !== undefined) return yield* new FlagOfOtherSearch({ flag: other[1], search })
    const { leftOut, selected, whole } = yield* select(suites, flags.targets, flags.set, flags.all)
    const names = flags.show.split(",").map((name) => name.trim()).filter((name) => name !== "")
    const shownOf = yield* expressionsOf(selected, names)
    const [only] = selected
    if ([flags.dot, flags.mermaid, flags.sequence].some(Option.isSome)) {
      if (only === undefined || selected.length > 1) return yield* new OneConfiguration({ chosen: selected.length })
      if (Option.isSome(flags.sequence) && processesOf(only.model) === undefined) {
        return yield* new NotASystem({ model: only.model.name })
      }
    }
    publish({ _tag: "Chosen", count: selected.length, leftOut, whole })
    const how: CheckOptions = {
      search,
      exact,
      seed,
      keepGoing,
      signal: stopping,
      ...(Option.isSome(flags.walks) && { walks: flags.walks.value }),
      ...(Option.isSome(flags.depth) && { depth: flags.depth.value }),
      ...(Option.isSome(flags.replay) && { replay: flags.replay.value }),
      ...(Option.isSome(flags.maxDepth) && { maxDepth: flags.maxDepth.value }),
      ...(Option.isSome(flags.maxStates) && { maxStates: flags.maxStates.value }),
      ...(Option.isSome(flags.maxSeconds) && { maxSeconds: flags.maxSeconds.value }),
      ...(Option.isSome(flags.memory) && { memory: flags.memory.value }),
    }
    for (const configuration of selected.slice(skip)) {
      if (stopping.aborted) break
      const outcome = yield* outcomeOf(configuration, how, json, flags, shownOf(configuration))
      if (Option.isSome(flags.sequence)) yield* drawSequence(outcome, flags.sequence.value)
    }
    publish({ _tag: "Finished" })
  })).pipe(
    Command.withDescription("Checks suites, single configurations, or the models that a file exports"),
    Command.withExamples([
      { command: "touchstone check", description: "the whole standard suite" },
      { command: "touchstone check two-phase --set rms=6", description: "a suite, with other constants" },
      { command: "touchstone check ./my-protocol.ts", description: "the models that a file of your own exports" },
    ]),
  )

const listCommand = Command.make("list", {}, () => Console.log(listText(suites, paint))).pipe(
  Command.withDescription("Shows the suites with their configurations, constants and expected verdicts"),
)

/** The command `touchstone`. */
export const touchstone = Command.make("touchstone").pipe(
  Command.withDescription("A model checker, and verified reference implementations of distributed protocols"),
  Command.withSubcommands([listCommand, checkCommand]),
)

/** Says what is wrong with a command line on standard error, and nothing on standard output: that is for results. */
export const presenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Console.error([
        ...event.errors.map(({ message }) => `touchstone: ${message}`),
        `See ${event.commandPath.join(" ")} --help`,
      ].join("\n"))
      : CliOutput.defaultPresenter.present(event),
}
