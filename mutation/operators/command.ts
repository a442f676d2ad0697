/**
 * Commands that are not given: nothing is sent, or not to everybody, no timer set or cancelled, nobody answered.
 *
 * @module
 */
import ts from "typescript"
import { type Operator, replaced, shortened, withoutMember } from "../mutant.ts"
import { calledName } from "./types.ts"

/** What makes commands. */
const COMMANDS = new Set(["send", "broadcast", "setTimer", "cancelTimer", "reply"])

/** Whether a node makes a command, or several. */
export const isCommand = (node: ts.Node): boolean => COMMANDS.has(calledName(node) ?? "")

/** Whether nothing is the other way of a condition: then the condition is changed, and not the command. */
const isOneOfTwo = ({ parent }: ts.Node): boolean =>
  ts.isConditionalExpression(parent) && [parent.whenTrue, parent.whenFalse].some((way) => way.getText() === "[]")

/** See the module. */
export const command: Operator = (node) => {
  if (!ts.isCallExpression(node)) return []
  if (calledName(node) === "next") {
    return node.arguments.slice(1).map((given) => withoutMember("command", node.arguments, given))
  }
  if (!isCommand(node)) return []
  const [to] = node.arguments
  const notToAll = calledName(node) === "broadcast" && to !== undefined
    ? [replaced("command", to, `${to.getText()}.slice(1)`, `${shortened(node.getText())} not to the first`)]
    : []
  const { parent } = node
  // The arguments of `next` are looked at there.
  if (calledName(parent) === "next" || isOneOfTwo(node)) return notToAll
  if (ts.isArrayLiteralExpression(parent)) return [...notToAll, withoutMember("command", parent.elements, node)]
  return [...notToAll, replaced("command", ts.isSpreadElement(parent) ? parent.expression : node, "[]")]
}
