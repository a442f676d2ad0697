/**
 * What belongs to the checker: suites, walks through state spaces that are too large to explore, reports and drawings.
 *
 * @module touchstone/model-check
 */
export {
  type Constant,
  type ConstantSchema,
  type ConstantSchemas,
  type ConstantsOf,
  ConstantValue,
} from "./constant.ts"
export { type GuidedWalk, guidedWalks } from "./engine/explore/guided-walk.ts"
export { type Segments, type Violation, type Walk, walks } from "./engine/explore/walk.ts"
export * from "./report/byte-size.ts"
export * from "./report/dot.ts"
export * from "./report/expression.ts"
export { CheckResult, checkResult, checkResultJsonSchema, TraceJson } from "./report/json.ts"
export { differences, isAsExpected, type Judged, type JudgedOutcome, type Outcome } from "./report/judgement.ts"
export * from "./report/mermaid.ts"
export { errorText, outcomeText } from "./report/outcome-text.ts"
export * from "./report/sequence-diagram.ts"
export { listText, type Paint, plain, progressLine, showConstants, showPlace, summaryText } from "./report/text.ts"
export { changes, stateLines, traceLines } from "./report/trace.ts"
export * from "./report/untested.ts"
export * from "./report/value.ts"
export * from "./suite.ts"
export { suites } from "./suites/index.ts"
