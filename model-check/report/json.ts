/**
 * Results as JSON: one object per configuration, with a published schema.
 *
 * @module
 */
import { Redacted, Schema } from "effect"
import { plainOf } from "../../src/model/instance.ts"
import { ConstantValue } from "../constant.ts"
import type { Outcome } from "./judgement.ts"
import { type Renderer, renderOutcome } from "./rendered.ts"
import { renderedResult } from "./result.ts"

const Values = Schema.Record(Schema.String, Schema.Unknown)
const Verdict = Schema.Literals(["holds", "violated", "incomplete"])
const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const NonNegative = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))

/** A trace as JSON. Its length in steps is one less than the number of its entries. */
export const TraceJson = Schema.Struct({
  steps: Schema.Array(Schema.Struct({
    action: Schema.NullOr(Schema.String).annotate({
      description: "the action taken, or null for the initial state",
    }),
    parameters: Values.annotate({ description: "the arguments of the action, by name" }),
    state: Values.annotate({ description: "the state reached: one entry per variable, a set as an array" }),
    shown: Schema.optionalKey(Values).annotate({ description: "what --show asks for, by name" }),
  })),
})

/** The type of {@link TraceJson}. */
export type TraceJson = typeof TraceJson.Type

/** The result for one configuration, as `touchstone check --json` prints it. */
export const CheckResult = Schema.Struct({
  suite: Schema.String.annotate({ description: "the suite, or the path of the file that exports the model" }),
  configuration: Schema.String.annotate({
    description: "the configuration, or the name under which a model is exported",
  }),
  constants: Schema.Record(Schema.String, ConstantValue),
  verdict: Verdict.annotate({ description: "incomplete: a limit, an error or an interrupt ended the exploration" }),
  expected: Schema.Literals(["holds", "violated"]),
  asExpected: Schema.Boolean.annotate({
    description:
      "whether the verdict, the property violated and the counts are the expected ones; of walks, whether nothing speaks against it",
  }),
  differences: Schema.optionalKey(Schema.Array(Schema.String)).annotate({
    description: "what is not as expected, one sentence each",
  }),
  properties: Schema.Array(Schema.Struct({
    name: Schema.String,
    kind: Schema.Literals(["always", "step", "reachable", "deadlockFree", "refines"]),
    verdict: Verdict,
    parameters: Schema.optionalKey(Values).annotate({
      description: "the arguments for which the property is violated or, of kind reachable, was reached",
    }),
    trace: Schema.optionalKey(TraceJson).annotate({
      description: "a counterexample or, of kind reachable, a path to the state",
    }),
    replay: Schema.optionalKey(Schema.Array(Count)).annotate({
      description: "of a search by walks: what --replay takes to go the way of the trace again",
    }),
  })),
  coverage: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      enabled: Count.annotate({ description: "how often the action was enabled" }),
      fresh: Count.annotate({ description: "how many states it was the first to reach" }),
    }),
  ),
  stuttering: Count.annotate({ description: "states in which actions are enabled, and none of them changes anything" }),
  outside: Schema.optionalKey(Count).annotate({
    description: "states outside of the model's constraint: counted and checked, and not explored further",
  }),
  withinConstraint: Schema.optionalKey(Schema.Literal(true)).annotate({
    description: "there are states outside of the constraint, so every verdict is one within it",
  }),
  vacuous: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        kind: Schema.Literals(["property", "action", "milestone"]),
        name: Schema.String,
        reason: Schema.String,
      }),
    ),
  ).annotate({ description: "what was never put to the test; given when the whole state space was explored" }),
  distinct: Count.annotate({ description: "distinct states; 0 in a search by walks, which does not count them" }),
  generated: Count.annotate({
    description: "initial states, plus one per enabled action instance of each distinct state; the steps of walks",
  }),
  depth: Count.annotate({ description: "levels, the initial states being the first; the states of the longest walk" }),
  walks: Schema.optionalKey(Count).annotate({ description: "walks made, where the search is one by walks" }),
  seconds: NonNegative,
  userCalls: Count.annotate({ description: "calls of the model's functions" }),
  peakMemoryBytes: Count,
  collisionProbability: NonNegative.annotate({
    description: "an upper bound of the probability that a fingerprint collision hid a state",
  }),
  stopped: Schema.optionalKey(
    Schema.Literals([
      "max-states",
      "max-depth",
      "max-seconds",
      "max-walks",
      "memory",
      "interrupted",
      "error",
      "violation",
    ]),
  ).annotate({ description: "why the exploration ended early" }),
  error: Schema.optionalKey(
    Schema.Struct({
      tag: Schema.String,
      message: Schema.String,
      at: Schema.optionalKey(Schema.String).annotate({
        description: "where in a file of the user's own it was thrown: path:line:column",
      }),
      trace: Schema.optionalKey(TraceJson),
    }),
  ).annotate({ description: "what ended the check, if it could not be carried out" }),
}).annotate({ title: "touchstone check --json", description: "the result for one configuration" })

