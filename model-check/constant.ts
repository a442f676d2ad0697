/**
 * Constants: what a suite's models depend on. A Schema says which values there are, and reads one from a command line.
 *
 * @module
 */
import { Cause, Exit, Schema, SchemaAST } from "effect"
import { closestMatch } from "leven"
import { InvalidDefinition } from "../src/model/errors.ts"
import { refuseForeign } from "../src/model/foreign-schema.ts"

const Single = Schema.Union([Schema.Finite, Schema.Boolean, Schema.String])

/** What the value of a constant may be, alone or in a list: it stands on one line, and is JSON. */
export const ConstantValue = Schema.Union([Single, Schema.Array(Single)])

/** The type of {@link ConstantValue}. */
export type ConstantValue = typeof ConstantValue.Type

/** The values that a constant may have. */
export type ConstantSchema = Schema.Codec<ConstantValue, unknown>

/** The constants of a suite, each a Schema with a description. */
export interface ConstantSchemas {
  readonly [name: string]: ConstantSchema
}

/** A value for each of the constants: how many resource managers, whether they may fail. */
export type ConstantsOf<C extends ConstantSchemas = ConstantSchemas> = { readonly [name in keyof C]: C[name]["Type"] }

/** What a text says that the value of a constant is, or why it cannot be that. */
export type ConstantRead = { readonly value: ConstantValue } | { readonly refused: string }

/** A constant that a suite's models depend on. */
export interface Constant {
  /** What it stands for, as its Schema is annotated. */
  readonly description: string
  /** Reads a value. Whoever loads a suite need not have the copy of `effect` that its Schemas come from. */
  readonly read: (text: string) => ConstantRead
}

const alternatives = (texts: ReadonlyArray<string>): string => texts.join(", ").replace(/, ([^,]*)$/, " or $1")

/** What a value is, of which no check says more. */
const NOUNS: { readonly [tag: string]: string } = {
  Number: "a finite number",
  Boolean: "true or false",
  String: "a string",
}

/** What a list is a list of. */
const listOf = ({ elements, rest }: SchemaAST.Arrays): string => {
  const items = [...elements.map(expectation), ...rest.map((item) => `any number of ${expectation(item)}`)]
  return `a comma-separated list ${
    elements.length === 0 && rest[0] !== undefined
      ? `whose every item is ${expectation(rest[0])}`
      : `of ${items.join(" then ")}`
  }`
}

/**
 * What is expected of a value, in the words of Effect's checks. Some say what it is, `an integer`; others say which, `a value
 * greater than 0`, and are put behind.
 */
const expectation = (ast: SchemaAST.AST): string => {
  if (ast._tag === "Literal") return String(ast.literal)
  if (ast._tag === "Enum") return alternatives(ast.enums.map(([, value]) => String(value)))
  if (ast._tag === "Union") return alternatives(ast.types.map(expectation))
  const checks = (ast.checks ?? []).map(({ annotations }) =>
    String(annotations?.["expected"] ?? "a value that its Schema accepts")
  )
  const which = checks.filter((check) => check.startsWith("a value "))
  const noun = checks.findLast((check) => !which.includes(check)) ?? NOUNS[ast._tag] ??
    (ast._tag === "Arrays" ? listOf(ast) : "a value of its Schema")
  return [noun, ...which.map((check) => check.slice("a value ".length))]
    .join(" ").replace("greater than or equal to", "from")
}

/** All values of a choice, written down; nothing where there are others besides. */
const choices = (ast: SchemaAST.AST): ReadonlyArray<string> | undefined => {
  if (ast._tag === "Literal") return [String(ast.literal)]
  if (ast._tag === "Enum") return ast.enums.map(([, value]) => String(value))
  const members = ast._tag === "Union" ? ast.types.map(choices) : [undefined]
  return members.some((member) => member === undefined) ? undefined : members.flatMap((member) => member ?? [])
}

/** What is expected where a value is none of a Schema, and which choice it may be a slip for. */
const wanted = (ast: SchemaAST.AST, value: unknown): string => {
  const text = typeof value === "string" ? value : ""
  const nearest = closestMatch(text, choices(ast) ?? [], { maxDistance: Math.floor(text.length / 2) })
  return `${expectation(ast)} is expected${nearest === undefined ? "" : `; did you mean ${nearest}?`}`
}

