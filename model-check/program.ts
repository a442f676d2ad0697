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
import { noShortFlags, presenter, touchstone } from "./cli.ts"
import { reasonOf } from "./model-file.ts"
import { console, publish } from "./publisher.ts"
import { ExitStatus } from "./report/exit-status.ts"

/** This file runs from the sources and from `dist`: the package is the nearest one above. */
const { version } = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ version: Schema.String })))(
  readFileSync(findPackageJSON(import.meta.url) ?? "package.json", "utf8"),
)

const args = process.argv.slice(2)
const program = Effect.andThen(noShortFlags(args), Command.runWith(touchstone, { version })(args)).pipe(
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

// What a user's file has begun (a timer, a promise) may fail while the check goes on: that is reported, and nothing is lost.
const failures = new Set<string>()
const report = (thrown: unknown): void => {
  const reason = reasonOf(thrown)
  if (!failures.has(reason)) console.error(`touchstone: outside of the check something threw: ${reason}`)
  failures.add(reason)
}
process.on("uncaughtException", report).on("unhandledRejection", report)

const main = async (): Promise<void> => {
  // Not NodeRuntime.runMain: it would interrupt the program at the first signal, before what was found is published.
  const exit = await Effect.runPromiseExit(program)
  // What is due by now (a promise that is rejected, a timer without delay) is still heard.
  await new Promise((resolve) => setTimeout(resolve))
  if (failures.size > 0) process.exitCode = ExitStatus.notCarriedOut
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
