/**
 * Outcomes that are told: what is a model's own (values, steps, errors) is text or JSON already. So they need no model to be
 * shown, and can go from one thread to another.
 *
 * @module
 */
import type { Model } from "../../src/model/model.ts"
import type { Trace } from "../../src/model/trace.ts"
import type { PropertyResult, Report } from "../engine/report.ts"
import type { Outcome } from "./judgement.ts"

/** A trace, step by step. */
export interface ToldTrace<Step> {
  readonly steps: ReadonlyArray<Step>
}

/** The result for one property. */
export interface ToldProperty<Values, Step> extends Omit<PropertyResult, "parameters" | "trace"> {
  readonly parameters?: Values
  readonly trace?: ToldTrace<Step>
}

/** What was found. */
export interface ToldReport<Values, Step> extends Omit<Report, "properties"> {
  readonly properties: ReadonlyArray<ToldProperty<Values, Step>>
}

/** What came of one configuration. */
export interface Told<Values, Step> extends Omit<Outcome, "model" | "report" | "error"> {
  readonly report: ToldReport<Values, Step>
  /** The properties that allow states in which all that is enabled changes nothing. */
  readonly allowStutters: ReadonlyArray<string>
  readonly error?: {
    readonly tag: string
    readonly message: string
    readonly at?: string
    readonly trace?: ToldTrace<Step>
  }
}

/** How values and traces are told. */
export interface Telling<Values, Step> {
  readonly values: (record: { readonly [name: string]: unknown }) => Values
  readonly trace: (model: Model<any>, trace: Trace) => ToldTrace<Step>
}

/** Tells the result for a property. */
export const tellProperty = <Values, Step>(
  { kind, name, parameters, trace, verdict }: PropertyResult,
  model: Model<any>,
  telling: Telling<Values, Step>,
): ToldProperty<Values, Step> => ({
  name,
  kind,
  verdict,
  ...(parameters !== undefined && { parameters: telling.values(parameters) }),
  ...(trace !== undefined && { trace: telling.trace(model, trace) }),
})

/** Tells an outcome. */
export const tell = <Values, Step>(
  { error, model, report, ...about }: Outcome,
  telling: Telling<Values, Step>,
  property = (result: PropertyResult) => tellProperty(result, model, telling),
): Told<Values, Step> => ({
  suite: about.suite,
  configuration: about.configuration,
  constants: about.constants,
  expected: about.expected,
  report: { ...report, properties: report.properties.map(property) },
  allowStutters: Object.entries(model.properties).flatMap(([name, property]) =>
    property.kind === "deadlockFree" && property.stutters === "allowed" ? [name] : []
  ),
  ...(error !== undefined && {
    error: {
      tag: error._tag,
      message: error.message,
      ...("at" in error && error.at !== undefined && { at: error.at }),
      ...("trace" in error && { trace: telling.trace(model, error.trace) }),
    },
  }),
})
