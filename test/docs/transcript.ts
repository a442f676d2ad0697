/**
 * Documents that are true: the files and the commands of a Markdown document, written and run in their order.
 *
 * - A block ` ```ts cache.ts ` is the content of a file.
 * - A block ` ```diff cache.ts ` changes that file: its lines without `+`, which must be there exactly once, give way to
 *   its lines without `-`.
 * - A block ` ```console ` is a transcript: commands behind `$ `, each followed by what it printed. A line `…` stands for
 *   any lines; timings, memory and calls of the model's functions may differ. A command whose output is not shown must
 *   succeed.
 *
 * @module
 */
import { marked, type Token } from "marked"
import { spawn } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** What differs from run to run, and from machine to machine, and the spaces before it that keep it in its column. */
const MEASURED = / *(?:\b\d+(?:\.\d+)? ?(?:ms|s|[KMG]iB)\b|\b\d+\.\d\d\b|\b[\d,]+(?= calls))/g
const ANYTHING = "…"

/** A command, and the lines that it printed. */
interface Exchange {
  readonly command: string
  readonly output: ReadonlyArray<string>
}

const exchanges = (transcript: string): ReadonlyArray<Exchange> =>
  transcript.split(/^\$ /m).filter((part) => part !== "").map((part) => {
    const [command = "", ...output] = part.trimEnd().split("\n")
    return { command, output }
  })

/** The pattern of an output as it is shown. */
const pattern = (shown: ReadonlyArray<string>): RegExp =>
  new RegExp(
    `^${
      shown.map((line) =>
        line.trim() === ANYTHING ? "(?:.*\n)*" : `${RegExp.escape(line.replaceAll(MEASURED, "#").trimEnd())}\n`
      ).join("")
    }$`,
  )

const normal = (output: string): ReadonlyArray<string> => output.trimEnd().split("\n").map((line) => line.trimEnd())

/** Whether an output is the one that is shown. */
export const agrees = (shown: ReadonlyArray<string>, output: string): boolean =>
  pattern(shown).test(normal(output).map((line) => `${line.replaceAll(MEASURED, "#")}\n`).join(""))

/** A file after a change. */
export const patched = (file: string, diff: string): string => {
  const lines = diff.split("\n")
  const side = (other: string): string =>
    lines.filter((line) => !line.startsWith(other)).map((line) => `${line.slice(1)}\n`).join("")
  const [before, after] = [side("+"), side("-")]
  if (file.split(before).length !== 2) throw new Error(`these lines are not there exactly once:\n${before}`)
  return file.replace(before, () => after)
}

/** Where a document's commands run, and which of them are replaced. */
export interface Stage {
  readonly folder: string
  /** A command to run instead, or `undefined` to take the output on trust. */
  readonly instead?: ReadonlyMap<string, string | undefined>
  /** Called when files have changed, before the next command. */
  readonly onChange?: (folder: string, files: ReadonlyArray<string>) => void
}

interface Run {
  readonly status: number | null
  readonly output: string
  /** The working directory afterwards. */
  readonly folder: string
}

const run = (command: string, folder: string): Promise<Run> =>
  new Promise((resolve) => {
    const script = `exec 2>&1\n${command}\nstatus=$?\npwd >&3\nexit $status`
    const { FORCE_COLOR: _, ...inherited } = process.env
    const env = { ...inherited, NO_COLOR: "1", npm_config_prefer_offline: "true" }
    const child = spawn("sh", ["-c", script], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit", "pipe"] })
    let [output, after] = ["", ""]
    child.stdout?.on("data", (data: Buffer) => output += data.toString())
    child.stdio[3]?.on("data", (data: Buffer) => after += data.toString())
    child.on("close", (status) => resolve({ status, output, folder: after.trim() || folder }))
  })

/**
 * Writes a document's files and runs its commands.
 *
 * @returns the document as it would be if it told the truth: the same, unless an output differs from what is shown.
 */
export const transcribe = async (document: string, { folder: start, instead, onChange }: Stage): Promise<string> => {
  let folder = start
  const changed = new Set<string>()
  const tell = async ({ command, output: shown }: Exchange): Promise<string> => {
    const asShown = [`$ ${command}`, ...shown].join("\n")
    const actual = instead?.has(command) === true ? instead.get(command) : command
    if (actual === undefined) return asShown
    if (changed.size > 0) onChange?.(folder, [...changed])
    changed.clear()
    const { folder: after, output, status } = await run(actual, folder)
    folder = after
    if (shown.length === 0 && status !== 0) throw new Error(`${command} ended with ${status}:\n${output}`)
    return shown.length === 0 || agrees(shown, output) ? asShown : [`$ ${command}`, ...normal(output)].join("\n")
  }
  const play = async (token: Token): Promise<string> => {
    if (token.type !== "code" || typeof token["text"] !== "string") return token.raw
    const [language, name] = String(token["lang"] ?? "").split(" ")
    if (language === "console") {
      const told: Array<string> = []
      for (const exchange of exchanges(token["text"])) told.push(await tell(exchange))
      return token.raw.replace(token["text"], () => told.join("\n"))
    }
    if (name === undefined) return token.raw
    changed.add(name)
    const path = join(folder, name)
    writeFileSync(path, language === "diff" ? patched(readFileSync(path, "utf8"), token["text"]) : `${token["text"]}\n`)
    return token.raw
  }
  let told = ""
  for (const token of marked.lexer(document)) told += await play(token)
  return told
}
