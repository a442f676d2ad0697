/**
 * Constants: what a suite's models depend on. A Schema says which values there are, and reads one from a command line.
 *
 * @module
 */
import { Result, Schema, SchemaAST } from "effect"
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

/** A constant that a suite's models depend on. */
export interface Constant {
  readonly schema: ConstantSchema
  /** What it stands for, as the Schema is annotated. */
  readonly description: string
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
  if (description !== undefined) return { schema, description }
  throw new InvalidDefinition({
    reason: `${of} has no description: put .annotate({ description: "…" }) at the end of its Schema`,
  })
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

/** Why a constant cannot have this value; nothing if it can. */
export const refusal = ({ schema }: Constant, value: unknown): string | undefined =>
  Result.match(Schema.decodeUnknownResult(Schema.toType(schema).pipe(Schema.decodeTo(ConstantValue)))(value), {
    onSuccess: () => undefined,
    onFailure: (error) => reasonOf(schema, error),
  })

/**
 * Reads the value of a constant.
 *
 * @returns the value or, as the failure, why the constant cannot have it.
 */
export const parseConstant = ({ schema }: Constant, text: string): Result.Result<ConstantValue, string> =>
  Result.mapError(
    Schema.decodeUnknownResult(Schema.toCodecStringTree(schema).pipe(Schema.decodeTo(ConstantValue)))(text),
    (error) => reasonOf(schema, error),
  )
