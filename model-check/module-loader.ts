/**
 * Loading a module that a user wrote, as what it is.
 *
 * Node itself goes by the `"type"` of the nearest package.json, and which TypeScript it takes depends on its version. Here the
 * text decides, on every version: what imports, exports or awaits at its top is an ES module, whatever the type says. So
 * circular imports and top-level `await` mean what they mean in ES modules, and an import may be written as in any
 * TypeScript project: without its extension, with that of the JavaScript to come, or by a path of the tsconfig.json.
 *
 * @module
 */
import type { Loader, Message } from "esbuild"
import { readFileSync } from "node:fs"
import { createRequire, type LoadHookSync, registerHooks, type ResolveHookSync } from "node:module"
import { dirname, resolve as resolvePath } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

/** The packages that every file of models imports. Where the folder of the file has none, it gets ours. */
const LENT = /^(touchstone|effect)(\/|$)/
/** Packages are compiled already, and Node knows how to load them. */
const OF_A_USER = /^file:(?!.*\/node_modules\/).*\.([cm]?[jt]s|[jt]sx|json)(?:\?|$)/

/**
 * The ES module that an import of CommonJS, or of JSON, gets. (What Node itself makes of it cannot, before 24.12, `require` a module that
 * a hook loads.)
 */
const asModule = (path: string): string => {
  const names = Object.keys(createRequire(path)(path) as object).filter((name) => name !== "default")
  return [
    `import { createRequire } from "node:module"`,
    `const whole = createRequire(import.meta.url)(${JSON.stringify(path)})`,
    "export default whole",
    ...names.flatMap((name, index) => [
      `const name${index} = whole[${JSON.stringify(name)}]`,
      `export { name${index} as ${JSON.stringify(name)} }`,
    ]),
  ].join("\n")
}

/** What a compiler says of a text: where, and what. */
const syntaxError = (error: unknown): unknown => {
  if (!(error instanceof Error && "errors" in error)) return error
  const errors = error.errors as ReadonlyArray<Message>
  return new SyntaxError(
    errors.map(({ location, text }) =>
      location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`
    ).join("\n"),
  )
}

const EXTENSIONS = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "json"]
const loaderOf = (extension: string): Loader => extension.replace(/^[cm]/, "") as Loader

const register = async (): Promise<void> => {
  // Loaded only here: nobody else needs a compiler.
  const { buildSync } = await import("esbuild")

  /** The file that an import means in TypeScript, where Node finds none. */
  const found = (specifier: string, from: string): string | undefined => {
    const resolveDir = dirname(fileURLToPath(from))
    try {
      const { metafile } = buildSync({
        stdin: { contents: `import ${JSON.stringify(specifier)}`, resolveDir },
        absWorkingDir: resolveDir,
        bundle: true,
        platform: "node",
        // It is to be found, not to be read.
        loader: Object.fromEntries(EXTENSIONS.map((extension) => [`.${extension}`, "empty"])),
        write: false,
        metafile: true,
        logLevel: "silent",
      })
      const path = Object.keys(metafile.inputs).find((input) => input !== "<stdin>")
      return path === undefined ? undefined : pathToFileURL(resolvePath(resolveDir, path)).href
    } catch {
      return undefined
    }
  }

  /** A text as JavaScript, and whether that is an ES module. */
  const compile = (path: string, extension: string): { readonly isModule: boolean; readonly source: string } => {
    const isCommonJs = extension.startsWith("c")
    try {
      const { metafile, outputFiles: [compiled] } = buildSync({
        // Not as an entry point, for which the type of the package would count.
        stdin: {
          contents: readFileSync(path),
          sourcefile: path,
          resolveDir: dirname(path),
          loader: loaderOf(extension),
        },
        outdir: dirname(path),
        platform: "node",
        target: "node22",
        ...(isCommonJs && { format: "cjs" }),
        // What a model throws is to be found in the file as it was written.
        sourcemap: "inline",
        sourcesContent: false,
        write: false,
        metafile: true,
        logLevel: "silent",
      })
      const isModule = !isCommonJs && Object.values(metafile.inputs)[0]?.format === "esm"
      return { isModule, source: compiled?.text ?? "" }
    } catch (error) {
      throw syntaxError(error)
    }
  }

  const resolve: ResolveHookSync = (specifier, context, next) => {
    try {
      return next(specifier, context)
    } catch (error) {
      if (LENT.test(specifier)) return { url: import.meta.resolve(specifier), shortCircuit: true }
      const { parentURL } = context
      const url = parentURL !== undefined && OF_A_USER.test(parentURL) ? found(specifier, parentURL) : undefined
      if (url === undefined) throw error
      return next(url, context)
    }
  }

  const load: LoadHookSync = (url, context, next) => {
    const [, extension] = OF_A_USER.exec(url) ?? []
    if (extension === undefined) return next(url, context)
    const path = fileURLToPath(url)
    // Up to Node 24.4 it is a set, whatever the documentation says.
    const isRequired = new Set(context.conditions).has("require")
    if (extension === "json") {
      if (isRequired || "type" in context.importAttributes) return next(url, context)
      return { format: "module", source: asModule(path), shortCircuit: true }
    }
    const { isModule, source } = compile(path, extension)
    if (isModule) return { format: "module", source, shortCircuit: true }
    if (isRequired) return { format: "commonjs", source, shortCircuit: true }
    return { format: "module", source: asModule(path), shortCircuit: true }
  }

  registerHooks({ resolve, load })
  process.setSourceMapsEnabled(true)
}

let registered: Promise<void> | undefined

/**
 * Loads a TypeScript or JavaScript module. From then on the process loads all modules outside of `node_modules` like this:
 * they may import more of them later.
 *
 * @returns what it exports.
 */
export const loadModule = async (url: URL): Promise<object> => {
  registered ??= register()
  await registered
  const module: object = await import(url.href)
  // A default export of TypeScript that is compiled to CommonJS.
  const whole: unknown = "default" in module ? module.default : undefined
  return typeof whole === "object" && whole !== null && "__esModule" in whole ? whole : module
}
