import { defineConfig } from "vitest/config"
import { exampleModules } from "./test/docs/examples.ts"

const source = (path: string): string => new URL(path, import.meta.url).pathname

export default defineConfig({
  plugins: [exampleModules],
  // The examples import the package by its name.
  resolve: {
    alias: [
      { find: /^touchstone$/, replacement: source("src/index.ts") },
      { find: /^touchstone\/(spec|model-check)$/, replacement: source("$1/index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    maxConcurrency: 3,
    maxWorkers: 2,
  },
})
