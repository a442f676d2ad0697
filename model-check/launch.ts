/**
 * The start of the command: checks are run in a worker, all else here.
 *
 * @module
 */
import { ExitStatus } from "./report/exit-status.ts"

// Whoever reads the output may have seen enough: `touchstone check | head`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(ExitStatus.notCarriedOut)
    throw error
  })
}

/** Nothing of a user's runs where it is shown what there is, or how it is asked for. */
const isAboutUs = (words: ReadonlyArray<string>): boolean =>
  !words.includes("check") || words.some((word) => ["--help", "-h", "--version", "--completions"].includes(word))

if (isAboutUs(process.argv.slice(2))) await import("./program.ts")
else {
  const { supervise } = await import("./supervisor.ts")
  process.exitCode = await supervise()
}
