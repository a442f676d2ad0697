/**
 * Numbers: ballots, slots, counts and sizes that are one too high or one too low, and other arithmetic.
 *
 * @module
 */
import ts from "typescript"
import { type Edit, type Operator, replaced } from "../mutant.ts"
import { isComparison } from "./comparison.ts"
import { isNumber } from "./types.ts"

const { SyntaxKind } = ts

const ARITHMETIC: { readonly [operator: number]: string } = {
  [SyntaxKind.PlusToken]: "-",
  [SyntaxKind.MinusToken]: "+",
  [SyntaxKind.AsteriskToken]: "+",
  [SyntaxKind.SlashToken]: "*",
  [SyntaxKind.PercentToken]: "+",
}

const ROUNDING: { readonly [called: string]: string } = { max: "min", min: "max", ceil: "floor", floor: "ceil" }

/** The number that is written here. */
const written = (node: ts.Node): number | undefined => {
  if (ts.isNumericLiteral(node)) return ts.isPrefixUnaryExpression(node.parent) ? undefined : Number(node.text)
  return ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.MinusToken &&
      ts.isNumericLiteral(node.operand)
    ? -Number(node.operand.text)
    : undefined
}

/** A number that is known by a name. What is computed here is changed where it is computed. */
const isNamedNumber = (node: ts.Expression, types: ts.TypeChecker): boolean =>
  (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node)) && isNumber(types.getTypeAtLocation(node))

const shifted = (node: ts.Node, before = ""): ReadonlyArray<Edit> =>
  ["+ 1", "- 1"].map((shift) => replaced("number", node, `${before}${node.getText()} ${shift}`))

/** See the module. */
export const number: Operator = (node, types) => {
  const value = written(node)
  // A number that something is compared with is changed by the comparison.
  if (value !== undefined) {
    return isComparison(node.parent)
      ? []
      : [value + 1, value - 1].map((other) =>
        replaced("number", node, String(other), `${value} is ${other} in ${node.parent.getText()}`)
      )
  }
  if (ts.isPropertyAssignment(node) && isNamedNumber(node.initializer, types)) return shifted(node.initializer)
  if (ts.isShorthandPropertyAssignment(node)) {
    const symbol = types.getShorthandAssignmentValueSymbol(node)
    const isOne = symbol !== undefined && isNumber(types.getTypeOfSymbolAtLocation(symbol, node))
    return isOne ? shifted(node, `${node.name.text}: `) : []
  }
  if (ts.isBinaryExpression(node) && isNumber(types.getTypeAtLocation(node))) {
    const other = ARITHMETIC[node.operatorToken.kind]
    return other === undefined
      ? []
      : [replaced("number", node, `${node.left.getText()} ${other} ${node.right.getText()}`)]
  }
  if (!ts.isCallExpression(node)) return []
  const { expression } = node
  if (ts.isPropertyAccessExpression(expression) && expression.expression.getText() === "Math") {
    const other = ROUNDING[expression.name.text]
    return other === undefined ? [] : [replaced("number", expression.name, other, `${node.getText()}: ${other}`)]
  }
  return node.arguments.filter((argument) => isNamedNumber(argument, types)).flatMap((argument) => shifted(argument))
}
