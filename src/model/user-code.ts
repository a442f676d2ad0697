/**
 * User code: where in a file of the user's own something was thrown.
 *
 * @module
 */
import { Cause } from "effect"

/** One frame of a stack: ` at f (file:///a/b.ts:1:2)`, or without a function. A loader may have put a query behind the path. */
const FRAME = /^\s+at (?:async )?(?:.*? \()?((?:file:\/\/|\/|[A-Za-z]:\\).*?)(?:\?[^:]*)?:(\d+):(\d+)\)?$/

const pathOf = (location: string): string =>
  location.startsWith("file://") ? decodeURIComponent(new URL(location).pathname) : location

/** The folders of the language and of the engine, be they sources or compiled. Protocols and suites are models like any other. */
const [language, engine, suites] = ["./", "../../model-check/", "../../model-check/suites/"].map((folder) =>
  pathOf(new URL(folder, import.meta.url).href)
) as [string, string, string]

const isOurs = (path: string): boolean =>
  path.startsWith(language) || (path.startsWith(engine) && !path.startsWith(suites))

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
 * library nor to a package. Nothing if it has no stack, or there is no such place.
 */
export const placeOf = (cause: unknown): string | undefined => {
  for (const { path, place } of places(cause)) if (!isOurs(path)) return place
  return undefined
}
