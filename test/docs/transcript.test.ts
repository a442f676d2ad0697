import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { agrees, patched, transcribe } from "./transcript.ts"

const stage = () => ({ folder: mkdtempSync(join(tmpdir(), "touchstone-")) })
const block = (info: string, ...lines: ReadonlyArray<string>): string => ["```" + info, ...lines, "```", ""].join("\n")

describe("what is shown of an output", () => {
  it("may differ in what is measured, and in nothing else", () => {
    expect(agrees(["8 states, 1.50 s, 3 MiB"], "8 states, 0.02 s, 4.5 MiB\n")).toBe(true)
    expect(agrees(["8 states, 1.50 s, 3 MiB"], "9 states, 1.50 s, 3 MiB\n")).toBe(false)
    expect(agrees(["1,023 calls of the model's functions"], "7 calls of the model's functions")).toBe(true)
  })

  it("may leave lines out where it says so", () => {
    expect(agrees(["one", "…", "four"], "one\ntwo\nthree\nfour\n")).toBe(true)
    expect(agrees(["…", "two"], "one\ntwo\n")).toBe(true)
    expect(agrees(["one", "four"], "one\ntwo\nfour\n")).toBe(false)
    expect(agrees(["one"], "one\ntwo\n")).toBe(false)
  })
})

describe("a diff", () => {
  it("replaces lines that are there exactly once", () => {
    expect(patched("a\nb\nc\n", " a\n-b\n+B\n c")).toBe("a\nB\nc\n")
    expect(() => patched("a\na\n", "-a\n+b")).toThrow("exactly once")
    expect(() => patched("a\n", "-b\n+c")).toThrow("exactly once")
  })
})

describe("a document", () => {
  it("that tells the truth stays as it is", async () => {
    const document = [
      "Some *prose*.\n\n",
      block("console", "$ mkdir in && cd in"),
      block("txt note.txt", "one", "two"),
      block("diff note.txt", " one", "-two", "+three"),
      block("console", "$ cat note.txt", "one", "three", "$ echo 1.25 s; false", "0.75 s"),
    ].join("\n")
    expect(await transcribe(document, stage())).toBe(document)
  })

  it("that does not is corrected", async () => {
    const document = block("console", "$ echo yes", "no", "$ echo more", "…")
    expect(await transcribe(document, stage())).toBe(block("console", "$ echo yes", "yes", "$ echo more", "…"))
  })

  it("may have its commands replaced, or trusted", async () => {
    const document = block("console", "$ install", "done", "$ wait", "waited")
    const instead = new Map([["install", "echo done"], ["wait", undefined]])
    expect(await transcribe(document, { ...stage(), instead })).toBe(document)
  })

  it("fails with a command that fails silently", async () => {
    await expect(transcribe(block("console", "$ exit 3"), stage())).rejects.toThrow("exit 3 ended with 3")
  })
})
