/**
 * # Health
 *
 * A balancer with active and passive health checks. What probes and requests come to is for the environment to choose: a probe may fail
 * although the backend works, and may succeed although it does not.
 *
 * | action | what happens |
 * |---|---|
 * | `probe(backend, succeeded)` | an active health check |
 * | `request(outcome)` | a request comes, and is given to the backend that the balancer chooses; `outcome` says what the dice show |
 * | `answer(backend, succeeded)` | a request is over, and has failed or not |
 * | `readmit(backend)` | the time of an ejection is over |
 *
 * @module
 */
import { Schema } from "effect"
import {
  type Backend,
  type Balancer,
  Ejections,
  Health,
  type HealthCheck,
  type Membership,
  outcomes,
  type OutlierEjection,
  panicBelow,
} from "../../src/balance/index.ts"
import {
  implies,
  type Language,
  type Model,
  type Properties,
  range,
  record,
  type RecordOf,
  type State,
  variables,
} from "../../src/index.ts"

/** The last result of a backend, and how often it came in a row. It is counted up to a threshold. */
const InARow = Schema.Struct({ succeeded: Schema.Boolean, times: Schema.Int })

/** The variables of {@link withHealthChecks}. */
export type HealthVariables = {
  readonly balancer: Schema.Schema<Membership>
  /** How many requests a backend is working on. */
  readonly load: RecordOf<string, Schema.Int>
  /** What is believed of a backend because of probes. */
  readonly health: RecordOf<string, typeof Health>
  /** Who is ejected because of failed requests. */
  readonly ejections: typeof Ejections
  /** The last results of probes since the belief last changed, and of requests since the last ejection: what only the specification remembers. */
  readonly probed: RecordOf<string, typeof InARow>
  readonly answered: RecordOf<string, typeof InARow>
  /** Whether a request was refused. */
  readonly refused: Schema.Boolean
}

type Observed = State<HealthVariables>

/** A balancer, and who looks after the health of its backends. */
export interface HealthChecked<S extends Membership, C> {
  readonly balancer: Balancer<S, C>
  readonly backends: ReadonlyArray<Backend>
  readonly inFlight: number
  /** Active checks, and their thresholds. */
  readonly check: HealthCheck
  readonly fall: number
  readonly rise: number
  /** Passive checks, and their threshold. */
  readonly ejection: OutlierEjection
  readonly failures: number
  /** How many percent of the backends may be ejected. */
  readonly percent: number
  /** How many percent of the backends must be able to serve; with fewer, all are candidates. */
  readonly panic: number
}

/** What {@link withHealthChecks} gives. */
export interface HealthCheckedSystem extends Omit<Language<HealthVariables>, "model"> {
  /** What was given. */
  readonly definition: HealthChecked<any, any>
  /** The model, with these properties. */
  readonly model: (properties: Properties) => Model<HealthVariables>
}

const next = ({ succeeded, times }: typeof InARow.Type, result: boolean, most: number): typeof InARow.Type =>
  result === succeeded ? { succeeded, times: Math.min(most, times + 1) } : { succeeded: result, times: 1 }

/** Who is believed to be healthy, and is not ejected. */
const isAble = (s: Observed, backend: string): boolean =>
  (s.health[backend] as Health).healthy && !s.ejections.ejected.includes(backend)

/**
 * A balancer whose backends are probed, ejected and readmitted.
 *
 * @example
 * ```ts
 * import { check } from "touchstone"
 * import { backends, healthCheck, outlierEjection, roundRobin } from "touchstone/balance"
 * import { healthy, withHealthChecks } from "touchstone/spec/balance"
 * import { Effect } from "effect"
 *
 * const checked = withHealthChecks({
 *   balancer: roundRobin,
 *   backends: backends({ a: 1, b: 1 }),
 *   inFlight: 1,
 *   check: healthCheck({ fall: 1, rise: 1 }),
 *   fall: 1,
 *   rise: 1,
 *   ejection: outlierEjection({ failures: 1, percent: 50 }),
 *   failures: 1,
 *   percent: 50,
 *   panic: 50,
 * })
 * Effect.runSync(check(checked.model(healthy(checked)))).verdict // => "holds"
 * ```
 */
