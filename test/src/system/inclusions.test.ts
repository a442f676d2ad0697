/**
 * What a network or a fault allows includes what goes on without it. Shown step by step: whatever state the smaller system
 * reaches, seen as a state of the larger one, the larger can follow each step that the smaller can take there.
 *
 * It is shown of the simulator; random-systems.test.ts shows that systems compile to the same.
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type SystemDescription, systemDescription, systemOf } from "../../random-system.ts"
import { models, replay } from "../../replay.ts"
import { type Core, reach, simulator, text } from "../../system-simulator.ts"

const MOST_STATES = 300

/** Whether what is on its way in one state is on its way in another. */
const isWithin = (one: Core, other: Core): boolean =>
  one.flying.every((envelope) => other.flying.some((found) => text(found) === text(envelope)))

/** Two systems, and the budgets that only the larger has. */
interface Pair {
  readonly smaller: SystemDescription
  readonly larger: SystemDescription
  readonly added?: string
}

/**
 * The steps of the smaller system that the larger one cannot follow, if the smaller has few enough states.
 *
 * Where messages that were sent can be received forever (`unordered` with unbounded duplication), it follows by a step or by
 * none, and has at least as many messages on their way afterwards, and as many losses left. Neither takes a step away from
 * anybody. Else it follows by a step to the same state, and has spent none of the added budget.
 */
const unfollowed = ({ added = "", larger, smaller }: Pair): ReadonlyArray<string> | undefined => {
  const { definition } = systemOf(larger)
  const { initial, steps, variables } = simulator(definition)
  const keepsCopies = definition.network.order === "unordered" && definition.network.duplication === "unbounded"
  const graph = reach(simulator(systemOf(smaller).definition), MOST_STATES)
  if (graph === undefined) return undefined
  const isAdded = Object.hasOwn(initial.left, added)
  const isOfProcesses = Object.hasOwn(initial.leftOf, added)
  const seen = (state: Core): Core => ({
    ...state,
    ...(isAdded && { left: { ...state.left, [added]: initial.left[added] ?? 0 } }),
    ...(isOfProcesses && { leftOf: { ...state.leftOf, [added]: initial.leftOf[added] ?? {} } }),
    ...(keepsCopies && {
      flying: [...new Map(state.flying.map((envelope) => [text(envelope), envelope])).values()],
    }),
  })
  const named = (state: Core) =>
    text(variables({
      ...state,
      ...(keepsCopies && { flying: [], left: { ...state.left, loss: 0 } }),
      // Where nobody comes back from a crash, nobody keeps account of what it would lose.
      ...(added === "crashRecovery" && { unforced: {} }),
    }))
  return graph.states.flatMap((state, index) => {
    const from = seen(state)
    const following = [...(keepsCopies ? [from] : []), ...steps(from).map(({ to }) => to)]
      .map((to) => [named(to), to] as const)
    return (graph.steps[index] ?? []).flatMap(({ args, event, to }) => {
      const after = seen(graph.states[to] as Core)
      const isFollowed = following.some(([name, others]) =>
        name === named(after) && (!keepsCopies || isWithin(after, others))
      )
      return isFollowed ? [] : [`${event}${text(args)} in ${graph.texts[index]}`]
    })
  })
}

/** Random pairs of systems, made of a description and a budget that is not 0. */
const pairs = (pair: (description: SystemDescription, budget: number | "unbounded") => Pair) =>
  fc.tuple(systemDescription, fc.constantFrom(1, 2, "unbounded" as const)).map((given) => pair(...given))

const withNetwork = (
  description: SystemDescription,
  network: Partial<SystemDescription["network"]>,
): SystemDescription => ({ ...description, network: { ...description.network, ...network } })

const withFault = (
  description: SystemDescription,
  fault: Partial<SystemDescription["faults"]>,
): SystemDescription => ({ ...description, faults: { ...description.faults, ...fault } })

type RandomClock = NonNullable<SystemDescription["clock"]>

/** The exact clock of which only what is given is inexact. */
const withClock = (description: SystemDescription, clock: Partial<RandomClock>): SystemDescription => ({
  ...description,
  clock: {
    horizon: description.clock?.horizon ?? 1,
    skew: 0,
    rate: { min: 1, max: 1 },
    late: 0,
    jumps: undefined,
    ...clock,
  },
})

