import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Segments } from "../../model-check/engine/explore/walk.ts"
import { suites } from "../../model-check/suites/index.ts"
import { type Model, range, variant } from "../../src/index.ts"
import { replay } from "../replay.ts"
import { noViolation, search } from "./fuzz.ts"

/** Configurations of the suites with constants that make too many states to explore, and the length of the walks. */
const large: ReadonlyArray<readonly [suite: string, configuration: string, constants: object, most: number]> = [
  ["tla/two-phase", "3-rms", { rms: 12 }, 100],
  ["tla/paxos", "3-ballots", { acceptors: 5, values: 2, ballots: 4 }, 150],
  ["stateright/paxos-register", "2-clients", { clients: 4 }, 120],
  ["stateright/paxos-register", "2-clients", { clients: 5 }, 120],
  ["commit/two-phase-commit", "all-recover-2", { participants: 5 }, 150],
  ["commit/two-phase-commit", "recovers-2", { participants: 5 }, 150],
  ["commit/two-phase-commit", "participant-stops-2", { participants: 5 }, 150],
  ["commit/presumed-abort", "all-recover-2", { participants: 5 }, 150],
  ["commit/presumed-abort", "two-crashes-2", { participants: 5 }, 150],
  ["commit/presumed-abort", "fifo-2", { participants: 5 }, 150],
  ["commit/three-phase-commit", "two-stop-2", { participants: 5 }, 150],
  ["commit/three-phase-commit", "recover-2", { participants: 5 }, 150],
  ["commit/paxos-commit", "all-recover-2-F0", { participants: 5, F: 1 }, 200],
  ["commit/paxos-commit", "all-recover-2-F0", { participants: 3, F: 2 }, 200],
  ["commit/paxos-commit", "participant-stops-2-F1", { participants: 5 }, 200],
  ["balance/round-robin", "anything", { backends: 20, inFlight: 40 }, 200],
  ["balance/smooth-weighted-round-robin", "sick-2-1-1", { weights: range(1, 20) }, 200],
  ["balance/smooth-weighted-round-robin", "stable-5-1-1", { weights: range(1, 20) }, 500],
  ["balance/uniform-random", "anything", { backends: 20 }, 200],
  ["balance/weighted-random", "anything-2-1-1", { weights: range(1, 20) }, 200],
  ["balance/least-connections", "anything-1-1-1", { weights: range(1, 20), inFlight: 40 }, 200],
  ["balance/power-of-two-choices", "anything-2", { backends: 20, inFlight: 40 }, 30],
  ["balance/consistent-hashing", "bounded-3", { backends: 20, keys: 8, inFlight: 40 }, 60],
  ["balance/maglev", "sick-4", { backends: 20, keys: 120, size: 211, moved: 60 }, 15],
  ["balance/rendezvous", "anything-4", { backends: 20, keys: 150 }, 8],
  ["consensus/single-decree-paxos", "majority", { acceptors: 5, retries: 2, crashes: 4, losses: 4 }, 300],
  ["consensus/single-decree-paxos", "flexible", { acceptors: 6, proposers: 3, retries: 2, crashes: 4, losses: 4 }, 300],
]

/** The same of Paxos, with so many quorums, ballots and values that its refinement takes seconds a step: that is left out. */
const larger: ReadonlyArray<typeof large[number]> = [
  ["consensus/single-decree-paxos", "majority", { acceptors: 7, proposers: 3, retries: 3, crashes: 6, losses: 6 }, 300],
  ["consensus/single-decree-paxos", "grid", { acceptors: 6, proposers: 3, retries: 2, crashes: 4, losses: 4 }, 300],
  ["consensus/multi-paxos", "leader-change", { servers: 5, leaders: 3, clients: 2, requests: 3 }, 300],
  [
    "consensus/multi-paxos",
    "crash",
    { servers: 5, leaders: 3, clients: 3, requests: 2, crashes: 4, crashing: 5 },
    300,
  ],
]

const modelOf = (suite: string, configuration: string, constants: object): Model<any> => {
  const found = suites.find(({ name }) => name === suite)?.configurations.find(({ name }) => name === configuration)
  if (found === undefined) throw new Error(`there is no configuration ${suite}/${configuration}`)
  return found.model({ ...found.constants, ...constants })
}

/** Fails if one of so many walks violates a property; with TOUCHSTONE_WALK in the environment, if that walk does. */
const fuzz = (model: Model<any>, walks: number, steps: number): void => {
  const given = process.env["TOUCHSTONE_WALK"]
  const segments = given === undefined
    ? search(model, walks, steps, replay.seed)?.segments
    : JSON.parse(given) as Segments
  if (segments !== undefined) fc.assert(noViolation(model), { examples: [[segments]], numRuns: 1 })
}

describe("no walk violates a property", () => {
  it.each(large)("of %s/%s with %j", (suite, configuration, constants, most) => {
    const model = modelOf(suite, configuration, constants)
    expect(Object.keys(model.properties)).not.toEqual([])
    fuzz(model, 200, most)
  })

  it.each(larger)("of %s/%s with %j, refinement apart", (suite, configuration, constants, most) => {
    const model = modelOf(suite, configuration, constants)
    const properties = Object.entries(model.properties).filter(([, { kind }]) => kind !== "refines")
    expect(properties.length).toBeGreaterThan(1)
    const unrefined = variant(model, model.name, () => ({ properties: Object.fromEntries(properties) }))
    fuzz(unrefined, 250, most)
  })
})
