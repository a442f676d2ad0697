/**
 * Durability: a field of the log is kept in memory only, and forgotten in a crash; or, where the machine tells the two apart, it is
 * written without being forced, and may be.
 *
 * @module
 */
import ts from "typescript"
import { type Operator, replaced } from "../mutant.ts"
import { calledName } from "./types.ts"

const named = (name: string) => (property: ts.ObjectLiteralElementLike): boolean => property.name?.getText() === name

/** See the module. */
export const durability: Operator = (node, types) => {
  const [declaration] = ts.isCallExpression(node) && calledName(node) === "machine" ? node.arguments : []
  if (declaration === undefined || !ts.isObjectLiteralExpression(declaration)) return []
  const { properties } = declaration
  const valueOf = (name: string): ts.Expression | undefined => {
    const property = properties.find(named(name))
    return property !== undefined && ts.isPropertyAssignment(property) ? property.initializer : undefined
  }
  const durable = valueOf("durable")
  if (durable === undefined) return []
  const kinds = ["volatile", ...(valueOf("unforced") === undefined ? [] : ["unforced"])]
  // The fields may be declared elsewhere, so the types say what they are, and each is taken out of the whole.
  return types.getTypeAtLocation(durable).getProperties().flatMap(({ name }) =>
    kinds.map((kind) => {
      const others = properties.filter((property) => !named("durable")(property) && !named(kind)(property))
      const rest = `(({ ${name}: _, ...rest }) => rest)(${durable.getText()})`
      const more = `{ ...${valueOf(kind)?.getText() ?? "{}"}, ${name}: (${durable.getText()}).${name} }`
      const parts = [`durable: ${rest}`, `${kind}: ${more}`, ...others.map((other) => other.getText())]
      return replaced("durability", declaration, `{ ${parts.join(", ")} }`, `${name} is ${kind}`)
    })
  )
}
