import { Schema } from "effect"
import { expect, it } from "vitest"
import { Search } from "../../../../model-check/engine/explore/search.ts"
import { add, range, record, set, variables } from "../../../../src/index.ts"

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

it.each([
  { what: "whose tree is given up", last: 5_000, flags: 1 },
  { what: "that reads too much for a table", last: 20, flags: 12 },
])("finds a step that changes nothing of what is read by a predicate $what", ({ flags, last }) => {
  const { action, model, step } = variables({
    time: Schema.Int,
    flag: record(range(1, flags), Schema.Boolean),
    late: Schema.Boolean,
  })
  const search = new Search(model({
    name: "time passes",
    initial: { time: 0, flag: () => false, late: false },
    actions: {
      tick: action((s) => s.time < last && { time: s.time + 1 }),
      wait: action((s) => s.time === last && { late: true }),
    },
    properties: {
      rises: step((before, after) => range(1, flags).some((flag) => after.flag[flag]) || before.time < after.time),
    },
  }))
  while (!search.run(1_000));
  const [rises] = search.report().properties
  expect(rises?.verdict).toBe("violated")
  expect(rises?.trace?.steps.at(-1)).toMatchObject({ action: "wait", state: { time: last, late: true } })
})
