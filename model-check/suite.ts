/**
 * Suites: a protocol's finite configurations, each with the verdict that it must give.
 *
 * @module
 */
import { InvalidDefinition } from "../src/model/errors.ts"
import type { Model } from "../src/model/model.ts"
import { show } from "../src/model/show.ts"
import { type Constant, constantOf, type ConstantSchemas, type ConstantsOf, refusal } from "./constant.ts"
import type { Expressions } from "./report/expression.ts"

/** What a configuration must give. Counts are compared where they are given. */
export type Expected =
  | { readonly verdict: "holds"; readonly distinct?: number; readonly generated?: number; readonly depth?: number }
  /** The named property is violated, by a counterexample of so many steps. */
  | { readonly verdict: "violated"; readonly property: string; readonly steps?: number }

/** A model with its constants bound, and the verdict expected of it. */
export interface Configuration<C extends ConstantSchemas = ConstantSchemas> {
  readonly name: string
  readonly constants: ConstantsOf<C>
  /** Makes the model. */
  readonly model: (constants: ConstantsOf<C>) => Model<any>
  readonly expected: Expected
  /** Whether it takes long: then it is checked only where it is asked for by its own name, or all are. */
  readonly long?: boolean
}

const SuiteTypeId = Symbol.for("touchstone/Suite")

/** A protocol's configurations, sabotaged variants included. */
export interface Suite {
  readonly [SuiteTypeId]: true
  /** May have parts, with slashes between them: `tla/two-phase`. */
  readonly name: string
  /** Other names by which it can be asked for. */
  readonly aliases: ReadonlyArray<string>
  /** One sentence: what is checked. */
  readonly description: string
  /** The paper or public specification that it follows. */
  readonly source: string
  readonly constants: { readonly [name: string]: Constant }
  readonly configurations: ReadonlyArray<Configuration>
  /** What can be shown along a trace, by name: functions of the state, as properties see it. */
  readonly show: Expressions
  /** What no configuration can put to the test, by name, and why: see {@link untested}. */
  readonly unreachable: { readonly [name: string]: string }
}

/** Why a configuration cannot have the constants that it has; nothing if it can. */
const wrongConstants = (
  declared: ConstantSchemas,
  { constants, name }: Configuration,
): string | undefined => {
  const undeclared = Object.keys(constants).find((constant) => !Object.hasOwn(declared, constant))
  if (undeclared !== undefined) return `${name} sets a constant that is not declared: ${undeclared}`
  return Object.entries(declared).flatMap(([constant, schema]) => {
    if (!Object.hasOwn(constants, constant)) return [`${name} does not set the constant ${constant}`]
    const reason = refusal(schema, constants[constant])
    const value = constants[constant]
    return reason === undefined
      ? []
      : [`${name} sets ${constant}=${Array.isArray(value) ? show(value) : String(value)}: ${reason}`]
  })[0]
}

/**
 * Makes a suite.
 *
 * A constant is a Schema, annotated with a `description`: of numbers, booleans, strings or literals, or of
 * a list of such. A choice between variants of a protocol is a `Schema.Literals`.
 *
 * What is never put to the test in any configuration that holds (a timer that never fires, a message that nobody takes, an action
 * that is never enabled, a property that says nothing) is a mistake of the suite: its configurations would not notice a fault
 * there. What cannot be reached by design is in `unreachable`, by the name that the report has for it, with the reason.
 *
 * With `show`, a suite has expressions that are of use along a trace: `touchstone check mine --show committed` shows what the
 * function of that name comes to, beside each step.
 *
 * @throws {@link touchstone!InvalidDefinition | InvalidDefinition} when two configurations have the same name, or the name of one
 *   contains `/`; when a constant has no description, or a configuration other constants than these; when something is
 *   unreachable for no reason.
 *
 * @example
 * ```ts
 * import { suite } from "touchstone/model-check"
 * import { TwoPhase } from "touchstone/spec/tla"
 * import { Schema } from "effect"
 *
 * const RMs = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
 * const mine = suite({
 *   name: "mine",
 *   description: "Two-phase commit, small",
 *   source: "Gray and Lamport, Consensus on Transaction Commit (2006), section 3",
 *   constants: { rms: RMs.annotate({ description: "resource managers" }) },
 *   configurations: [
 *     { name: "2 RMs", constants: { rms: 2 }, model: TwoPhase, expected: { verdict: "holds", distinct: 56 } },
 *   ],
 *   show: { committed: (s) => Object.keys(s.rmState).filter((rm) => s.rmState[rm] === "committed") },
 * })
 * mine.configurations.length // => 1
 * mine.constants["rms"]?.description // => "resource managers"
 * ```
 */
export const suite = <const C extends ConstantSchemas>(definition: {
  readonly name: string
  readonly aliases?: ReadonlyArray<string>
  readonly description: string
  readonly source: string
  readonly constants: C
  readonly configurations: ReadonlyArray<Configuration<NoInfer<C>>>
  readonly show?: Expressions
  readonly unreachable?: { readonly [name: string]: string }
}): Suite => {
  const refuse = (reason: string): never => {
    throw new InvalidDefinition({ reason: `the suite ${definition.name} ${reason}` })
  }
  // Whoever makes a model of a suite gives it constants that these Schemas accept, though the compiler no longer knows them.
  const configurations = definition.configurations as ReadonlyArray<Configuration>
  const names = configurations.map(({ name }) => name)
  const wrong = names.find((name) => name.includes("/")) ??
    names.find((name, index) => names.indexOf(name) !== index)
  if (wrong !== undefined) refuse(`has a configuration twice, or with a slash in its name: ${wrong}`)

  const constants = Object.fromEntries(
    Object.entries(definition.constants).map(([name, schema]) => [
      name,
      constantOf(schema, `the constant ${name} of the suite ${definition.name}`),
    ]),
  )
  for (const configuration of configurations) {
    const reason = wrongConstants(definition.constants, configuration)
    if (reason !== undefined) refuse(`cannot be used: its configuration ${reason}`)
  }
  const noFunction = Object.entries(definition.show ?? {}).find(([, of]) => typeof of !== "function")
  if (noFunction !== undefined) refuse(`shows ${noFunction[0]}, which is no function of the state`)
  const noReason = Object.entries(definition.unreachable ?? {}).find(([, why]) =>
    typeof why !== "string" || why.trim() === ""
  )
  if (noReason !== undefined) refuse(`says that ${noReason[0]} is unreachable, and not why`)
  return { [SuiteTypeId]: true, aliases: [], show: {}, unreachable: {}, ...definition, constants, configurations }
}

/**
 * Whether a value is a {@link Suite}, made by this copy of the library or by another.
 *
 * @example
 * ```ts
 * import { isSuite, suites } from "touchstone/model-check"
 *
 * suites.every(isSuite) // => true
 * isSuite({ name: "two-phase" }) // => false
 * ```
 */
export const isSuite = (value: unknown): value is Suite =>
  typeof value === "object" && value !== null && SuiteTypeId in value
