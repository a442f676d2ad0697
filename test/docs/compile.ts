/**
 * Compiles the files of a document's reader as `tsc` does. The compiler stays, since most of its time goes into the declarations of
 * the packages, which do not change.
 *
 * @module
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"

const root = new URL("../..", import.meta.url).pathname

const options: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2024,
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
  skipLibCheck: true,
}

/** What is to be compiled now, and how often each file has been written. */
let current: ReadonlyArray<string> = []
const versions = new Map<string, number>()

const host: ts.LanguageServiceHost = {
  getCompilationSettings: () => options,
  getScriptFileNames: () => [...current],
  getScriptVersion: (path) => String(versions.get(path) ?? 0),
  getScriptSnapshot: (path) =>
    ts.sys.fileExists(path) ? ts.ScriptSnapshot.fromString(readFileSync(path, "utf8")) : undefined,
  getCurrentDirectory: () => root,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
  readDirectory: ts.sys.readDirectory,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
  ...(ts.sys.realpath !== undefined && { realpath: ts.sys.realpath }),
}
const service = ts.createLanguageService(host)

/**
 * Compiles files that have been written.
 *
 * @throws when there is something wrong with them, in the compiler's words.
 */
export const compile = (paths: ReadonlyArray<string>): void => {
  current = paths
  for (const path of paths) versions.set(path, (versions.get(path) ?? 0) + 1)
  const wrong = paths.flatMap((path) => [
    ...service.getSyntacticDiagnostics(path),
    ...service.getSemanticDiagnostics(path),
  ])
  if (wrong.length > 0) {
    throw new Error(
      ts.formatDiagnostics(wrong, { ...host, getNewLine: () => "\n", getCanonicalFileName: (name) => name }),
    )
  }
}
