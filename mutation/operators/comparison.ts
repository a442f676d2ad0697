/**
 * Comparisons: turned round, and off by one in either direction.
 *
 * @module
 */
import ts from "typescript"
import { type Operator, replaced } from "../mutant.ts"
import { isNumber } from "./types.ts"

const { SyntaxKind } = ts

/** For the operators between two numbers: what stands for it, and which number makes it off by one the other way. */
const ORDERS: { readonly [operator: number]: { readonly others: ReadonlyArray<string>; readonly shift: string } } = {
  [SyntaxKind.LessThanToken]: { others: ["<=", ">"], shift: "- 1" },
  [SyntaxKind.LessThanEqualsToken]: { others: ["<", ">="], shift: "+ 1" },
  [SyntaxKind.GreaterThanToken]: { others: [">=", "<"], shift: "+ 1" },
  [SyntaxKind.GreaterThanEqualsToken]: { others: [">", "<="], shift: "- 1" },
}

const EQUALITIES: {
  readonly [operator: number]: { readonly negated: string; readonly orders: ReadonlyArray<string> }
} = {
  [SyntaxKind.EqualsEqualsEqualsToken]: { negated: "!==", orders: ["<=", ">="] },
  [SyntaxKind.ExclamationEqualsEqualsToken]: { negated: "===", orders: ["<", ">"] },
}

/** Whether it is asked whether a list is empty: it has no fewer members than none. */
const asksForNone = ({ left, right }: ts.BinaryExpression): boolean =>
  right.getText() === "0" && ts.isPropertyAccessExpression(left) && left.name.text === "length"

/** Whether a node is a comparison of numbers or of anything else. */
export const isComparison = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && (node.operatorToken.kind in ORDERS || node.operatorToken.kind in EQUALITIES)

/** See the module. */
export const comparison: Operator = (node, types) => {
  if (!isComparison(node)) return []
  const { left, operatorToken: { kind }, right } = node
  const compared = (operator: string, shift = "") =>
    replaced("comparison", node, `${left.getText()} ${operator} ${right.getText()}${shift}`)
  const order = ORDERS[kind]
  if (order !== undefined) {
    return [...order.others.map((other) => compared(other)), compared(node.operatorToken.getText(), ` ${order.shift}`)]
  }
  const { negated, orders } = EQUALITIES[kind] as typeof EQUALITIES[number]
  const areNumbers = [left, right].every((operand) => isNumber(types.getTypeAtLocation(operand)))
  return [negated, ...areNumbers && !asksForNone(node) ? orders : []].map((operator) => compared(operator))
}
