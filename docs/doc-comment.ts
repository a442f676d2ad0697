/**
 * What a source file says of itself: its module's doc comment, and those of its functions.
 *
 * @module
 */
import { readFileSync } from "node:fs"
import ts from "typescript"

/** A function, and what is said of it. */
export interface DocumentedFunction {
  readonly name: string
  readonly exported: boolean
  /** Its doc comment without tags, as Markdown. */
  readonly prose: string
  /** Its code, without the doc comment. */
  readonly code: string
}

/** A source file. */
export interface DocumentedFile {
  readonly path: string
  readonly text: string
  /** The first heading of the module's doc comment, if there is one. */
  readonly title: string | undefined
  /** The rest of the module's doc comment, as Markdown. */
  readonly prose: string
  readonly functions: ReadonlyArray<DocumentedFunction>
  /** The names of the values that it exports. */
  readonly exported: ReadonlyArray<string>
  /** The names that it imports, from wherever. */
  readonly imported: ReadonlyArray<string>
}

const docsOf = (node: ts.Node): ReadonlyArray<ts.JSDoc> => ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc)

const proseOf = (doc: ts.JSDoc | undefined): string => ts.getTextOfJSDocComment(doc?.comment) ?? ""

const isExported = ({ modifiers }: ts.VariableStatement): boolean =>
  modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true

const exportedBy = (statement: ts.Statement): ReadonlyArray<string> =>
  ts.isVariableStatement(statement) && isExported(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.getText())
    : []

const importedBy = (statement: ts.Statement): ReadonlyArray<string> => {
  const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined
  return bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : []
}

const functionsOf = (statement: ts.Statement): ReadonlyArray<DocumentedFunction> => {
  if (!ts.isVariableStatement(statement)) return []
  const exported = isExported(statement)
  return statement.declarationList.declarations
    .filter(({ initializer }) => initializer !== undefined && ts.isArrowFunction(initializer))
    .map(({ name }) => ({
      name: name.getText(),
      exported,
      prose: proseOf(docsOf(statement).at(-1)),
      code: statement.getText(),
    }))
}

/** Reads a file. A module's doc comment is the first in the file; the tag `@module` is what makes it one. */
export const readDocumented = (path: string): DocumentedFile => {
  const text = readFileSync(path, "utf8")
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const first = statements[0] === undefined ? [] : docsOf(statements[0])
  const prose = proseOf(first.find(({ tags }) => tags?.some(({ tagName }) => tagName.text === "module")))
  const [, title, rest] = /^# (.+)\n+([^]*)$/.exec(prose) ?? []
  return {
    path,
    text,
    title,
    prose: rest ?? prose,
    functions: statements.flatMap(functionsOf),
    exported: statements.flatMap(exportedBy),
    imported: statements.flatMap(importedBy),
  }
}
