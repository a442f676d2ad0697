/**
 * Unit tests as they would be if one file had another text: `TOUCHSTONE_CHANGE` is where it is written which.
 *
 * @module
 */
import { readFileSync } from "node:fs"
import { defineConfig, mergeConfig } from "vitest/config"
import base from "../vitest.config.ts"
import type { Change } from "./question.ts"
import { ROOT } from "./root.ts"

const change = JSON.parse(readFileSync(process.env["TOUCHSTONE_CHANGE"] as string, "utf8")) as Change | null

export default mergeConfig(
  base,
  defineConfig({
    root: ROOT,
    plugins: [{
      name: "change",
      enforce: "pre",
      load: (id) => change !== null && id === ROOT + change.file ? change.text : undefined,
    }],
    // It is kept by what the file says, not by what is said in its place.
    test: { fsModuleCache: false },
  }),
)
