import { describe, expect, it } from "vitest"
import { suites } from "../../model-check/suites/index.ts"
import { naiveTwin } from "../naive-twin.ts"

/** Too large for the twin; the engine checks it. */
const large = new Set([
  "consensus/multi-paxos/sabotage-promise-broken",
  "consensus/multi-paxos/sabotage-promise-missing",
  "consensus/multi-paxos/sabotage-promise-volatile",
  "consensus/multi-paxos/sabotage-lowest-vote-taken",
  "consensus/multi-paxos/sabotage-votes-ignored",
  "consensus/multi-paxos/sabotage-votes-volatile",
  "consensus/multi-paxos/sabotage-deaf-leader",
  "commit/three-phase-commit/sabotage-unaware-of-crash",
  "commit/three-phase-commit/sabotage-silent-restart",
  "commit/two-phase-commit/asked-too-early-2",
  "commit/paxos-commit/sabotage-broken-promise",
  "commit/paxos-commit/sabotage-forgotten-promise",
  "tla/paxos-commit/sabotage-promise-forgotten",
  "consensus/single-decree-paxos/sabotage-ballot-repeated",
  "consensus/single-decree-paxos/sabotage-ballots-shared",
  "consensus/single-decree-paxos/sabotage-lower-vote-taken",
  "consensus/single-decree-paxos/sabotage-reply-lost",
  "consensus/single-decree-paxos/sabotage-promise-broken",
  "consensus/single-decree-paxos/sabotage-promise-volatile",
  "consensus/single-decree-paxos/sabotage-votes-volatile",
])

const sabotaged = suites
  .flatMap(({ configurations, name }) =>
    configurations.flatMap(({ constants, expected, model, name: variant }) =>
      expected.verdict === "violated" ? [{ name: `${name}/${variant}`, model: model(constants), expected }] : []
    )
  )
  .filter(({ name }) => !large.has(name))

describe("each sabotaged variant has a shortest counterexample of the length given, as the naive twin finds", () => {
  it("there are enough of them", () => {
    expect(sabotaged.length).toBeGreaterThanOrEqual(8)
  })

  it.each(sabotaged)("$name", ({ expected: { property, steps = 0 }, model }) => {
    // The end of a counterexample is expanded only to see that it has no successor.
    const levels = model.properties[property]?.kind === "deadlockFree" ? steps + 2 : steps + 1
    const { properties } = naiveTwin(model, { maxDepth: levels })
    expect(properties[property]).toEqual({ verdict: "violated", steps })
    // A property that is violated earlier would end the search before this one is found.
    const earlier = Object.keys(properties).filter((name) => (properties[name]?.steps ?? steps) < steps)
    expect(earlier.filter((name) => properties[name]?.verdict === "violated")).toEqual([])
  })
})