export const withHealthChecks = <S extends Membership, C>(definition: HealthChecked<S, C>): HealthCheckedSystem => {
  const { backends, check, ejection, failures, fall, inFlight, panic, rise } = definition
  /** Of whatever state: nobody looks into it here. */
  const balancer = definition.balancer as Balancer<any, unknown> as Balancer<Membership, unknown>
  const names = backends.map(({ name }) => name)
  const language: Language<HealthVariables> = variables({
    balancer: balancer.state,
    load: record(names, Schema.Int),
    health: record(names, Health),
    ejections: Ejections,
    probed: record(names, InARow),
    answered: record(names, InARow),
    refused: Schema.Boolean,
  })
  const { action } = language
  const candidates = panicBelow(panic)
  const start = balancer.start(backends)
  const key = "k"
  const most = outcomes(balancer, start, { key, candidates: backends }).length
  const results = [false, true]
  const fresh = { succeeded: true, times: 0 }
  return {
    ...language,
    definition,
    model: (properties) =>
      language.model({
        name: `${balancer.name} with health checks`,
        initial: {
          balancer: start,
          load: () => 0,
          health: () => ({ healthy: true, against: 0 }),
          ejections: ejection.start(names),
          probed: () => fresh,
          answered: () => fresh,
          refused: false,
        },
        actions: {
          probe: action({ backend: names, succeeded: results }, (s, { backend, succeeded }) => {
            const before = s.health[backend] as Health
            const health = check(before, succeeded)
            return {
              health: { [backend]: health },
              probed: { [backend]: next(s.probed[backend] as typeof fresh, succeeded, Math.max(fall, rise)) },
              refused: false,
            }
          }),
          request: action({ outcome: range(0, most - 1) }, (s, { outcome }) => {
            if (names.reduce((sum, name) => sum + (s.load[name] as number), 0) >= inFlight) return false
            const able = names.filter((name) => isAble(s, name))
            const chosen = outcomes(balancer, s.balancer, { key, candidates: candidates(backends, able) })[outcome]
            if (chosen === undefined) return false
            const { backend, state } = chosen
            return backend === null
              ? { refused: true }
              : { balancer: state, load: { [backend]: s.load[backend] as number + 1 }, refused: false }
          }),
          answer: action({ backend: names, succeeded: results }, (s, { backend, succeeded }) => {
            const load = s.load[backend] as number
            if (load === 0) return false
            return {
              balancer: balancer.release(s.balancer, backend),
              load: { [backend]: load - 1 },
              ejections: ejection.answered(s.ejections, backend, succeeded),
              answered: { [backend]: next(s.answered[backend] as typeof fresh, succeeded, failures) },
              refused: false,
            }
          }),
          readmit: action({ backend: names }, (s, { backend }) =>
            s.ejections.ejected.includes(backend) && {
              ejections: ejection.readmit(s.ejections, backend),
              answered: { [backend]: fresh },
              refused: false,
            }),
        },
        properties,
      }),
  }
}

