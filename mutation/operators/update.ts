/**
 * Updates that are forgotten: a field of the next state, what was known before, an element of a list, a statement.
 *
 * @module
 */
import ts from "typescript"
import { type Operator, replaced, withoutMember } from "../mutant.ts"
import { isCommand } from "./command.ts"

/** See the module. */
export const update: Operator = (node) => {
  if (ts.isObjectLiteralExpression(node) && node.properties.some(ts.isSpreadAssignment)) {
    return node.properties.map((property) => withoutMember("update", node.properties, property))
  }
  if (ts.isArrayLiteralExpression(node)) {
    return node.elements.filter((element) => !isCommand(element))
      .map((element) => withoutMember("update", node.elements, element))
  }
  return ts.isExpressionStatement(node) ? [replaced("update", node, "{}", `without ${node.getText()}`)] : []
}
