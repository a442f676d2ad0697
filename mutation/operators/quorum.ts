/**
 * Quorums: those of the other phase, and smaller ones.
 *
 * @module
 */
import ts from "typescript"
import { type Operator, replaced } from "../mutant.ts"

const PHASES: { readonly [phase: string]: string } = { phase1: "phase2", phase2: "phase1" }

/** See the module. */
export const quorum: Operator = (node, types) => {
  if (!ts.isPropertyAccessExpression(node)) return []
  const other = PHASES[node.name.text]
  // A list of quorums, not how large they are.
  if (other === undefined || !types.isArrayLikeType(types.getTypeAtLocation(node))) return []
  return [
    replaced("quorum", node.name, other, `${node.getText()} is ${other}`),
    replaced(
      "quorum",
      node,
      `${node.getText()}.map((quorum) => quorum.slice(1))`,
      `${node.getText()} with one member less`,
    ),
  ]
}
