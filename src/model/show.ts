/**
 * Values as they are shown in messages.
 *
 * @module
 */
import { Formatter } from "effect"

/** A value on one line, whatever it is. */
export const show = (value: unknown): string => Formatter.format(value)
