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
import { type Instances, instancesOf, knownInstances } from "./instance.ts"
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
  /** What the instances of classes among its values stand for. */
  readonly instances: Instances
}

/** The values of a domain, in words. */
const list = (values: ReadonlyArray<unknown>): string =>
  values.length === 0
    ? "it has no values"
    : values.length <= 12
    ? `one of ${values.map(show).join(", ")}`
    : `one of its ${values.length} values`

/** What a schema without end expects, in words. */
const expectation = (ast: SchemaAST.AST): string => {
  if (SchemaAST.isNumber(ast) || SchemaAST.isString(ast)) return `a ${ast._tag.toLowerCase()} as its schema describes`
  if (!SchemaAST.isObjects(ast) || ast.indexSignatures.length > 0) return `what its schema describes (${ast._tag})`
  const fields = ast.propertySignatures.map(({ name, type }) =>
    `${String(name)}${SchemaAST.isOptional(type) ? "?" : ""}`
  )
  return `an object as its schema describes, with the fields ${fields.join(", ")} and no others`
}

type Domain = Omit<Slot, "path" | "name" | "kind">

/** A domain that holds these values and no others. */
const exactly = (of: ReadonlyArray<unknown>): Domain => {
  const members = new Set(of.map(encode))
  return {
    values: of.length <= ENUMERATED ? of : undefined,
    contains: (value) => members.has(encode(value)),
    expected: list(of),
    instances: knownInstances,
  }
}

const domain = (of: Schema.Schema<unknown> | ReadonlyArray<unknown>): Domain => {
  if (Array.isArray(of)) return exactly(of)
  const schema = of as Schema.Schema<unknown>
  const known = values(schema)
  // A Schema may take more than `values` lists (`Struct({})` and `Void` take anything), but a field has room for those only.
  if (Result.isSuccess(known)) return exactly(known.success)
  const decode = Schema.decodeUnknownResult(Schema.toType(schema), { onExcessProperty: "error" })
  return {
    values: undefined,
    contains: (value) => Result.isSuccess(decode(value)),
    expected: expectation(SchemaAST.toType(schema.ast)),
    instances: instancesOf(schema),
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
