import { globSync, readFileSync } from "node:fs"
import ts from "typescript"
import { describe, expect, it } from "vitest"

/**
 * Typos: in every action and every property of `spec` and of the suites, each name that is read and each literal is
 * misspelt, one after the other, and the compiler must say so.
 */
const root = new URL("../..", import.meta.url).pathname
const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => readFileSync(path, "utf8")) as {
  readonly config: { readonly compilerOptions: object }
}
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
const paths = ["spec/*/*.ts", "model-check/suites/*/*.ts"].flatMap((pattern) => globSync(`${root}${pattern}`))
  .toSorted()

const ASKED = new Set(["action", "always", "deadlockFree", "reachable", "refines", "step"])

/** The last name in what is called: `always` in `always(…)` and in `system.always(…)`. */
const calleeOf = ({ expression }: ts.CallExpression): string => {
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text
  return ts.isIdentifier(expression) ? expression.text : ""
}

const isFunction = (node: ts.Node): boolean => ts.isArrowFunction(node) || ts.isFunctionExpression(node)

/** Where something can be misspelt in a function: at the end of a name that is read, and of a literal. */
const placesIn = (node: ts.Node): ReadonlyArray<number> => {
  const places: Array<number> = []
  const visit = (child: ts.Node): void => {
    if (ts.isPropertyAccessExpression(child)) places.push(child.name.getEnd())
    else if (ts.isStringLiteral(child) && !ts.isElementAccessExpression(child.parent)) places.push(child.getEnd() - 1)
    ts.forEachChild(child, visit)
  }
  visit(node)
  return places
}

/** A function that is given to an action or a property, and where something in it can be misspelt. */
interface Asked {
  readonly from: number
  readonly to: number
  readonly places: ReadonlyArray<number>
}

/** The outermost functions that are given to actions and properties. */
const functionsIn = (file: ts.SourceFile): ReadonlyArray<Asked> => {
  const found: Array<Asked> = []
  const collect = (node: ts.Node): void => {
    if (isFunction(node)) found.push({ from: node.getStart(), to: node.getEnd(), places: placesIn(node) })
    else ts.forEachChild(node, collect)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ASKED.has(calleeOf(node))) node.arguments.forEach(collect)
    else ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

interface Source {
  readonly path: string
  readonly text: string
  readonly functions: ReadonlyArray<Asked>
}

const sources = paths.map((path): Source => {
  const text = readFileSync(path, "utf8")
  return { path, text, functions: functionsIn(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)) }
})

const TYPO = "Typo"

/** Misspells the `round`-th place of each function: what one typo hides of another, another round shows. */
const misspelt = ({ functions, text }: Source, round: number) => {
  const changed = functions.filter(({ places }) => round < places.length)
  const places = changed.map(({ places }) => places[round] as number)
  const parts = [0, ...places].map((from, index) => text.slice(from, places[index]))
  return {
    text: parts.join(TYPO),
    typos: changed.map(({ from, to }, index) => ({
      from: from + index * TYPO.length,
      to: to + (index + 1) * TYPO.length,
      line: text.slice(text.lastIndexOf("\n", places[index]), text.indexOf("\n", places[index])).trim(),
    })),
  }
}

const rounds = Math.max(...sources.flatMap(({ functions }) => functions.map(({ places }) => places.length)))

/** The typos that the compiler does not see. */
const unseen = (): ReadonlyArray<string> => {
  const files = new Map<string, string>()
  const host = ts.createCompilerHost(options, true)
  const parsed = new Map<string, ts.SourceFile>()
  let program: ts.Program | undefined
  return Array.from({ length: rounds }, (_, round) => {
    const changed = sources.map((source) => ({ ...source, ...misspelt(source, round) }))
    for (const { path, text } of changed) files.set(path, text)
    program = ts.createProgram(paths, options, {
      ...host,
      getSourceFile: (path, language) => {
        const text = files.get(path)
        if (text !== undefined) return ts.createSourceFile(path, text, language, true)
        const known = parsed.get(path) ?? host.getSourceFile(path, language)
        if (known !== undefined) parsed.set(path, known)
        return known
      },
    }, program)
    return changed.flatMap(({ path, typos }) => {
      const wrong = program?.getSemanticDiagnostics(program.getSourceFile(path)) ?? []
      return typos
        .filter(({ from, to }) => !wrong.some(({ start = -1 }) => from <= start && start < to))
        .map(({ line }) => `${path.slice(root.length)}: place ${round + 1} in ${line}`)
    })
  }).flat()
}

describe("a typo in an action or a property", () => {
  it("is looked for in many places", () => {
    expect(sources.flatMap(({ functions }) => functions.flatMap(({ places }) => places)).length).toBeGreaterThan(500)
  })

  it("does not compile", { timeout: 300_000 }, () => {
    expect(unseen()).toEqual([])
  })
})
