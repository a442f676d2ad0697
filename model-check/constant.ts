/**
 * Constants: what a suite's models depend on. A Schema says which values there are, and reads one from a command line.
 *
 * @module
 */
import { Cause, Exit, Schema, SchemaAST } from "effect"
import { InvalidDefinition } from "../src/model/errors.ts"
import { refuseForeign } from "../src/model/foreign-schema.ts"

/** What the value of a constant may be: it stands on one line, and is JSON. */
export const ConstantValue = Schema.Union([Schema.Finite, Schema.Boolean, Schema.String])

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
  const noun = checks.findLast((check) => !which.includes(check)) ?? NOUNS[ast._tag] ?? "a value of its Schema"
  return [noun, ...which.map((check) => check.slice("a value ".length))]
    .join(" ").replace("greater than or equal to", "from")
}

/** What is wrong, in one line. Where a Schema has a message of its own, this is it. */
const reasonOf = (schema: ConstantSchema, { message }: Schema.SchemaError): string =>
  message.startsWith("Expected ")
    ? `${expectation(SchemaAST.toType(schema.ast))} is expected`
    : message.replaceAll(/\s*\n\s*/g, "; ")

/** What came of decoding. What the checks of a Schema throw is thrown on: they are the user's functions. */
const decoded = (schema: ConstantSchema, exit: Exit.Exit<ConstantValue, Schema.SchemaError>): ConstantRead => {
  if (Exit.isSuccess(exit)) return { value: exit.value }
  const error = Cause.squash(exit.cause)
  if (!Schema.isSchemaError(error)) throw error
  return { refused: reasonOf(schema, error) }
}

/** Why a constant cannot have this value; nothing if it can. */
export const refusal = (schema: ConstantSchema, value: unknown): string | undefined => {
  const decode = Schema.decodeUnknownExit(Schema.toType(schema).pipe(Schema.decodeTo(ConstantValue)))
  const found = decoded(schema, decode(value))
  return "refused" in found ? found.refused : undefined
}

/**
 * A constant, from its Schema.
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
  const decode = Schema.decodeUnknownExit(Schema.toCodecStringTree(schema).pipe(Schema.decodeTo(ConstantValue)))
  return { description, read: (text) => decoded(schema, decode(text)) }
}
