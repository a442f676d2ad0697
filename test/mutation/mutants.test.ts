import ts from "typescript"
import { describe, expect, it } from "vitest"
import type { Kind, Mutant } from "../../mutation/mutant.ts"
import { mutantsOf } from "../../mutation/mutants.ts"

const root = new URL("../..", import.meta.url).pathname

const preamble = `import { Schema } from "effect"
import { ignore, machine, type MachineState } from "../../src/index.ts"
`

/** A process, and what stands where. */
const processOf = (receive: string, durable = "{ vote: Vote }", more = "") =>
  `${preamble}
const Vote = Schema.Literals(["none", "yes", "no"])
const log = { vote: Vote } as const
const m = machine({
  durable: ${durable},${more}
  volatile: { asked: Schema.Boolean },
  messages: Schema.TaggedUnion({ Ask: {}, Answer: { ballot: Schema.Int } }),
  timers: ["retry"],
})
const { broadcast, next, process, send, setTimer } = m
type State = MachineState<typeof m>
export const handler = (state: State, from: string, ballot: number) => ${receive}
`

const samples = {
  guard: "export const f = (a: string, b: string) => { if (a === b) return 1n; return 2n }",
  both: "export const f = (a: boolean, b: boolean) => a && !b",
  fallback: "export const f = (a: string | undefined) => a ?? 'b'",
  lists: "export const f = (a: ReadonlyArray<string>) => a.filter((x) => x !== 'b').some((x) => x === 'c')",
  order: "export const f = (ballot: number, promised: number) => ballot > promised",
  atLeast: "export const f = (ballot: number, promised: number) => ballot >= promised",
  equal: "export const f = (ballot: number, promised: number) => ballot === promised",
  empty: "export const f = (a: ReadonlyArray<string>) => a.length === 0",
  numbers: "export const f = (n: number) => Math.floor(n / 2) + 1",
  arguments: "declare const g: (n: number) => bigint\nexport const f = (n: number) => g(n)",
  ballot: "export const f = (ballot: number) => ({ ballot })",
  quorum: `import { hasQuorum, type QuorumSystem } from "../../src/consensus/quorum-system.ts"
export const f = (quorums: QuorumSystem, some: ReadonlyArray<string>) => hasQuorum(quorums.phase1, some)`,
  commands: processOf(`next(state, send(from, { _tag: "Ask" }), setTimer("retry"))`),
  broadcast: processOf(`next(state, broadcast([from, "p2"], { _tag: "Ask" }))`),
  oneOfTwo: processOf(`next(state, ballot === 1 ? setTimer("retry") : [])`),
  ignored: processOf("ballot === 1 ? ignore : next(state)"),
  forgotten: processOf(`next({ ...state, asked: true })`),
  literals: processOf(`state.vote === "yes"`),
  tags: processOf(`next(state, send(from, { _tag: "Ask" }))`),
  declaredElsewhere: processOf("ignore", "log"),
  unforced: processOf("ignore", "{ vote: Vote }", " unforced: { ended: Schema.Boolean },"),
  statement: "export const f = (a: Array<string>) => { a.push('b') }",
  silent: `${preamble}
export type T = "a" | "b"
export const S = Schema.Literals(["a", "b"])
export const f = (): never => { throw new Error("1" + 2) }
export class E extends Error { override get message(): string { return "a" === this.name ? "1" : "2" } }`,
} as const

const path = (name: string) => `${root}test/mutation/sample-${name}.ts`
const texts = new Map(Object.entries(samples).map(([name, text]) => [path(name), text as string]))

const program = (() => {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile) as { readonly config: object }
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root)
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile } = host
  const seen = {
    ...host,
    fileExists: (file: string) => texts.has(file) || fileExists(file),
    readFile: (file: string) => texts.get(file) ?? readFile(file),
    getSourceFile: (file: string, target: ts.ScriptTarget) => {
      const text = texts.get(file) ?? readFile(file)
      return text === undefined ? undefined : ts.createSourceFile(file, text, target)
    },
  }
  return ts.createProgram([...texts.keys()], options, seen)
})()

const mutants = (name: keyof typeof samples): ReadonlyArray<Mutant> =>
  mutantsOf(program.getSourceFile(path(name))!, program.getTypeChecker(), `${name}.ts`)

/** What is changed, by kind. The place is left out. */
const changes = (name: keyof typeof samples, kind: Kind): ReadonlyArray<string> =>
  mutants(name).filter((mutant) => mutant.kind === kind).map((mutant) => mutant.name.replace(/^[\w.]*: /, ""))

