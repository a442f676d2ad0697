/**
 * Schemas of another copy of `effect`: they look like ours, but our parser does not know them. So a domain would seem to have no
 * values: an action with such a parameter would never happen, and properties would hold for that reason alone.
 *
 * @module
 */
import { type Schema, SchemaAST } from "effect"
import { InvalidDefinition } from "./errors.ts"

/** The parts of a schema, which may come from elsewhere than the whole. A suspended one is not unfolded: it has no end. */
export const parts = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  switch (ast._tag) {
    case "Declaration":
      return ast.typeParameters
    case "Union":
      return ast.types
    case "TemplateLiteral":
      return ast.parts
    case "Arrays":
      return [...ast.elements, ...ast.rest]
    case "Objects":
      return [
        ...ast.propertySignatures.map(({ type }) => type),
        ...ast.indexSignatures.flatMap(({ parameter, type }) => [parameter, type]),
      ]
    default:
      return []
  }
}

const kinds: ReadonlyMap<string, unknown> = new Map(Object.entries(SchemaAST))

// `Schema.isSchema` is true of every copy; only classes tell them apart. Another version may have other tags.
const isForeign = (ast: SchemaAST.AST): boolean => {
  const kind = kinds.get(ast._tag)
  return !(typeof kind === "function" && ast instanceof kind) || parts(ast).some(isForeign)
}

/** Why there are no values of a Schema of another copy of `effect`; nothing for our own. */
export const foreign = (schema: Schema.Top): string | undefined =>
  isForeign(schema.ast) ?
    "its Schema comes from another copy of effect than Touchstone's; install one copy for both (npm ls effect shows them)" :
    undefined

/**
 * Refuses a Schema of another copy of `effect`.
 *
 * @param of - what the Schema describes, for the error.
 * @throws {@link InvalidDefinition} when it is one.
 */
export const refuseForeign = (schema: Schema.Top, of: string): void => {
  const reason = foreign(schema)
  if (reason !== undefined) throw new InvalidDefinition({ reason: `${of} cannot be used: ${reason}` })
}
