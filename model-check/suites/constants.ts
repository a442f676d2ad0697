/**
 * Constants that many suites have.
 *
 * @module
 */
import { Schema } from "effect"

/** How many there are of something: an integer from `minimum`. */
export const atLeast = (minimum: number, description: string): Schema.Int =>
  Schema.Int.check(Schema.isGreaterThanOrEqualTo(minimum)).annotate({ description })
