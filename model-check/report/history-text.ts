/**
 * Histories as people read them: of each client its operations, in their order.
 *
 * @module
 */
import type { Answered, ClientHistory, Completed, History, Pending } from "../../src/history/history.ts"
import { showString } from "./string.ts"
import { showValue } from "./value.ts"

/** {@link ClientHistory}, as far as its fields tell. */
const isClientHistory = (value: unknown): value is ClientHistory =>
  typeof value === "object" && value !== null && Array.isArray((value as ClientHistory).completed) &&
  Object.keys(value).every((key) => ["completed", "pending", "abandoned"].includes(key)) && "pending" in value

/** Whether a value is a history in which something has happened. */
export const isHistory = (value: unknown): value is History => {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false
  const clients = Object.values(value)
  return clients.length > 0 && clients.every(isClientHistory)
}

/** What an operation came after: of other clients, so many operations had been answered. */
const showAfter = (after: Answered, client: string): string => {
  const others = Object.entries(after).filter(([other]) => other !== client)
  return others.length === 0 ? "" : ` (after ${others.map(([other, n]) => `${n} of ${showString(other)}`).join(", ")})`
}

/** The operations of a client in the order in which it invoked them, each with its answer, or that there is none. */
export const operationsOf = (history: History, client: string): ReadonlyArray<string> => {
  if (!Object.hasOwn(history, client)) return []
  const { abandoned = [], completed, pending } = history[client] as ClientHistory
  const said = ({ after, operation }: Pending, answer: string) =>
    `${showValue(operation)}${showAfter(after, client)} ${answer}`
  const answered = (operation: Completed) => said(operation, `answered ${showValue(operation.result)}`)
  const givenUpAt = (place: number) =>
    abandoned.filter(({ after }) => (after[client] ?? 0) === place).map((operation) => said(operation, "given up"))
  return [
    ...completed.flatMap((operation, place) => [...givenUpAt(place), answered(operation)]),
    ...givenUpAt(completed.length),
    ...(pending === null ? [] : [said(pending, "pending")]),
  ]
}
