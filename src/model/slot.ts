/**
 * Slots: the small variables into which a model's records, structs and lists are split, and its sets and bags.
 *
 * @module
 */
import { Result, Schema } from "effect"
import { isRecord } from "./definition.ts"
import { enumerate, range, values } from "./domain.ts"
import { encode } from "./encoding.ts"
import { InvalidDefinition, UnencodableValue } from "./errors.ts"
import { refuseForeign } from "./foreign-schema.ts"
import { type Instances, instancesOf, knownInstances } from "./instance.ts"
import { type Objection, objectionOf } from "./objection.ts"
import { show } from "./show.ts"
import type { ListOf, Variable, Variables } from "./variable.ts"

/** A domain with more values than this is not enumerated: its values are interned as they appear. */
const ENUMERATED = 1_024

/** So many values are listed in an error. */
const FEW = 12

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
  /** What the domain expects instead of a value, in words. */
  readonly expected: (value: unknown) => string
  /** What the instances of classes among its values stand for. */
  readonly instances: Instances
  /** Of a list: whether it is the slot of the length, or of which place. That holds an array: of the item, or empty behind the end. */
  readonly place?: "length" | number
}

/** The values of a domain, in words. */
const list = (values: ReadonlyArray<unknown>): string =>
  values.length === 0
    ? "it has no values"
    : values.length <= FEW
    ? `one of ${values.map(show).join(", ")}`
    : `one of its ${values.length} values`

type Domain = Omit<Slot, "path" | "name" | "kind" | "place">

/** A domain that holds these values and no others. */
const exactly = (of: ReadonlyArray<unknown>, objection: Objection = () => undefined): Domain => {
  const members = new Set(of.map(encode))
  return {
    values: of.length <= ENUMERATED ? of : undefined,
    contains: (value) => members.has(encode(value)),
    expected: (value) => {
      const said = of.length <= FEW ? undefined : objection(value)
      // It says more than the list where it leads to a part of the value.
      return said?.includes(" at [") === true ? said : list(of)
    },
    instances: knownInstances,
  }
}

/** The values of a list, each once. */
const listed = (of: ReadonlyArray<unknown>, variable: string): ReadonlyArray<unknown> => {
  try {
    return enumerate(of, variable)
  } catch (cause) {
    if (!(cause instanceof UnencodableValue)) throw cause
    const { reason, value } = cause
    throw new UnencodableValue({ value, variable, ...(reason !== undefined && { reason }) })
  }
}

const described = (schema: Schema.Schema<unknown>): Domain => {
  const objection = objectionOf(schema)
  const known = values(schema)
  // A Schema may take more than `values` lists (`Struct({})` and `Void` take anything), but a field has room for those only.
  if (Result.isSuccess(known)) return exactly(known.success, objection)
  const contains = (value: unknown) => objection(value) === undefined
  return {
    values: undefined,
    contains,
    expected: (value) => objection(value) ?? "what its schema describes",
    instances: instancesOf(schema),
  }
}

/** What is known of Schemas: a record has one for all its keys, and to make thousands of instances takes its time. */
const domains = new WeakMap<Schema.Schema<unknown>, Domain>()

const domain = (of: Schema.Schema<unknown> | ReadonlyArray<unknown>, variable: string): Domain => {
  if (Array.isArray(of)) return exactly(listed(of, variable))
  const schema = of as Schema.Schema<unknown>
  const known = domains.get(schema) ?? described(schema)
  domains.set(schema, known)
  return known
}

/** What may be at a place of a list: nothing, or an item. */
const placed = (item: Domain): Domain => ({
  values: item.values && [[], ...item.values.map((value) => [value])],
  contains: (held) => Array.isArray(held) && held.every(item.contains),
  expected: (held) => item.expected((held as ReadonlyArray<unknown>)[0]),
  instances: item.instances,
})

/** The slots of a list: of its length, and of each place. */
const listSlots = ({ items, most }: ListOf<any>, path: Slot["path"], name: string): ReadonlyArray<Slot> => {
  if (!Array.isArray(items)) {
    if (!Schema.isSchema(items)) {
      throw new InvalidDefinition({ reason: `the items of the list ${name} are neither a Schema nor a list` })
    }
    refuseForeign(items, `the list ${name}`)
  }
  const length = exactly(range(0, most, { most: most + 1 }))
  const item = placed(domain(items, name))
  return [
    {
      path: [...path, "length"],
      name,
      kind: "value",
      ...length,
      expected: () => `a list of at most ${most} items`,
      place: "length",
    },
    ...range(0, most - 1).map((place): Slot => ({
      path: [...path, place],
      name: `${name}[${place}]`,
      kind: "value",
      ...item,
      place,
    })),
  ]
}

const isPlainKind = (variable: Variable): variable is Extract<Variable, { readonly kind: string }> =>
  isRecord(variable) && typeof variable["kind"] === "string"

const flatten = (variable: Variable, path: ReadonlyArray<string | number>): ReadonlyArray<Slot> => {
  const name = path.join(".")
  if (Array.isArray(variable)) {
    if (variable.length === 0) {
      throw new InvalidDefinition({ reason: `the variable ${name} has an empty list of values; give at least one` })
    }
    return [{ path, name, kind: "value", ...domain(variable, name) }]
  }
  if (!isPlainKind(variable)) {
    if (!Schema.isSchema(variable)) {
      throw new InvalidDefinition({
        reason:
          `the variable ${name} is neither a Schema nor a record, struct, set, bag or list, nor an array of values`,
      })
    }
    refuseForeign(variable, `the variable ${name}`)
    return [{ path, name, kind: "value", ...domain(variable as Schema.Schema<unknown>, name) }]
  }
  switch (variable.kind) {
    case "record":
      return variable.keys.flatMap((key: string | number) => flatten(variable.of as Variable, [...path, key]))
    case "struct":
      return Object.entries(variable.fields as Variables).flatMap(([field, of]) => flatten(of, [...path, field]))
    case "list":
      return listSlots(variable, path, name)
    case "set":
    case "bag":
      if (!Array.isArray(variable.elements)) {
        if (!Schema.isSchema(variable.elements)) {
          const reason = `the elements of the ${variable.kind} ${name} are neither a Schema nor a list`
          throw new InvalidDefinition({ reason })
        }
        refuseForeign(variable.elements, `the ${variable.kind} ${name}`)
      }
      return [{ path, name, kind: variable.kind, ...domain(variable.elements, name) }]
  }
}

/** The slots of all variables, in the order of their declaration. */
export const slots = (variables: Variables): ReadonlyArray<Slot> => {
  if (!isRecord(variables)) throw new InvalidDefinition({ reason: "the variables of a model are not an object" })
  return Object.entries(variables).flatMap(([name, variable]) => flatten(variable, [name]))
}
