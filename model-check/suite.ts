/**
 * Suites: a protocol's finite configurations, each with the verdict that it must give.
 *
 * @module
 */
import { InvalidDefinition } from "../src/model/errors.ts"
import type { Model } from "../src/model/model.ts"

/** A constant of a configuration: how many resource managers, whether they may fail. */
export type ConstantValue = number | boolean

/** A constant that a suite's models depend on. */
export interface Constant {
  readonly description: string
  /** The smallest value that makes sense; for numbers. */
  readonly minimum?: number
}

/** What a configuration must give. Counts are compared where they are given. */
export type Expected =
  | { readonly verdict: "holds"; readonly distinct?: number; readonly generated?: number; readonly depth?: number }
  /** The named property is violated, by a counterexample of so many steps. */
  | { readonly verdict: "violated"; readonly property: string; readonly steps?: number }

/** A model with its constants bound, and the verdict expected of it. */
export interface Configuration<C extends string> {
  readonly name: string
  readonly constants: { readonly [name in C]: ConstantValue }
  /** Makes the model. */
  readonly model: (constants: { readonly [name in C]: any }) => Model<any>
  readonly expected: Expected
}

const SuiteTypeId = Symbol.for("touchstone/Suite")

/** A protocol's configurations, sabotaged variants included. */
export interface Suite {
  readonly [SuiteTypeId]: true
  /** May have parts, with slashes between them: `tla/two-phase`. */
  readonly name: string
  /** Other names that one may ask for it by. */
  readonly aliases: ReadonlyArray<string>
  /** One sentence: what is checked. */
  readonly description: string
  /** The paper or public specification that it follows. */
  readonly source: string
  readonly constants: { readonly [name: string]: Constant }
  readonly configurations: ReadonlyArray<Configuration<any>>
}

/**
 * Makes a suite.
 *
 * @throws {@link touchstone!InvalidDefinition | InvalidDefinition} when two configurations have the same name, or the name of one
 *   contains `/`.
 *
 * @example
 * ```ts
 * import { suite } from "touchstone/model-check"
 * import { TwoPhase } from "touchstone/spec/tla"
 *
 * const mine = suite({
 *   name: "mine",
 *   description: "Two-phase commit, small",
 *   source: "Gray and Lamport, Consensus on Transaction Commit (2006), section 3",
 *   constants: { rms: { description: "resource managers", minimum: 1 } },
 *   configurations: [
 *     { name: "2 RMs", constants: { rms: 2 }, model: TwoPhase, expected: { verdict: "holds", distinct: 56 } },
 *   ],
 * })
 * mine.configurations.length // => 1
 * ```
 */
export const suite = <const C extends string>(definition: {
  readonly name: string
  readonly aliases?: ReadonlyArray<string>
  readonly description: string
  readonly source: string
  readonly constants: { readonly [name in C]: Constant }
  readonly configurations: ReadonlyArray<Configuration<NoInfer<C>>>
}): Suite => {
  const names = definition.configurations.map((configuration) => configuration.name)
  const wrong = names.find((name) => name.includes("/")) ??
    names.find((name, index) => names.indexOf(name) !== index)
  if (wrong !== undefined) {
    throw new InvalidDefinition({
      reason: `the suite ${definition.name} has a configuration twice, or with a slash in its name: ${wrong}`,
    })
  }
  return { [SuiteTypeId]: true, aliases: [], ...definition }
}

/**
 * Whether a value is a {@link Suite}, be it made by this copy of the library or by another.
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
