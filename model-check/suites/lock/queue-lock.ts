/**
 * A queue lock in the manner of ZooKeeper's recipe, while clients stop and connections break; the recipe without an identifier; a
 * session that expires although its client is alive; and ways to break it.
 *
 * @module
 */
import { Schema } from "effect"
import { mutualExclusion, noDeadlock } from "../../../spec/lock/mutual-exclusion.ts"
import { queueOrder } from "../../../spec/lock/queue-lock.ts"
import { connections, type Model } from "../../../src/index.ts"
import { queueLock } from "../../../src/lock/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next } = untyped

const constants = {
  clients: atLeast(1, "clients"),
  entries: atLeast(1, "how often each of them asks for the lock"),
  disconnects: atLeast(0, "connections that break although both ends are up"),
  stops: atLeast(0, "clients that stop"),
  identifies: Schema.Boolean.annotate({
    description: "whether clients put an identifier into the names of their nodes",
  }),
}

type Constants = ConstantsOf<typeof constants>

const lock = (
  { clients, disconnects, entries, identifies, stops }: Constants,
  detector: Parameters<typeof queueLock>[0]["detector"] = "perfect",
) =>
  queueLock({
    clients,
    entries,
    identifies,
    network: connections({ disconnects }),
    faults: { crashStop: { total: stops, of: Array.from({ length: clients }, (_, index) => `c${index + 1}`) } },
    detector: detector!,
  })

const properties = (system: ReturnType<typeof lock>) => ({
  ...mutualExclusion(system),
  ...queueOrder(system),
  noDeadlock: noDeadlock(system),
})

/** Sessions expire only of clients that have stopped. */
const queued = (constants: Constants): Model<any> => {
  const system = lock(constants)
  return system.model(properties(system))
}

/** A session expires whose client is alive: two may hold the lock, of which one has the greater number, and it moves on. */
const expiring = (constants: Constants): Model<any> => {
  const system = lock(constants, { kind: "eventuallyPerfect", wrongSuspicions: 1 })
  const { exclusive: _, ...claimed } = properties(system)
  return system.model(claimed)
}

/** A create succeeds, and its answer is lost: the client creates another node, and waits for its own. */
const answerLost = (constants: Constants): Model<any> => {
  const system = lock(constants)
  return showing(system, properties(system), "noDeadlock")
}

/** A session expires whose client is alive, and holds the lock until it hears of that. */
const expiredTooEarly = (constants: Constants): Model<any> => {
  const system = lock(constants, { kind: "eventuallyPerfect", wrongSuspicions: 1 })
  return showing(system, properties(system), "exclusive")
}

/** A session never expires. */
const neverExpires = (constants: Constants): Model<any> => {
  const system = sabotaged(lock(constants), "sessions that do not expire", (process, name) =>
    name === "ensemble"
      ? {
        ...process,
        timers: Object.fromEntries(Object.keys(process.timers).map((timer) => [timer, (state) => next(state)])),
      }
      : process)
  return showing(system, properties(system), "noDeadlock")
}

/** A queue lock in which the ensemble, or every client, is changed. Only the property is looked at that it violates most tellingly. */
const broken = (
  name: string,
  who: "ensemble" | "client",
  property: string,
  change: (process: AnyProcess) => Partial<AnyProcess>,
) =>
(constants: Constants): Model<any> => {
  const system = sabotaged(
    lock(constants),
    name,
    (process, name) => (name === "ensemble") === (who === "ensemble") ? { ...process, ...change(process) } : process,
  )
  return showing(system, properties(system), property)
}

/** Everybody who waits watches the first node: the recipe with a herd. */
const herd = broken("all watch the first", "client", "noHerd", ({ receive }) => ({
  receive: {
    ...receive,
    Children: (state, message, context) => {
      const reaction = receive["Children"]!(state, message, context)
      return reaction._tag === "Next"
        ? {
          ...reaction,
          commands: reaction.commands.map((command) =>
            command._tag === "Send" && command.message._tag === "Exists"
              ? {
                ...command,
                message: { _tag: "Exists", number: message["nodes"][0].number } as typeof command.message,
              }
              : command
          ),
        }
        : reaction
    },
  },
}))

