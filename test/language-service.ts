/**
 * TypeScript as an editor sees it: what the compiler says of a piece of code, what hovering shows, what is completed.
 *
 * A place in the code is marked by `«` and `»`, which are taken out before the compiler sees it.
 *
 * @module
 */
import { readFileSync } from "node:fs"
import ts from "typescript"

const root = new URL("..", import.meta.url).pathname
const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => readFileSync(path, "utf8")) as {
  readonly config: { readonly compilerOptions: object }
}
const { options } = ts.convertCompilerOptionsFromJson(
  { ...config.compilerOptions, noUnusedLocals: false, noUnusedParameters: false },
  root,
)

/** The pieces of code, by the paths at which they seem to be; nothing is written there. */
const files = new Map<string, string>()
const read = (path: string): string | undefined => files.get(path) ?? ts.sys.readFile(path)
const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => [...files.keys()],
  getProjectVersion: () => String(files.size),
  getScriptVersion: () => "",
  getScriptSnapshot: (path) => {
    const found = read(path)
    return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found)
  },
  getCurrentDirectory: () => root,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (path) => files.has(path) || ts.sys.fileExists(path),
  readFile: read,
  directoryExists: (path) => ts.sys.directoryExists(path),
  getDirectories: (path) => ts.sys.getDirectories(path),
})

/** A piece of code in an editor. */
export interface Code {
  /** What the compiler finds wrong: the code with the wrong places marked, and the messages. */
  readonly diagnose: () => { readonly marked: string; readonly messages: ReadonlyArray<string> }
  /** What is shown when the pointer rests on the marked place. */
  readonly hover: () => string
  /** What is offered at the marked place. */
  readonly completions: () => ReadonlyArray<string>
}

/** Opens a piece of code as a module in `test`. All that is opened before the first question is compiled together. */
export const open = (code: string): Code => {
  const path = `${root}test/code-${files.size}.ts`
  const text = code.replaceAll(/[«»]/g, "")
  files.set(path, text)
  const place = code.indexOf("«")
  return {
    diagnose: () => {
      const found = [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)]
      const marks = found
        .flatMap(({ length = 0, start = 0 }) => [[start, "«"], [start + length, "»"]] as const)
        .toSorted(([one], [other]) => other - one)
      return {
        marked: marks.reduce((marked, [at, mark]) => marked.slice(0, at) + mark + marked.slice(at), text),
        messages: found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
      }
    },
    hover: () => ts.displayPartsToString(service.getQuickInfoAtPosition(path, place)?.displayParts),
    completions: () =>
      (service.getCompletionsAtPosition(path, place, {})?.entries ?? []).map(({ name }) => name).toSorted(),
  }
}
