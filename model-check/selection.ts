/**
 * What to check: the configurations that a request names, with the constants that it sets.
 *
 * @module
 */
import { Data, Effect, FileSystem } from "effect"
import { closestMatch } from "leven"
import { encode } from "../src/model/encoding.ts"
import type { Model } from "../src/model/model.ts"
import type { Constant, ConstantsOf, ConstantValue } from "./constant.ts"
import { loadFile, reasonOf } from "./model-file.ts"
import type { Expressions } from "./report/expression.ts"
import type { Configuration, Expected, Suite } from "./suite.ts"

/** A suite, a configuration, a constant or an expression that does not exist. */
export class UnknownName extends Data.TaggedError("UnknownName")<{
  readonly kind: "suite" | "configuration" | "constant" | "expression"
  /** What the names are names in: `two-phase/`; empty for all that there is. */
  readonly within: string
  readonly name: string
  /** The names that exist. */
  readonly known: ReadonlyArray<string>
  /** Other names for the same. */
  readonly aliases?: ReadonlyArray<string>
}> {
  override get message(): string {
    const known = [...this.known, ...this.aliases ?? []]
    const nearest = closestMatch(this.name, known, { maxDistance: Math.max(1, Math.floor(this.name.length / 4)) })
    return `there is no ${this.kind} ${this.within}${this.name}; ${
      nearest !== undefined
        ? `did you mean ${this.within}${nearest}?`
        : `there ${this.known.length === 0 ? "are none" : `is: ${this.known.join(", ")}`}`
    }`
  }
}

/** A value that a constant cannot have. */
export class InvalidConstant extends Data.TaggedError("InvalidConstant")<{
  readonly name: string
  readonly value: string
  readonly reason: string
}> {
  override get message(): string {
    return `${this.name}=${this.value}: ${this.reason}`
  }
}

/** A configuration's model cannot be built with these constants. */
export class UnusableModel extends Data.TaggedError("UnusableModel")<{
  readonly configuration: string
  readonly cause: unknown
}> {
  override get message(): string {
    return `${this.configuration}: its model cannot be built: ${reasonOf(this.cause)}`
  }
}

/** A configuration to check. */
export interface Selected {
  /** The suite, or the path of the file that exports the model. */
  readonly suite: string
  readonly configuration: string
  readonly constants: ConstantsOf
  readonly expected: Expected
  readonly model: Model<any>
  /** What the suite can show along a trace, by name. */
  readonly show: Expressions
}

/** A suite of which all that holds is checked, apart from what takes long. */
export type WholeSuite = Pick<Suite, "name" | "unreachable">

/** A configuration that was asked for, before any constants are set. */
interface Candidate {
  readonly suite: string
  /** The constants that may be set. */
  readonly declared: { readonly [name: string]: Constant }
  readonly show: Expressions
  readonly configuration: Configuration
  /** The suite that it is in, if it is in one. */
  readonly from?: Suite
  /** Whether it is asked for by its own name, and not with a whole suite. */
  readonly isNamed?: boolean
}

/** What is to be checked. */
export interface Selection {
  readonly selected: ReadonlyArray<Selected>
  /** The configurations that take long, and were not asked for by their names. */
  readonly leftOut: ReadonlyArray<string>
  readonly whole: ReadonlyArray<WholeSuite>
}

const candidates = (from: Suite): ReadonlyArray<Candidate> =>
  from.configurations.map((configuration) => ({
    suite: from.name,
    declared: from.constants,
    show: from.show,
    configuration,
    from,
  }))

const candidatesOfFile = Effect.fnUntraced(function*(path: string) {
  const { models, suites } = yield* loadFile(path)
  const ofModels = models.map(({ model, name }): Candidate => ({
    suite: path,
    declared: {},
    show: {},
    configuration: { name, constants: {}, model: () => model, expected: { verdict: "holds" } },
  }))
  return [...suites.flatMap(candidates), ...ofModels]
})

/** `path/to/model.ts`; behind a slash, as reports name it, a model of that file, a suite, or `suite/configuration`. */
const FILE = /^(.+\.(?:[cm]?[jt]s|[jt]sx))(?:\/(.+))?$/

/**
 * The suite that an argument asks for, all of it or one configuration, and the name that the argument has for it: the longest that fits,
 * since `consensus` is a suite, and part of the name of `consensus/multi-paxos`.
 */
const suiteNamed = (suites: ReadonlyArray<Suite>, argument: string): [suite: Suite, asked: string] | undefined =>
  suites.flatMap((suite) => [suite.name, ...suite.aliases].map((name): [Suite, string] => [suite, name]))
    .filter(([, name]) => argument === name || argument.startsWith(`${name}/`))
    .toSorted(([, one], [, other]) => other.length - one.length)[0]

