/**
 * Locks that a database keeps, while connections die and clients stop: what each becomes.
 *
 * @module
 */
import { databaseUpdates } from "../../../spec/lock/database-lock.ts"
import { mutualExclusion, noDeadlock } from "../../../spec/lock/mutual-exclusion.ts"
import { connections, type Model } from "../../../src/index.ts"
import { DatabaseLock, databaseLock } from "../../../src/lock/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next } = untyped

const constants = {
  lock: DatabaseLock.annotate({ description: "how the database keeps the lock" }),
  clients: atLeast(1, "clients"),
  entries: atLeast(1, "how often each of them locks"),
  disconnects: atLeast(0, "connections that die although both ends are up"),
  stops: atLeast(0, "clients that stop"),
}

type Constants = ConstantsOf<typeof constants>

const locking = ({ clients, disconnects, entries, lock, stops }: Constants) =>
  databaseLock({
    lock,
    clients,
    entries,
    network: connections({ disconnects }),
    faults: { crashStop: { total: stops, of: Array.from({ length: clients }, (_, index) => `c${index + 1}`) } },
  })

const properties = (system: ReturnType<typeof locking>) => ({
  ...mutualExclusion(system),
  ...databaseUpdates(system),
  noDeadlock: noDeadlock(system),
})

/** No connection dies. */
const connected = (constants: Constants): Model<any> => {
  const system = locking(constants)
  return system.model(properties(system))
}

/** Connections die, and clients stop: what is done in the database is safe, and the lock becomes free. */
const dying = (constants: Constants): Model<any> => {
  const system = locking(constants)
  const { exclusive: _exclusive, ...inTheDatabase } = properties(system)
  return system.model(inTheDatabase)
}

/** The same with a row that stays: what is done outside of the database is safe too, and the lock may stay taken. */
const staying = (constants: Constants): Model<any> => {
  const system = locking(constants)
  const { noDeadlock: _noDeadlock, ...safe } = properties(system)
  return system.model(safe)
}

/** A system that does not promise a property. */
const violating = (property: string) => (constants: Constants): Model<any> => {
  const system = locking(constants)
  return showing(system, properties(system), property)
}

/** The database notices first that a connection is dead, and gives the lock to the next client. */
const connectionDies = violating("exclusive")

/** A client reads without a lock, and another one writes before it does. */
const readUnlocked = violating("noUpdateLost")

/** The client that has inserted the row is gone, and nobody deletes it. */
const rowStays = violating("noDeadlock")

/** A database that is changed. Only the property is looked at that it violates most tellingly. */
const broken =
  (name: string, property: string, change: (process: AnyProcess) => Partial<AnyProcess>) =>
  (constants: Constants): Model<any> => {
    const system = sabotaged(
      locking(constants),
      name,
      (process, name) => name === "database" ? { ...process, ...change(process) } : process,
    )
    return showing(system, properties(system), property)
  }

/** The database does not notice that a connection is dead. */
const unnoticed = broken("dead connections unnoticed", "noDeadlock", () => ({ closed: (state) => next(state) }))

/** The database ends the lock of a client whose connection is alive, when another connection dies. */
const wrongSession = broken("the lock of another session ended", "noUpdateLost", ({ closed }) => ({
  closed: (state, context) => closed!({ ...state, owner: context.from }, context),
}))

/** The database gives the lock to the next, and forgets to say so. */
const silentGrant = broken("nobody told of the lock", "noDeadlock", ({ receive }) => ({
  receive: {
    ...receive,
    WriteAndRelease: (state, message, context) => {
      const reaction = receive["WriteAndRelease"]!(state, message, context)
      return reaction._tag === "Next" ? next(reaction.state, reaction.commands.slice(0, 1)) : reaction
    },
  },
}))

/** The database gives a number that it read when the client began to wait. */
const staleRead = broken("a number from before the wait", "noUpdateLost", ({ receive }) => ({
  receive: {
    ...receive,
    WriteAndRelease: (state, message, context) => {
      const reaction = receive["WriteAndRelease"]!(state, message, context)
      return reaction._tag === "Next"
        ? next(
          reaction.state,
          reaction.commands.map((command) =>
            command._tag === "Send" && command.message._tag === "Locked"
              ? { ...command, message: { _tag: "Locked", value: state.value } as typeof command.message }
              : command
          ),
        )
        : reaction
    },
  },
}))

/** The database says that it has committed what it has not. */
const writeDropped = broken("a write not committed", "noUpdateLost", ({ receive }) => ({
  receive: {
    ...receive,
    WriteAndRelease: (state, message, context) =>
      receive["WriteAndRelease"]!(state, { ...message, value: state.value } as typeof message, context),
  },
}))

/** The suite `database-lock`. */
export const databaseLockSuite: Suite = suite({
  name: "lock/database-lock",
  aliases: ["database-lock"],
  description: "Clients that lock in a database over connections that die",
  source:
    "Gray and Reuter, Transaction Processing: Concepts and Techniques (1993), and the documentation of PostgreSQL",
  constants,
  configurations: [
    ...([
      ["row-3", "row", 3, 1, 0, 0, connected, 298, 649, 19],
      ["row-dies-2", "row", 2, 2, 2, 1, dying, 55700, 187078, 32],
      ["row-dies-3", "row", 3, 1, 1, 0, dying, 6452, 21637, 22],
      ["unique-row-dies-2", "uniqueRow", 2, 2, 2, 1, staying, 47016, 158306, 32],
    ] as const).map(([name, lock, clients, entries, disconnects, stops, model, distinct, generated, depth]) => ({
      name,
      constants: { lock, clients, entries, disconnects, stops },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["connection-dies", "row", 2, 1, 1, 0, connectionDies, "exclusive", 8],
      ["read-unlocked", "none", 2, 1, 0, 0, readUnlocked, "noUpdateLost", 12],
      ["unique-row-connection-dies", "uniqueRow", 2, 1, 1, 0, rowStays, "noDeadlock", 7],
      ["unique-row-owner-stops", "uniqueRow", 2, 1, 0, 1, rowStays, "noDeadlock", 7],
      ["sabotage-unnoticed", "row", 2, 1, 0, 1, unnoticed, "noDeadlock", 7],
      ["sabotage-wrong-session", "row", 3, 1, 1, 0, wrongSession, "noUpdateLost", 14],
      ["sabotage-silent-grant", "row", 2, 1, 0, 0, silentGrant, "noDeadlock", 8],
      ["sabotage-stale-read", "row", 2, 1, 0, 0, staleRead, "noUpdateLost", 12],
      ["sabotage-write-dropped", "row", 1, 1, 0, 0, writeDropped, "noUpdateLost", 6],
    ] as const).map(([name, lock, clients, entries, disconnects, stops, model, property, steps]) => ({
      name,
      constants: { lock, clients, entries, disconnects, stops },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
