/**
 * # Connections
 *
 * How many requests a balancer has given to each backend that are not over yet. Whoever counts them must be told of each end, however it
 * comes: an answer, a timeout, a connection that breaks because the backend died. One end that is not told makes a backend look busy
 * forever; one that is told twice makes it look idle.
 *
 * A backend that leaves finishes what it has. So its requests are counted until the last of them is over, and if it joins again before
 * that, it does not begin with none.
 *
 * @module
 */
import { Schema } from "effect"
import { InvalidBackends } from "./balancer.ts"

/** The requests at work, by backend: of each member, and of who has left with requests to finish. */
export const Connections = Schema.Record(Schema.String, Schema.Int)

/** The members of a balancer, and the requests at work on each. */
export const CountingState = Schema.Struct({ members: Schema.Array(Schema.String), connections: Connections })

/** What a balancer that counts has in its state. */
export type CountingState = typeof CountingState.Type

/** Nobody has anything to do. */
export const idle = (members: ReadonlyArray<string>): CountingState => ({
  members,
  connections: Object.fromEntries(members.map((member) => [member, 0])),
})

/** A backend joins, with what it still has to do. */
export const countJoin = ({ connections, members }: CountingState, backend: string): CountingState => ({
  members: [...members, backend],
  connections: { [backend]: 0, ...connections },
})

const without = (connections: CountingState["connections"], backend: string): CountingState["connections"] =>
  Object.fromEntries(Object.entries(connections).filter(([name]) => name !== backend))

/** A backend leaves, and finishes what it has to do. */
export const countLeave = ({ connections, members }: CountingState, backend: string): CountingState => ({
  members: members.filter((member) => member !== backend),
  connections: connections[backend] === 0 ? without(connections, backend) : connections,
})

/** A backend gets a request. */
export const countRequest = ({ connections, members }: CountingState, backend: string): CountingState => ({
  members,
  connections: { ...connections, [backend]: (connections[backend] as number) + 1 },
})

/**
 * A request is over.
 *
 * @throws {@link InvalidBackends} when the backend has no request.
 */
export const countRelease = ({ connections, members }: CountingState, backend: string): CountingState => {
  const left = (connections[backend] ?? 0) - 1
  if (left < 0) {
    throw new InvalidBackends({ reason: `${backend} is released, and has no request; release each request once` })
  }
  return {
    members,
    connections: left === 0 && !members.includes(backend)
      ? without(connections, backend)
      : { ...connections, [backend]: left },
  }
}
