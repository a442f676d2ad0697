import { defineConfig } from "vitest/config"
import { exampleModules } from "./test/docs/examples.ts"
import { doors } from "./test/doors.ts"

const source = (path: string): string => new URL(path, import.meta.url).pathname

export default defineConfig({
  plugins: [exampleModules],
  // The examples import the package by its name.
  resolve: {
    alias: Array.from(doors, ([name, file]) => ({ find: new RegExp(`^${name}$`), replacement: source(file) })),
  },
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    maxConcurrency: 3,
    maxWorkers: 2,
  },
})
