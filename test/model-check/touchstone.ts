/**
 * The command line as a process.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The folder of the package. */
export const root = new URL("../..", import.meta.url).pathname

/** Node strips the types itself, and remembers what it has compiled. */
const command = [process.execPath, join(root, "model-check/main.ts")] as const
const env: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_COMPILE_CACHE: join(tmpdir(), "touchstone-compile-cache"),
  NO_COLOR: "1",
}

/** What came of a process. */
export interface Run {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** A process that runs, and its result. */
export const start = (...args: ReadonlyArray<string>) => startWith({}, args)

const startWith = (
  settings: { readonly [variable: string]: string },
  args: ReadonlyArray<string>,
): { readonly child: ChildProcess; readonly run: Promise<Run> } => {
  const child = spawn(command[0], [command[1], ...args], {
    cwd: root,
    env: { ...env, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let [stdout, stderr] = ["", ""]
  child.stdout.setEncoding("utf8").on("data", (text) => stdout += text)
  child.stderr.setEncoding("utf8").on("data", (text) => stderr += text)
  const run = new Promise<Run>((resolve) => {
    child.on("close", (code, signal) => resolve({ status: code ?? -1, stdout, stderr: stderr + (signal ?? "") }))
  })
  return { child, run }
}

/** Runs `touchstone` to its end. */
export const touchstone = (...args: ReadonlyArray<string>): Promise<Run> => start(...args).run

/** Runs it with other variables of the environment. */
export const touchstoneWith = (
  settings: { readonly [variable: string]: string },
  ...args: ReadonlyArray<string>
): Promise<Run> => startWith(settings, args).run

/**
 * Runs `touchstone` on a pseudo-terminal of 100 columns, by `script`, which every Linux has.
 *
 * @param redirection - where standard output or standard error go instead: `>file`, `2>file`.
 * @param settings - variables of the environment, and the size of the terminal.
 * @returns all that the terminal was sent.
 */
export const onTerminal = (
  args: ReadonlyArray<string>,
  redirection = "",
  { colour = false, size = "cols 100 rows 30" }: { readonly colour?: boolean; readonly size?: string } = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const words = [...command, ...args].map((word) => `'${word}'`).join(" ")
    // On a busy machine `script` may end with its child before it has read all that the child wrote.
    const line = `stty ${size}; ${words} ${redirection}; sleep 0.5`
    // Node shows no colours where CI is set.
    const { ["CI"]: _, ["NO_COLOR"]: __, ...rest } = env
    const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], {
      cwd: root,
      env: { ...rest, TERM: "xterm-256color", ...(!colour && { NO_COLOR: "1" }) },
      stdio: ["ignore", "pipe", "inherit"],
    })
    let shown = ""
    child.stdout.setEncoding("utf8").on("data", (text) => shown += text)
    child.on("error", reject).on("close", () => resolve(shown))
  })
