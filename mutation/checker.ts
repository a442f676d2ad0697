/**
 * A process that checks mutants, as seen from outside: asked a question, it answers, or is ended.
 *
 * @module
 */
import { type ChildProcess, fork } from "node:child_process"
import type { Answer, Question } from "./question.ts"

const PROGRAM = new URL("checking-process.ts", import.meta.url)

/** Milliseconds without a word after which a process is taken for one that never returns. */
const PATIENCE = 30_000
/** Modules that are loaded stay: a process answers so many questions. */
const QUESTIONS = 2_000

/** What became of a question. */
export type Said<Q extends Question = Question> =
  | Extract<Answer, { readonly _tag: Q["_tag"] extends "List" ? "Listed" : "Checked" }>
  /** A function of the mutant does not return. */
  | { readonly _tag: "Silent" }
  | { readonly _tag: "Died"; readonly reason: string }

/** Starts a process. It says that it is there when all is loaded, however long that takes. */
const started = async (): Promise<ChildProcess> => {
  const child = fork(PROGRAM, [], { stdio: ["ignore", "ignore", "pipe", "ipc"] })
  const first = await new Promise<unknown>((resolve) => child.once("message", resolve).once("exit", resolve))
  if (!child.connected) throw new Error(`${PROGRAM.pathname} cannot be started (${String(first)})`)
  return child
}

/** Answers questions, one at a time, with a process at a time. */
export class Checker {
  readonly #patience: number
  #child: ChildProcess | undefined
  #asked = 0

  constructor(patience: number = PATIENCE) {
    this.#patience = patience
    // A mutant that never returns does not notice that nobody waits for it any more.
    process.once("exit", () => this.end())
  }

  /** Asks a question. */
  async ask<const Q extends Question>(question: Q): Promise<Said<Q>> {
    if (this.#asked++ % QUESTIONS === 0 || this.#child?.connected === false) this.end()
    this.#child ??= await started()
    const child = this.#child
    return new Promise((resolve) => {
      let complaint = ""
      const end = (said: Said<Q>): void => {
        clearTimeout(timer)
        child.removeAllListeners()
        child.stderr?.removeAllListeners()
        if (said._tag === "Silent" || said._tag === "Died") this.end()
        resolve(said)
      }
      const timer = setTimeout(() => end({ _tag: "Silent" }), this.#patience)
      child.stderr?.on("data", (text) => complaint = `${complaint}${text}`.slice(-2000))
      child.on("message", (answer: Answer) => {
        if (answer._tag === "Alive") timer.refresh()
        else end(answer as Said<Q>)
      })
      child.on("exit", (status, signal) => {
        const last = complaint.split("\n").find((line) => /error|fatal/i.test(line)) ?? ""
        end({ _tag: "Died", reason: `the process ended (${signal ?? status}) ${last}`.trim() })
      })
      child.send(question)
    })
  }

  /** Ends its process. It can be asked again. */
  end(): void {
    this.#child?.kill("SIGKILL")
    this.#child = undefined
  }
}
