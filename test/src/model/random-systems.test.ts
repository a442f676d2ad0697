import * as fc from "fast-check"
import { expect, it } from "vitest"
import { explore, TooLarge } from "../../../model-check/engine/graph.ts"
import { Search, type SearchOptions } from "../../../model-check/engine/search.ts"
import { type Model, variant } from "../../../src/index.ts"
import { encode } from "../../../src/model/encoding.ts"
import { naiveTwin } from "../../naive-twin.ts"
import { randomSystem, systemDescription } from "../../random-system.ts"
import { replay } from "../../replay.ts"

/** The twin is slow. */
const MOST_STATES = 400

const explored = (model: Model<any>, options: SearchOptions) => {
  const search = new Search(model, { keepGoing: true, ...options })
  while (!search.run(60_000));
  const { depth, distinct, generated, properties, stuttering, verdict } = search.report()
  const results = properties.map(({ name, trace, verdict }) =>
    [name, { verdict, ...(trace !== undefined && { steps: trace.steps.length - 1 }) }] as const
  )
  return { depth, distinct, generated, stuttering, verdict, properties: Object.fromEntries(results) }
}

it("the engine agrees with the naive twin on random systems", () => {
  const sizes: Array<number> = []
  fc.assert(
    fc.property(systemDescription, fc.nat(), (description, seed) => {
      const model = randomSystem(description)
      const twin = naiveTwin(model, { maxStates: MOST_STATES })
      fc.pre(twin.distinct < MOST_STATES)
      sizes.push(twin.distinct)
      expect(explored(model, { seed })).toEqual(twin)
      expect(explored(model, { exact: true })).toEqual(twin)
      const { distinct, generated, verdict } = twin
      expect(explored(model, { search: "dfs" })).toMatchObject({ distinct, generated, verdict })
    }),
    { numRuns: 150, ...replay },
  )
  console.log(`random systems: a median of ${sizes.toSorted((a, b) => a - b)[sizes.length >> 1]} states`)
}, 600_000)

/** All that processes can notice in the states of a model, if it has few: not what was answered, for that goes to nobody. */
const noticed = (model: Model<any>): ReadonlySet<string> | undefined => {
  try {
    const { states } = explore(model, MOST_STATES)
    return new Set(states.map((state) => encode({ ...state, history: null, told: null })))
  } catch (error) {
    if (error instanceof TooLarge) return undefined
    throw error
  }
}

it(
  "a crash before anything is sent adds nothing but lost answers to a crash in the middle of sending",
  () => {
    fc.assert(
      fc.property(systemDescription, (description) => {
        const model = randomSystem(description)
        fc.pre("unsend" in model.actions)
        const all = noticed(model)
        fc.pre(all !== undefined)
        const later = variant(model, "crashes come afterwards", ({ action }) => ({
          actions: Object.fromEntries(
            Object.keys(model.actions).filter((name) => name.endsWith("AndCrash"))
              .map((name) => [name, action(() => false)]),
          ),
        }))
        expect(noticed(later)).toEqual(all)
      }),
      { numRuns: 40, ...replay },
    )
  },
  600_000,
)