/** What is wrong, in one line. Where a Schema has a message of its own, this is it. */
const reasonOf = (ast: SchemaAST.AST, value: unknown, { message }: Schema.SchemaError): string =>
  /^Expected |^Missing key/.test(message) ? wanted(ast, value) : message.replaceAll(/\s*\n\s*/g, "; ")

type Decode = (value: unknown) => Exit.Exit<ConstantValue, Schema.SchemaError>

/** What came of decoding. What the checks of a Schema throw is thrown on: they are the user's functions. */
const decoded = (ast: SchemaAST.AST, decode: Decode, value: unknown): ConstantRead => {
  const exit = decode(value)
  if (Exit.isSuccess(exit)) return { value: exit.value }
  const error = Cause.squash(exit.cause)
  if (!Schema.isSchemaError(error)) throw error
  return { refused: reasonOf(SchemaAST.toType(ast), value, error) }
}

/** Why a constant cannot have this value; nothing if it can. */
export const refusal = (schema: ConstantSchema, value: unknown): string | undefined => {
  const decode = Schema.decodeUnknownExit(Schema.toType(schema).pipe(Schema.decodeTo(ConstantValue)))
  const found = decoded(schema.ast, decode, value)
  return "refused" in found ? found.refused : undefined
}

const reader = (schema: Schema.Codec<ConstantValue, unknown>): Decode =>
  Schema.decodeUnknownExit(Schema.toCodecStringTree(schema).pipe(Schema.decodeTo(ConstantValue)))

/** The lists among what a Schema describes: it is one, or some of its alternatives are. */
const lists = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.Arrays> =>
  ast._tag === "Arrays" ? [ast] : ast._tag === "Union" ? ast.types.flatMap(lists) : []

/** The items of a list as text, from `1,1,0` or from JSON; nothing where brackets hold no JSON, or a list in a list. */
const itemsOf = (text: string): ReadonlyArray<string> | undefined => {
  if (text.trim() === "") return []
  if (!text.trim().startsWith("[")) return text.split(",").map((item) => item.trim())
  try {
    const list = JSON.parse(text) as ReadonlyArray<unknown>
    return list.every((item) => typeof item !== "object") ? list.map(String) : undefined
  } catch {
    return undefined
  }
}

/** What is wrong with the first item that cannot be one of a list; nothing where it is the list that is wrong. */
const wrongItem = ({ elements, rest }: SchemaAST.Arrays, items: ReadonlyArray<string>): ConstantRead | undefined => {
  for (const [index, item] of items.entries()) {
    const of = elements[index] ?? rest[0]
    const found = of && decoded(of, reader(Schema.make(of)), item)
    if (found !== undefined && "refused" in found) {
      return { refused: `item ${index + 1} is "${item}": ${found.refused}` }
    }
  }
  return undefined
}

/**
 * A constant, from its Schema.
 *
 * A list is written with commas between its items, `1,1,0`, or as JSON, `["a, b","c"]`.
 *
 * @param of - the name of the constant, for the error.
 * @throws {@link touchstone!InvalidDefinition | InvalidDefinition} when it is no Schema, one of another copy of `effect`, or one
 *   without a description.
 */
export const constantOf = (schema: ConstantSchema, of: string): Constant => {
  if (!Schema.isSchema(schema)) throw new InvalidDefinition({ reason: `${of} is not a Schema` })
  refuseForeign(schema, of)
  const description = SchemaAST.resolveDescription(schema.ast)
  if (description === undefined) {
    throw new InvalidDefinition({
      reason: `${of} has no description: put .annotate({ description: "…" }) at the end of its Schema`,
    })
  }
  const decode = reader(schema)
  const [list] = lists(SchemaAST.toType(schema.ast))
  const isList = schema.ast._tag === "Arrays"
  const read = (text: string): ConstantRead => {
    const single = isList ? undefined : decoded(schema.ast, decode, text)
    if (single !== undefined && (list === undefined || "value" in single)) return single
    const items = itemsOf(text)
    if (items === undefined) return { refused: "what stands in brackets must be a list as JSON, without lists in it" }
    const found = decoded(schema.ast, decode, items)
    return "refused" in found && isList ? wrongItem(list as SchemaAST.Arrays, items) ?? found : found
  }
  return { description, read }
}
