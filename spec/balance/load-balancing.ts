/**
 * # Load balancing
 *
 * A balancer among backends that come and go, get sick and recover, and die with requests on them. What is checked of every algorithm
 * in `src/balance` is checked of this model: it lets the environment do whatever it may, and the dice show whatever they can.
 *
 * | action | what happens |
 * |---|---|
 * | `request(key, outcome)` | a request comes, and is given to the backend that the balancer chooses; `outcome` says what the dice show. It is refused if there is nobody to choose |
 * | `release(backend)` | a backend has answered one of its requests |
 * | `fail(backend)`, `recover(backend)` | a backend is found to be unhealthy, or healthy again. What it has to do, it still does |
 * | `die(backend)` | a backend crashes: its requests are lost, and the connections to it break |
 * | `join(backend)`, `leave(backend)` | a backend is added, or removed. One that is removed finishes what it has |
 * | `begin` | the specification begins to count anew who gets how much: since it may at any time, what holds of the counts holds in every window |
 *
 * @module
 */
import { Schema } from "effect"
import { type Backend, type Balancer, type Membership, outcomes, type RoutingOutcome } from "../../src/balance/index.ts"
import {
  type Action,
  type Language,
  type Model,
  type Properties,
  range,
  record,
  type RecordOf,
  type State,
  variables,
} from "../../src/index.ts"

/** What the balancer's owner believes of a backend. Who is `absent` is no member. */
export const BackendStatus = Schema.Literals(["absent", "healthy", "unhealthy"])

/** The variables of {@link loadBalancing}. */
export type LoadBalancingVariables = {
  /** The state of the balancer. */
  readonly balancer: Schema.Schema<Membership>
  readonly status: RecordOf<string, typeof BackendStatus>
  /** How many requests a backend is working on. */
  readonly load: RecordOf<string, Schema.Int>
  /** Whether a request was refused, since the last that was not and the last change of a status. */
  readonly refused: Schema.Boolean
  /**
   * How many requests a backend has got since the window began, if it has been a candidate ever since; else `null`. Whenever all of
   * these have got at least as many as their weight, that is taken off from all.
   */
  readonly served: RecordOf<string, Schema.NullOr<Schema.Int>>
}

/** A balancer and its surroundings. */
export interface LoadBalancing<S extends Membership, C> {
  readonly balancer: Balancer<S, C>
  /** Every backend that there may ever be. */
  readonly backends: ReadonlyArray<Backend>
  /** The names of those that are not there at first; none unless given. */
  readonly absent?: ReadonlyArray<string>
  /** The keys of the requests; one unless given. */
  readonly keys?: ReadonlyArray<string>
  /** How many requests are at work at most. */
  readonly inFlight: number
  /** What may happen to backends; nothing unless given. */
  readonly events?: ReadonlyArray<"fail" | "die" | "join">
  /**
   * Whose change of status ends the window in which requests are counted: that of anybody, or for each backend its own alone. Nobody
   * counts unless it is given.
   */
  readonly window?: "anybody" | "itself"
}

/** What {@link loadBalancing} gives: the constructors of properties, and of the model. */
export interface BalancedSystem extends Omit<Language<LoadBalancingVariables>, "model"> {
  readonly backends: ReadonlyArray<Backend>
  /** The keys of the requests. */
  readonly keys: ReadonlyArray<string>
  /** All that may come of the next request, if it has this key, with the probabilities; the first key unless given. */
  readonly outcomes: (s: State<LoadBalancingVariables>, key?: string) => ReadonlyArray<RoutingOutcome<Membership>>
  /** The model with these properties. */
  readonly model: (properties: Properties) => Model<LoadBalancingVariables>
}

type Counts = { readonly [backend: string]: number | null }

/** The counts when one more request has gone to `chosen`. */
const counted = (served: Counts, backends: ReadonlyArray<Backend>, chosen: string): Counts => {
  const watched = backends.filter(({ name }) => served[name] !== null)
  const next = Object.fromEntries(
    watched.map(({ name }) => [name, served[name] as number + (name === chosen ? 1 : 0)]),
  )
  const isRound = watched.every(({ name, weight }) => next[name] as number >= weight)
  return isRound
    ? Object.fromEntries(watched.map(({ name, weight }) => [name, next[name] as number - weight]))
    : next
}

/**
 * A balancer among backends.
 *
 * @example
 * ```ts
 * import { check } from "touchstone"
 * import { backends, roundRobin } from "touchstone/balance"
 * import { chosenWell, loadBalancing } from "touchstone/spec/balance"
 * import { Effect } from "effect"
 *
 * const balanced = loadBalancing({
 *   balancer: roundRobin,
 *   backends: backends({ a: 1, b: 1 }),
 *   inFlight: 1,
 *   events: ["fail"],
 * })
 * Effect.runSync(check(balanced.model(chosenWell(balanced)))).verdict // => "holds"
 * ```
 */