/**
 * What holds of a balancer with health checks.
 *
 * | property | meaning |
 * |---|---|
 * | `patient` | what is believed of a backend changes only after as many results in a row as the threshold says |
 * | `prompt` | it changes then: nobody is believed to be healthy after `fall` failures in a row, nor unhealthy after `rise` successes |
 * | `floor` | never are more ejected than may be |
 * | `forCause` | whoever is ejected has failed as often in a row as the threshold says |
 * | `ejectedAtOnce` | whoever has failed so often in a row is ejected with that failure, unless as many are ejected as may be |
 * | `onlyAble` | whoever gets a request is healthy and not ejected, unless so few are that all are candidates |
 * | `neverRefused` | in a balancer that panics, somebody is always there to choose |
 * | `mayPanic`, `mayEject`, `mayRecover` | some behaviour leads to a request in a panic, to an ejection, and to a backend that is healthy again |
 *
 * @example
 * ```ts
 * import { backends, healthCheck, outlierEjection, roundRobin } from "touchstone/balance"
 * import { healthy, withHealthChecks } from "touchstone/spec/balance"
 *
 * const checked = withHealthChecks({
 *   balancer: roundRobin,
 *   backends: backends({ a: 1, b: 1 }),
 *   inFlight: 1,
 *   check: healthCheck({ fall: 2, rise: 1 }),
 *   fall: 2,
 *   rise: 1,
 *   ejection: outlierEjection({ failures: 1, percent: 50 }),
 *   failures: 1,
 *   percent: 50,
 *   panic: 0,
 * })
 * Object.keys(healthy(checked)).includes("neverRefused") // => false
 * ```
 */
export const healthy = ({ always, definition, reachable, step }: HealthCheckedSystem): Properties => {
  const { backends, failures, fall, panic, percent, rise } = definition
  const names = backends.map(({ name }) => name)
  const mostEjected = Math.max(Math.min(1, names.length - 1), Math.floor((names.length * percent) / 100))
  const healthOf = (s: Observed, backend: string): Health => s.health[backend] as Health
  const ables = (s: Observed): number => names.filter((name) => isAble(s, name)).length
  const panics = (s: Observed): boolean => ables(s) * 100 < panic * names.length
  const isGiven = (before: Observed, after: Observed, backend: string): boolean =>
    (after.load[backend] as number) > (before.load[backend] as number)
  const isAnswered = (before: Observed, after: Observed, backend: string): boolean =>
    (after.load[backend] as number) < (before.load[backend] as number)
  return {
    patient: step(
      { backend: names },
      implies(
        (before, after, { backend }) => healthOf(before, backend).healthy !== healthOf(after, backend).healthy,
        (_, after, { backend }) => {
          const { succeeded, times } = after.probed[backend] as typeof InARow.Type
          const { healthy } = healthOf(after, backend)
          return succeeded === healthy && times >= (healthy ? rise : fall)
        },
      ),
    ),
    prompt: always({ backend: names }, (s, { backend }) => {
      const { succeeded, times } = s.probed[backend] as typeof InARow.Type
      const { healthy } = healthOf(s, backend)
      return succeeded === healthy || times < (healthy ? fall : rise)
    }),
    floor: always((s) => s.ejections.ejected.length <= mostEjected),
    forCause: step(
      { backend: names },
      implies(
        (before, after, { backend }) =>
          after.ejections.ejected.includes(backend) && !before.ejections.ejected.includes(backend),
        (_, after, { backend }) => {
          const { succeeded, times } = after.answered[backend] as typeof InARow.Type
          return !succeeded && times >= failures
        },
      ),
    ),
    ejectedAtOnce: step(
      { backend: names },
      implies(
        (before, after, { backend }) => {
          const { succeeded, times } = after.answered[backend] as typeof InARow.Type
          return isAnswered(before, after, backend) && !succeeded && times >= failures &&
            before.ejections.ejected.length < mostEjected
        },
        (_, after, { backend }) => after.ejections.ejected.includes(backend),
      ),
    ),
    onlyAble: step(
      { backend: names },
      implies(
        (before, after, { backend }) => isGiven(before, after, backend),
        (before, _, { backend }) => isAble(before, backend) || panics(before),
      ),
    ),
    ...(panic > 0 && {
      neverRefused: always((s) => !s.refused),
      mayPanic: reachable((s) => names.some((name) => !isAble(s, name) && (s.load[name] as number) > 0) && panics(s)),
    }),
    mayEject: reachable((s) => s.ejections.ejected.length > 0),
    mayRecover: reachable((s) =>
      names.some((name) => {
        const { succeeded, times } = s.probed[name] as typeof InARow.Type
        return healthOf(s, name).healthy && succeeded && times >= rise && s.load[name] === 1
      })
    ),
  }
}
