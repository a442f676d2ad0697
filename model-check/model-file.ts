/**
 * Loading a user's own file of models or suites.
 *
 * @module
 */
import { Data, Effect, FileSystem, Path } from "effect"
import { isPromise } from "node:util/types"
import { isModel, type Model } from "../src/model/model.ts"
import { show } from "../src/model/show.ts"
import { placeOf } from "../src/model/user-code.ts"
import { loadModule } from "./module-loader.ts"
import { showPlace } from "./report/text.ts"
import { isSuite, type Suite } from "./suite.ts"

/** A file of models cannot be used. */
export class UnusableFile extends Data.TaggedError("UnusableFile")<{ readonly path: string; readonly reason: string }> {
  override get message(): string {
    return `${this.path}: ${this.reason}`
  }
}

/** What a file exports for the checker. */
export interface ModelFile {
  /** The models, under the names by which they are exported; a default export under the model's own. */
  readonly models: ReadonlyArray<{ readonly name: string; readonly model: Model<any> }>
  readonly suites: ReadonlyArray<Suite>
}

/** The first lines of what a compiler or a module says when it fails, without its stack. Anything may have been thrown. */
export const reasonOf = (error: unknown): string => {
  try {
    if (!(error instanceof Error)) return show(error)
    // What made an error of something thrown knows where that was.
    const place = "at" in error && typeof error.at === "string" ? error.at : placeOf(error)
    const said = error.message.split("\n").filter((line) => !/^\s+at /.test(line)).slice(0, 6).join("\n").trim()
    return place === undefined || said.includes(place) ? said : `${said}\n  thrown in ${showPlace(place)}`
  } catch {
    return "something was thrown that cannot even be looked at"
  }
}

/** The models and suites among what a module exports. */
const collect = (module: object): ModelFile => {
  const exported = Object.entries(module).flatMap(([name, value]: readonly [string, unknown]) =>
    Array.isArray(value)
      ? value.map((item: unknown, index) => [`${name}[${index}]`, item] as const)
      : [[name, value] as const]
  )
  const promise = exported.find(([, value]) => isPromise(value))
  if (promise !== undefined) throw new Error(`its export ${promise[0]} is a promise; export what it comes to: await it`)
  const names = new Map<Model<any>, string>()
  for (const [name, value] of exported) {
    if (isModel(value) && !names.has(value)) names.set(value, name === "default" ? value.name : name)
  }
  const suites = [...new Set(exported.map(([, value]) => value).filter(isSuite))]
    .filter(({ configurations }) => configurations.length > 0)
  if (names.size + suites.length === 0) throw new Error("it exports neither a model nor a suite")
  return { models: Array.from(names, ([model, name]) => ({ name, model })), suites }
}

/**
 * Loads a TypeScript or JavaScript file, and collects the models and suites that it exports, by name, as its default or
 * in an array. What is exported twice counts once.
 *
 * @param path - relative to the working directory.
 * @returns what it exports; fails with {@link UnusableFile} when the file does not exist, does not compile, throws, or
 *   exports neither a model nor a suite with configurations.
 */
export const loadFile = Effect.fn("loadFile")(function*(path: string) {
  const files = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const absolute = paths.resolve(path)
  const unusable = (reason: string) => new UnusableFile({ path, reason })
  const { type } = yield* Effect.mapError(files.stat(absolute), () => unusable("there is no such file"))
  if (type !== "File") return yield* unusable("it is not a file")
  const url = yield* Effect.orDie(paths.toFileUrl(absolute))
  const module = yield* Effect.tryPromise({
    try: () => loadModule(url),
    catch: (error) => unusable(`it cannot be loaded: ${reasonOf(error)}`),
  })
  return yield* Effect.try({ try: () => collect(module), catch: (error) => unusable(reasonOf(error)) })
})
