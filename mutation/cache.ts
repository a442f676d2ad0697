/**
 * What was found out before, by a hash of all that it depends on.
 *
 * @module
 */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { ROOT } from "./root.ts"

const FOLDER = join(ROOT, "node_modules/.cache/touchstone-mutation")

/** A hash of texts. */
export const hashOf = (texts: Iterable<string>): string => {
  const hash = createHash("sha256")
  // Each with its length: no two lists of texts are the same.
  for (const text of texts) hash.update(`${text.length}:`).update(text)
  return hash.digest("hex").slice(0, 32)
}

/** What a file says. */
export const textOf = (file: string): string => readFileSync(ROOT + file, "utf8")

const fileOf = (key: string): string => join(FOLDER, key.slice(0, 2), `${key.slice(2)}.json`)

/** What is known under a key, in a box, for it may be nothing. */
export const recall = <A>(key: string): { readonly value: A } | undefined =>
  existsSync(fileOf(key)) ? JSON.parse(readFileSync(fileOf(key), "utf8")) as { readonly value: A } : undefined

/** Keeps something, and returns it. */
export const keep = <A>(key: string, value: A): A => {
  const file = fileOf(key)
  mkdirSync(dirname(file), { recursive: true })
  // Whoever reads it sees all of it, or nothing.
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ value }))
  renameSync(`${file}.${process.pid}`, file)
  return value
}