export const loadBalancing = <S extends Membership, C>(
  { absent = [], backends, balancer: given, events = [], inFlight, keys = ["k"], window }: LoadBalancing<S, C>,
): BalancedSystem => {
  /** Of whatever state: nobody looks into it here. */
  const balancer = given as Balancer<any, unknown> as Balancer<Membership, unknown>
  const names = backends.map(({ name }) => name)
  const language: Language<LoadBalancingVariables> = variables({
    balancer: balancer.state,
    status: record(names, BackendStatus),
    load: record(names, Schema.Int),
    refused: Schema.Boolean,
    served: record(names, Schema.NullOr(Schema.Int)),
  })
  const { action } = language
  const start = balancer.start(backends.filter(({ name }) => !absent.includes(name)))
  const everybody = names.filter((name) => !start.members.includes(name)).reduce(balancer.join, start)
  const mostOutcomes = outcomes(balancer, everybody, { key: "k", candidates: backends }).length

  const total = (load: { readonly [name: string]: number }): number =>
    names.reduce((sum, name) => sum + (load[name] as number), 0)
  const candidatesOf = (s: State<LoadBalancingVariables>): ReadonlyArray<Backend> =>
    backends.filter(({ name }) => s.status[name] === "healthy")
  /** The status of a backend changes, and a window ends. */
  const becomes = (backend: string, status: typeof BackendStatus.Type) => ({
    status: { [backend]: status },
    refused: false,
    served: Object.fromEntries((window === "itself" ? [backend] : names).map((name) => [name, null])),
  })

  const actions: { readonly [name: string]: Action<LoadBalancingVariables> } = {
    request: action({ key: keys, outcome: range(0, mostOutcomes - 1) }, (s, { key, outcome }) => {
      if (total(s.load) >= inFlight) return false
      const asked = { key, candidates: candidatesOf(s) }
      const chance = balancer.chances(s.balancer, asked)[outcome]
      // Without a candidate, no dice are thrown.
      if (chance === undefined && outcome > 0) return false
      const { backend, state } = balancer.choose(s.balancer, asked, chance?.choice)
      return backend === null ? { refused: true } : {
        balancer: state,
        load: { [backend]: s.load[backend] as number + 1 },
        refused: false,
        served: counted(s.served, backends, backend),
      }
    }),
    release: action({ backend: names }, (s, { backend }) =>
      s.load[backend] as number > 0 && {
        balancer: balancer.release(s.balancer, backend),
        load: { [backend]: s.load[backend] as number - 1 },
      }),
    ...(events.includes("fail") && {
      fail: action(
        { backend: names },
        (s, { backend }) => s.status[backend] === "healthy" && becomes(backend, "unhealthy"),
      ),
    }),
    ...(events.includes("die") && {
      die: action({ backend: names }, (s, { backend }) => {
        const load = s.load[backend] as number
        if (s.status[backend] !== "healthy" && load === 0) return false
        return {
          ...becomes(backend, s.status[backend] === "absent" ? "absent" : "unhealthy"),
          balancer: range(1, load).reduce((state) => balancer.release(state, backend), s.balancer),
          load: { [backend]: 0 },
        }
      }),
    }),
    ...((events.includes("fail") || events.includes("die")) && {
      recover: action(
        { backend: names },
        (s, { backend }) => s.status[backend] === "unhealthy" && becomes(backend, "healthy"),
      ),
    }),
    ...(events.includes("join") && {
      join: action({ backend: names }, (s, { backend }) =>
        s.status[backend] === "absent" && {
          ...becomes(backend, "healthy"),
          balancer: balancer.join(s.balancer, backend),
        }),
      leave: action({ backend: names }, (s, { backend }) =>
        s.status[backend] !== "absent" && {
          ...becomes(backend, "absent"),
          balancer: balancer.leave(s.balancer, backend),
        }),
    }),
    ...(window !== undefined && {
      begin: action((s) => ({
        served: Object.fromEntries(names.map((name) => [name, s.status[name] === "healthy" ? 0 : null])),
      })),
    }),
  }

  return {
    ...language,
    backends,
    keys,
    outcomes: (s, key = keys[0] as string) => outcomes(balancer, s.balancer, { key, candidates: candidatesOf(s) }),
    model: (properties) =>
      language.model({
        name: balancer.name,
        initial: {
          balancer: start,
          status: (name) => absent.includes(name) ? "absent" : "healthy",
          load: () => 0,
          refused: false,
          served: (name) => window === undefined || absent.includes(name) ? null : 0,
        },
        actions,
        properties,
      }),
  }
}
