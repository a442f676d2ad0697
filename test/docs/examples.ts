/**
 * The examples in doc comments and on the page about limits, as modules that can be run.
 *
 * In an example `expression // => value` says what the expression gives. The value may stand below the expression, and
 * take several lines.
 *
 * @module
 */
import { marked } from "marked"
import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import ts from "typescript"

const root = new URL("../..", import.meta.url).pathname

/** A block of code in the doc comment of a declaration, or on a page. */
export interface Example {
  /** The file, the declaration if it is one's, and, where there are several, the number of the example. */
  readonly name: string
  readonly code: string
}

const documented = (statement: ts.Statement): string =>
  ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.getText()).join()
    : ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)
    ? statement.name?.text ?? ""
    : ""

const codeBlocks = (markdown: string): ReadonlyArray<string> =>
  marked.lexer(markdown).flatMap((token) =>
    token.type === "code" && token["lang"] === "ts" ? [`${token["text"]}\n`] : []
  )

const examplesOf = (file: string): ReadonlyArray<Example> => {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true)
  return source.statements.flatMap((statement) =>
    ts.getJSDocTags(statement)
      .filter(({ tagName }) => tagName.text === "example")
      .flatMap(({ comment }) => codeBlocks(ts.getTextOfJSDocComment(comment) ?? ""))
      .map((code, index) => ({ name: `${file} ${documented(statement)}${index === 0 ? "" : ` ${index + 1}`}`, code }))
  )
}

const examplesOnPage = (page: string): ReadonlyArray<Example> =>
  codeBlocks(readFileSync(join(root, page), "utf8")).map((code, index) => ({ name: `${page} ${index + 1}`, code }))

/** The examples of all that the package exports, and of what it cannot do. */
export const examples: ReadonlyArray<Example> = [
  ...["src", "spec", "model-check"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .toSorted()
      .flatMap(examplesOf)
  ),
  ...examplesOnPage("docs/limits.md"),
]

/** The value that the comment behind an expression says that it has. */
const promised = (code: string, statement: ts.Statement): string | undefined => {
  const [, comment] = /^\s*((?:\/\/.*\n[^\S\n]*)+)/.exec(code.slice(statement.end)) ?? []
  const lines = (comment ?? "").trimEnd().split("\n").map((line) => line.trimStart())
  const first = lines.findIndex((line) => line.startsWith("// =>"))
  if (first < 0) return undefined
  return [lines[first]?.slice("// =>".length), ...lines.slice(first + 1).map((line) => line.slice("// ".length))].join(
    "\n",
  )
}

/**
 * An example with its comments turned into tests: a module.
 *
 * @throws when nothing is tested, or a comment stands behind something that has no value.
 */
export const tested = ({ code, name }: Example): string => {
  const source = ts.createSourceFile(`${name}.ts`, code, ts.ScriptTarget.Latest, true)
  let tests = 0
  const statements = source.statements.map((statement) => {
    const value = promised(code, statement)
    if (value === undefined) return statement.getText()
    if (!ts.isExpressionStatement(statement)) throw new Error(`${name}: no expression: ${statement.getText()}`)
    tests++
    return `expect(${statement.expression.getText()}).toStrictEqual((${value}\n))`
  })
  if (tests === 0) throw new Error(`${name}: an example without a value`)
  return ["import { expect } from \"vitest\"", ...statements, ""].join("\n")
}

const SCHEME = "example:"

/** Lets `import("example:…")` run an example, named as in {@link examples}. */
export const exampleModules = {
  name: "examples",
  resolveId: (id: string) => id.startsWith(SCHEME) ? `\0${id}` : undefined,
  load: (id: string) => {
    const example = examples.find(({ name }) => id === `\0${SCHEME}${name}`)
    if (example === undefined) return undefined
    const compilerOptions = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true }
    return ts.transpileModule(tested(example), { compilerOptions }).outputText
  },
}
