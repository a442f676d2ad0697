/**
 * Values of a union exchanged: a decision, a vote, a phase or the tag of a message that is another one of the same kind.
 *
 * @module
 */
import ts from "typescript"
import { type Operator, replaced, shortened } from "../mutant.ts"
import { isComparison } from "./comparison.ts"
import { stringsOf, stringsOfProperty } from "./types.ts"

/** What may stand in place of a string. */
const alternatives = (node: ts.StringLiteral, types: ts.TypeChecker): ReadonlyArray<string> => {
  const { parent } = node
  if (isComparison(parent)) {
    return stringsOf(types.getTypeAtLocation(parent.left === node ? parent.right : parent.left))
  }
  if (ts.isPropertyAssignment(parent) && ts.isObjectLiteralExpression(parent.parent)) {
    const whole = types.getContextualType(parent.parent)
    // Asked for the string itself, the compiler looks at the tag that it has, and knows of no other.
    if (whole !== undefined) return stringsOfProperty(whole, parent.name.getText(), types)
  }
  const type = types.getContextualType(node)
  return type === undefined ? [] : stringsOf(type)
}

/** See the module. */
export const value: Operator = (node, types) => {
  const change = (other: string) => `${node.getText()} is ${other} in ${shortened(node.parent.parent.getText())}`
  if (ts.isStringLiteral(node)) {
    return alternatives(node, types)
      .filter((other) => other !== node.text)
      .map((other) => replaced("value", node, JSON.stringify(other), change(JSON.stringify(other))))
  }
  if (node.kind !== ts.SyntaxKind.TrueKeyword && node.kind !== ts.SyntaxKind.FalseKeyword) return []
  const other = String(node.kind === ts.SyntaxKind.FalseKeyword)
  return [replaced("value", node, other, change(other))]
}
