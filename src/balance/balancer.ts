/**
 * # Balancers
 *
 * Who serves the next request. A balancer is a pure function of its state, a request and a choice, to its next state and the
 * backend that it has chosen. There is no randomness in it: where an algorithm throws dice, what they may show is a list of
 * *chances*, each with its probability, and the caller (a generator of random numbers, a test, the checker) says which it was.
 *
 * Which backends may be chosen, and with which weights, is said with each request: whoever looks after health, slow start and
 * ejection decides that, and the algorithm need not know. What an algorithm must remember of its *members* (an order, a number of
 * connections) is in its state.
 *
 * **Promises**, for each of them: only a candidate is chosen, and some candidate is if there is one. A backend with the weight 0 is
 * no candidate: it finishes what it has, and gets nothing new.
 *
 * @module
 */
import { Data, type Schema } from "effect"

/** A server that may be chosen. */
export interface Backend {
  readonly name: string
  /** Its share of the requests, in relation to the weights of the others: a whole number from 0. */
  readonly weight: number
}

/** What is to be served. */
export interface RoutedRequest {
  /** What those balancers hash that send the same to the same backend: an address, a user, a name of what is asked for. */
  readonly key: string
  /** Who may serve it: members of the balancer. */
  readonly candidates: ReadonlyArray<Backend>
}

/** A probability, as a fraction of whole numbers. */
export interface Probability {
  readonly numerator: number
  readonly denominator: number
}

/** Something that the dice may show. */
export interface Chance<C> {
  readonly choice: C
  readonly probability: Probability
}

/** What came of a request: who serves it, or `null` if there is no candidate. */
export interface Chosen<S> {
  readonly state: S
  readonly backend: string | null
}

/** What each balancer has in its state: its members, in the order in which they joined. */
export interface Membership {
  readonly members: ReadonlyArray<string>
}

/** What an algorithm says of itself; {@link balancer} adds what all have in common. */
export interface Algorithm<S extends Membership, C> {
  readonly name: string
  readonly state: Schema.Schema<S>
  /** The state before the first request. */
  readonly start: (members: ReadonlyArray<string>) => S
  /** A backend that is no member becomes the last of them. */
  readonly join: (state: S, backend: string) => S
  /** A member is one no longer. */
  readonly leave: (state: S, backend: string) => S
  /** What the dice may show for a request with at least one candidate. Their probabilities add up to 1. */
  readonly chances: (state: S, request: RoutedRequest) => ReadonlyArray<Chance<C>>
  /** Who serves a request with at least one candidate. */
  readonly choose: (state: S, request: RoutedRequest, choice: C) => Chosen<S>
  /** A request is over that this backend was chosen for: it was answered, or the connection broke. */
  readonly release: (state: S, backend: string) => S
}

/** A balancer, made by {@link balancer}. Its functions are those of an {@link Algorithm}, and refuse what makes no sense. */
export interface Balancer<S extends Membership, C> extends Omit<Algorithm<S, C>, "start"> {
  /**
   * The state before the first request.
   *
   * @throws {@link InvalidBackends} when no backend is given, or one twice, a weight is no whole number from 0, or all are 0.
   */
  readonly start: (backends: ReadonlyArray<Backend>) => S
}

/** Backends that no balancer can work with. */
export class InvalidBackends extends Data.TaggedError("InvalidBackends")<{ readonly reason: string }> {
  override get message(): string {
    return this.reason
  }
}

/** The only choice there is, where nothing is left to chance. */
export const CERTAIN: ReadonlyArray<Chance<null>> = [{ choice: null, probability: { numerator: 1, denominator: 1 } }]

const refuse = (reason: string): never => {
  throw new InvalidBackends({ reason })
}

const validate = (backends: ReadonlyArray<Backend>): void => {
  const names = new Set<string>()
  for (const { name, weight } of backends) {
    if (!Number.isSafeInteger(weight) || weight < 0) {
      refuse(`the weight of ${name} is ${weight}; give a whole number from 0`)
    }
    if (names.has(name)) refuse(`${name} is given twice; give each backend once`)
    names.add(name)
  }
}

/**
 * Backends with their weights, as a list.
 *
 * @param weights - the weights by name.
 *
 * @example
 * ```ts
 * import { backends } from "touchstone/balance"
 *
 * backends({ a: 5, b: 1 }) // => [{ name: "a", weight: 5 }, { name: "b", weight: 1 }]
 * ```
 */
export const backends = (weights: { readonly [name: string]: number }): ReadonlyArray<Backend> =>
  Object.entries(weights).map(([name, weight]) => ({ name, weight }))

/**
 * A balancer of an algorithm, which needs to say only what is special about it: a balancer whose members only come and go, that
 * throws no dice and does not count, has no `join`, `leave`, `chances` or `release`.
 *
 * | function | is refused with {@link InvalidBackends} |
 * |---|---|
 * | `start` | no backend, a backend twice, a weight that is no whole number from 0, all weights 0 |
 * | `join` | a member |
 * | `leave` | who is no member |
 * | `choose`, `chances` | a candidate that is no member, one given twice, a weight that is no whole number from 0 |
 * | `choose` | a choice that is not among the chances, if it leads to somebody who is no candidate |
 *
 * A request without a candidate is not refused: no chance has a say in it, and nobody is chosen.
 *
 * @example
 * ```ts
 * import { backends, balancer } from "touchstone/balance"
 * import { Schema } from "effect"
 *
 * const first = balancer({
 *   name: "always the first",
 *   state: Schema.Struct({ members: Schema.Array(Schema.String) }),
 *   start: (members) => ({ members }),
 *   choose: (state, { candidates: [candidate] }) => ({ state, backend: candidate?.name ?? null }),
 * })
 * const candidates = backends({ a: 1, b: 1 })
 * first.choose(first.start(candidates), { key: "k", candidates }, null).backend // => "a"
 * ```
 */
