/**
 * Rendered outcomes: what is a model's own (values, steps, errors) is text or JSON already. So they need no model to be
 * shown, and can go from one thread to another.
 *
 * @module
 */
import type { Model } from "../../src/model/model.ts"
import type { Trace } from "../../src/model/trace.ts"
import type { PropertyResult, Report } from "../engine/report.ts"
import type { Outcome } from "./judgement.ts"

/** A trace, step by step. */
export interface RenderedTrace<Step> {
  readonly steps: ReadonlyArray<Step>
}

/** The result for one property. */
export interface RenderedProperty<Values, Step> extends Omit<PropertyResult, "parameters" | "trace"> {
  readonly parameters?: Values
  readonly trace?: RenderedTrace<Step>
}

/** What was found. */
export interface RenderedReport<Values, Step> extends Omit<Report, "properties"> {
  readonly properties: ReadonlyArray<RenderedProperty<Values, Step>>
}

/** What came of one configuration. */
export interface RenderedOutcome<Values, Step> extends Omit<Outcome, "model" | "report" | "error"> {
  readonly report: RenderedReport<Values, Step>
  /** The properties that allow states in which all that is enabled changes nothing. */
  readonly allowStutters: ReadonlyArray<string>
  readonly error?: {
    readonly tag: string
    readonly message: string
    readonly at?: string
    readonly trace?: RenderedTrace<Step>
  }
}

/** How values and traces are rendered. */
export interface Renderer<Values, Step> {
  readonly values: (record: { readonly [name: string]: unknown }) => Values
  readonly trace: (model: Model<any>, trace: Trace) => RenderedTrace<Step>
}

/** Renders the result for a property. */
export const renderProperty = <Values, Step>(
  { kind, name, parameters, replay, trace, verdict }: PropertyResult,
  model: Model<any>,
  renderer: Renderer<Values, Step>,
): RenderedProperty<Values, Step> => ({
  name,
  kind,
  verdict,
  ...(parameters !== undefined && { parameters: renderer.values(parameters) }),
  ...(trace !== undefined && { trace: renderer.trace(model, trace) }),
  ...(replay !== undefined && { replay }),
})

/** Renders an outcome. */
export const renderOutcome = <Values, Step>(
  { error, model, report, ...about }: Outcome,
  renderer: Renderer<Values, Step>,
  property = (result: PropertyResult) => renderProperty(result, model, renderer),
): RenderedOutcome<Values, Step> => ({
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
      ...("trace" in error && { trace: renderer.trace(model, error.trace) }),
    },
  }),
})
