/**
 * An optimistic lock among clients that conflict, and a store that crashes and loses messages; and what it becomes when the store
 * compares too little.
 *
 * @module
 */
import { Schema } from "effect"
import { conflicts, optimisticUpdates, updatesEnd } from "../../../spec/lock/optimistic-lock.ts"
import { type Faults, fifo, type Model, type Network, unordered } from "../../../src/index.ts"
import { type OptimisticComparison, optimisticLock } from "../../../src/lock/index.ts"
import { untyped } from "../../../src/system/machine.ts"
import type { AnyProcess } from "../../../src/system/process.ts"
import type { ConstantsOf } from "../../constant.ts"
import { type Suite, suite } from "../../suite.ts"
import { atLeast } from "../constants.ts"
import { sabotaged, showing } from "../sabotage.ts"

/** For processes whose types the compiler does not know. */
const { next, send } = untyped

const constants = {
  updates: Schema.Array(Schema.Int).annotate({ description: "what each client adds to the record" }),
  maxAttempts: atLeast(1, "how often a client writes before it gives up"),
}

type Constants = ConstantsOf<typeof constants>

const lock = (
  constants: Constants,
  { compares = "version", faults = {}, network = unordered() }: {
    readonly compares?: OptimisticComparison
    readonly faults?: Faults
    readonly network?: Network
  } = {},
) => optimisticLock({ ...constants, compares, network, faults })

/** All messages arrive: everybody is answered, and somebody may starve. */
const conflicting = (constants: Constants): Model<any> => {
  const { updates } = constants
  const system = lock(constants)
  return system.model({
    ...optimisticUpdates(system, updates),
    ...conflicts(system, updates),
    updatesEnd: updatesEnd(system, updates),
  })
}

/** A message is lost, or its receiver crashes, and so does the store. */
const failing = (constants: Constants): Model<any> => {
  const system = lock(constants, { network: unordered({ loss: 1 }), faults: { crashRecovery: { total: 2, each: 1 } } })
  return system.model(optimisticUpdates(system, constants.updates))
}

/** A message arrives twice, and none overtakes another. */
const repeating = (constants: Constants): Model<any> => {
  const { updates } = constants
  const system = lock(constants, { network: fifo({ duplication: 1 }) })
  return system.model({ ...optimisticUpdates(system, updates), updatesEnd: updatesEnd(system, updates) })
}

/** The store compares the value, and every message arrives once: a value that has come back does no harm. */
const comparingValues = (constants: Constants): Model<any> => {
  const { updates } = constants
  const system = lock(constants, { compares: "value" })
  return system.model({ ...optimisticUpdates(system, updates), updatesEnd: updatesEnd(system, updates) })
}

/** Clients read, compute and write, and nobody compares. */
const readModifyWrite = (constants: Constants): Model<any> => {
  const system = lock(constants, { compares: "nothing" })
  return showing(system, optimisticUpdates(system, constants.updates), "noLostUpdate")
}

/** A write arrives twice. In between somebody has brought the old value back, and the store compares values: it writes again. */
const aba = (constants: Constants): Model<any> => {
  const system = lock(constants, { compares: "value", network: fifo({ duplication: 1 }) })
  return showing(system, optimisticUpdates(system, constants.updates), "noLostUpdate")
}

/** A write arrives twice, and the refusal of the second overtakes the acknowledgement of the first: the client writes again. */
const overtaking = (constants: Constants): Model<any> => {
  const system = lock(constants, { network: unordered({ duplication: 1 }) })
  return showing(system, optimisticUpdates(system, constants.updates), "noLostUpdate")
}

/** An optimistic lock in which the store, or every client, is changed. Only the property is looked at that it violates most tellingly. */
const broken = (
  name: string,
  who: "store" | "client",
  property: string,
  change: (process: AnyProcess) => Partial<AnyProcess>,
  network: Network = unordered(),
) =>
(constants: Constants): Model<any> => {
  const system = sabotaged(
    lock(constants, { network }),
    name,
    (process, name) => (name === "store") === (who === "store") ? { ...process, ...change(process) } : process,
  )
  const { updates } = constants
  const all = { ...optimisticUpdates(system, updates), updatesEnd: updatesEnd(system, updates) }
  return showing(system, all, property)
}

/** A client that is refused writes what it had computed, with the new version. */
const staleRetry = broken("a retry without reading", "client", "noLostUpdate", ({ receive }) => ({
  receive: {
    ...receive,
    Refused: (state, message, context) => {
      const reaction = receive["Refused"]!(state, message, context)
      return reaction._tag === "Next"
        ? {
          ...reaction,
          commands: reaction.commands.map((command) =>
            command._tag === "Send"
              ? {
                ...command,
                message: { ...command.message, value: (command.message as any).value - message["value"] },
              }
              : command
          ),
        }
        : reaction
    },
  },
}))

