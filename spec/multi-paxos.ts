/**
 * # Multi-Paxos among processes
 *
 * The servers and clients of `src/consensus/multi-paxos.ts` as a system, and what must hold of it: it is a
 * {@link replicatedLog}.
 *
 * @module
 */
import {
  type Faults,
  type Model,
  multiPaxosClient,
  multiPaxosServer,
  named,
  names,
  type Network,
  type QuorumSystem,
  type SequentialObject,
  system,
} from "../src/index.ts"
import { askedAndReplied, replicatedLog } from "./replicated-log.ts"

/**
 * A counter: each operation adds one, and is answered with the sum. An operation that is applied twice shows.
 *
 * @example
 * ```ts
 * import { counter } from "touchstone/spec"
 *
 * counter.apply(2, "increment") // => [3, 3]
 * ```
 */
export const counter: SequentialObject<number, string, number> = {
  initial: 0,
  apply: (sum) => [sum + 1, sum + 1],
}

/** What a {@link multiPaxos} consists of. */
export interface LogService {
  /** Its members are the servers. */
  readonly quorums: QuorumSystem
  /** How often each server may become a candidate: one number per server. */
  readonly rounds: ReadonlyArray<number>
  /** How many requests each client has: one number per client. */
  readonly requests: ReadonlyArray<number>
  readonly network: Network
  readonly faults?: Faults
  /** Another server than that of the library: a sabotaged one, say. */
  readonly server?: typeof multiPaxosServer
}

/**
 * Clients `c1`, `c2`, … that increment a {@link counter} that servers keep.
 *
 * The properties are those of {@link replicatedLog}, and `mayFillGap`: with two leaders and two requests at a time, a slot may have
 * to be filled with nothing.
 *
 * @example
 * ```ts
 * import { majority, unordered } from "touchstone"
 * import { multiPaxos } from "touchstone/spec"
 *
 * const quorums = majority(["s1", "s2", "s3"])
 * const network = unordered({ duplication: "unbounded" })
 * multiPaxos({ quorums, rounds: [1, 1, 0], requests: [1], network }).name // => "Multi-Paxos"
 * ```
 */
export const multiPaxos = (
  { faults = {}, network, quorums, requests, rounds, server = multiPaxosServer }: LogService,
): Model<any> => {
  const { members: servers } = quorums
  const service = system({
    name: "Multi-Paxos",
    processes: [
      ...servers.map((self, index) =>
        named(self, server({ self, quorums, object: counter, rounds: rounds[index] as number }))
      ),
      ...names("c", requests.length).map((name, index) =>
        named(name, multiPaxosClient({ servers, operations: ["increment"], requests: requests[index] as number }))
      ),
    ],
    network,
    faults,
    recording: askedAndReplied,
  })
  const all = requests.reduce((sum, count) => sum + count, 0)
  const isGapPossible = requests.length > 1 && rounds.filter((count) => count > 0).length > 1
  return service.model({
    ...replicatedLog(service, { servers, object: counter, requests: all }),
    ...isGapPossible && {
      mayFillGap: service.reachable(
        { s: servers },
        ({ log }, { s }) => log[s]?.some(({ _tag }) => _tag === "Noop") === true,
      ),
    },
  })
}
