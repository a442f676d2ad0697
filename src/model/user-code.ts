/**
 * User code: where in a file of the user's own something was thrown.
 *
 * @module
 */
import { Cause } from "effect"
import { isModelError } from "./errors.ts"

/** One frame of a stack: ` at f (file:///a/b.ts:1:2)`, or without a function. A loader may have put a query behind the path. */
const FRAME = /^\s+at (?:async )?(?:.*? \()?((?:file:\/\/|\/|[A-Za-z]:\\).*?)(?:\?[^:]*)?:(\d+):(\d+)\)?$/

const pathOf = (location: string): string =>
  location.startsWith("file://") ? decodeURIComponent(new URL(location).pathname) : location

const folder = (path: string): string => pathOf(new URL(path, import.meta.url).href)

/** The folders of the languages and of the engine, be they sources or compiled. Protocols and suites are models like any other. */
const languages = ["./", "../history/", "../system/"].map(folder)
const [engine, suites] = [folder("../../model-check/"), folder("../../model-check/suites/")]

const isOurs = (path: string): boolean =>
  languages.some((language) => path.startsWith(language)) || (path.startsWith(engine) && !path.startsWith(suites))

/** What was thrown at first. Effect throws an error of its own where a function that it runs, such as the check of a Schema, throws. */
export const firstThrown = (thrown: unknown): unknown =>
  thrown instanceof Error && Cause.isCause(thrown.cause) ? firstThrown(Cause.squash(thrown.cause)) : thrown

/** The places on the stack of what was thrown that belong to no package, the innermost first. */
const places = function*(thrown: unknown): Generator<{ readonly path: string; readonly place: string }> {
  const cause = firstThrown(thrown)
  if (!(cause instanceof Error) || typeof cause.stack !== "string") return
  for (const line of cause.stack.split("\n")) {
    const [, location, row, column] = FRAME.exec(line) ?? []
    if (location === undefined) continue
    const path = pathOf(location)
    if (!path.includes("/node_modules/")) yield { path, place: `${path}:${row}:${column}` }
  }
}

/** Whether it was code of a user's own that threw this: no code of the library lies between them. */
export const isThrownByUser = (cause: unknown): boolean => {
  const { done, value } = places(cause).next()
  return done !== true && !isOurs(value.path)
}

/**
 * Where something was thrown, as `path:line:column`: of what is on its stack the innermost place that belongs neither to the
 * library nor to a package. Nothing if it has no stack, or there is no such place. Some errors of ours say it themselves.
 */
export const placeOf = (cause: unknown): string | undefined => {
  if (isModelError(cause) && "at" in cause && cause.at !== undefined) return cause.at
  for (const { path, place } of places(cause)) if (!isOurs(path)) return place
  return undefined
}
