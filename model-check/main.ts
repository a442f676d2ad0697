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
  readonly engines: { readonly node: `>=${string}` }
}
const needed = engines.node.slice(">=".length)
const actual = process.versions.node

if (actual.localeCompare(needed, "en", { numeric: true }) >= 0) await import("./launch.ts")
else {
  process.exitCode = 2
  process.stderr.write(`touchstone: it needs Node ${needed} or later, and this is ${actual}\n`)
}
