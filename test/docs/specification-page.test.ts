import { Effect } from "effect"
import { expect, it } from "vitest"
import { specificationPage } from "../../docs/specification-page.ts"
import { check } from "../../model-check/check.ts"
import { suites } from "../../model-check/suites/index.ts"

it("a page of the site shows along a trace what the suite can show", () => {
  const suite = suites.find(({ name }) => name === "tla/paxos") as (typeof suites)[number]
  const checked = suite.configurations.filter(({ name }) => name === "sabotage-two-values").map((configuration) => {
    const { constants, expected, model, name } = configuration
    const made = model(constants)
    const report = Effect.runSync(check(made))
    return { outcome: { suite: suite.name, configuration: name, constants, expected, model: made, report }, model }
  })
  const page = specificationPage({ name: suite.name, files: [], suite, suiteFile: undefined, checked }, new Map())
  expect(page).toContain("9 phase2b(acc: a2, bal: 0, val: v2)")
  expect(page).toContain("    » votes = {0: {v1: [a1, a2], v2: [a1, a2]}}\n")
})
