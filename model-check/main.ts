#!/usr/bin/env node
/**
 * The executable.
 *
 * @module
 */
import { NodeServices } from "@effect/platform-node"
import { Cause, Console, Effect, Exit } from "effect"
import { CliError, Command } from "effect/cli"
import "effect/schema/SchemaJITCompiler/enable"
import { readFileSync } from "node:fs"
import { ExitStatus, touchstone } from "./cli.ts"

/** The nearest package.json above: this file runs from the sources and from `dist`. */
const version = (folder: URL): string => {
  try {
    const { name, version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as {
      readonly name?: string
      readonly version: string
    }
    if (name === "touchstone") return version
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
  }
  return version(new URL("../", folder))
}

// Whoever reads the output may have seen enough: `touchstone check | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit()
  throw error
})

const program = Command.run(touchstone, { version: version(new URL("./", import.meta.url)) }).pipe(
  Effect.catch((error) => {
    process.exitCode = ExitStatus.notCarriedOut
    // The command line's own errors have been shown already, with the help.
    if (!CliError.isCliError(error)) return Console.error(`touchstone: ${error.message}`)
    if (error._tag === "ShowHelp" && error.errors.length === 0) process.exitCode = ExitStatus.asExpected
    return Effect.void
  }),
  Effect.provide(NodeServices.layer),
)

const exit = await Effect.runPromiseExit(program)
if (Exit.isFailure(exit)) {
  process.exitCode = ExitStatus.notCarriedOut
  process.stderr.write(`touchstone: this is a mistake of ours, please report it:\n${Cause.pretty(exit.cause)}\n`)
}
