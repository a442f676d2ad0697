/**
 * Slots: the small variables into which a model's records, structs and sets are split.
 *
 * @module
 */
import { Result, Schema, SchemaAST } from "effect"
import { values } from "./domain.ts"
import { encode } from "./encoding.ts"
import { InvalidDefinition } from "./errors.ts"
import { refuseForeign } from "./foreign-schema.ts"
import { show } from "./show.ts"
import type { Variable, Variables } from "./variable.ts"

/** A domain with more values than this is not enumerated: its values are interned as they appear. */
const ENUMERATED = 1_024

/** A part of the state that is read and written as a whole. */
export interface Slot {
  /** The variable, and the keys that lead to this part of it. */
  readonly path: ReadonlyArray<string | number>
  /** The path with dots: `rmState.rm1`. */
  readonly name: string
  /** One value, a set of elements, or a bag of them. */
  readonly kind: "value" | "set" | "bag"
  /** All values (or elements), where there are few. */
  readonly values: ReadonlyArray<unknown> | undefined
  /** Whether a value (or an element) belongs to the domain. */
  readonly contains: (value: unknown) => boolean
  /** What the domain expects, in words. */
  readonly expected: string
}

/** The values of a domain, in words. */
const list = (values: ReadonlyArray<unknown>): string =>
  values.length === 0
    ? "it has no values"
    : values.length <= 12
    ? `one of ${values.map(show).join(", ")}`
    : `one of its ${values.length} values`

/** What a schema expects, in words. */
const expectation = (schema: Schema.Schema<unknown>): string => {
  const known = values(schema)
  if (Result.isSuccess(known)) return list(known.success)
  return SchemaAST.isNumber(schema.ast) || SchemaAST.isString(schema.ast)
    ? `a ${schema.ast._tag.toLowerCase()} as its schema describes`
    : `what its schema describes (${schema.ast._tag})`
}

const domain = (of: Schema.Schema<unknown> | ReadonlyArray<unknown>): Omit<Slot, "path" | "name" | "kind"> => {
  if (Array.isArray(of)) {
    const members = new Set(of.map(encode))
    return {
      values: of,
      contains: (value) => members.has(encode(value)),
      expected: list(of),
    }
  }
  const schema = of as Schema.Schema<unknown>
  const known = values(schema)
  return {
    values: Result.isSuccess(known) && known.success.length <= ENUMERATED ? known.success : undefined,
    contains: Schema.is(schema),
    expected: expectation(schema),
  }
}

const isPlainKind = (variable: Variable): variable is Extract<Variable, { readonly kind: string }> =>
  typeof variable === "object" && "kind" in variable && typeof variable.kind === "string"

const flatten = (variable: Variable, path: ReadonlyArray<string | number>): ReadonlyArray<Slot> => {
  const name = path.join(".")
  if (!isPlainKind(variable)) {
    if (!Schema.isSchema(variable)) {
      throw new InvalidDefinition({
        reason: `the variable ${name} is neither a Schema nor a record, struct, set or bag`,
      })
    }
    refuseForeign(variable, `the variable ${name}`)
    return [{ path, name, kind: "value", ...domain(variable as Schema.Schema<unknown>) }]
  }
  switch (variable.kind) {
    case "record":
      return variable.keys.flatMap((key: string | number) => flatten(variable.of as Variable, [...path, key]))
    case "struct":
      return Object.entries(variable.fields as Variables).flatMap(([field, of]) => flatten(of, [...path, field]))
    case "set":
    case "bag":
      if (!Array.isArray(variable.elements)) {
        refuseForeign(variable.elements as Schema.Top, `the ${variable.kind} ${name}`)
      }
      return [{ path, name, kind: variable.kind, ...domain(variable.elements) }]
  }
}

/** The slots of all variables, in the order of their declaration. */
export const slots = (variables: Variables): ReadonlyArray<Slot> =>
  Object.entries(variables).flatMap(([name, variable]) => flatten(variable, [name]))
