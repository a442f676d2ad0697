/**
 * The doors of the package: the names by which it is imported, and the sources behind them.
 *
 * @module
 */
import { readFileSync } from "node:fs"

const { exports, name } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly name: string
  readonly exports: { readonly [path: string]: { readonly default: string } }
}

/** Per door, its source: `touchstone/commit`, `src/commit/index.ts`. */
export const doors: ReadonlyMap<string, string> = new Map(
  Object.entries(exports).map(([path, target]) => [
    path.replace(".", name),
    target.default.replace("./dist/", "").replace(/\.js$/, ".ts"),
  ]),
)
