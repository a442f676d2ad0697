/**
 * Values as they are shown in messages.
 *
 * @module
 */
import { Formatter } from "effect"

/** What is longer than this is cut: a message is for reading. */
const LONG = 2_000

/** A value on one line, whatever it is: a Proxy may throw when it is looked at, and what is nested deeply has no end. */
export const show = (value: unknown): string => {
  try {
    const shown = Formatter.format(value)
    return shown.length <= LONG ? shown : `${shown.slice(0, LONG)}…`
  } catch {
    return `a value that cannot be shown (${typeof value})`
  }
}