/** The type of {@link CheckResult}. */
export type CheckResult = typeof CheckResult.Type

/**
 * The JSON Schema (draft 2020-12) of {@link CheckResult}, which is published with the documentation.
 *
 * @example
 * ```ts
 * import { checkResultJsonSchema } from "touchstone/model-check"
 *
 * "$schema" in checkResultJsonSchema() // => true
 * ```
 */
export const checkResultJsonSchema = (): object => {
  const { definitions, dialect, schema } = Schema.toJsonSchemaDocument(CheckResult)
  return {
    $schema: `https://json-schema.org/${dialect.replace("-", "/")}/schema`,
    ...schema,
    ...(Object.keys(definitions).length > 0 && { $defs: definitions }),
  }
}

const isRecord = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value))

/**
 * A value as JSON: sets as arrays, maps as arrays of pairs, bigints and numbers that JSON does not know as strings,
 * `undefined` as null, instances of classes as what they stand for (if they are not secret), and other objects by their own
 * `toJSON`.
 */
const toJson = (value: unknown): unknown => {
  if (value === undefined) return null
  if (typeof value === "bigint") return String(value)
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value)
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, toJson)
  if (value instanceof Map) return Array.from(value, ([key, item]) => [toJson(key), toJson(item)])
  const plain = isRecord(value) || Redacted.isRedacted(value) ? undefined : plainOf(value)
  if (plain !== undefined) return toJson(plain)
  if ("toJSON" in value && typeof value.toJSON === "function") return toJson(value.toJSON())
  return valuesJson(value)
}

const valuesJson = (record: object): typeof Values.Type =>
  Object.fromEntries(Object.entries(record).map(([name, item]) => [name, toJson(item)]))

/** Tells what is a model's own as JSON. */
export const asJson: Renderer<typeof Values.Type, TraceJson["steps"][number]> = {
  values: valuesJson,
  trace: (_, { steps }) => ({
    steps: steps.map(({ action, parameters, shown, state }) => ({
      action,
      parameters: valuesJson(parameters),
      state: valuesJson(state),
      ...(shown !== undefined && { shown: valuesJson(shown) }),
    })),
  }),
}

/**
 * The JSON object for what came of one configuration.
 *
 * @example
 * ```ts
 * import { Consensus } from "touchstone/spec/tla"
 * import { check } from "touchstone"
 * import { checkResult } from "touchstone/model-check"
 * import { Effect } from "effect"
 *
 * const model = Consensus({ values: 3 })
 * const report = Effect.runSync(check(model))
 * const about = { suite: "consensus", configuration: "3-values", constants: { values: 3 } }
 * const result = checkResult({ ...about, model, expected: { verdict: "holds" }, report })
 * result.asExpected // => true
 * ```
 */
export const checkResult = (outcome: Outcome): CheckResult => renderedResult(renderOutcome(outcome, asJson))
