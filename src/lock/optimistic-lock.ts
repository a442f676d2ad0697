/**
 * # Optimistic lock
 *
 * Nobody waits: whoever changes a record reads it, computes, and writes on the condition that nobody has written since. If somebody
 * has, the write is refused, and the client begins again with what is there now. After Kung and Robinson, *On Optimistic Methods for
 * Concurrency Control* (ACM TODS 6(2), 1981), for one record, whose read set is validated by its version. `If-Match` with an entity
 * tag is the same in HTTP (RFC 9110, section 13.1.1), a version column in object-relational mappers.
 *
 * **Promises.** No update is lost: each one that was acknowledged is in the record once, and each other one at most once. A write
 * is refused only because another one took place, so of those who compete somebody always succeeds.
 *
 * **Assumes** that the store compares and writes in one atomic step, keeps the record through a crash, and never uses a version again;
 * and that a refusal does not overtake an acknowledgement, where a write may arrive twice: the second arrival is refused because of
 * the first, and a client that hears of the refusal alone updates the record again. Messages may be lost, and anybody may crash.
 *
 * **Does not promise** that a given client ever succeeds: one whose reads are always outdated by the time it writes *starves*, and
 * the more compete, the more work is thrown away. Nor that a client knows what it has done: when the answer to a write is lost, the
 * write may have taken place or not. To send it once more does no harm; but a refusal says nothing then.
 *
 * **Costs** 4 messages in 4 rounds (read, value, compare-and-set, answer), and 2 messages more for each conflict. One forced write.
 *
 * | the store compares | and then |
 * |---|---|
 * | the version | no update is lost |
 * | the value | a write that arrives twice takes place twice, when somebody has brought the old value back in between (*ABA*) |
 * | nothing | of two that have read the same, the later write takes away the earlier: the *lost update* |
 *
 * That a value has come back does no harm to who computes from the value alone, and whose writes arrive once. It does to all others;
 * the best known are those who compare the head of a linked list, while what comes after it has changed.
 *
 * **Not in the paper**: a bound on how often a client tries, without which there would be no end to the states; the number of the
 * attempt in its write and in the answer, without which an answer that arrives again is taken for one to a later attempt.
 *
 * @module
 */
import { Schema } from "effect"
import { InvalidDefinition } from "../model/errors.ts"
import { named } from "../system/blueprint.ts"
import type { Faults } from "../system/fault.ts"
import { machine } from "../system/machine.ts"
import type { Network } from "../system/network.ts"
import { ignore } from "../system/process.ts"
import { system } from "../system/system.ts"

/** What a store compares before it writes. */
export const OptimisticComparison = Schema.Literals(["version", "value", "nothing"])
/** The type of {@link OptimisticComparison}. */
export type OptimisticComparison = typeof OptimisticComparison.Type

/** The messages of an optimistic lock. */
export const OptimisticLockMessage = Schema.TaggedUnion({
  Read: {},
  /** What is in the record. */
  Current: { value: Schema.Int, version: Schema.Int },
  /** Writes the `value`, if the record is still what the client has read. */
  CompareAndSet: {
    attempt: Schema.Int,
    read: Schema.Struct({ value: Schema.Int, version: Schema.Int }),
    value: Schema.Int,
  },
  /** The write of this attempt has taken place. */
  Written: { attempt: Schema.Int },
  /** The write of this attempt was refused; this is in the record. */
  Refused: { attempt: Schema.Int, value: Schema.Int, version: Schema.Int },
})

/**
 * A store with one record, a number that is 0 at first.
 *
 * @param compares - what of the record must still be as the client has read it.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { optimisticStore } from "touchstone/lock"
 *
 * const store = optimisticStore("version")
 * const stale = { attempt: 0, read: { value: 0, version: 0 }, value: 1 }
 * const reaction = react(
 *   "store",
 *   store,
 *   { value: 7, version: 3 },
 *   { _tag: "Message", message: { _tag: "CompareAndSet", ...stale } },
 *   { now: 0, from: "c1" },
 * )
 * reaction._tag === "Next" && reaction.commands // => [{ _tag: "Send", to: "c1", message: { _tag: "Refused", attempt: 0, value: 7, version: 3 } }]
 * ```
 */
export const optimisticStore = (compares: OptimisticComparison) => {
  const { next, process, send } = machine({
    durable: { value: Schema.Int, version: Schema.Int },
    messages: OptimisticLockMessage,
  })
  return process({
    initial: { value: 0, version: 0 },
    receive: {
      Read: (record, _, { from }) => next(record, send(from, { _tag: "Current", ...record })),
      CompareAndSet: (record, { attempt, read, value }, { from }) =>
        compares === "nothing" || read[compares] === record[compares]
          ? next({ value, version: record.version + 1 }, send(from, { _tag: "Written", attempt }))
          : next(record, send(from, { _tag: "Refused", attempt, ...record })),
    },
  })
}

