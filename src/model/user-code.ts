/**
 * User code: where in a file of the user's own something was thrown.
 *
 * @module
 */

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

/**
 * Where something was thrown, as `path:line:column`: of what is on its stack the innermost place that belongs neither to the
 * library nor to a package. Nothing if it has no stack, or there is no such place.
 */
export const placeOf = (cause: unknown): string | undefined => {
  if (!(cause instanceof Error) || typeof cause.stack !== "string") return undefined
  for (const line of cause.stack.split("\n")) {
    const [, location, row, column] = FRAME.exec(line) ?? []
    if (location === undefined) continue
    const path = pathOf(location)
    if (!isOurs(path) && !path.includes("/node_modules/")) return `${path}:${row}:${column}`
  }
  return undefined
}