export const balancer = <S extends Membership, C = null>(
  algorithm:
    & Pick<Algorithm<S, C>, "name" | "state" | "start" | "choose">
    & Partial<Pick<Algorithm<S, C>, "join" | "leave" | "release">>
    & ([C] extends [null] ? Partial<Pick<Algorithm<S, C>, "chances">> : Pick<Algorithm<S, C>, "chances">),
): Balancer<S, C> => {
  const { choose, start } = algorithm
  const chances = algorithm.chances ?? (() => CERTAIN as ReadonlyArray<Chance<unknown>> as ReadonlyArray<Chance<C>>)
  const join = algorithm.join ?? ((state: S, backend: string): S => ({
    ...state,
    members: [...state.members, backend],
  }))
  const leave = algorithm.leave ?? ((state: S, backend: string): S => ({
    ...state,
    members: state.members.filter((member) => member !== backend),
  }))
  const able = (state: S, { candidates, key }: RoutedRequest): RoutedRequest => {
    validate(candidates)
    const stranger = candidates.find(({ name }) => !state.members.includes(name))
    if (stranger !== undefined) refuse(`${stranger.name} is a candidate, and no member; let it join first`)
    return { key, candidates: candidates.filter(({ weight }) => weight > 0) }
  }
  return {
    name: algorithm.name,
    state: algorithm.state,
    start: (backends) => {
      if (backends.length === 0) refuse("there is no backend; give at least one")
      validate(backends)
      if (backends.every(({ weight }) => weight === 0)) refuse("all weights are 0; let some backend take requests")
      return start(backends.map(({ name }) => name))
    },
    join: (state, backend) =>
      state.members.includes(backend)
        ? refuse(`${backend} joins, and is a member already; add each backend once`)
        : join(state, backend),
    leave: (state, backend) =>
      state.members.includes(backend)
        ? leave(state, backend)
        : refuse(`${backend} leaves, and is no member; remove each backend once`),
    chances: (state, asked) => {
      const request = able(state, asked)
      return request.candidates.length === 0 ? [] : chances(state, request)
    },
    choose: (state, asked, choice) => {
      const request = able(state, asked)
      if (request.candidates.length === 0) return { state, backend: null }
      const chosen = choose(state, request, choice)
      return chosen.backend === null || request.candidates.some(({ name }) => name === chosen.backend)
        ? chosen
        : refuse(`${chosen.backend} is chosen, and no candidate; give a choice that is among the chances`)
    },
    release: algorithm.release ?? ((state) => state),
  }
}

/**
 * That each of these is equally likely.
 *
 * @example
 * ```ts
 * import { equallyLikely } from "touchstone/balance"
 *
 * equallyLikely(["heads", "tails"])[0] // => { choice: "heads", probability: { numerator: 1, denominator: 2 } }
 * ```
 */
export const equallyLikely = <C>(choices: ReadonlyArray<C>): ReadonlyArray<Chance<C>> =>
  choices.map((choice) => ({ choice, probability: { numerator: 1, denominator: choices.length } }))

/**
 * Throws the dice.
 *
 * @param chances - what they may show, at least one thing.
 * @param random - a number from 0 to 1, which it is not, as `Math.random` gives it.
 *
 * @example
 * ```ts
 * import { backends, thrown, uniformRandom } from "touchstone/balance"
 *
 * const candidates = backends({ a: 1, b: 1 })
 * const chances = uniformRandom.chances(uniformRandom.start(candidates), { key: "k", candidates })
 * thrown(chances, 0.3) // => "a"
 * thrown(chances, 0.6) // => "b"
 * ```
 */
export const thrown = <C>(chances: ReadonlyArray<Chance<C>>, random: number): C => {
  let left = random
  for (const { choice, probability: { denominator, numerator } } of chances) {
    left -= numerator / denominator
    if (left < 0) return choice
  }
  // Only rounding leads here.
  return (chances.at(-1) as Chance<C>).choice
}

/** One of the things that may come of a request. */
export interface RoutingOutcome<S> extends Chosen<S> {
  readonly probability: Probability
}

/**
 * All that may come of a request, with the probabilities. Without a candidate, it is certain that nobody is chosen.
 *
 * @example
 * ```ts
 * import { backends, outcomes, roundRobin } from "touchstone/balance"
 *
 * const candidates = backends({ a: 1, b: 1 })
 * const [outcome] = outcomes(roundRobin, roundRobin.start(candidates), { key: "k", candidates })
 * outcome?.backend // => "a"
 * outcome?.probability // => { numerator: 1, denominator: 1 }
 * ```
 */
export const outcomes = <S extends Membership, C>(
  balancer: Balancer<S, C>,
  state: S,
  request: RoutedRequest,
): ReadonlyArray<RoutingOutcome<S>> => {
  const chances = balancer.chances(state, request)
  return chances.length === 0
    ? [{ state, backend: null, probability: { numerator: 1, denominator: 1 } }]
    : chances.map(({ choice, probability }) => ({ ...balancer.choose(state, request, choice), probability }))
}
