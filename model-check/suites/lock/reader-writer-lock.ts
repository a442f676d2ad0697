/**
 * A reader–writer lock with leases; where a writer is paused; with a lease that is too short; and ways to break it.
 *
 * @module
 */
import { noDeadlock } from "../../../spec/lock/mutual-exclusion.ts"
import { mayReadTogether, notOvertaken, readersAndWriters } from "../../../spec/lock/shared-lock.ts"
import type { Clock, Faults, Model } from "../../../src/index.ts"
import { type Admission, leastLeaseGranted, readerWriterLock, sharedLockServer } from "../../../src/lock/index.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

const constants = {
  readers: atLeast(0, "readers"),
  writers: atLeast(0, "writers"),
  requests: atLeast(1, "how often each client asks for the lock"),
}

type Constants = ConstantsOf<typeof constants>

const TERM = 1
const DELAY = { min: 0, max: 1 }
/** Clocks that do not run apart. */
const EXACT: Clock = {}
/** One clock may run twice as fast as another, and timers may be late. */
const UNEVEN: Clock = { rate: { min: 1, max: 2 }, late: 1 }

const leastLease = (clock: Clock) => leastLeaseGranted(TERM, clock, DELAY)

const system = (constants: Constants, clock: Clock, faults: Faults = {}, missing = 0) =>
  readerWriterLock({
    ...constants,
    lease: { term: TERM, lease: leastLease(clock) - missing, mayOverlap: missing > 0 },
    delay: DELAY,
    clock,
    faults,
  })

const properties = (made: ReturnType<typeof system>) => ({
  ...readersAndWriters(made),
  notOvertaken: notOvertaken(made),
  noDeadlock: noDeadlock(made),
})

/** Nobody crashes, or clients stop: the leases of those who are gone end. */
const leased = (clock: Clock, faults: Faults = {}) => (constants: Constants): Model<any> => {
  const made = system(constants, clock, faults)
  return made.model(properties(made))
}

/** There are readers enough to read at once. */
const together = (constants: Constants): Model<any> => {
  const made = system(constants, EXACT)
  return made.model({ ...properties(made), mayReadTogether: mayReadTogether(made) })
}

/** Clients and the server crash and recover. What they have not sent is lost, so somebody may wait forever. */
const crashing = (constants: Constants): Model<any> => {
  const made = system(constants, EXACT, { crashRecovery: 1 })
  const { noDeadlock: _noDeadlock, ...safe } = properties(made)
  return made.model(safe)
}

/** A client is paused, wakes up, and believes that it has the lock. */
const paused = (constants: Constants): Model<any> => {
  const made = system(constants, EXACT, { pause: 1 })
  return showing(made, properties(made), "noReaderWithWriter")
}

/** A lease that is one tick too short. */
const tooShort = (constants: Constants): Model<any> => {
  const made = system(constants, UNEVEN, {}, 1)
  return showing(made, properties(made), "oneWriter")
}

/** A lock whose server is another. Only the property is looked at that it violates most tellingly. */
const served = (name: string, property: string, change: (server: AnyProcess) => AnyProcess) =>
(
  constants: Constants,
): Model<any> => {
  const made = sabotaged(
    system(constants, EXACT),
    name,
    (process, name) => name === "server" ? change(process) : process,
  )
  return showing(made, properties(made), property)
}

/** A lock that admits others. */
const admitting = (name: string, property: string, admits: Admission) =>
  served(name, property, ({ timers }) => sharedLockServer(Object.keys(timers), admits, leastLease(EXACT)))

/** A writer is admitted beside readers. */
const writerBesideReaders = admitting(
  "a writer beside readers",
  "noReaderWithWriter",
  (held) => !held.includes("write"),
)

/** A reader is admitted beside a writer. */
const readerBesideWriter = admitting(
  "a reader beside a writer",
  "noReaderWithWriter",
  (held, mode) => mode === "read" || held.length === 0,
)

/** Two writers are admitted. */
const writersTogether = admitting(
  "writers together",
  "oneWriter",
  (held, mode) => mode === "read" ? !held.includes("write") : !held.includes("read"),
)

/** Nobody is admitted. */
const nobodyAdmitted = admitting("nobody admitted", "noDeadlock", () => false)

/** A reader is served before a writer who waits, as long as others read: writers may starve. */
const readersFirst = served("readers first", "notOvertaken", (server) => ({
  ...server,
  receive: {
    ...server.receive,
    Acquire: (state, message, context) => {
      const isAdmitted = message["mode"] === "read" && state.queue.length > 0 &&
        !state.held.some(({ mode }: { readonly mode: string }) => mode === "write")
      const reaction = server.receive["Acquire"]!(isAdmitted ? { ...state, queue: [] } : state, message, context)
      return isAdmitted && reaction._tag === "Next"
        ? { ...reaction, state: { ...reaction.state, queue: state.queue } }
        : reaction
    },
  },
}))

/** The suite `reader-writer-lock`. */
export const readerWriterLockSuite: Suite = suite({
  name: "lock/reader-writer-lock",
  aliases: ["reader-writer-lock"],
  description: "Readers and writers that share a lock, with leases",
  source:
    "Courtois, Heymans and Parnas, Concurrent control with “readers” and “writers” (1971), and Gray and Cheriton, Leases (1989)",
  constants,
  configurations: [
    ...([
      ["two-readers", 2, 1, 1, together, 2811, 7886, 19],
      ["two-writers", 1, 2, 1, leased(EXACT), 1372, 3532, 19],
      ["uneven-clocks", 1, 1, 1, leased(UNEVEN), 420, 2215, 15],
      ["crashes", 1, 1, 2, crashing, 13327, 47457, 27],
      ["stops", 1, 1, 1, leased(EXACT, { crashStop: { total: 1, of: ["r1", "w1"] } }), 692, 1770, 17],
    ] as const).map(([name, readers, writers, requests, model, distinct, generated, depth]) => ({
      name,
      constants: { readers, writers, requests },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["paused", 1, 1, 1, paused, "noReaderWithWriter", 11],
      ["lease-too-short", 0, 2, 1, tooShort, "oneWriter", 10],
      ["readers-first", 2, 1, 1, readersFirst, "notOvertaken", 6],
      ["sabotage-writer-beside-readers", 1, 1, 1, writerBesideReaders, "noReaderWithWriter", 6],
      ["sabotage-reader-beside-writer", 1, 1, 1, readerBesideWriter, "noReaderWithWriter", 6],
      ["sabotage-writers-together", 0, 2, 1, writersTogether, "oneWriter", 6],
      ["sabotage-nobody-admitted", 1, 0, 1, nobodyAdmitted, "noDeadlock", 2],
    ] as const).map(([name, readers, writers, requests, model, property, steps]) => ({
      name,
      constants: { readers, writers, requests },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
