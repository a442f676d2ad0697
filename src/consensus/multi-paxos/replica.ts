/**
 * The replica of Multi-Paxos: it keeps the log of what is chosen, and applies it to the object in order, without gaps.
 *
 * @module
 */
import type { SequentialObject } from "../../history/sequential-object.ts"
import type { MachineCommand } from "../../system/machine.ts"
import { ignore } from "../../system/process.ts"
import type { Choice, LogEntry } from "./message.ts"
import { type Applied, type Commands, server, type ServerHandlers, type State, type Step } from "./state.ts"

const { next, send } = server

/**
 * The object after an entry. A request that it has answered before is not applied again.
 *
 * @example
 * ```ts
 * import { applyEntry } from "touchstone/consensus"
 * import { register } from "touchstone"
 *
 * const write = { _tag: "Operation", client: "c1", sequence: 1, operation: { _tag: "Write", value: 7 } } as const
 * const once = applyEntry(register(0), { object: 0, answers: {} }, write)
 * once.object // => 7
 * applyEntry(register(0), once, write) === once // => true
 * ```
 */
export const applyEntry = (
  { apply }: SequentialObject<any, any, any>,
  applied: Applied,
  entry: LogEntry,
): Applied => {
  if (entry._tag === "Noop" || (applied.answers[entry.client]?.sequence ?? 0) >= entry.sequence) return applied
  const { client, operation, sequence } = entry
  const [object, result] = apply(applied.object, operation)
  return { object, answers: { ...applied.answers, [client]: { sequence, result } } }
}

/** Whether the server knows what is chosen in a slot. */
export const isKnown = ({ ahead, log }: State, slot: number): boolean =>
  slot < log.length || ahead.some((choice) => choice.slot === slot)

/** The answer to a client's request, if it is the last one that was answered. */
export const answer = (
  { answers }: Applied,
  { client, sequence }: { readonly client: string; readonly sequence: number },
): Commands => {
  const last = answers[client]
  return last?.sequence === sequence ? [send(client, { _tag: "Response", ...last })] : []
}

/** The object before anything is applied. */
export const nothingApplied = ({ initial }: SequentialObject<any, any, any>): Applied => ({
  object: initial,
  answers: {},
})

/** What a replica does with what is chosen. */
export const replica = (object: SequentialObject<any, any, any>) => {
  /** The server knows that entries are chosen, and applies what it can. A leader answers for it. */
  const learn = (state: State, choices: ReadonlyArray<Choice>): Step => {
    const ahead = [...state.ahead, ...choices.filter(({ slot }) => !isKnown(state, slot))]
      .toSorted((one, other) => one.slot - other.slot)
    const log = [...state.log]
    const answers: Array<MachineCommand<typeof server>> = []
    let { applied, role } = state
    for (; ahead[0]?.slot === log.length; ahead.shift()) {
      const [{ entry }] = ahead as [Choice]
      log.push(entry)
      applied = applyEntry(object, applied, entry)
      if (role._tag === "Leader" && entry._tag === "Operation") answers.push(...answer(applied, entry))
    }
    if (role._tag === "Leader") {
      const isOpen = ({ slot }: Choice) => !choices.some((choice) => choice.slot === slot)
      role = { ...role, proposals: role.proposals.filter(isOpen) }
    }
    return next({ ...state, log, ahead, applied, role }, answers)
  }

  /** The object is in memory only: it is made anew from the log. */
  const rebuilt = (state: State): State => ({
    ...state,
    applied: state.log.reduce((before, entry) => applyEntry(object, before, entry), nothingApplied(object)),
  })

  return {
    learn,
    rebuilt,
    receive: {
      Chosen: (state, { entry, slot }) => isKnown(state, slot) ? ignore : learn(state, [{ slot, entry }]),
    } satisfies ServerHandlers,
  }
}
