/**
 * The program of the executable: runs the command line, in whichever thread.
 *
 * @module
 */
import { layer as nodeServices } from "@effect/platform-node/NodeServices"
import { Cause, Console, Effect, Exit, Schema } from "effect"
import { CliError, CliOutput, Command } from "effect/cli"
// oxlint-disable-next-line import/no-unassigned-import -- it is imported for its effect: faster schemas
import "effect/schema/SchemaJITCompiler/enable"
import { readFileSync } from "node:fs"
import { findPackageJSON } from "node:module"
import { presenter, touchstone } from "./cli.ts"
import { console, publish } from "./publisher.ts"
import { ExitStatus } from "./report/exit-status.ts"

/** This file runs from the sources and from `dist`: the package is the nearest one above. */
const { version } = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ version: Schema.String })))(
  readFileSync(findPackageJSON(import.meta.url) ?? "package.json", "utf8"),
)

const program = Command.run(touchstone, { version }).pipe(
  Effect.catch((error) => {
    process.exitCode = ExitStatus.notCarriedOut
    // The command line's own errors have been shown already.
    if (!CliError.isCliError(error)) return Console.error(`touchstone: ${error.message}`)
    if (error._tag === "ShowHelp" && error.errors.length === 0) process.exitCode = ExitStatus.asExpected
    return Effect.void
  }),
  Effect.provide([nodeServices, CliOutput.layerPresenter(presenter)]),
  Effect.provideService(Console.Console, console),
)

const main = async (): Promise<void> => {
  // Not NodeRuntime.runMain: it would interrupt the program at the first signal, before what was found is published.
  const exit = await Effect.runPromiseExit(program)
  if (Exit.isFailure(exit)) {
    process.exitCode = ExitStatus.notCarriedOut
    process.stderr.write(`touchstone: this is a mistake of ours, please report it:\n${Cause.pretty(exit.cause)}\n`)
  }
  // What the model wrote itself is on its way.
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write("", resolve))
  publish({ _tag: "Ended", status: Number(process.exitCode ?? ExitStatus.asExpected) })
}

// Not awaited: a file of models that never finishes loading is no warning of Node's.
void main()
