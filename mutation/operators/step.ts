/**
 * Steps: something is ignored that should be answered, or consumed that should be ignored.
 *
 * @module
 */
import ts from "typescript"
import { type Operator, replaced } from "../mutant.ts"
import { isStep } from "./types.ts"

/** Whether a node is what a function, or one of its ways, comes to. */
const isResult = (node: ts.Node): boolean => {
  const { parent } = node
  if (ts.isConditionalExpression(parent)) return parent.condition !== node && isResult(parent)
  return ts.isReturnStatement(parent) || ts.isArrowFunction(parent)
}

/** See the module. */
export const step: Operator = (node, types) => {
  const isKnown = (name: string) => types.resolveName(name, node, ts.SymbolFlags.Value, true) !== undefined
  if (ts.isCallExpression(node) && isResult(node) && isKnown("ignore") && isStep(types.getTypeAtLocation(node))) {
    return [replaced("step", node, "ignore")]
  }
  return ts.isIdentifier(node) && node.text === "ignore" && isResult(node) && isKnown("next") && isKnown("state")
    ? [replaced("step", node, "next(state)")]
    : []
}
