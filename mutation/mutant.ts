/**
 * Mutants: a protocol's file with one small change, as somebody might get it wrong.
 *
 * @module
 */
import type ts from "typescript"

/** What is got wrong. */
export const KINDS = [
  "condition",
  "comparison",
  "number",
  "quorum",
  "command",
  "step",
  "update",
  "durability",
  "value",
] as const
/** One of {@link KINDS}. */
export type Kind = typeof KINDS[number]

/** A piece of a text, and what stands there instead. */
export interface Edit {
  readonly kind: Kind
  readonly start: number
  readonly end: number
  readonly replacement: string
  /** What is changed, in words; the two texts unless given. */
  readonly change?: string
}

/** Lists what can be got wrong at a node, not looking below it. */
export type Operator = (node: ts.Node, types: ts.TypeChecker) => ReadonlyArray<Edit>

/** One change of one file. */
export interface Mutant extends Edit {
  /** The path of the file from the root of the repository. */
  readonly file: string
  /** The line of the change, from 1. It is not part of the name: other lines come and go. */
  readonly line: number
  /** What names it within its file, as long as the code there is the same: the place, and the change. */
  readonly name: string
  /** The text of the file with the change. */
  readonly text: string
}

/** What stands in place of a node. */
export const replaced = (kind: Kind, node: ts.Node, replacement: string, change?: string): Edit => ({
  kind,
  start: node.getStart(),
  end: node.getEnd(),
  replacement,
  ...(change !== undefined && { change }),
})

/** A text on one line, and a long one without its middle. */
export const shortened = (text: string, most = 70): string => {
  const line = text.replaceAll(/\/\*\*[^]*?\*\/|\/\/.*$/gm, "").replaceAll(/\s+/g, " ").trim()
  return line.length <= most ? line : `${line.slice(0, most >> 1).trimEnd()} … ${line.slice(-(most >> 1)).trimStart()}`
}

/** A member of a list together with the comma that belongs to it, left out. */
export const withoutMember = (kind: Kind, members: ts.NodeArray<ts.Node>, member: ts.Node): Edit => {
  const index = members.indexOf(member)
  const [before, after] = [members[index - 1], members[index + 1]]
  return {
    kind,
    start: after === undefined && before !== undefined ? before.getEnd() : member.getStart(),
    end: after === undefined ? member.getEnd() : after.getStart(),
    replacement: "",
    change: `without ${shortened(member.getText())}`,
  }
}
