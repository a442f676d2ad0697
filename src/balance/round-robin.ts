/**
 * # Round robin
 *
 * Each backend in turn. The oldest way to balance load, and the default of most proxies; the name comes from time-sharing
 * (Kleinrock, *Analysis of a time-shared processor*, 1964).
 *
 * **Promises.** While the candidates stay the same, in every window of successive requests the numbers that two candidates have got
 * differ by at most 1. A change of membership does not begin from the front: who was next is next.
 *
 * **Assumes** that requests cost about the same, and backends are equally fast.
 *
 * **Does not promise** anything about the load: a slow backend gets as many requests as a fast one, and they pile up there. Several
 * balancers do not know of each other, and nor do the numbers of one tell anything about a window in which the candidates change.
 *
 * **Costs** one number as state, and a step over those that may not be chosen. The weights do not matter, unless they are 0.
 *
 * @module
 */
import { Schema } from "effect"
import { balancer, type RoutedRequest } from "./balancer.ts"

/** The members in their order, and the place of the one whose turn it is. */
export const RoundRobinState = Schema.Struct({ members: Schema.Array(Schema.String), next: Schema.Int })

type State = typeof RoundRobinState.Type

const isCandidate = ({ candidates }: RoutedRequest, member: string): boolean =>
  candidates.some(({ name }) => name === member)

/**
 * Round robin.
 *
 * @example
 * ```ts
 * import { backends, roundRobin } from "touchstone/balance"
 *
 * const request = { key: "k", candidates: backends({ a: 1, b: 1 }) }
 * const first = roundRobin.choose(roundRobin.start(request.candidates), request, null)
 * first.backend // => "a"
 * const second = roundRobin.choose(first.state, request, null)
 * second.backend // => "b"
 * roundRobin.choose(second.state, request, null).backend // => "a"
 * ```
 */
export const roundRobin = balancer<State>({
  name: "round robin",
  state: RoundRobinState,
  start: (members) => ({ members, next: 0 }),
  /** Who stands behind the one that leaves moves up. */
  leave: ({ members, next }, backend) => {
    const left = members.filter((member) => member !== backend)
    const moved = members.indexOf(backend) < next ? next - 1 : next
    return { members: left, next: moved === left.length ? 0 : moved }
  },
  choose: ({ members, next }, request) => {
    const inTurn = [...members.slice(next), ...members.slice(0, next)]
    const backend = inTurn.find((member) => isCandidate(request, member)) as string
    return { state: { members, next: (members.indexOf(backend) + 1) % members.length }, backend }
  },
})
