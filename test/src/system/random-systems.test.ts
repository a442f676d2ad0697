import * as fc from "fast-check"
import { expect, it } from "vitest"
import { explore, TooLarge } from "../../../model-check/engine/explore/graph.ts"
import { Search } from "../../../model-check/engine/explore/search.ts"
import { isLinearizable, isSequentiallyConsistent, type Model, register, variant } from "../../../src/index.ts"
import { agree, choices } from "../../agreement.ts"
import { namesOf, randomSystem, type SystemDescription, systemDescription, systemOf } from "../../random-system.ts"
import { models, replay } from "../../replay.ts"
import { type Core, inOrder, reach, simulator, type SystemGraph, text } from "../../system-simulator.ts"

/** The simulator and the twin are slow. */
const MOST_STATES = 400

/** The text of a state of a model as the simulator writes it. */
const textOf = (state: any): string =>
  text({
    ...state,
    timers: inOrder(state.timers),
    replies: inOrder(state.replies),
    ...(state.broken !== undefined && { broken: inOrder(state.broken) }),
    ...(state.unforced !== undefined && { unforced: inOrder(state.unforced) }),
    ...(state.network !== undefined && { network: inOrder(state.network) }),
  })

/** All steps of a model, by the state in which they can be taken. */
const stepsOf = (model: Model<any>): ReadonlyMap<string, ReadonlySet<string>> => {
  const { edges, states } = explore(model, 2 * MOST_STATES)
  const texts = states.map(textOf)
  const steps = new Map(texts.map((state) => [state, new Set<string>()]))
  for (const { action, from, parameters, to } of edges) {
    steps.get(texts[from] as string)?.add(`${action}${text(parameters)} to ${texts[to] as string}`)
  }
  return steps
}

/** The number of the first state that fails, and so the length of the shortest behaviour that shows it. */
const shortest = (depths: ReadonlyArray<number>): number | undefined =>
  depths.length === 0 ? undefined : Math.min(...depths)

/** What the checker must say of the model of a random system, judged by its graph; the properties are those of random-system.ts. */
const verdictsOf = (description: SystemDescription, { depths, states, steps, texts }: SystemGraph) => {
  const { forbidden, network, recorded } = description
  const { variables } = simulator(systemOf(description).definition)
  const names = namesOf(description)
  const depthsWhere = (holds: (s: Core, index: number) => boolean) =>
    depths.filter((_, index) => holds(states[index] as Core, index))
  const kept = (s: Core, name: string) => s.state[name]?.["kept"] as number
  const violated = (lengths: ReadonlyArray<number>) =>
    lengths.length === 0 ? { verdict: "holds" } : { verdict: "violated", steps: shortest(lengths) }
  const found = (lengths: ReadonlyArray<number>) =>
    lengths.length === 0 ? { verdict: "violated" } : { verdict: "holds", steps: shortest(lengths) }
  const changes = (index: number) => (steps[index] ?? []).filter(({ to }) => texts[to] !== texts[index])
  return {
    agree: violated(
      depthsWhere((s) =>
        names.some((one) =>
          names.some((other) =>
            one !== other && kept(s, one) === forbidden.kept && s.state[other]?.["lost"] === forbidden.lost
          )
        )
      ),
    ),
    keeps: violated(
      depthsWhere((s, index) =>
        changes(index).some(({ to }) => names.some((of) => kept(s, of) > kept(states[to] as Core, of)))
      ).map((depth) => depth + 1),
    ),
    rings: found(depthsWhere((s) => s.timers.some(({ process }) => s.replies.some(({ from }) => from === process)))),
    quiet: found(depthsWhere((s) => s.replies.length > 1 && s.timers.length === 0)),
    lossless: violated(
      depthsWhere((s) => s.left["loss"] === 1 && s.cut === null && s.leftOf["pause"]?.["p"] !== 0),
    ),
    alone: violated(
      depthsWhere(({ flying }) => {
        const toP = flying.filter(({ to }) => to === "p").map((envelope) =>
          network.order !== "unordered" ? envelope.from : text(envelope)
        )
        return new Set(toP).size < toP.length
      }),
    ),
    ...(recorded !== null && {
      linearizable: violated(depthsWhere((s) => !isLinearizable(register(0), s.history))),
      sequential: violated(depthsWhere((s) => !isSequentiallyConsistent(register(0), s.history))),
    }),
    ...Object.fromEntries(
      Object.keys(states[0]?.ghosts ?? {}).map((ghost) => [
        `${ghost}Once`,
        violated(depthsWhere(({ ghosts }) => Object.values(ghosts[ghost] ?? {}).some((value) => value !== 0))),
      ]),
    ),
    ...(description.behaviours.some(({ unforced }) => unforced !== undefined) && {
      forced: violated(depthsWhere((s) => (variables(s)["unforced"] as ReadonlyArray<unknown>).length > 0)),
    }),
    ends: violated(depthsWhere((s, index) => changes(index).length === 0 && kept(s, "p") !== forbidden.kept)),
    halts: violated(depthsWhere((s, index) => (steps[index] ?? []).length === 0 && s.status["p"] === "up")),
  }
}

