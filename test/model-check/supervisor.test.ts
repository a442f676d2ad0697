import { expect, it } from "vitest"
import { stoppedBy } from "../../model-check/supervisor.ts"

it("says what was thrown in a worker, also where it has lost its prototype on the way", () => {
  const thrown: unknown = Object.assign(Object.create(null), { reason: "odd" })
  expect(stoppedBy(thrown)).toMatchObject({ why: "error", said: expect.stringContaining("reason: 'odd'") })
  expect(stoppedBy(new Error("no"))).toMatchObject({ said: expect.stringMatching(/^something was thrown .*: no/) })
})
