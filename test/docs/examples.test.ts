import { join } from "node:path"
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { doors } from "../doors.ts"
import { examples, tested } from "./examples.ts"

const root = new URL("../..", import.meta.url).pathname

describe("the examples in doc comments, and on the page about limits", () => {
  it.each(examples)("$name", async ({ name }) => {
    await expect(import(`example:${name}`)).resolves.toBeDefined()
  })
})

describe("an example", () => {
  it("has its comments turned into tests", () => {
    const code =
      "import { a } from \"a\"\n\nconst b = a // 1\nb // => 2\nb.text\n// => `x\n//  y`\n\n// Then:\nb.c() // => { d: 3 }\n"
    expect(tested({ name: "a", code }).split("\n")).toEqual([
      "import { expect } from \"vitest\"",
      "import { a } from \"a\"",
      "const b = a",
      "expect(b).toStrictEqual(( 2",
      "))",
      "expect(b.text).toStrictEqual(( `x",
      " y`",
      "))",
      "expect(b.c()).toStrictEqual(( { d: 3 }",
      "))",
      "",
    ])
  })

  it("that tests nothing is refused", () => {
    expect(() => tested({ name: "a", code: "f(1)\n" })).toThrow("without a value")
    expect(() => tested({ name: "a", code: "const a = 1 // => 1\n" })).toThrow("no expression")
  })
})

describe("the compiler", () => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root)
  const sources = new Map(examples.map(({ code }, index) => [join(root, `example-${index}.ts`), code] as const))
  const paths = Object.fromEntries(Array.from(doors, ([name, file]) => [name, [join(root, file)]]))
  const host = ts.createCompilerHost(options)
  const { fileExists, getSourceFile, readFile } = host
  host.fileExists = (file) => sources.has(file) || fileExists(file)
  host.readFile = (file) => sources.get(file) ?? readFile(file)
  host.getSourceFile = (file, ...rest) => {
    const code = sources.get(file)
    return code === undefined ? getSourceFile(file, ...rest) : ts.createSourceFile(file, code, ts.ScriptTarget.Latest)
  }
  const program = ts.createProgram([...sources.keys(), ...doors.values()], { ...options, paths }, host)

  it("accepts the examples as a reader would write them", () => {
    const problems = [...sources.keys()].flatMap((file, index) => {
      const source = program.getSourceFile(file)
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
        ({ messageText }) => `${examples[index]?.name}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
      )
    })
    expect(problems).toEqual([])
  })

  it.each([...doors])("finds an example with every function that %s exports", (_, file) => {
    const checker = program.getTypeChecker()
    const source = program.getSourceFile(file) ?? program.getSourceFile(join(root, file))
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
    const functions = (module === undefined ? [] : checker.getExportsOfModule(module))
      .map((symbol) => symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)
      .filter((symbol) =>
        symbol.valueDeclaration !== undefined && checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0
      )
    expect(functions.length).toBeGreaterThan(0)
    const without = functions.filter((symbol) => symbol.getJsDocTags().every(({ name }) => name !== "example"))
    expect(without.map(({ name }) => name)).toEqual([])
  })
})
