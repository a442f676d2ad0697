/**
 * # A view that is old
 *
 * Several balancers that give to whoever has least to do, and learn from a common report what backends have to do: now and then, and not at
 * each request. Until the next report, the one that was idle in the last looks idle to all of them, and all give to it: the *herd effect*
 * (Mitzenmacher, *How useful is old information?*, 2000; Dahlin, *Interpreting stale load information*, 2000).
 *
 * | action | what happens |
 * |---|---|
 * | `request(balancer, outcome)` | a request comes to a balancer, which gives it to who has least in its view |
 * | `report` | what backends have to do is reported to all balancers |
 *
 * Requests last longer than anybody looks here: none is over.
 *
 * @module
 */
import { Schema } from "effect"
import { type Backend, type CountingState, leastConnections, outcomes } from "../../src/balance/index.ts"
import {
  type Always,
  type Language,
  type Model,
  type Properties,
  range,
  record,
  type RecordOf,
  variables,
} from "../../src/index.ts"

/** The variables of {@link oldView}. */
export type OldViewVariables = {
  /** What a backend has to do. */
  readonly load: RecordOf<string, Schema.Int>
  /** What each balancer believes that each backend has to do. */
  readonly view: RecordOf<string, RecordOf<string, Schema.Int>>
}

/**
 * How a balancer comes to its view: it knows the loads as they are (`fresh`); it knows the last report (`reported`); or it counts what it has
 * given away itself, and nothing else (`own`).
 */
export type View = "fresh" | "reported" | "own"

/** What {@link oldView} gives. */
export interface OldViewSystem extends Omit<Language<OldViewVariables>, "model"> {
  /** The model, with these properties. */
  readonly model: (properties: Properties) => Model<OldViewVariables>
  /** No backend has more than so many requests more than another one. */
  readonly noHerd: (most: number) => Always
}

/**
 * Balancers with a view.
 *
 * @param definition - the names of the `balancers`; the `backends`; the `view`; and how many `requests` come at most.
 *
 * @example
 * ```ts
 * import { check } from "touchstone"
 * import { backends } from "touchstone/balance"
 * import { oldView } from "touchstone/spec/balance"
 * import { Effect } from "effect"
 *
 * const system = oldView({ balancers: ["p", "q"], backends: backends({ a: 1, b: 1 }), view: "reported", requests: 4 })
 * Effect.runSync(check(system.model({ noHerd: system.noHerd(2) }))).verdict // => "violated"
 * ```
 */
export const oldView = (
  { backends, balancers, requests, view }: {
    readonly balancers: ReadonlyArray<string>
    readonly backends: ReadonlyArray<Backend>
    readonly view: View
    readonly requests: number
  },
): OldViewSystem => {
  const names = backends.map(({ name }) => name)
  const asked = { key: "k", candidates: backends }
  const language: Language<OldViewVariables> = variables({
    load: record(names, Schema.Int),
    view: record(balancers, record(names, Schema.Int)),
  })
  const { action, always, model } = language
  const loads = (load: { readonly [backend: string]: number }): CountingState["connections"] =>
    Object.fromEntries(names.map((name) => [name, load[name] as number]))
  return {
    ...language,
    noHerd: (most) =>
      always((s) => Math.max(...Object.values(loads(s.load))) - Math.min(...Object.values(loads(s.load))) <= most),
    model: (properties) =>
      model({
        name: `least connections, ${balancers.length} balancers, ${view} views`,
        initial: { load: () => 0, view: () => () => 0 },
        actions: {
          request: action({ balancer: balancers, outcome: range(0, names.length - 1) }, (s, { balancer, outcome }) => {
            if (names.reduce((sum, name) => sum + (s.load[name] as number), 0) >= requests) return false
            const connections = loads(view === "fresh" ? s.load : s.view[balancer] as { [backend: string]: number })
            const backend = outcomes(leastConnections, { members: names, connections }, asked)[outcome]?.backend
            if (backend === undefined || backend === null) return false
            return {
              load: { [backend]: s.load[backend] as number + 1 },
              ...(view === "own" && { view: { [balancer]: { [backend]: (connections[backend] as number) + 1 } } }),
            }
          }),
          ...(view === "reported" && {
            report: action((s) => ({ view: Object.fromEntries(balancers.map((name) => [name, loads(s.load)])) })),
          }),
        },
        properties,
      }),
  }
}
