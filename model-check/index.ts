/**
 * The model checker: checking models, suites, and reports.
 *
 * @module touchstone/model-check
 */
export * from "./check.ts"
export { type GuidedWalk, guidedWalks } from "./engine/guided-walk.ts"
export * from "./engine/report.ts"
export type { SearchOptions } from "./engine/search.ts"
export { type Legs, type Violation, type Walk, walks } from "./engine/walk.ts"
export * from "./report/byte-size.ts"
export * from "./report/dot.ts"
export * from "./report/json.ts"
export * from "./report/judgement.ts"
export * from "./report/mermaid.ts"
export * from "./report/sequence-diagram.ts"
export * from "./report/text.ts"
export * from "./report/trace.ts"
export * from "./report/value.ts"
export * from "./suite.ts"
export { suites } from "./suites/index.ts"
