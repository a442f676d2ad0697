#!/usr/bin/env node
/**
 * The executable. It uses nothing that an old Node does not have, to be able to say which one is needed.
 *
 * @module
 */
import { readFileSync } from "node:fs"

/** This file runs from the sources and from `dist`: the package is the nearest one above. */
const packageJson = (folder: URL): string => {
  try {
    return readFileSync(new URL("package.json", folder), "utf8")
  } catch {
    return packageJson(new URL("../", folder))
  }
}

const { engines } = JSON.parse(packageJson(new URL("./", import.meta.url))) as {
  /** Ranges, one of which is to hold: `>=22.19.0 <23 || >=24.0.0`. */
  readonly engines: { readonly node: string }
}
const actual = process.versions.node
const compared = (bound: string): number => actual.localeCompare(bound, "en", { numeric: true })
const isInRange = engines.node.split("||").some((range) =>
  range.trim().split(" ").every((bound) =>
    bound.startsWith("<") ? compared(bound.slice(1)) < 0 : compared(bound.slice(2)) >= 0
  )
)

if (isInRange) await import("./launch.ts")
else {
  process.exitCode = 2
  process.stderr.write(`touchstone: it needs Node ${engines.node}, and this is ${actual}\n`)
}
