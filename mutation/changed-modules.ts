/**
 * Modules as they would be if one file had another text; nothing is written to the tree.
 *
 * All that may depend on the file (protocols, specifications, suites) is loaded anew for each change, under an address of its own:
 * the query says which change. The languages and the checker do not depend on protocols, and are loaded once.
 *
 * @module
 */
import { registerHooks } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { Change } from "./question.ts"
import { ROOT } from "./root.ts"

const ANEW = /^(src\/(?!model\/|history\/|system\/|oracle\/)[^/]+\/|spec\/|model-check\/suites\/)/
const QUERY = "?change="

/** The changes so far; the first one is none. */
const changes: Array<Change | undefined> = [undefined]

/** The path of a module from the root, if it is loaded anew for each change. */
const dependent = (url: string): string | undefined => {
  if (!url.startsWith("file:")) return undefined
  const path = fileURLToPath(url)
  const file = path.startsWith(ROOT) ? path.slice(ROOT.length) : ""
  return ANEW.test(file) ? file : undefined
}

registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context)
    const [, change] = context.parentURL?.split(QUERY) ?? []
    const isOurs = change !== undefined && !resolved.url.includes(QUERY) && dependent(resolved.url) !== undefined
    return isOurs ? { ...resolved, url: `${resolved.url}${QUERY}${change}` } : resolved
  },
  load: (url, context, next) => {
    const [address = "", change] = url.split(QUERY)
    const changed = changes[Number(change)]
    return changed !== undefined && changed.file === dependent(address)
      ? { format: "module-typescript", source: changed.text, shortCircuit: true }
      : next(url, context)
  },
})

/** Loads a module as it would be with a change, or without one. */
export const load = async (file: string, change: Change | undefined): Promise<object> => {
  const known = changes.findIndex((one) => one?.file === change?.file && one?.text === change?.text)
  const number = known < 0 ? changes.push(change) - 1 : known
  return await import(`${pathToFileURL(ROOT + file).href}${QUERY}${number}`) as object
}
