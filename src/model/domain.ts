/**
 * Finite domains: which values a Schema has.
 *
 * @module
 */
import { Result, Schema, SchemaAST } from "effect"
import { distinctNames } from "./definition.ts"
import { encode } from "./encoding.ts"
import { DomainNotEnumerable, InvalidDefinition, UnencodableValue } from "./errors.ts"
import { foreign, refuseForeign } from "./foreign-schema.ts"
import { makingOf } from "./instance.ts"
import { show } from "./show.ts"

/** No domain larger than this is enumerated, unless somebody asks for it. */
const LIMIT = 65_536

/** How many values a domain may have that is enumerated. */
export interface Largest {
  /** The most values. 65,536 unless given: a larger domain takes longer wherever all of its values are tried. */
  readonly most?: number
}

const limitOf = ({ most = LIMIT }: Largest): number => {
  if (Number.isSafeInteger(most) && most >= 0) return most
  throw new InvalidDefinition({ reason: `the most values of a domain are ${show(most)}; give a whole number from 0` })
}

/** No more suspended schemas are unfolded within one another: there may be no end to them. */
const UNFOLDED = 64

type Check = SchemaAST.Check<never>

/** The bounds that the checks of a number schema set, excluded ones too, and whether they ask for integers. */
const bounds = (checks: ReadonlyArray<Check>): { minimum: number; maximum: number; integer: boolean } => {
  const range = { minimum: -Infinity, maximum: Infinity, integer: false }
  for (const check of checks) {
    const { maximum, minimum, number } = (check.annotations?.arbitraryConstraint ?? {}) as {
      readonly [constraint: string]: unknown
    }
    const inner = check._tag === "FilterGroup" ? bounds(check.checks as ReadonlyArray<Check>) : undefined
    range.minimum = Math.max(
      range.minimum,
      inner?.minimum ?? -Infinity,
      typeof minimum === "number" ? minimum : -Infinity,
    )
    range.maximum = Math.min(
      range.maximum,
      inner?.maximum ?? Infinity,
      typeof maximum === "number" ? maximum : Infinity,
    )
    range.integer ||= number === "integer" || inner?.integer === true
  }
  return range
}

/** Says that a domain is too large, if it is. */
const tooLarge = (size: number, most: number): string | undefined =>
  size > most ? `it has ${size} values, more than ${most}; ask for so many by { most: ${size} }` : undefined

const product = <A>(
  factors: ReadonlyArray<ReadonlyArray<A>>,
  most: number,
): ReadonlyArray<ReadonlyArray<A>> | string => {
  const size = factors.reduce((n, factor) => n * factor.length, 1)
  const reason = tooLarge(size, most)
  if (reason !== undefined) return reason
  return factors.reduce<ReadonlyArray<ReadonlyArray<A>>>(
    (tuples, factor) => tuples.flatMap((tuple) => factor.map((value) => [...tuple, value])),
    [[]],
  )
}

/** The values of all parts together, unless there are too many. */
const sum = <A>(parts: ReadonlyArray<ReadonlyArray<A> | string>, most: number): ReadonlyArray<A> | string => {
  const union: Array<A> = []
  for (const part of parts) {
    if (typeof part === "string") return part
    for (const value of part) union.push(value)
  }
  return tooLarge(union.length, most) ?? union
}

/** Stands for an optional key that is not there. */
const ABSENT = Symbol("absent")

/** The values of each part, or the reason why one of them cannot be enumerated. */
const all = (
  parts: ReadonlyArray<SchemaAST.AST>,
  most: number,
  unfolded: number,
): ReadonlyArray<ReadonlyArray<unknown>> | string => {
  const domains: Array<ReadonlyArray<unknown>> = []
  for (const part of parts) {
    const domain = candidates(part, most, unfolded)
    if (typeof domain === "string") return domain
    domains.push(domain)
  }
  return domains
}

