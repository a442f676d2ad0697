import { readFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"
import { describe, expect, it } from "vitest"
import { doors } from "./doors.ts"

const root = new URL("..", import.meta.url).pathname

/** Per door, what it exports: each name with the places where it is declared. Types are among them. */
const exported = ((): ReadonlyMap<string, ReadonlyMap<string, string>> => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root)
  const program = ts.createProgram(Array.from(doors.values(), (file) => join(root, file)), options)
  const checker = program.getTypeChecker()
  const declared = (symbol: ts.Symbol): string => {
    const origin = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    return (origin.declarations ?? []).map((node) => `${node.getSourceFile().fileName}:${node.getStart()}`).join()
  }
  return new Map(
    Array.from(doors, ([name, file]) => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(join(root, file)) as ts.SourceFile)
      const symbols = checker.getExportsOfModule(module as ts.Symbol)
      return [name, new Map(symbols.map((symbol) => [symbol.name, declared(symbol)]))]
    }),
  )
})()

describe("the doors of the package", () => {
  it("export no name twice: what is imported by a name is one thing, wherever it comes from", () => {
    const names = [...exported].flatMap(([door, symbols]) =>
      Array.from(symbols.keys(), (name) => [name, door] as const)
    )
    const several = [...Map.groupBy(names, ([name]) => name)].filter(([, of]) => of.length > 1)
    expect(several.map(([name, of]) => `${name} of ${of.map(([, door]) => door).join(" and ")}`)).toEqual([])
  })

  it("export no name that every program knows as something else", () => {
    const known = ["process", "console", "Event", "Context", "Command", "Effect", "Schema", "Result", "Option", "Layer"]
    const hidden = [...exported].flatMap(([door, symbols]) =>
      known.filter((name) => symbols.has(name)).map((name) => `${name} of ${door}`)
    )
    expect(hidden).toEqual([])
  })

  it("are those of the site", () => {
    const { entryPoints } = JSON.parse(readFileSync(join(root, "typedoc.json"), "utf8")) as { entryPoints: unknown }
    expect(entryPoints).toEqual([...doors.values()])
  })

  it("export these names", async () => {
    const listed = Array.from(
      exported,
      ([door, symbols]) => `${door}\n${[...symbols.keys()].toSorted().map((name) => `  ${name}\n`).join("")}`,
    )
    await expect(listed.join("\n")).toMatchFileSnapshot(join(root, "test/doors.txt"))
  })
})