/**
 * How far a client is: it is `reading`, then `writing` until it is answered. In the end it has `updated` the record, or has
 * `givenUp` since all its writes were refused. After a crash it does not know which: `unknown`.
 */
export const OptimisticPhase = Schema.Literals(["reading", "writing", "updated", "givenUp", "unknown"])
/** The type of {@link OptimisticPhase}. */
export type OptimisticPhase = typeof OptimisticPhase.Type

/**
 * A client that adds a number to the record, once. It begins at the start.
 *
 * @param store - the name of the store.
 * @param update - what it adds.
 * @param maxAttempts - how often it writes before it gives up.
 *
 * @example
 * ```ts
 * import { react } from "touchstone"
 * import { optimisticClient } from "touchstone/lock"
 *
 * const client = optimisticClient("store", 1, 2)
 * const refused = { _tag: "Message", message: { _tag: "Refused", attempt: 0, value: 7, version: 3 } } as const
 * const writing = { ...client.start.state, phase: "writing" } as const
 * const reaction = react("c1", client, writing, refused, { now: 0, from: "store" })
 * // It computes anew from what it now knows, and writes again.
 * reaction._tag === "Next" && [reaction.state, reaction.commands.length] // => [{ phase: "writing", refusals: 1 }, 1]
 * ```
 */
export const optimisticClient = (store: string, update: number, maxAttempts: number) => {
  const { next, process, send } = machine({
    volatile: {
      phase: OptimisticPhase,
      /** How many of its writes were refused: the number of the present attempt. */
      refusals: Schema.Int,
    },
    messages: OptimisticLockMessage,
  })
  const write = (attempt: number, { value, version }: { readonly value: number; readonly version: number }) =>
    send(store, { _tag: "CompareAndSet", attempt, read: { value, version }, value: value + update })
  return process({
    initial: { phase: "reading", refusals: 0 },
    start: (state) => next(state, send(store, { _tag: "Read" })),
    receive: {
      Current: (state, record) =>
        state.phase === "reading" ? next({ ...state, phase: "writing" }, write(state.refusals, record)) : ignore,
      Written: (state, { attempt }) =>
        state.phase === "writing" && attempt === state.refusals ? next({ ...state, phase: "updated" }) : ignore,
      Refused: (state, { attempt, value, version }) => {
        if (state.phase !== "writing" || attempt !== state.refusals) return ignore
        const refusals = state.refusals + 1
        return refusals < maxAttempts
          ? next({ ...state, refusals }, write(refusals, { value, version }))
          : next({ phase: "givenUp", refusals })
      },
    },
    restart: (state) => next({ ...state, phase: "unknown" }),
    observed: ["phase", "refusals"],
  })
}

/**
 * A system in which clients `c1`, `c2`, … each update the record of a `store` once.
 *
 * @param definition - `updates`: what each client adds; `maxAttempts`: how often each writes before it gives up; `compares`: what the
 *   store compares, the version unless given; the `network` and the `faults`, which are none unless given.
 * @throws {@link touchstone!InvalidDefinition | InvalidDefinition} when there is no client, when an update is no whole number or
 *   is 0, or when a client may not write even once.
 *
 * @example
 * ```ts
 * import { unordered } from "touchstone"
 * import { optimisticLock } from "touchstone/lock"
 *
 * const { definition } = optimisticLock({ updates: [1, 10], maxAttempts: 2, network: unordered({ loss: 1 }) })
 * definition.processes.map(({ name }) => name) // => ["store", "c1", "c2"]
 * ```
 */
export const optimisticLock = (
  { compares = "version", faults = {}, maxAttempts, network, updates }: {
    readonly updates: ReadonlyArray<number>
    readonly maxAttempts: number
    readonly compares?: OptimisticComparison
    readonly network: Network
    readonly faults?: Faults
  },
) => {
  if (updates.length === 0) {
    throw new InvalidDefinition({
      reason: "an optimistic lock without updates has no client; give one update for each",
    })
  }
  const wrong = updates.find((update) => !Number.isSafeInteger(update) || update === 0)
  if (wrong !== undefined) {
    throw new InvalidDefinition({ reason: `an update is ${wrong}; give a whole number that changes something` })
  }
  if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1) {
    throw new InvalidDefinition({ reason: `maxAttempts is ${maxAttempts}; a client needs at least one attempt` })
  }
  return system({
    name: "optimistic lock",
    processes: [
      named("store", optimisticStore(compares)),
      ...updates.map((update, index) => named(`c${index + 1}`, optimisticClient("store", update, maxAttempts))),
    ],
    network,
    faults,
  })
}
