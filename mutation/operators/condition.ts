/**
 * Conditions: one that always holds or never does (a guard removed), one of two that is not asked, one turned round.
 *
 * @module
 */
import ts from "typescript"
import { type Operator, replaced } from "../mutant.ts"

const { SyntaxKind } = ts

/** What decides between two ways. */
const decides = (node: ts.Node): ts.Expression | undefined =>
  ts.isIfStatement(node) ? node.expression : ts.isConditionalExpression(node) ? node.condition : undefined

const LOGICAL: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.AmpersandAmpersandToken,
  SyntaxKind.BarBarToken,
  SyntaxKind.QuestionQuestionToken,
])

/** See the module. */
export const condition: Operator = (node) => {
  const decisive = decides(node)
  if (decisive !== undefined) return ["true", "false"].map((always) => replaced("condition", decisive, always))
  // A loop without an end is no mistake that anybody overlooks.
  if (ts.isForStatement(node) && node.condition) return [replaced("condition", node.condition, "false")]
  if (ts.isWhileStatement(node)) return [replaced("condition", node.expression, "false")]
  if (ts.isBinaryExpression(node) && LOGICAL.has(node.operatorToken.kind)) {
    return [node.left, node.right].map((operand) => replaced("condition", node, operand.getText()))
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.ExclamationToken) {
    return [replaced("condition", node, node.operand.getText())]
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return []
  const { expression, name } = node.expression
  if (name.text === "some") return [replaced("condition", name, "every", `${node.getText()}: every`)]
  if (name.text === "every") return [replaced("condition", name, "some", `${node.getText()}: some`)]
  return name.text === "filter" ? [replaced("condition", node, expression.getText())] : []
}
