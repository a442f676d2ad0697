/**
 * The sources as the compiler sees them: the protocols that are mutated, what each file uses, and which mutants compile.
 *
 * @module
 */
import { dirname, relative } from "node:path"
import ts from "typescript"
import type { Mutant } from "./mutant.ts"
import { mutantsOf } from "./mutants.ts"
import { ROOT } from "./root.ts"

/** The protocols: what is in a folder of `src` that is not one of the languages. */
const PROTOCOL = /^src\/(?!model\/|history\/|system\/|oracle\/)[^/]+\//
/** Each suite is a file in a folder of these; the files beside the folders put them together. */
const SUITE = /^model-check\/suites\/[^/]+\//

/** What checks mutants. */
export const CHECKING = "mutation/checking-process.ts"
const TEST = /^test\/src\/.*\.test\.ts$/

/** Mutants that are compiled together. */
const BATCH = 250

/** The sources of the repository. */
export class Project {
  readonly #options: ts.CompilerOptions
  readonly #program: ts.Program
  readonly #types: ts.TypeChecker
  readonly #used = new Map<string, ReadonlySet<string>>()

  constructor() {
    const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile) as { readonly config: object }
    const { fileNames, options } = ts.parseJsonConfigFileContent(
      { ...config, include: ["src", "spec", "model-check", CHECKING, "test/src"] },
      ts.sys,
      ROOT,
    )
    // What a mutant no longer uses is no error of its types.
    this.#options = { ...options, noUnusedLocals: false, noUnusedParameters: false }
    this.#program = ts.createProgram(fileNames, this.#options)
    this.#types = this.#program.getTypeChecker()
  }

  /** The files of all protocols. */
  get protocols(): ReadonlyArray<string> {
    return this.#files(PROTOCOL)
  }

  /** The files of suites that use a file, be it by way of others. */
  suitesUsing(file: string): ReadonlyArray<string> {
    return this.#files(SUITE).filter((suite) => this.closure(suite).has(file))
  }

  /** The files of unit tests that use a file. */
  testsUsing(file: string): ReadonlyArray<string> {
    return this.#files(TEST).filter((test) => this.closure(test).has(file))
  }

  /** A file with all files that it uses. */
  closure(file: string): ReadonlySet<string> {
    const reached = new Set([file])
    // A set is walked to its end, also to what is added on the way.
    for (const one of reached) for (const used of this.#uses(one)) reached.add(used)
    return reached
  }

  /** The mutants of a file. */
  mutants(file: string): ReadonlyArray<Mutant> {
    const source = this.#program.getSourceFile(ROOT + file)
    return source === undefined ? [] : mutantsOf(source, this.#types, file)
  }

  /** The mutants that compile. (Files that use a mutant are not looked at; what they throw is found later.) */
  viable(mutants: ReadonlyArray<Mutant>): ReadonlyArray<Mutant> {
    const batches = Array.from(
      { length: Math.ceil(mutants.length / BATCH) },
      (_, index) => mutants.slice(index * BATCH, (index + 1) * BATCH),
    )
    return batches.flatMap((batch) => this.#viable(batch))
  }

  #files(which: RegExp): ReadonlyArray<string> {
    return this.#program.getSourceFiles()
      .map(({ fileName }) => relative(ROOT, fileName))
      .filter((file) => which.test(file))
      .toSorted()
  }

  /** Where what a file imports is declared: not the file that only exports it again, as all protocols of a folder are. */
  #uses(file: string): ReadonlySet<string> {
    const known = this.#used.get(file)
    if (known !== undefined) return known
    const used = new Set<string>()
    for (const statement of this.#program.getSourceFile(ROOT + file)?.statements ?? []) {
      if (!ts.isImportDeclaration(statement) || statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) {
        continue
      }
      const bindings = statement.importClause?.namedBindings
      const names = bindings === undefined || ts.isNamespaceImport(bindings)
        ? [statement.moduleSpecifier]
        : bindings.elements.filter(({ isTypeOnly }) => !isTypeOnly).map(({ name }) => name)
      for (const name of names) {
        const symbol = this.#types.getSymbolAtLocation(name)
        if (symbol === undefined) continue
        const declared = symbol.flags & ts.SymbolFlags.Alias ? this.#types.getAliasedSymbol(symbol) : symbol
        for (const declaration of declared.declarations ?? []) {
          const path = relative(ROOT, declaration.getSourceFile().fileName)
          if (!path.startsWith("..") && !path.startsWith("node_modules")) used.add(path)
        }
      }
    }
    this.#used.set(file, used)
    return used
  }

  #viable(mutants: ReadonlyArray<Mutant>): ReadonlyArray<Mutant> {
    // Each seems to lie beside the file that it is made of, so that it imports the same; nobody imports it.
    const texts = new Map(mutants.map(({ file, text }, index) => [`${ROOT}${dirname(file)}/mutant-${index}.ts`, text]))
    const host = ts.createCompilerHost(this.#options)
    const { fileExists, getSourceFile, readFile } = host
    const program = ts.createProgram({
      rootNames: [...texts.keys()],
      options: this.#options,
      host: {
        ...host,
        fileExists: (path) => texts.has(path) || fileExists(path),
        readFile: (path) => texts.get(path) ?? readFile(path),
        getSourceFile: (path, target, ...rest) => {
          const text = texts.get(path)
          if (text !== undefined) return ts.createSourceFile(path, text, target)
          return this.#program.getSourceFile(path) ?? getSourceFile(path, target, ...rest)
        },
      },
    })
    const paths = [...texts.keys()]
    return mutants.filter((_, index) => {
      const source = program.getSourceFile(paths[index] as string)
      return source !== undefined && program.getSyntacticDiagnostics(source).length === 0 &&
        program.getSemanticDiagnostics(source).length === 0
    })
  }
}
