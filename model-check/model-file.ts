/**
 * Loading a user's own file of models or suites.
 *
 * @module
 */
import { Data, Effect } from "effect"
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { isModel, type Model } from "../src/model/model.ts"
import { isSuite, type Suite } from "./suite.ts"

/** A file of models cannot be used. */
export class UnusableFile extends Data.TaggedError("UnusableFile")<{ readonly path: string; readonly reason: string }> {
  override get message(): string {
    return `${this.path}: ${this.reason}`
  }
}

/** The first lines of what a compiler or a module says when it fails, without its stack. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.message.split("\n").filter((line) => !/^\s+at /.test(line)).slice(0, 6).join("\n").trim()
}

const asSuite = (path: string, models: ReadonlyArray<readonly [string, Model<any>]>): Suite => {
  const configurations = models.map(([name, model]) => ({
    name,
    constants: {},
    model: () => model,
    expected: { verdict: "holds" } as const,
  }))
  const made: Omit<Suite, symbol> = {
    name: path,
    description: "models of a file",
    source: path,
    constants: {},
    configurations,
  }
  return made as Suite
}

/**
 * Loads a TypeScript or JavaScript file, and collects the suites and models that it exports (also in arrays). A model is
 * expected to hold.
 *
 * @param path - relative to the working directory.
 * @returns the suites, with the models as a suite named after the path; fails with {@link UnusableFile} when the file does
 *   not exist, does not compile, throws, or exports nothing of use.
 */
export const loadFile = (path: string): Effect.Effect<ReadonlyArray<Suite>, UnusableFile> =>
  Effect.gen(function*() {
    const absolute = resolve(path)
    if (!existsSync(absolute)) return yield* new UnusableFile({ path, reason: "there is no such file" })
    const module = yield* Effect.tryPromise({
      try: async () => {
        // Loaded only here: nobody else needs a TypeScript compiler.
        const { register } = await import("tsx/esm/api")
        const unregister = register()
        try {
          return await import(pathToFileURL(absolute).href) as { readonly [name: string]: unknown }
        } finally {
          await unregister()
        }
      },
      catch: (error) => new UnusableFile({ path, reason: `it cannot be loaded: ${reasonOf(error)}` }),
    })
    const exported = Object.entries(module).flatMap(([name, value]) =>
      Array.isArray(value) ? value.map((item, index) => [`${name}[${index}]`, item] as const) : [[name, value] as const]
    )
    const suites = new Set(exported.map(([, value]) => value).filter(isSuite))
    const models = new Map<Model<any>, string>()
    for (const [name, value] of exported) if (isModel(value) && !models.has(value)) models.set(value, name)
    if (suites.size === 0 && models.size === 0) {
      return yield* new UnusableFile({ path, reason: "it exports neither a model nor a suite" })
    }
    const own = [...models].map(([model, name]) => [name === "default" ? model.name : name, model] as const)
    return [...suites, ...(own.length > 0 ? [asSuite(path, own)] : [])]
  })