const checked = (model: Model<any>) => {
  const search = new Search(model, { keepGoing: true })
  while (!search.run(60_000));
  const { depth, distinct, generated, properties, stuttering } = search.report()
  const results = properties.map(({ name, trace, verdict }) =>
    [name, { verdict, ...(trace !== undefined && { steps: trace.steps.length - 1 }) }] as const
  )
  return { depth, distinct, generated, stuttering, properties: Object.fromEntries(results) }
}

it("systems compile to what the guide says: the same states, the same steps, the same verdicts", () => {
  const sizes: Array<number> = []
  fc.assert(
    fc.property(systemDescription, (description) => {
      const graph = reach(simulator(systemOf(description).definition), MOST_STATES)
      fc.pre(graph !== undefined)
      const { depths, states, steps, texts } = graph
      const model = randomSystem(description)
      const compiled = stepsOf(model)
      // In the order of a search level by level, so that the first difference is a shortest one.
      for (const [index, state] of texts.entries()) {
        const simulated = steps[index]?.map(({ args, event, to }) => `${event}${text(args)} to ${texts[to]}`) ?? []
        expect([...compiled.get(state) ?? ["no such state"]].toSorted(), `steps from ${state}`).toEqual(
          simulated.toSorted(),
        )
      }
      expect(compiled.size).toBe(states.length)
      const isStill = (index: number) => steps[index]?.every(({ to }) => to === index)
      expect(checked(model)).toEqual({
        distinct: states.length,
        generated: 1 + steps.flat().length,
        depth: 1 + Math.max(...depths),
        stuttering: steps.filter((some, index) => some.length > 0 && isStill(index)).length,
        properties: verdictsOf(description, graph),
      })
      sizes.push(states.length)
    }),
    { numRuns: models(60), ...replay },
  )
  const steps = sizes.toSorted((a, b) => a - b)
  console.log(`${sizes.length} random systems: a median of ${steps[sizes.length >> 1]} states`)
}, 3_600_000)

it("the engine agrees with the naive twin on random systems", () => {
  fc.assert(
    fc.property(systemDescription, choices, (description, given) => {
      const states = agree(randomSystem(description), given, MOST_STATES)
      fc.pre(states !== undefined)
      expect(states).toBeGreaterThan(0)
    }),
    { numRuns: 25, ...replay },
  )
}, 600_000)

/** All that processes can notice in the states of a model, if it has few: not what was answered, for that goes to nobody. */
const noticed = (model: Model<any>): ReadonlySet<string> | undefined => {
  try {
    const { states } = explore(model, MOST_STATES)
    return new Set(states.map((state) => textOf({ ...state, history: null, replies: [] })))
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
        fc.pre("loseUnsent" in model.actions || "broken" in model.variables)
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
      { numRuns: 25, ...replay },
    )
  },
  600_000,
)
