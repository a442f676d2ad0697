/**
 * What the operators ask the compiler about types.
 *
 * @module
 */
import ts from "typescript"

const membersOf = (type: ts.Type): ReadonlyArray<ts.Type> => type.isUnion() ? type.types : [type]

/** Whether a type is that of a number, which may be missing. */
export const isNumber = (type: ts.Type): boolean => {
  const present = membersOf(type).filter(({ flags }) => (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) === 0)
  return present.length > 0 && present.every(({ flags }) => (flags & ts.TypeFlags.NumberLike) !== 0)
}

/** The strings that a type lists. */
export const stringsOf = (type: ts.Type): ReadonlyArray<string> =>
  membersOf(type).flatMap((member) => member.isStringLiteral() ? [member.value] : [])

/** The strings that the property of an object, or of one of several, may be. */
export const stringsOfProperty = (type: ts.Type, name: string, types: ts.TypeChecker): ReadonlyArray<string> => [
  ...new Set(
    membersOf(type).flatMap((member) => {
      const property = types.getPropertyOfType(member, name)
      return property === undefined ? [] : stringsOf(types.getTypeOfSymbol(property))
    }),
  ),
]

/** Whether a type is that of a step of a process: the next state, and commands. */
export const isStep = (type: ts.Type): boolean =>
  type.getProperty("state") !== undefined && type.getProperty("commands") !== undefined

/** The name of what is called: `send` in `send(…)` and in `acceptor.send(…)`. */
export const calledName = (node: ts.Node): string | undefined => {
  if (!ts.isCallExpression(node)) return undefined
  const { expression } = node
  if (ts.isIdentifier(expression)) return expression.text
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined
}
