import { Schema } from "effect"
import { expect, it } from "vitest"
import { Search } from "../../../model-check/engine/search.ts"
import { add, range, set, variables } from "../../../src/index.ts"

it("looks at steps to states that it has just seen, also for elements that turn up later", () => {
  const { action, each, model, step } = variables({
    on: Schema.Boolean,
    sent: set(Schema.String),
    time: Schema.Literals(range(0, 299)),
  })
  const search = new Search(model({
    name: "stays on",
    initial: { on: false, sent: [], time: 0 },
    actions: {
      toggle: action((s) => ({ on: !s.on })),
      send: action(() => ({ sent: add("a") })),
      tick: action((s) => s.time < 299 && { time: s.time + 1 }),
    },
    properties: {
      staysOn: step({ m: each("sent") }, (before, after) => !before.on || after.on || after.time < 299),
    },
  }))
  while (!search.run(1_000));
  expect(search.report().properties[0]).toMatchObject({ verdict: "violated", parameters: { m: "a" } })
})
