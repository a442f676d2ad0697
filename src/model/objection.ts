/**
 * Objections: what a Schema has against a value, in words.
 *
 * @module
 */
import { Result, Schema } from "effect"

/** Says what is wrong with a value, or nothing. */
export type Objection = (value: unknown) => string | undefined

/** What a Schema has against a value, on one line: what it expects, and at which path. Nothing where it takes it. */
export const objectionOf = (schema: Schema.Schema<unknown>): Objection => {
  const decode = Schema.decodeUnknownResult(Schema.toType(schema), { errors: "all", onExcessProperty: "error" })
  return (value) => {
    const decoded = decode(value)
    if (Result.isSuccess(decoded)) return undefined
    return decoded.failure.message.replaceAll(/\n\s+at /g, " at ").replaceAll("\n", "; ")
  }
}
