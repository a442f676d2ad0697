/**
 * # A backend that fails fast
 *
 * A backend that is broken in such a way that it answers each request at once, with an error. It has never anything to do, so whoever goes by
 * how much backends have to do takes it for the best of all, and gives it everything: a black hole.
 *
 * | action | what happens |
 * |---|---|
 * | `request(outcome)` | a request comes, and is given to the backend that the balancer chooses. If that is the broken one, it fails at once |
 * | `release(backend)` | one of the others has answered a request |
 *
 * @module
 */
import { Schema } from "effect"
import {
  type Backend,
  type Balancer,
  Ejections,
  type Membership,
  outcomes,
  type OutlierEjection,
} from "../../src/balance/index.ts"
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

/** The variables of {@link failingFast}. */
export type FailingFastVariables = {
  readonly balancer: Schema.Schema<Membership>
  /** How many requests a backend is working on. */
  readonly load: RecordOf<string, Schema.Int>
  readonly ejections: typeof Ejections
  /** How many requests in a row have failed, up to one more than may. */
  readonly failed: Schema.Int
}

/** What {@link failingFast} gives. */
export interface FailingFastSystem extends Omit<Language<FailingFastVariables>, "model"> {
  /** The model, with these properties. */
  readonly model: (properties: Properties) => Model<FailingFastVariables>
  /** No more than so many requests in a row fail, although somebody works. */
  readonly fewFail: Always
}

/**
 * A balancer among backends of which one fails fast.
 *
 * @param definition - the `balancer`; the `backends`, and which of them is `broken`; how many requests are at work at most (`inFlight`); how many in
 *   a row `mayFail`; and `ejection`, if failures are looked at.
 *
 * @example
 * ```ts
 * import { check } from "touchstone"
 * import { backends, leastConnections } from "touchstone/balance"
 * import { failingFast } from "touchstone/spec/balance"
 * import { Effect } from "effect"
 *
 * const all = backends({ a: 1, b: 1 })
 * const system = failingFast({ balancer: leastConnections, backends: all, broken: "b", inFlight: 1, mayFail: 2 })
 * Effect.runSync(check(system.model({ fewFail: system.fewFail }))).verdict // => "violated"
 * ```
 */
export const failingFast = <S extends Membership, C>(
  { backends, balancer: given, broken, ejection, inFlight, mayFail }: {
    readonly balancer: Balancer<S, C>
    readonly backends: ReadonlyArray<Backend>
    readonly broken: string
    readonly inFlight: number
    readonly mayFail: number
    readonly ejection?: OutlierEjection
  },
): FailingFastSystem => {
  /** Of whatever state: nobody looks into it here. */
  const balancer = given as Balancer<any, unknown> as Balancer<Membership, unknown>
  const names = backends.map(({ name }) => name)
  const language: Language<FailingFastVariables> = variables({
    balancer: balancer.state,
    load: record(names, Schema.Int),
    ejections: Ejections,
    failed: Schema.Int,
  })
  const { action, always, model } = language
  const start = balancer.start(backends)
  const key = "k"
  const most = outcomes(balancer, start, { key, candidates: backends }).length
  return {
    ...language,
    fewFail: always((s) => s.failed <= mayFail),
    model: (properties) =>
      model({
        name: `${balancer.name}, a backend that fails fast`,
        initial: {
          balancer: start,
          load: () => 0,
          ejections: ejection?.start(names) ?? { failures: {}, ejected: [] },
          failed: 0,
        },
        actions: {
          request: action({ outcome: range(0, most - 1) }, (s, { outcome }) => {
            if (names.reduce((sum, name) => sum + (s.load[name] as number), 0) >= inFlight) return false
            const candidates = backends.filter(({ name }) => !s.ejections.ejected.includes(name))
            const chosen = outcomes(balancer, s.balancer, { key, candidates })[outcome]
            if (chosen === undefined || chosen.backend === null) return false
            const { backend, state } = chosen
            return backend === broken
              ? {
                balancer: balancer.release(state, backend),
                ejections: ejection?.answered(s.ejections, backend, false) ?? s.ejections,
                failed: Math.min(mayFail + 1, s.failed + 1),
              }
              : { balancer: state, load: { [backend]: s.load[backend] as number + 1 }, failed: 0 }
          }),
          release: action({ backend: names }, (s, { backend }) =>
            s.load[backend] as number > 0 && {
              balancer: balancer.release(s.balancer, backend),
              load: { [backend]: s.load[backend] as number - 1 },
            }),
        },
        properties,
      }),
  }
}
