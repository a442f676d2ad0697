/**
 * A semaphore with leases, while clients and the server crash; where a client is paused; with a lease that is too short; and ways to
 * break it.
 *
 * @module
 */
import { noDeadlock } from "../../../spec/lock/mutual-exclusion.ts"
import { notOvertaken, permitsHeld } from "../../../spec/lock/shared-lock.ts"
import type { Clock, Faults, Model } from "../../../src/index.ts"
import { leastLeaseGranted, semaphore } from "../../../src/lock/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next } = untyped

const constants = {
  permits: atLeast(1, "permits"),
  clients: atLeast(1, "clients"),
  requests: atLeast(1, "how often each client asks for one"),
}

type Constants = ConstantsOf<typeof constants>

const TERM = 1
const DELAY = { min: 0, max: 1 }
/** Clocks that do not run apart. */
const EXACT: Clock = {}
/** One clock may run twice as fast as another, and timers may be late. */
const UNEVEN: Clock = { rate: { min: 1, max: 2 }, late: 1 }

const system = (constants: Constants, clock: Clock, faults: Faults = {}, missing = 0) =>
  semaphore({
    ...constants,
    lease: { term: TERM, lease: leastLeaseGranted(TERM, clock, DELAY) - missing, mayOverlap: missing > 0 },
    delay: DELAY,
    clock,
    faults,
  })

const properties = (made: ReturnType<typeof system>, { permits }: Constants) => ({
  ...permitsHeld(made, permits),
  notOvertaken: notOvertaken(made),
  noDeadlock: noDeadlock(made),
})

/** Nobody crashes, or clients stop: the permits of those who are gone come back. */
const leased = (clock: Clock, faults: Faults = {}) => (constants: Constants): Model<any> => {
  const made = system(constants, clock, faults)
  return made.model(properties(made, constants))
}

/** Clients and the server crash and recover. What they have not sent is lost, so somebody may wait forever. */
const crashing = (constants: Constants): Model<any> => {
  const made = system(constants, EXACT, { crashRecovery: 1 })
  const { noDeadlock: _noDeadlock, ...safe } = properties(made, constants)
  return made.model(safe)
}

/** A client is paused, wakes up, and believes that it has a permit. */
const paused = (constants: Constants): Model<any> => {
  const made = system(constants, EXACT, { pause: { total: 1, of: ["c1"] } })
  return showing(made, properties(made, constants), "atMost")
}

/** A lease that is one tick too short. */
const tooShort = (constants: Constants): Model<any> => {
  const made = system(constants, UNEVEN, {}, 1)
  return showing(made, properties(made, constants), "atMost")
}

/** A semaphore of which the server, or every client, is changed. Only the property is looked at that it violates most tellingly. */
const broken = (
  name: string,
  who: "server" | "client",
  property: string,
  change: (process: AnyProcess) => Partial<AnyProcess>,
  faults: Faults = {},
) =>
(constants: Constants): Model<any> => {
  const made = sabotaged(
    system(constants, EXACT, faults),
    name,
    (process, name) => (name === "server") === (who === "server") ? { ...process, ...change(process) } : process,
  )
  return showing(made, properties(made, constants), property)
}

/** The server grants a permit to whoever asks. */
const givenToAll = broken("a permit for all", "server", "atMost", ({ receive }) => ({
  receive: {
    ...receive,
    Acquire: (state, message, context) => receive["Acquire"]!({ ...state, held: [] }, message, context),
  },
}))

/** A client does not mind how long it has had its permit. */
const endless = broken("a term that does not end", "client", "atMost", ({ timers }) => ({
  timers: { ...timers, term: (state) => next(state) },
}))

/** A client that has crashed forgets which request it has made last. */
const requestForgotten = broken(
  "the last request forgotten",
  "client",
  "atMost",
  ({ durable, volatile }) => ({ durable: {}, volatile: { ...volatile, ...durable } }),
  { crashRecovery: { total: 1, of: ["c1"] } },
)

/** The server forgets in a crash to whom it has granted. */
const grantsForgotten = broken(
  "grants forgotten",
  "server",
  "atMost",
  ({ durable, volatile }) => ({ durable: {}, volatile: { ...volatile, ...durable } }),
  { crashRecovery: { total: 1, of: ["server"] } },
)

/** The server serves the last of the queue first. */
const lastFirst = broken("the last served first", "server", "notOvertaken", ({ receive, timers }) => {
  const turned = (state: any) => ({ ...state, queue: state.queue.toReversed() })
  return {
    receive: {
      ...receive,
      Release: (state, message, context) => receive["Release"]!(turned(state), message, context),
    },
    timers,
  }
})

/** The server ends no lease. */
const endlessLease = broken(
  "leases that do not end",
  "server",
  "noDeadlock",
  ({ timers }) => ({
    timers: Object.fromEntries(Object.keys(timers).map((name) => [name, (state) => next(state)])),
  }),
  { crashStop: { total: 1, of: ["c1"] } },
)

/** The server takes a request from before a crash of its client for one that comes after. */
const staleRequest = broken(
  "a request from before a crash",
  "server",
  "atMost",
  ({ receive }) => ({
    receive: {
      ...receive,
      Acquire: (state, message, context) =>
        receive["Acquire"]!(
          { ...state, held: state.held.filter(({ client }: { readonly client: string }) => client !== context.from) },
          message,
          context,
        ),
    },
  }),
  { crashRecovery: { total: 1, of: ["c1"] } },
)

/** The suite `semaphore`. */
export const semaphoreSuite: Suite = suite({
  name: "lock/semaphore",
  aliases: ["semaphore"],
  description: "Clients that acquire permits of a semaphore, with leases",
  source: "Dijkstra, Cooperating sequential processes (1965), and Gray and Cheriton, Leases (1989)",
  constants,
  configurations: [
    ...([
      ["two-of-three", 2, 3, 1, leased(EXACT), 5833, 17110, 19],
      ["uneven-clocks-2", 1, 2, 1, leased(UNEVEN), 420, 2215, 15],
      ["ask-twice-2", 1, 2, 2, leased(EXACT), 1425, 3809, 24],
      ["crashes-2", 1, 2, 2, crashing, 13185, 47050, 27],
      ["stops-2", 1, 2, 1, leased(EXACT, { crashStop: { total: 1, of: ["c1", "c2"] } }), 692, 1770, 17],
    ] as const).map(([name, permits, clients, requests, model, distinct, generated, depth]) => ({
      name,
      constants: { permits, clients, requests },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["paused", 1, 2, 1, paused, "atMost", 11],
      ["lease-too-short", 1, 2, 1, tooShort, "atMost", 10],
      ["sabotage-given-to-all", 1, 2, 1, givenToAll, "atMost", 6],
      ["sabotage-endless", 1, 2, 1, endless, "atMost", 11],
      ["sabotage-request-forgotten", 1, 2, 2, requestForgotten, "atMost", 10],
      ["sabotage-grants-forgotten", 1, 2, 1, grantsForgotten, "atMost", 8],
      ["sabotage-endless-lease", 1, 2, 1, endlessLease, "noDeadlock", 9],
      ["sabotage-stale-request", 1, 2, 2, staleRequest, "atMost", 10],
      ["sabotage-last-first", 1, 3, 1, lastFirst, "notOvertaken", 9],
    ] as const).map(([name, permits, clients, requests, model, property, steps]) => ({
      name,
      constants: { permits, clients, requests },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