describe("mutants", () => {
  it("are conditions that always hold, or never", () => {
    expect(changes("guard", "condition")).toEqual(["a === b → true", "a === b → false"])
    expect(changes("both", "condition")).toEqual(["a && !b → a", "a && !b → !b", "!b → b"])
    expect(changes("fallback", "condition")).toEqual(["a ?? 'b' → a", "a ?? 'b' → 'b'"])
    expect(changes("lists", "condition")).toEqual([
      "a.filter((x) => x !== 'b') → a",
      "a.filter((x) => x !== 'b').some((x) => x === 'c'): every",
    ])
  })

  it("are comparisons turned round, and off by one in both directions", () => {
    expect(changes("order", "comparison")).toEqual([
      "ballot > promised → ballot >= promised",
      "ballot > promised → ballot < promised",
      "ballot > promised → ballot > promised + 1",
    ])
    expect(changes("atLeast", "comparison")).toEqual([
      "ballot >= promised → ballot > promised",
      "ballot >= promised → ballot <= promised",
      "ballot >= promised → ballot >= promised - 1",
    ])
    expect(changes("equal", "comparison")).toEqual([
      "ballot === promised → ballot !== promised",
      "ballot === promised → ballot <= promised",
      "ballot === promised → ballot >= promised",
    ])
    // Strings have no order that matters, and no list has fewer members than none.
    expect(changes("guard", "comparison")).toEqual(["a === b → a !== b"])
    expect(changes("empty", "comparison")).toEqual(["a.length === 0 → a.length !== 0"])
  })

  it("are numbers that are one too high or too low", () => {
    expect(changes("numbers", "number")).toEqual([
      "Math.floor(n / 2) + 1 → Math.floor(n / 2) - 1",
      "Math.floor(n / 2): ceil",
      "n / 2 → n * 2",
      "2 is 3 in n / 2",
      "2 is 1 in n / 2",
      "1 is 2 in Math.floor(n / 2) + 1",
      "1 is 0 in Math.floor(n / 2) + 1",
    ])
    expect(changes("arguments", "number")).toEqual(["n → n + 1", "n → n - 1"])
    expect(changes("ballot", "number")).toEqual(["ballot → ballot: ballot + 1", "ballot → ballot: ballot - 1"])
  })

  it("are quorums of the other phase, and smaller ones", () => {
    expect(changes("quorum", "quorum")).toEqual([
      "quorums.phase1 with one member less",
      "quorums.phase1 is phase2",
    ])
  })

  it("are commands that are not given", () => {
    expect(changes("commands", "command")).toEqual([
      `without send(from, { _tag: "Ask" })`,
      `without setTimer("retry")`,
    ])
    expect(changes("broadcast", "command")).toEqual([
      `without broadcast([from, "p2"], { _tag: "Ask" })`,
      `broadcast([from, "p2"], { _tag: "Ask" }) not to the first`,
    ])
    expect(changes("oneOfTwo", "command")).toEqual([`without ballot === 1 ? setTimer("retry") : []`])
  })

  it("are steps that are not taken, and such as should not be", () => {
    expect(changes("ignored", "step")).toEqual(["ignore → next(state)", "next(state) → ignore"])
  })

  it("are updates that are forgotten", () => {
    expect(changes("forgotten", "update")).toEqual([`without "retry"`, "without ...state", "without asked: true"])
    expect(changes("statement", "update")).toEqual(["without a.push('b')"])
  })

  it("are values exchanged for others of their union", () => {
    expect(changes("literals", "value").map((change) => change.split(" in ")[0])).toEqual([
      `"yes" is "none"`,
      `"yes" is "no"`,
    ])
    expect(changes("tags", "value")).toEqual([`"Ask" is "Answer" in { _tag: "Ask" }`])
    expect(changes("forgotten", "value")).toEqual(["true is false in { ...state, asked: true }"])
  })

  it.each(["forgotten", "declaredElsewhere"] as const)("are durable fields that become volatile (%s)", (name) => {
    expect(changes(name, "durability")).toEqual(["vote is volatile"])
    const mutant = mutants(name).find(({ kind }) => kind === "durability")
    expect(mutant?.text).toMatch(
      /durable: \(\(\{ vote: _, \.\.\.rest \}\) => rest\)\(.*, volatile: .*vote: \(.*\)\.vote \}/,
    )
  })

  it("are durable fields that are not forced, where others are not", () => {
    expect(changes("unforced", "durability")).toEqual(["vote is volatile", "vote is unforced"])
    const mutant = mutants("unforced").find(({ name }) => name.includes("vote is unforced"))
    expect(mutant?.text).toMatch(
      /durable: \(\(\{ vote: _, \.\.\.rest \}\) => rest\)\(.*, unforced: \{ \.\.\.\{ ended: .* \}, vote: \(.*\)\.vote \}, volatile: /,
    )
  })

  it("are none of what a protocol does not do", () => {
    expect(mutants("silent")).toEqual([])
  })

  it("say where they are, and have names of their own", () => {
    const [first] = mutants("order")
    expect(first).toMatchObject({ file: "order.ts", line: 1, name: "f: ballot > promised → ballot >= promised" })
    expect(first?.text).toBe("export const f = (ballot: number, promised: number) => ballot >= promised")
    for (const name of Object.keys(samples) as Array<keyof typeof samples>) {
      const all = mutants(name)
      expect(new Set(all.map((mutant) => mutant.name)).size).toBe(all.length)
      expect(new Set(all.map(({ text }) => text)).size).toBe(all.length)
    }
  })
})
