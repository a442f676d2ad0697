/**
 * # Consistent hashing with bounded loads
 *
 * Keys and backends on a circle: a key is served by the first backend clockwise from it. That is consistent hashing (Karger et al.,
 * *Consistent hashing and random trees*, STOC 1997). With a bound, a backend that is full is passed over: after Mirrokni, Thorup and
 * Zadimoghaddam, *Consistent hashing with bounded loads* (2016; SODA 2018).
 *
 * Each backend is on the circle with several points, so that who follows is not always the same. With `m` requests at work on `n`
 * candidates, the new one included, and a factor `c`, a candidate is full if it has ⌈`c`·`m`/`n`⌉.
 *
 * **Promises.** Whoever is given a request has at most ⌈`c`·`m`/`n`⌉ of them afterwards. Without a bound, when a candidate goes only its keys
 * move, and when one comes keys move to it alone. With a bound they also move when who should serve them is full: the smaller `c`, the
 * more of them.
 *
 * **Assumes** a hash function as good as random, and that it is told of the end of each request.
 *
 * **Does not promise** that nobody is *ever* above the bound: when requests end, `m` goes down, and the others have what they have. In the
 * paper the bound holds at all times, for there what is on a backend can be moved to another one when the bound goes down; a request at
 * work cannot.
 *
 * **Costs** one number per backend and a sorted list of points; per request a search in it, and a walk from there.
 *
 * **Not in the paper**: the hash function, and several points for each backend, which are those of Karger et al. The weights do not matter,
 * unless they are 0.
 *
 * @module
 */
import { Schema } from "effect"
import { InvalidDefinition } from "../model/errors.ts"
import { type Balancer, balancer } from "./balancer.ts"
import { Connections, countJoin, countLeave, countRelease, countRequest, idle } from "./connections.ts"
import { hashOf } from "./hash.ts"

/** A place on the circle, and whose it is. */
const Point = Schema.Struct({ at: Schema.Int, backend: Schema.String })

/** The members, the requests at work on each, and the circle: the points of all members, clockwise. */
export const ConsistentHashingState = Schema.Struct({
  members: Schema.Array(Schema.String),
  connections: Connections,
  circle: Schema.Array(Point),
})

type State = typeof ConsistentHashingState.Type

/**
 * How many requests a candidate may have: ⌈`percent`/100 · `requests`/`candidates`⌉.
 *
 * @example
 * ```ts
 * import { capacity } from "touchstone/balance"
 *
 * capacity(125, 10, 4) // => 4
 * ```
 */
export const capacity = (percent: number, requests: number, candidates: number): number =>
  Math.ceil((percent * requests) / (100 * candidates))

/**
 * Consistent hashing.
 *
 * @param options - `points` of each backend on the circle, 100 unless given; `percent`: the factor `c` as a percentage, a whole number from 100;
 *   there is no bound unless it is given.
 * @throws InvalidDefinition when the numbers are not such.
 *
 * @example
 * ```ts
 * import { backends, consistentHashing } from "touchstone/balance"
 *
 * const bounded = consistentHashing({ percent: 125 })
 * const request = { key: "k1", candidates: backends({ a: 1, b: 1 }) }
 * const first = bounded.choose(bounded.start(request.candidates), request, null)
 * first.backend // => "a"
 * const second = bounded.choose(first.state, request, null)
 * second.backend // => "a"
 * bounded.choose(second.state, request, null).backend // => "b"
 * ```
 */
export const consistentHashing = (
  { percent, points = 100 }: { readonly percent?: number; readonly points?: number } = {},
): Balancer<State, null> => {
  if (!Number.isSafeInteger(points) || points < 1) {
    throw new InvalidDefinition({
      reason: `${points} points on the circle for each backend; give a whole number from 1`,
    })
  }
  if (percent !== undefined && (!Number.isSafeInteger(percent) || percent < 100)) {
    throw new InvalidDefinition({ reason: `a bound of ${percent} % of the average; give a whole number from 100` })
  }
  const circleOf = (members: ReadonlyArray<string>): State["circle"] =>
    members.flatMap((backend) =>
      Array.from({ length: points }, (_, index) => ({ at: hashOf(`${backend} ${index}`), backend }))
    ).toSorted((one, other) => one.at - other.at || (one.backend < other.backend ? -1 : 1))
  return balancer<State>({
    name: percent === undefined ? "consistent hashing" : "consistent hashing with bounded loads",
    state: ConsistentHashingState,
    start: (members) => ({ ...idle(members), circle: circleOf(members) }),
    join: (state, backend) => ({ ...countJoin(state, backend), circle: circleOf([...state.members, backend]) }),
    leave: (state, backend) => ({
      ...countLeave(state, backend),
      circle: state.circle.filter((point) => point.backend !== backend),
    }),
    release: (state, backend) => ({ ...countRelease(state, backend), circle: state.circle }),
    choose: (state, { candidates, key }) => {
      const { circle, connections } = state
      const load = (backend: string): number => connections[backend] as number
      const requests = candidates.reduce((sum, { name }) => sum + load(name), 1)
      const most = percent === undefined ? Infinity : capacity(percent, requests, candidates.length)
      const hasRoom = new Set(candidates.map(({ name }) => name).filter((name) => load(name) < most))
      const hash = hashOf(key)
      const from = circle.findIndex(({ at }) => at >= hash)
      const clockwise = from === -1 ? circle : [...circle.slice(from), ...circle.slice(0, from)]
      const backend = clockwise.find((point) => hasRoom.has(point.backend))?.backend as string
      return { state: { ...countRequest(state, backend), circle }, backend }
    },
  })
}