/** The description with a clock, and with a delay of messages. */
const withDelay = (
  description: SystemDescription,
  delay: SystemDescription["network"]["delay"],
): SystemDescription => ({
  ...withNetwork(description, { delay, duplication: 0 }),
  clock: { horizon: undefined, skew: 0, rate: { min: 1, max: 1 }, late: 0, jumps: undefined, ...description.clock },
})

const detecting = (description: SystemDescription, recovered: "trusted" | "suspected"): SystemDescription => ({
  ...withFault(description, { crashRecovery: { total: 2, each: 1, of: ["p", "q"], atOnce: undefined, groups: [] } }),
  clock: null,
  detector: { kind: "perfect", wrongSuspicions: 0, recovered },
})

describe("every behaviour", () => {
  it.each<readonly [name: string, pairs: fc.Arbitrary<Pair>]>([
    [
      "on fifo is one on unordered",
      pairs((description) => ({
        smaller: withNetwork(description, { order: "fifo" }),
        larger: withNetwork(description, { order: "unordered", ignored: "dropped" }),
      })),
    ],
    [
      "where ignored messages are kept is one where they are dropped",
      pairs((description) => ({
        smaller: withNetwork(description, { order: "unordered", ignored: "kept" }),
        larger: withNetwork(description, { order: "unordered", ignored: "dropped" }),
      })),
    ],
    [
      "without disconnects is one with them",
      pairs((description, budget) => ({
        smaller: withNetwork(description, { order: "connections", disconnects: 0 }),
        larger: withNetwork(description, { order: "connections", disconnects: budget }),
        added: "disconnects",
      })),
    ],
    ...(["loss", "duplication", "partitions", "links"] as const).map((added) =>
      [
        `without ${added} is one with it`,
        pairs((description, budget) => ({
          smaller: withNetwork(description, { [added]: 0 }),
          larger: withNetwork(description, { [added]: budget }),
          added,
        })),
      ] as const
    ),
    ...(["crashStop", "crashRecovery", "replacement", "pause"] as const).map((added) =>
      [
        `without ${added} is one with it`,
        pairs((description, budget) => ({
          smaller: withFault(description, { [added]: 0 }),
          larger: withFault(description, { [added]: budget }),
          added,
        })),
      ] as const
    ),
    ...([
      ["failStop", "perfect"],
      ["perfect", "eventuallyPerfect"],
      ["eventuallyPerfect", "unreliable"],
    ] as const).map(([one, other]) =>
      [
        `with a ${one} detector is one with a detector that is ${other}`,
        pairs((description, budget) => ({
          smaller: {
            ...description,
            clock: null,
            detector: { kind: one, wrongSuspicions: Number(budget) || 3, recovered: "trusted" },
          },
          larger: {
            ...description,
            clock: null,
            detector: { kind: other, wrongSuspicions: Number(budget) || 3, recovered: "trusted" },
          },
          added: "wrongSuspicions",
        })),
      ] as const
    ),
    [
      "whose detector trusts who has recovered is one whose detector suspects them",
      pairs((description) => ({
        smaller: detecting(description, "trusted"),
        larger: detecting(description, "suspected"),
      })),
    ],
    [
      "without jumps is one with them",
      pairs((description, budget) => ({
        smaller: withClock(description, { jumps: undefined }),
        larger: withClock(description, { jumps: { total: budget as number, by: [-1, 2] } }),
        added: "jumps",
      })),
    ],
    [
      "without skew is one with it",
      pairs((description) => ({
        smaller: withClock(description, { skew: 0 }),
        larger: withClock(description, { skew: 1 }),
      })),
    ],
    [
      "with an exact rate is one with a rate within bounds",
      pairs((description) => ({
        smaller: withClock(description, { rate: { min: 1, max: 1 } }),
        larger: withClock(description, { rate: { min: 1, max: 2 } }),
      })),
    ],
    [
      "where timers are on time is one where they may be late",
      pairs((description) => ({
        smaller: withClock(description, { late: 0 }),
        larger: withClock(description, { late: 2 }),
      })),
    ],
    [
      "where messages take some time is one where they may take none",
      pairs((description) => ({
        smaller: withDelay(description, { min: 1, max: 2 }),
        larger: withDelay(description, { min: 0, max: 2 }),
      })),
    ],
  ])("%s", (_, pairs) => {
    fc.assert(
      fc.property(pairs, (pair) => {
        const steps = unfollowed(pair)
        fc.pre(steps !== undefined)
        expect(steps).toEqual([])
      }),
      { numRuns: models(12), ...replay },
    )
  }, 3_600_000)
})