/** A client that is told that the node before its own is deleted takes the lock, and does not look whether another is before it. */
const unlooked = broken("taking the lock when told", "client", "lowestHolds", ({ receive }) => ({
  receive: {
    ...receive,
    NodeDeleted: (state) => next({ ...state, phase: "holding", step: "none" }),
  },
}))

/** A client holds the lock when its node is created. */
const impatient = broken("holding with any number", "client", "exclusive", ({ receive }) => ({
  receive: {
    ...receive,
    Children: (state, message, context) =>
      receive["Children"]!(state, { ...message, nodes: [] } as typeof message, context),
  },
}))

/** A client whose connection closes while it waits does not look again, though it may have missed that it is next. */
const missed = broken("nothing done when the connection closes", "client", "noDeadlock", ({ closed }) => ({
  closed: (state, context) =>
    context.from === "ensemble" && state.step === "watching" ? next(state) : closed!(state, context),
}))

/** A client whose connection closes while it releases the lock does not release it again. */
const releasedOnce = broken("a release not repeated", "client", "noDeadlock", ({ closed }) => ({
  closed: (state, context) =>
    context.from === "ensemble" && state.phase === "releasing" ? next(state) : closed!(state, context),
}))

/** The ensemble deletes the nodes of a client that has stopped, and tells nobody. */
const silentExpiry = broken("expiry without notification", "ensemble", "noDeadlock", ({ timers }) => ({
  timers: Object.fromEntries(
    Object.entries(timers).map(([name, timer]): [string, typeof timer] => [name, (state, context) => {
      const reaction = timer(state, context)
      return reaction._tag === "Next" ? next(reaction.state) : reaction
    }]),
  ),
}))

/** A client creates another node, though it finds its own. */
const twoNodes = broken("its own node not recognised", "client", "oneNodeEach", ({ receive }) => ({
  receive: {
    ...receive,
    Children: (state, message, context) =>
      receive["Children"]!(
        state,
        (state.number === null ? { ...message, nodes: [] } : message) as typeof message,
        context,
      ),
  },
}))

/** The suite `queue-lock`. */
export const queueLockSuite: Suite = suite({
  name: "lock/queue-lock",
  aliases: ["queue-lock"],
  description: "Clients that lock by a queue of ephemeral nodes",
  source:
    "Hunt, Konar, Junqueira and Reed, ZooKeeper: wait-free coordination for internet-scale systems (2010), and ZooKeeper's recipe",
  constants,
  configurations: [
    ...([
      ["ask-twice-2", 2, 2, 0, 0, queued, 741, 1353, 33],
      ["one-stops-3", 3, 1, 0, 1, queued, 160653, 603766, 30],
      ["one-expires-3", 3, 1, 0, 0, expiring, 35457, 112729, 25],
      ["disconnected-3", 3, 1, 1, 0, queued, 81057, 296125, 29],
      ["disconnected-2", 2, 1, 2, 0, queued, 7731, 27666, 23],
      ["disconnected-and-stops-2", 2, 1, 1, 1, queued, 12257, 38320, 25],
    ] as const).map(([name, clients, entries, disconnects, stops, model, distinct, generated, depth]) => ({
      name,
      constants: { clients, entries, disconnects, stops, identifies: true },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["answer-lost-no-identifier", 1, 1, 1, 0, false, answerLost, "noDeadlock", 11],
      ["expired-too-early", 2, 1, 0, 0, true, expiredTooEarly, "exclusive", 11],
      ["never-expires", 2, 1, 0, 1, true, neverExpires, "noDeadlock", 13],
      ["sabotage-herd", 3, 1, 0, 0, true, herd, "noHerd", 14],
      ["sabotage-unlooked", 3, 1, 0, 1, true, unlooked, "lowestHolds", 14],
      ["sabotage-impatient", 2, 1, 0, 0, true, impatient, "exclusive", 10],
      ["sabotage-missed", 2, 1, 1, 0, true, missed, "noDeadlock", 18],
      ["sabotage-released-once", 1, 1, 1, 0, true, releasedOnce, "noDeadlock", 9],
      ["sabotage-silent-expiry", 2, 1, 0, 1, true, silentExpiry, "noDeadlock", 13],
      ["sabotage-two-nodes", 1, 1, 1, 0, true, twoNodes, "oneNodeEach", 8],
    ] as const).map(([name, clients, entries, disconnects, stops, identifies, model, property, steps]) => ({
      name,
      constants: { clients, entries, disconnects, stops, identifies },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