/** The instances of a declared class: one for each value of what they are made of, where it makes one. */
const instances = (ast: SchemaAST.Declaration, most: number, unfolded: number): ReadonlyArray<unknown> | string => {
  const name = String(ast.annotations?.["identifier"] ?? ast.annotations?.["expected"] ?? "a class without a name")
  const making = makingOf(ast)
  if (making === undefined) return `it is ${name}, of which no codec says what it is made of`
  const parts = candidates(making.from, most, unfolded)
  // What has no parts of its own is known by its name, not by what it is encoded as.
  if (typeof parts === "string") return ast.typeParameters.length === 0 ? `it is ${name}, which has no end` : parts
  const made = Result.try(() => parts.map(making.make).filter(Result.isSuccess).map(({ success }) => success))
  // Nothing at all would pass for a domain without values.
  return Result.isSuccess(made) && made.success.length >= Math.min(1, parts.length)
    ? made.success
    : `no instances of ${name} can be made`
}

/** A part of a template literal that is a number is written in many ways: `1`, `01`, `1e0`. */
const isNumeric = (part: SchemaAST.AST): boolean =>
  part._tag === "Number" ||
  (part._tag === "Union" && part.types.some(isNumeric)) ||
  (part._tag === "TemplateLiteral" && part.parts.some(isNumeric))

/**
 * A finite superset of the values of `ast` (its checks, apart from bounds, are not looked at), or why there is none.
 *
 * @param most - how many there may be.
 * @param unfolded - how many suspended schemas it is in.
 */
const candidates = (ast: SchemaAST.AST, most: number, unfolded = 0): ReadonlyArray<unknown> | string => {
  switch (ast._tag) {
    case "Literal":
      return [ast.literal]
    case "Null":
      return [null]
    case "Undefined":
    case "Void":
      return [undefined]
    case "Never":
      return []
    case "Boolean":
      return [false, true]
    case "Enum":
      return ast.enums.map(([, value]) => value)
    case "Number": {
      const { integer, maximum, minimum } = bounds((ast.checks ?? []) as ReadonlyArray<Check>)
      const size = Math.floor(maximum) - Math.ceil(minimum) + 1
      if (!integer || !Number.isFinite(size)) return "a number has no end unless it is an integer between two bounds"
      return tooLarge(size, most) ?? Array.from({ length: Math.max(0, size) }, (_, index) => Math.ceil(minimum) + index)
    }
    case "Union": {
      const members = all(ast.types, most, unfolded)
      return typeof members === "string" ? members : members.flat()
    }
    case "Suspend": {
      if (unfolded === UNFOLDED) return "it contains itself, or is nested too deeply"
      const it = ast.thunk()
      return foreign(Schema.make(it)) ?? candidates(it, most, unfolded + 1)
    }
    case "TemplateLiteral": {
      if (isNumeric(ast)) return "a number in a template literal may be written in many ways"
      const domains = all(ast.parts, most, unfolded)
      const rows = typeof domains === "string" ? domains : product(domains, most)
      return typeof rows === "string" ? rows : rows.map((row) => row.join(""))
    }
    case "Declaration":
      return instances(ast, most, unfolded)
    case "Arrays": {
      if (ast.rest.length > 0) return "an array has no greatest length"
      const domains = all(ast.elements, most, unfolded)
      if (typeof domains === "string") return domains
      // Where one optional element is absent, so are those behind it.
      const required = ast.elements.filter((element) => !SchemaAST.isOptional(element)).length
      return sum(range(required, domains.length).map((length) => product(domains.slice(0, length), most)), most)
    }
    case "Objects": {
      if (ast.indexSignatures.length > 0) return "a record has no greatest set of keys"
      const domains = all(ast.propertySignatures.map((property) => property.type), most, unfolded)
      if (typeof domains === "string") return domains
      const rows = product(
        ast.propertySignatures.map(({ type }, index) => {
          const present = domains[index] as ReadonlyArray<unknown>
          return SchemaAST.isOptional(type) ? [ABSENT, ...present] : present
        }),
        most,
      )
      return typeof rows === "string" ?
        rows :
        rows.map((row) =>
          Object.fromEntries(
            ast.propertySignatures
              .map(({ name }, index) => [name, row[index]] as const)
              .filter(([, value]) => value !== ABSENT),
          )
        )
    }
    default:
      return `it is ${ast._tag}, which has no end`
  }
}

