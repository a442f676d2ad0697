/**
 * Unforced writes: what a process has written to its log, and a crash may lose.
 *
 * A log is written to memory, and gets to the disk later. To *force* a write is to wait until it is on the disk, and with it
 * all that was written before; a write that is not forced waits for nobody, and gets to the disk with a later one that is forced,
 * or when there is time. After a crash the log ends somewhere between the last write that was forced and the last of all. After
 * Mohan, Lindsay and Obermarck, *Transaction Management in the R\* Distributed Database Management System* (ACM TODS 11(4), 1986),
 * section 1.
 *
 * A field that is `durable` is forced whenever a step changes it, an `unforced` one is not. All fields that one step changes are
 * one write. So what a crash can lose are the last steps that changed unforced fields since a step last changed a durable one.
 *
 * @module
 */
import { Schema } from "effect"
import { encoder } from "../model/encoding.ts"
import { instancesOf } from "../model/instance.ts"
import type { Update } from "../model/update.ts"
import type { AnyProcess, Fields } from "./process.ts"

/** A write that a crash may lose: what the unforced fields of a process were `before` it. */
export interface Unforced<N extends string = string, F = { readonly [field: string]: unknown }> {
  readonly _tag: "Unforced"
  readonly process: N
  readonly before: F
}

/** The Schema of what the unforced fields of a process were. */
export const unforcedOf = (process: string, { unforced }: AnyProcess): Schema.Top =>
  Schema.TaggedStruct("Unforced", { process: Schema.Literal(process), before: Schema.Struct(unforced) })

/** Whether a process has unforced fields. */
export const writesUnforced = ({ unforced }: AnyProcess): boolean => Object.keys(unforced).length > 0

const cache = new WeakMap<Fields, (state: any) => string>()

/** The canonical text of some fields of a state. */
const textOf = (fields: Fields): (state: any) => string => {
  const known = cache.get(fields)
  if (known !== undefined) return known
  const encoders = Object.entries(fields).map(([field, schema]) => [field, encoder(instancesOf(schema))] as const)
  const text = (state: any) => encoders.map(([field, encode]) => encode(state[field])).join("")
  cache.set(fields, text)
  return text
}

/** The unforced fields of a state. */
const pick = ({ unforced }: AnyProcess, state: any) =>
  Object.fromEntries(Object.keys(unforced).map((field) => [field, state[field]]))

/**
 * What becomes of the writes of a process that a crash may lose, when it writes once more.
 *
 * @param earlier - the writes that a crash could lose until now.
 * @param before - the state of the process until now.
 * @param after - its next state.
 */
export const written = (
  name: string,
  process: AnyProcess,
  earlier: ReadonlyArray<Unforced>,
  before: any,
  after: any,
): Update => {
  const [forced, unforced] = [textOf(process.durable), textOf(process.unforced)]
  if (forced(before) !== forced(after)) return { unforced: { remove: earlier } }
  const [was, is] = [unforced(before), unforced(after)]
  if (was === is) return {}
  // Whether what is lost again leads to what there is already, nobody can tell.
  const same = earlier.filter((write) => unforced(write.before) === is)
  return {
    unforced: { add: [{ _tag: "Unforced", process: name, before: pick(process, before) }], remove: same },
  }
}
