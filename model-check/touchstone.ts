/**
 * The language, and the checker.
 *
 * @module touchstone
 */
export * from "../src/index.ts"
export { check, CheckFailed, type CheckOptions, graph, GraphTooLarge, MemoryTooSmall, ProgressThrew } from "./check.ts"
export type { SearchOptions } from "./engine/explore/search.ts"
export * from "./engine/report.ts"
