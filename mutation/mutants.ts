/**
 * The mutants of a file.
 *
 * @module
 */
import ts from "typescript"
import { type Edit, type Mutant, shortened } from "./mutant.ts"
import { command } from "./operators/command.ts"
import { comparison } from "./operators/comparison.ts"
import { condition } from "./operators/condition.ts"
import { durability } from "./operators/durability.ts"
import { number } from "./operators/number.ts"
import { quorum } from "./operators/quorum.ts"
import { step } from "./operators/step.ts"
import { calledName } from "./operators/types.ts"
import { update } from "./operators/update.ts"
import { value } from "./operators/value.ts"

const operators = [condition, comparison, number, quorum, command, step, update, durability, value]

/** What is no part of what a protocol does: types, imports, Schemas, and what errors say. */
const isSilent = (node: ts.Node): boolean =>
  ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isThrowStatement(node) ||
  ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) ||
  ts.isGetAccessor(node) && node.name.getText() === "message" ||
  ts.isCallExpression(node) && node.expression.getText().startsWith("Schema.")

const hasName = (node: ts.Node) =>
  ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node) || ts.isPropertyAssignment(node) ||
  ts.isMethodDeclaration(node) || ts.isClassDeclaration(node)

/** The declarations and properties around a node, from the outermost: `twoPhaseCoordinator.receive.Yes`. */
const placeOf = (node: ts.Node): string => {
  const names: Array<string> = []
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    const name = hasName(at) ? at.name : undefined
    if (name !== undefined && !ts.isObjectBindingPattern(name)) names.unshift(name.getText())
    else if (calledName(at) === "machine") names.unshift("machine")
  }
  return names.join(".")
}

/**
 * Lists the mutants of a file, in the order of the text.
 *
 * @param source - the file, as part of a program.
 * @param types - that program's types.
 * @param file - the path that the mutants have.
 */
export const mutantsOf = (source: ts.SourceFile, types: ts.TypeChecker, file: string): ReadonlyArray<Mutant> => {
  const found: Array<{ readonly edit: Edit; readonly node: ts.Node }> = []
  const visit = (node: ts.Node): void => {
    if (isSilent(node)) return
    for (const operator of operators) found.push(...operator(node, types).map((edit) => ({ edit, node })))
    ts.forEachChild(node, visit)
  }
  visit(source)

  const { text } = source
  const texts = new Set<string>([text])
  const times = new Map<string, number>()
  return found.toSorted((one, other) => one.edit.start - other.edit.start).flatMap(({ edit, node }) => {
    const mutated = text.slice(0, edit.start) + edit.replacement + text.slice(edit.end)
    // Two ways to the same text are one mutant.
    if (texts.has(mutated)) return []
    texts.add(mutated)
    const { change = `${shortened(text.slice(edit.start, edit.end))} → ${shortened(edit.replacement)}` } = edit
    const name = `${placeOf(node)}: ${shortened(change, 160)}`
    const time = (times.get(name) ?? 0) + 1
    times.set(name, time)
    const line = source.getLineAndCharacterOfPosition(edit.start).line + 1
    return [{ ...edit, file, line, name: time === 1 ? name : `${name} (${time})`, text: mutated }]
  })
}
