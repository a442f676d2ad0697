/**
 * Results as JSON: one object per configuration, with a published schema.
 *
 * @module
 */
import { Schema } from "effect"
import type { Trace } from "../../src/model/trace.ts"
import type { Report } from "../engine/report.ts"
import type { ConstantValue } from "../suite.ts"

const Json = Schema.Unknown.annotate({ description: "plain data as JSON" })
const Values = Schema.Record(Schema.String, Json)
const Verdict = Schema.Literals(["holds", "violated", "incomplete"])
const Natural = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** A trace: the initial state (its action is null), then one entry per step. */
export const TraceJson = Schema.Struct({
  steps: Schema.Array(Schema.Struct({ action: Schema.NullOr(Schema.String), parameters: Values, state: Values })),
})

/** The result for one configuration, as `touchstone check --json` prints it. */
export const CheckResult = Schema.Struct({
  suite: Schema.String,
  configuration: Schema.String,
  constants: Schema.Record(Schema.String, Schema.Union([Schema.Number, Schema.Boolean])),
  verdict: Verdict,
  expected: Verdict,
  /** Whether everything is as expected: the verdict, the violated property, the counts. */
  asExpected: Schema.Boolean,
  properties: Schema.Array(Schema.Struct({
    name: Schema.String,
    kind: Schema.Literals(["always", "step", "reachable", "deadlockFree", "refines"]),
    verdict: Verdict,
    parameters: Schema.optionalKey(Values),
    trace: Schema.optionalKey(TraceJson),
  })),
  coverage: Schema.Array(Schema.Struct({ name: Schema.String, enabled: Natural, fresh: Natural })),
  distinct: Natural,
  generated: Natural,
  depth: Natural,
  seconds: Schema.Finite,
  userCalls: Natural,
  peakMemoryBytes: Natural,
  collisionProbability: Schema.Finite,
  stopped: Schema.optionalKey(
    Schema.Literals(["max-states", "max-depth", "memory", "interrupted", "error", "violation"]),
  ),
  error: Schema.optionalKey(
    Schema.Struct({ tag: Schema.String, message: Schema.String, trace: Schema.optionalKey(TraceJson) }),
  ),
})

/** The type of {@link CheckResult}. */
export type CheckResult = typeof CheckResult.Type

/** Plain data as JSON: sets as arrays, maps as arrays of pairs, bigints as strings, `undefined` as null. */
const toJson = (value: unknown): unknown => {
  if (typeof value === "bigint") return String(value)
  if (value === undefined) return null
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value)
  if (typeof value !== "object" || value === null) return value
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value) || value instanceof Set) return Array.from(value, toJson)
  if (value instanceof Map) return Array.from(value, ([key, item]) => [toJson(key), toJson(item)])
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toJson(item)]))
}

const values = (record: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } =>
  toJson(record) as { readonly [name: string]: unknown }

const traceJson = ({ steps }: Trace): typeof TraceJson.Type => ({
  steps: steps.map(({ action, parameters, state }) => ({
    action,
    parameters: values(parameters),
    state: values(state),
  })),
})

/**
 * The JSON object for a report.
 *
 * @param about - which configuration it is, and what was expected of it.
 * @param error - what ended the check, if it could not be carried out.
 */
export const checkResult = (
  about: {
    readonly suite: string
    readonly configuration: string
    readonly constants: { readonly [name: string]: ConstantValue }
    readonly expected: "holds" | "violated"
    readonly asExpected: boolean
  },
  report: Report,
  error?: { readonly _tag: string; readonly message: string; readonly trace?: Trace },
): CheckResult => ({
  suite: about.suite,
  configuration: about.configuration,
  constants: about.constants,
  verdict: report.verdict,
  expected: about.expected,
  asExpected: about.asExpected,
  properties: report.properties.map(({ kind, name, parameters, trace, verdict }) => ({
    name,
    kind,
    verdict,
    ...(parameters !== undefined && { parameters: values(parameters) }),
    ...(trace !== undefined && { trace: traceJson(trace) }),
  })),
  coverage: report.coverage,
  distinct: report.distinct,
  generated: report.generated,
  depth: report.depth,
  seconds: report.seconds,
  userCalls: report.userCalls,
  peakMemoryBytes: report.peakMemoryBytes,
  collisionProbability: report.collisionProbability,
  ...(report.stopped !== undefined && { stopped: report.stopped }),
  ...(error !== undefined && {
    error: {
      tag: error._tag,
      message: error.message,
      ...(error.trace !== undefined && { trace: traceJson(error.trace) }),
    },
  }),
})