/**
 * The values of a finite Schema, in the order in which it is written.
 *
 * Finite are literals, booleans, enums, `null`, `undefined`, integers between two bounds, and the unions, tuples, structs,
 * tagged structs, classes (`Schema.Class`, `Schema.TaggedClass`), `Schema.Option` and `Schema.Result` of these; template
 * literals of finite parts without numbers, of which there are several spellings; and what is suspended, unless it contains
 * itself. Checks are respected. An optional key or element has its values, and may be absent.
 *
 * @param schema - the domain.
 * @param largest - how many values there may be.
 * @returns its values, or (as the failure) the reason why there is no list of at most so many.
 * @throws {@link InvalidDefinition} when `most` is not a whole number from 0.
 *
 * @example
 * ```ts
 * import { values } from "touchstone"
 * import { Result, Schema } from "effect"
 *
 * Result.getOrThrow(values(Schema.Literals(["yes", "no"]))) // => ["yes", "no"]
 * Result.getOrThrow(values(Schema.Option(Schema.Boolean))).length // => 3
 * Result.isFailure(values(Schema.String)) // => true
 * ```
 */
export const values = <A>(
  schema: Schema.Schema<A>,
  largest: Largest = {},
): Result.Result<ReadonlyArray<A>, string> => {
  const most = limitOf(largest)
  const found = foreign(schema) ?? candidates(SchemaAST.toType(schema.ast), most)
  if (typeof found === "string") return Result.fail(found)
  try {
    const listed = distinct(found.filter(Schema.is(schema)))
    const reason = tooLarge(listed.length, most)
    return reason === undefined ? Result.succeed(listed) : Result.fail(reason)
  } catch (cause) {
    // An instance of a class that only this Schema knows, or that is more than what it is made of.
    if (!(cause instanceof UnencodableValue)) throw cause
    return Result.fail(`${cause.value} ${cause.reason}`)
  }
}

/** The values without repetitions: the members of a union may overlap. */
const distinct = <A>(values: ReadonlyArray<A>): ReadonlyArray<A> => [
  ...new Map(values.map((value) => [encode(value), value])).values(),
]

/**
 * The values of a domain that must be finite, each once: those of an array, or a Schema enumerated.
 *
 * @param domain - an array of plain data, or a finite Schema.
 * @param of - what the domain belongs to, for the error.
 * @throws {@link DomainNotEnumerable} when there is no list of at most 65,536 values.
 * @throws InvalidDefinition when the Schema comes from another copy of `effect`.
 *
 * @example
 * ```ts
 * import { enumerate } from "touchstone"
 * import { Schema } from "effect"
 *
 * enumerate(["yes", "no"], "an answer") // => ["yes", "no"]
 * enumerate(Schema.Boolean, "a flag") // => [false, true]
 * ```
 */
export const enumerate = (
  domain: ReadonlyArray<unknown> | Schema.Schema<unknown>,
  of: string,
): ReadonlyArray<unknown> => {
  if (Array.isArray(domain)) return distinct(domain)
  refuseForeign(domain as Schema.Schema<unknown>, of)
  const found = values(domain as Schema.Schema<unknown>)
  if (Result.isFailure(found)) throw new DomainNotEnumerable({ of, reason: found.failure })
  return found.success
}

/**
 * The integers from `from` to `to`, both included; none when `to` is smaller.
 *
 * @throws {@link DomainNotEnumerable} when there are more than 65,536, or than were asked for.
 *
 * @example
 * ```ts
 * import { range } from "touchstone"
 *
 * range(1, 3) // => [1, 2, 3]
 * range(1, 100_000, { most: 100_000 }).length // => 100000
 * ```
 */
export const range = (from: number, to: number, largest: Largest = {}): ReadonlyArray<number> => {
  const reason = tooLarge(to - from + 1, limitOf(largest))
  if (reason !== undefined) throw new DomainNotEnumerable({ of: `range(${from}, ${to})`, reason })
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}

/** The compiler counts no more names than this. */
type Counted = 64

/** The names `prefix1`, `prefix2`, …: a tuple where the compiler knows how many there are, and they are not too many. */
export type Names<Prefix extends string, Count extends number, Known extends ReadonlyArray<string> = readonly []> =
  Count extends unknown ? number extends Count ? ReadonlyArray<`${Prefix}${number}`>
    : Known["length"] extends Count ? Known
    : Known["length"] extends Counted ? ReadonlyArray<`${Prefix}${number}`>
    : Names<Prefix, Count, readonly [...Known, `${Prefix}${[...Known, ""]["length"] & number}`]>
    : never

