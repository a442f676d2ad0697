/**
 * What the configurations of a suite leave out, all of them together.
 *
 * One configuration need not fire every timer. But what none of them does could be wrong, and all of them would still hold.
 *
 * @module
 */
import type { Report, Vacuous } from "../engine/report.ts"
import type { Suite } from "../suite.ts"

/** What is looked at of the report of a configuration that holds. */
export type Tested = Pick<Report, "coverage" | "reached" | "vacuous"> & {
  readonly properties: ReadonlyArray<Pick<Report["properties"][number], "name">>
}

const keyOf = ({ kind, name }: Pick<Vacuous, "kind" | "name">): string => `${kind} ${name}`

/** What a configuration puts to the test. */
const testedBy = ({ coverage, properties, reached = [], vacuous = [] }: Tested): ReadonlyArray<string> => {
  const says = new Set(vacuous.filter(({ kind }) => kind === "property").map(({ name }) => name))
  return [
    ...properties.filter(({ name }) => !says.has(name)).map(({ name }) => keyOf({ kind: "property", name })),
    ...coverage.filter(({ enabled }) => enabled > 0).map(({ name }) => keyOf({ kind: "action", name })),
    ...reached.map((name) => keyOf({ kind: "milestone", name })),
  ]
}

/**
 * What no configuration of a suite that holds puts to the test, one sentence each; and what the suite calls `unreachable` although
 * it is reached, or does not exist.
 *
 * @param suite - the suite.
 * @param reports - those of its configurations that hold, each explored to its end.
 *
 * @example
 * ```ts
 * import { check } from "touchstone"
 * import { suite, untested } from "touchstone/model-check"
 * import { TwoPhase } from "touchstone/spec/tla"
 * import { Effect } from "effect"
 *
 * const model = TwoPhase({ rms: 1 })
 * const mine = suite({
 *   name: "mine",
 *   description: "Two-phase commit, small",
 *   source: "Gray and Lamport (2006), section 3",
 *   constants: {},
 *   configurations: [{ name: "1 RM", constants: {}, model: () => model, expected: { verdict: "holds" } }],
 *   unreachable: { rmRecover: "nobody crashes" },
 * })
 * untested(mine, [Effect.runSync(check(model))]) // => ["rmRecover is said to be unreachable, and there is nothing of that name"]
 * ```
 */
export const untested = (
  { unreachable }: Pick<Suite, "unreachable">,
  reports: ReadonlyArray<Tested>,
): ReadonlyArray<string> => {
  const tested = new Set(reports.flatMap(testedBy))
  const never = new Map(
    reports.flatMap(({ vacuous = [] }) => vacuous).filter((one) => !tested.has(keyOf(one))).map((
      one,
    ) => [keyOf(one), one]),
  )
  const missing = [...never.values()].filter(({ name }) => !Object.hasOwn(unreachable, name))
  const needless = Object.keys(unreachable).filter((name) => ![...never.values()].some((one) => one.name === name))
  const isReached = (name: string): boolean =>
    (["property", "action", "milestone"] as const).some((kind) => tested.has(keyOf({ kind, name })))
  return [
    ...missing.map(({ name, reason }) => `${name} is put to the test in no configuration that holds: ${reason}`),
    ...needless.map((name) =>
      `${name} is said to be unreachable, and ${isReached(name) ? "is reached" : "there is nothing of that name"}`
    ),
  ]
}