const named = Effect.fnUntraced(function*(suites: ReadonlyArray<Suite>, argument: string) {
  const [suite, asked] = suiteNamed(suites, argument) ?? []
  const known = suite === undefined ? [] : candidates(suite)
  if (argument === asked) return known
  const configuration = known.find((candidate) => `${asked}/${candidate.configuration.name}` === argument)
  if (configuration !== undefined) return [{ ...configuration, isNamed: true }]

  const [, path, wanted] = FILE.exec(argument) ?? []
  if (path !== undefined) {
    const found = yield* candidatesOfFile(path)
    const isWanted = ({ configuration: { name }, suite }: Candidate) =>
      wanted === undefined || [name, suite, `${suite}/${name}`].includes(wanted)
    const chosen = found.filter(isWanted)
    if (chosen.length > 0) {
      return chosen.map((one) => ({ ...one, isNamed: wanted !== undefined && wanted !== one.suite }))
    }
    return yield* new UnknownName({
      kind: "configuration",
      within: `${path}/`,
      name: wanted ?? "",
      known: found.map(({ configuration }) => configuration.name),
    })
  }
  const files = yield* FileSystem.FileSystem
  if (/[/\\]/.test(argument) && (yield* files.exists(argument))) return yield* candidatesOfFile(argument)
  return yield* suite === undefined
    ? new UnknownName({
      kind: "suite",
      within: "",
      name: argument,
      known: suites.map(({ name }) => name),
      aliases: suites.flatMap(({ aliases }) => aliases),
    })
    : new UnknownName({
      kind: "configuration",
      within: `${asked}/`,
      name: argument.slice(`${asked}/`.length),
      known: known.map(({ configuration }) => configuration.name),
    })
})

/** Reads the value of a constant. The checks of its Schema are the user's functions, and may throw. */
const read = (name: string, text: string, constant: Constant) =>
  Effect.gen(function*() {
    const invalid = (reason: string) => new InvalidConstant({ name, value: text, reason })
    const found = yield* Effect.try({ try: () => constant.read(text), catch: (cause) => invalid(reasonOf(cause)) })
    return "value" in found ? found.value : yield* invalid(found.refused)
  })

/** The constants of a configuration, with those replaced that are set. */
const constantsOf = Effect.fnUntraced(function*(
  { configuration, declared }: Candidate,
  settings: { readonly [name: string]: string },
) {
  const constants: { [name: string]: ConstantValue } = { ...configuration.constants }
  for (const [name, constant] of Object.entries(declared)) {
    const text = Object.hasOwn(settings, name) ? settings[name] : undefined
    if (text !== undefined) constants[name] = yield* read(name, text, constant)
  }
  return constants
})

/** Counts are those of the configuration's own constants. */
const withoutCounts = (expected: Expected): Expected =>
  expected.verdict === "holds" ? { verdict: "holds" } : { verdict: "violated", property: expected.property }

/**
 * Resolves a request.
 *
 * @param suites - the standard suite.
 * @param names - suites, `suite/configuration`, or paths; none means all suites.
 * @param settings - `name=value` pairs; each replaces the constant in every chosen configuration that has it. Counts are
 *   then no longer expected, and configurations that come to be the same are checked once.
 * @param all - whether those that take long are to be checked too. They always are where nothing else is asked for.
 * @returns what to check; fails with {@link UnknownName}, {@link InvalidConstant}, {@link UnusableModel}, or `UnusableFile`.
 */
export const select = Effect.fn("select")(function*(
  suites: ReadonlyArray<Suite>,
  names: ReadonlyArray<string>,
  settings: { readonly [name: string]: string },
  all: boolean,
) {
  const wanted = new Set(names.length === 0 ? suites.map(({ name }) => name) : names)
  const asked: ReadonlyArray<Candidate> = (yield* Effect.forEach(wanted, (argument) => named(suites, argument))).flat()
  const isLeftOut = ({ configuration, isNamed }: Candidate): boolean =>
    configuration.long === true && isNamed !== true && !all
  const chosen = asked.every(isLeftOut) ? asked : asked.filter((candidate) => !isLeftOut(candidate))
  const leftOut = asked.filter(({ configuration }) => !chosen.some((other) => other.configuration === configuration))
    .map(({ configuration, suite }) => `${suite}/${configuration.name}`)
  const known = [...new Set(chosen.flatMap(({ configuration }) => Object.keys(configuration.constants)))]
  const unknown = Object.keys(settings).find((name) => !known.includes(name))
  if (unknown !== undefined) return yield* new UnknownName({ kind: "constant", within: "", name: unknown, known })

  const resolved = yield* Effect.forEach(
    chosen,
    (candidate) =>
      Effect.map(constantsOf(candidate, settings), (constants) => {
        const encoded = encode(constants)
        return { ...candidate, constants, encoded, changed: encoded !== encode(candidate.configuration.constants) }
      }),
  )
  type Resolved = (typeof resolved)[number]
  // Of configurations that come to be the same, the one that has these constants anyway is kept: it knows the counts.
  const isRepeated = (one: Resolved, index: number) =>
    resolved.some((other, at) =>
      other.configuration.model === one.configuration.model && other.encoded === one.encoded &&
      (one.changed ? !other.changed || at < index : other.configuration === one.configuration && at < index)
    )
  const selected = yield* Effect.forEach(
    resolved.filter((one, index) => !isRepeated(one, index)),
    ({ changed, configuration, constants, show, suite }) =>
      Effect.try({
        try: (): Selected => ({
          suite,
          configuration: configuration.name,
          constants,
          expected: changed ? withoutCounts(configuration.expected) : configuration.expected,
          model: configuration.model(constants),
          show,
        }),
        catch: (cause) => new UnusableModel({ configuration: `${suite}/${configuration.name}`, cause }),
      }),
  )
  const unchanged = new Set(resolved.flatMap(({ changed, configuration }) => changed ? [] : [configuration]))
  const whole = [...new Set(chosen.flatMap(({ from }) => from ?? []))].filter(({ configurations }) =>
    configurations.every((configuration) =>
      configuration.expected.verdict !== "holds" || configuration.long === true || unchanged.has(configuration)
    )
  ).map(({ name, unreachable }) => ({ name, unreachable }))
  const selection: Selection = { selected, leftOut, whole }
  return selection
})