/**
 * `count` names: the prefix with 1, 2, … behind it. Where the compiler knows the count, it knows each of them.
 *
 * @example
 * ```ts
 * import { names } from "touchstone"
 *
 * names("rm", 3) // => ["rm1", "rm2", "rm3"]
 * ```
 */
export const names = <const Prefix extends string, const Count extends number>(
  prefix: Prefix,
  count: Count,
): Names<Prefix, Count> =>
  range(1, count).map((index) => `${prefix}${index}`) as ReadonlyArray<string> as Names<Prefix, Count>

/**
 * The subsets of `members` that have `size` elements.
 *
 * @throws {@link DomainNotEnumerable} when there are more than 65,536, or than were asked for.
 *
 * @example
 * ```ts
 * import { subsets } from "touchstone"
 *
 * subsets(["a", "b", "c"], 2) // => [["a", "b"], ["a", "c"], ["b", "c"]]
 * ```
 */
export const subsets = <A>(
  members: ReadonlyArray<A>,
  size: number,
  largest: Largest = {},
): ReadonlyArray<ReadonlyArray<A>> => {
  const count = range(1, size).reduce((count, index) => (count * (members.length - size + index)) / index, 1)
  const reason = tooLarge(Math.round(count), limitOf(largest))
  if (reason !== undefined) {
    throw new DomainNotEnumerable({ of: `subsets of ${size} of ${members.length} members`, reason })
  }
  const choose = (size: number, from: number): ReadonlyArray<ReadonlyArray<A>> =>
    size <= 0
      ? [[]]
      : range(from, members.length - size).flatMap((index) =>
        choose(size - 1, index + 1).map((rest) => [members[index] as A, ...rest])
      )
  return choose(size, 0)
}

/**
 * The minimal majorities of `members`: the subsets with more than half of them, and no element more than that takes. They are the
 * usual quorums.
 *
 * @throws {@link DomainNotEnumerable} when there are more than 65,536, or than were asked for.
 *
 * @example
 * ```ts
 * import { majorities } from "touchstone"
 *
 * majorities(["a", "b", "c"]) // => [["a", "b"], ["a", "c"], ["b", "c"]]
 * ```
 */
export const majorities = <A>(
  members: ReadonlyArray<A>,
  largest: Largest = {},
): ReadonlyArray<ReadonlyArray<A>> => subsets(members, Math.floor(members.length / 2) + 1, largest)

/**
 * All total functions from keys to the values of a domain, as records: `[K -> V]` in TLA+. A list for parameters, for the
 * values of a variable, or to make initial states of.
 *
 * @param keys - what each function is defined for.
 * @param domain - a list of values, or a finite Schema.
 * @throws {@link DomainNotEnumerable} when there are more than 65,536, or than were asked for, or the domain is not finite.
 * @throws {@link InvalidDefinition} when a key is given twice.
 *
 * @example
 * ```ts
 * import { functions } from "touchstone"
 * import { Schema } from "effect"
 *
 * functions(["a", "b"], Schema.Boolean).length // => 4
 * functions(["a", "b"], [0, 1])[1] // => { a: 0, b: 1 }
 * ```
 */
export const functions = <const K extends string | number, const A>(
  keys: ReadonlyArray<K>,
  domain: ReadonlyArray<A> | Schema.Schema<A>,
  largest: Largest = {},
): ReadonlyArray<{ readonly [key in K]: A }> => {
  const of = `functions of ${keys.length} keys`
  distinctNames({ named: `keys of ${of}`, remedy: "give each key once" }, keys.map(String))
  const rows = product(keys.map(() => enumerate(domain, of) as ReadonlyArray<A>), limitOf(largest))
  if (typeof rows === "string") throw new DomainNotEnumerable({ of, reason: rows })
  return rows.map((row) =>
    Object.fromEntries(keys.map((key, index) => [key, row[index]])) as { readonly [key in K]: A }
  )
}
