/**
 * The fields of the state of a process: three kinds, by what a crash does to them.
 *
 * @module
 */
import type { AnyProcess, Fields } from "./process.ts"

/** All fields of a process. */
export const fieldsOf = (
  { durable, unforced, volatile }: Pick<AnyProcess, "durable" | "unforced" | "volatile">,
): Fields => ({ ...durable, ...unforced, ...volatile })
