/**
 * Advisory locks through a pool: the pairs of lock and pooling that are safe, and those that are not.
 *
 * @module
 */
import { mutualExclusion, noDeadlock } from "../../../spec/lock/mutual-exclusion.ts"
import { poolIsFree, sessionOfLock } from "../../../spec/lock/pooled-lock.ts"
import { type Model, unordered } from "../../../src/index.ts"
import { AdvisoryLock, pooledLock, Pooling } from "../../../src/lock/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next } = untyped

const constants = {
  pooling: Pooling.annotate({ description: "for how long a client keeps the session that it is given" }),
  lock: AdvisoryLock.annotate({ description: "what the lock belongs to" }),
  clients: atLeast(1, "clients"),
  sessions: atLeast(1, "sessions in the pool"),
  entries: atLeast(1, "how often each client locks"),
}

type Constants = ConstantsOf<typeof constants>

const pooled = (constants: Constants) => pooledLock({ ...constants, network: unordered() })

const properties = (system: ReturnType<typeof pooled>) => ({
  ...mutualExclusion(system),
  ...sessionOfLock(system),
  noDeadlock: noDeadlock(system),
  poolIsFree: poolIsFree(system),
})

/** Each client keeps its session for as long as it has the lock. */
const kept = (constants: Constants): Model<any> => {
  const system = pooled(constants)
  return system.model(properties(system))
}

/** A pair of lock and pooling that does not promise a property. */
const violating = (property: string) => (constants: Constants): Model<any> => {
  const system = pooled(constants)
  return showing(system, properties(system), property)
}

/** A client is given the session in which another one has locked, and is told that it has the lock. */
const givenTheOwner = violating("exclusive")

/** A client unlocks in another session than that in which it has locked: the lock is never free again. */
const unlockedElsewhere = violating("poolIsFree")

/** The same: others wait forever. */
const waitingForever = violating("noDeadlock")

/** A lock that ends with its transaction, which ends with its statement. */
const endsWithStatement = violating("heldBySession")

/** A lock through a pool whose database is changed. Only the property is looked at that it violates most tellingly. */
const broken =
  (name: string, property: string, change: (process: AnyProcess) => Partial<AnyProcess>) =>
  (constants: Constants): Model<any> => {
    const system = sabotaged(
      pooled(constants),
      name,
      (process, name) => name === "database" ? { ...process, ...change(process) } : process,
    )
    return showing(system, properties(system), property)
  }

/** The lock is given to whoever asks. */
const givenToAll = broken("a lock given to all", "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Lock: (state, message, context) => receive["Lock"]!({ ...state, owner: null }, message, context),
  },
}))

/** A session that gives the lock back tells nobody who waits. */
const silentUnlock = broken("nobody told of the lock", "noDeadlock", ({ receive }) => ({
  receive: {
    ...receive,
    Unlock: (state, message, context) => {
      const reaction = receive["Unlock"]!(state, message, context)
      return reaction._tag === "Next" ? next(reaction.state, reaction.commands.slice(0, 1)) : reaction
    },
  },
}))

/** A client that unlocks keeps its session. */
const sessionLeft = broken("a session not given back", "poolIsFree", ({ receive }) => ({
  receive: {
    ...receive,
    Unlock: (state, message, context) => {
      const reaction = receive["Unlock"]!(state, message, context)
      return reaction._tag === "Next" ? { ...reaction, state: { ...reaction.state, kept: state.kept } } : reaction
    },
  },
}))

/** A client that has locked gives its session back. */
const sessionGivenBack = broken("a session given back too early", "heldBySession", ({ receive }) => ({
  receive: {
    ...receive,
    Lock: (state, message, context) => {
      const reaction = receive["Lock"]!(state, message, context)
      return reaction._tag === "Next"
        ? {
          ...reaction,
          state: {
            ...reaction.state,
            kept: [],
            free: [
              ...reaction.state.free,
              ...reaction.state.kept.map(({ session }: { readonly session: string }) => session),
            ],
          },
        }
        : reaction
    },
  },
}))

/** The suite `pooled-lock`. */
export const pooledLockSuite: Suite = suite({
  name: "lock/pooled-lock",
  aliases: ["pooled-lock"],
  description: "Advisory locks of a database behind a pool of connections",
  source: "the documentation of PostgreSQL and of PgBouncer",
  constants,
  configurations: [
    ...([
      ["pinned-3", "session", "session", 3, 3, 1, kept, 298, 649, 19],
      ["pinned-twice-2", "session", "session", 2, 2, 2, kept, 157, 265, 25],
      ["transaction-3", "transaction", "transaction", 3, 2, 1, kept, 280, 613, 19],
      ["transaction-pinned-2", "session", "transaction", 2, 2, 2, kept, 157, 265, 25],
    ] as const).map(([name, pooling, lock, clients, sessions, entries, model, distinct, generated, depth]) => ({
      name,
      constants: { pooling, lock, clients, sessions, entries },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["unlocked-in-another-session", "statement", "session", 1, 2, 1, unlockedElsewhere, "poolIsFree", 6],
      ["unlocked-in-another-transaction", "transaction", "session", 1, 2, 1, unlockedElsewhere, "poolIsFree", 6],
      ["others-wait-forever", "transaction", "session", 2, 3, 1, waitingForever, "noDeadlock", 8],
      ["given-the-owner", "transaction", "session", 2, 1, 1, givenTheOwner, "exclusive", 6],
      ["ends-with-statement", "statement", "transaction", 1, 1, 1, endsWithStatement, "heldBySession", 3],
      ["ends-with-statement-for-two", "statement", "transaction", 2, 2, 1, givenTheOwner, "exclusive", 6],
      ["sabotage-given-to-all", "session", "session", 2, 2, 1, givenToAll, "exclusive", 6],
      ["sabotage-silent-unlock", "session", "session", 2, 2, 1, silentUnlock, "noDeadlock", 8],
      ["sabotage-session-left", "session", "session", 1, 1, 1, sessionLeft, "poolIsFree", 6],
      ["sabotage-session-given-back", "session", "session", 1, 2, 1, sessionGivenBack, "heldBySession", 3],
    ] as const).map(([name, pooling, lock, clients, sessions, entries, model, property, steps]) => ({
      name,
      constants: { pooling, lock, clients, sessions, entries },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
