/**
 * What to check: the configurations that a request names, with the constants that it sets.
 *
 * @module
 */
import { Data, Effect } from "effect"
import { existsSync } from "node:fs"
import { encode } from "../src/model/encoding.ts"
import type { Model } from "../src/model/model.ts"
import { loadFile, type UnusableFile } from "./model-file.ts"
import type { Configuration, Constant, ConstantValue, Expected, Suite } from "./suite.ts"

/** A suite, a configuration or a constant that does not exist. */
export class UnknownName extends Data.TaggedError("UnknownName")<{
  readonly kind: "suite" | "configuration" | "constant"
  readonly name: string
  readonly known: ReadonlyArray<string>
}> {
  override get message(): string {
    return `there is no ${this.kind} ${this.name}; there ${
      this.known.length === 0 ? "are none" : `is: ${this.known.join(", ")}`
    }`
  }
}

/** A value that a constant cannot have. */
export class InvalidConstant extends Data.TaggedError("InvalidConstant")<{
  readonly name: string
  readonly value: string
  readonly expected: string
}> {
  override get message(): string {
    return `${this.name}=${this.value}: ${this.expected} is expected`
  }
}

/** Why a request cannot be understood. */
export type SelectionError = UnknownName | InvalidConstant | UnusableFile

/** A configuration to check. */
export interface Selected {
  readonly suite: Suite
  readonly configuration: string
  readonly constants: { readonly [name: string]: ConstantValue }
  readonly expected: Expected
  readonly model: () => Model<any>
}

const isPath = (argument: string): boolean => /\.[cm]?[jt]s$/.test(argument)

const named = (suites: ReadonlyArray<Suite>, argument: string): Effect.Effect<
  ReadonlyArray<readonly [Suite, Configuration<string>]>,
  SelectionError
> =>
  Effect.gen(function*() {
    const [name, ...rest] = argument.split("/") as [string, ...Array<string>]
    const suite = suites.find((suite) => suite.name === name)
    if (suite !== undefined) {
      if (rest.length === 0) return suite.configurations.map((configuration) => [suite, configuration] as const)
      const wanted = rest.join("/")
      const configuration = suite.configurations.find((configuration) => configuration.name === wanted)
      if (configuration !== undefined) return [[suite, configuration] as const]
      const known = suite.configurations.map((configuration) => configuration.name)
      return yield* new UnknownName({ kind: "configuration", name: argument, known })
    }
    if (isPath(argument) || existsSync(argument)) {
      const loaded = yield* loadFile(argument)
      return loaded.flatMap((suite) => suite.configurations.map((configuration) => [suite, configuration] as const))
    }
    return yield* new UnknownName({ kind: "suite", name: argument, known: suites.map((suite) => suite.name) })
  })

const parse = (
  name: string,
  value: string,
  { minimum = -Infinity }: Constant,
  former: ConstantValue,
): Effect.Effect<ConstantValue, InvalidConstant> => {
  if (typeof former === "boolean") {
    return value === "true" || value === "false"
      ? Effect.succeed(value === "true")
      : Effect.fail(new InvalidConstant({ name, value, expected: "true or false" }))
  }
  const number = Number(value)
  return /^\d+$/.test(value) && Number.isSafeInteger(number) && number >= minimum
    ? Effect.succeed(number)
    : Effect.fail(new InvalidConstant({ name, value, expected: `an integer from ${Math.max(0, minimum)}` }))
}

/**
 * Resolves a request.
 *
 * @param suites - the standard suite.
 * @param names - suites, `suite/configuration`, or paths; none means all suites.
 * @param settings - `name=value` pairs; each replaces the constant in every chosen configuration that has it. Counts are
 *   then no longer expected, and configurations that come to be the same are checked once.
 */
export const select = (
  suites: ReadonlyArray<Suite>,
  names: ReadonlyArray<string>,
  settings: { readonly [name: string]: string },
): Effect.Effect<ReadonlyArray<Selected>, SelectionError> =>
  Effect.gen(function*() {
    const wanted = names.length === 0 ? suites.map((suite) => suite.name) : names
    const chosen = (yield* Effect.forEach(wanted, (argument) => named(suites, argument))).flat()
    for (const name of Object.keys(settings)) {
      const known = [...new Set(chosen.flatMap(([suite]) => Object.keys(suite.constants)))]
      if (!known.includes(name)) return yield* new UnknownName({ kind: "constant", name, known })
    }
    const selected = new Map<string, Selected>()
    const models = new Map<unknown, number>()
    for (const [suite, configuration] of chosen) {
      const constants: { [name: string]: ConstantValue } = { ...configuration.constants }
      for (const [name, value] of Object.entries(settings)) {
        const constant = suite.constants[name]
        const former = constants[name]
        if (constant !== undefined && former !== undefined) {
          constants[name] = yield* parse(name, value, constant, former)
        }
      }
      const changed = encode(constants) !== encode(configuration.constants)
      const { expected } = configuration
      const verdictOnly: Expected = expected.verdict === "holds"
        ? { verdict: "holds" }
        : { verdict: "violated", property: expected.property }
      if (!models.has(configuration.model)) models.set(configuration.model, models.size)
      const same = encode([suite.name, models.get(configuration.model), constants])
      if (changed && selected.has(same)) continue
      selected.set(same, {
        suite,
        configuration: configuration.name,
        constants,
        expected: changed ? verdictOnly : expected,
        model: () => configuration.model(constants),
      })
    }
    return [...selected.values()]
  })