/** The store writes, and does not change the version. */
const sameVersion = broken("a version that stays", "store", "noLostUpdate", ({ receive }) => ({
  receive: {
    ...receive,
    CompareAndSet: (state, message, context) => {
      const reaction = receive["CompareAndSet"]!(state, message, context)
      return reaction._tag === "Next" ? { ...reaction, state: { ...reaction.state, version: state.version } } : reaction
    },
  },
}))

/** The store keeps its record in memory only. */
const volatileRecord = (constants: Constants): Model<any> => {
  const system = sabotaged(
    lock(constants, { faults: { crashRecovery: { total: 1, of: ["store"] } } }),
    "a record in memory only",
    (process, name) => name === "store" ? { ...process, durable: {}, volatile: process.durable } : process,
  )
  return showing(system, optimisticUpdates(system, constants.updates), "noLostUpdate")
}

/** The store refuses what it should write. */
const refusing = broken("refusing for no reason", "store", "refusedForCause", ({ receive }) => ({
  receive: {
    ...receive,
    CompareAndSet: (state, message, context) =>
      next(state, send(context.from, { _tag: "Refused", attempt: message["attempt"], ...state })),
  },
}))

/** The same: all give up, and nobody has written. */
const nobodySucceeds = broken("refusing everybody", "store", "oneSucceeds", ({ receive }) => ({
  receive: {
    ...receive,
    CompareAndSet: (state, message, context) =>
      next(
        { ...state, version: state.version + 1 },
        send(context.from, {
          _tag: "Refused",
          attempt: message["attempt"],
          ...state,
        }),
      ),
  },
}))

/** The store does not answer a write that it refuses. */
const silentRefusal = broken("a refusal without an answer", "store", "updatesEnd", ({ receive }) => ({
  receive: {
    ...receive,
    CompareAndSet: (state, message, context) => {
      const reaction = receive["CompareAndSet"]!(state, message, context)
      return reaction._tag === "Next" && reaction.state.version === state.version ? next(state) : reaction
    },
  },
}))

/** A client takes every refusal for one of its last attempt. */
const anyRefusal = broken(
  "a refusal of an earlier attempt",
  "client",
  "noLostUpdate",
  ({ receive }) => ({
    receive: {
      ...receive,
      Refused: (state, message, context) =>
        receive["Refused"]!(state, { ...message, attempt: state.refusals } as typeof message, context),
    },
  }),
  fifo({ duplication: 1 }),
)

/** The suite `optimistic-lock`. */
export const optimisticLockSuite: Suite = suite({
  name: "lock/optimistic-lock",
  aliases: ["optimistic-lock"],
  description: "Clients that update a record which nobody locks",
  source: "Kung and Robinson, On Optimistic Methods for Concurrency Control (1981)",
  constants,
  configurations: [
    ...([
      ["conflict-3", [1, 2, 4], 2, conflicting, 893, 1897, 17],
      ["loses-and-crashes-2", [1, 2], 2, failing, 2069, 7515, 15],
      ["message-repeated-3", [1, -1, 4], 2, repeating, 11180, 30166, 18],
      ["value-compared-3", [1, -1, 1], 3, comparingValues, 949, 2009, 19],
    ] as const).map(([name, updates, maxAttempts, model, distinct, generated, depth]) => ({
      name,
      constants: { updates, maxAttempts },
      model,
      expected: { verdict: "holds", distinct, generated, depth } as const,
    })),
    ...([
      ["lost-update", [1, 2], 1, readModifyWrite, "noLostUpdate", 7],
      ["aba", [1, -1], 1, aba, "noLostUpdate", 8],
      ["refusal-overtakes", [1, 2], 2, overtaking, "noLostUpdate", 6],
      ["sabotage-stale-retry", [1, 2], 2, staleRetry, "noLostUpdate", 9],
      ["sabotage-same-version", [1, 2], 1, sameVersion, "noLostUpdate", 7],
      ["sabotage-volatile-record", [1, 2], 1, volatileRecord, "noLostUpdate", 5],
      ["sabotage-refusing", [1, 2], 1, refusing, "refusedForCause", 4],
      ["sabotage-nobody-succeeds", [1, 2], 1, nobodySucceeds, "oneSucceeds", 4],
      ["sabotage-silent-refusal", [1, 2], 1, silentRefusal, "updatesEnd", 7],
      ["sabotage-any-refusal", [1, 2], 3, anyRefusal, "noLostUpdate", 12],
    ] as const).map(([name, updates, maxAttempts, model, property, steps]) => ({
      name,
      constants: { updates, maxAttempts },
      model,
      expected: { verdict: "violated", property, steps } as const,
    })),
  ],
})
