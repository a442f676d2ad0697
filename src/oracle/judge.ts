/**
 * Judging a recorded history: whether a sequential object explains it.
 *
 * @module
 */
import { Data } from "effect"
import type { NondeterministicObject, SequentialObject } from "../history/sequential-object.ts"
import { type Entry, WitnessSearch } from "../history/witness.ts"
import { shortened } from "../model/shorten.ts"
import { overAt, type RecordedOperation, validateHistory } from "./recorded-operation.ts"

/**
 * What is asked of a history:
 *
 * - `linearizable`: each operation seems to take effect at once, at some moment between its invocation and its answer (Herlihy and Wing,
 *   *Linearizability*, ACM TOPLAS 12(3), 1990);
 * - `sequential`: some order of all operations, in which those of each process are as it invoked them, explains the answers (Lamport, *How
 *   to make a multiprocessor computer that correctly executes multiprocess programs*, 1979).
 */
export type Consistency = "linearizable" | "sequential"

/** How to judge a history. */
export interface JudgeOptions {
  /** What is asked of it; linearizability unless given. */
  readonly consistency?: Consistency
  /** How long it may take, in milliseconds; as long as it takes unless given. */
  readonly milliseconds?: number
  /** How many bytes what has been tried may take; 1 GiB unless given. */
  readonly bytes?: number
}

/** A history that the object explains. */
export interface ConsistentHistory<Operation, Result> {
  readonly verdict: "consistent"
  /** For each part of the object an order in which the operations may have taken effect. Of those that are unknown, only some may be in it. */
  readonly witnesses: ReadonlyArray<ReadonlyArray<RecordedOperation<Operation, Result>>>
}

/** An operation that cannot come next, and what the object would have answered it, where that is one thing. */
export interface StuckOperation<Operation, Result> {
  readonly recorded: RecordedOperation<Operation, Result>
  readonly expected: Result | undefined
}

/** A history that the object does not explain. */
export interface InconsistentHistory<Operation, Result> {
  readonly verdict: "inconsistent"
  /** The part of the object that it is about, if the object has parts. */
  readonly part: string | undefined
  /** Of all orders that were tried, one that explains the most answers. */
  readonly longest: ReadonlyArray<RecordedOperation<Operation, Result>>
  /** Those of which one would have to come next. */
  readonly stuck: ReadonlyArray<StuckOperation<Operation, Result>>
  /**
   * Operations whose answers cannot all be right, even if of the others nothing were known but that they were invoked. None of them can be
   * left out, as far as that was found out within a million steps.
   */
  readonly core: ReadonlyArray<RecordedOperation<Operation, Result>>
}

/** Nobody knows: a limit was reached. */
export interface UndecidedHistory {
  readonly verdict: "unknown"
  readonly reached: "time" | "memory"
}

/** What a history is judged to be. */
export type HistoryVerdict<Operation, Result> =
  | ConsistentHistory<Operation, Result>
  | InconsistentHistory<Operation, Result>
  | UndecidedHistory

/** A limit for judging is none. */
export class InvalidLimit extends Data.TaggedError("InvalidLimit")<{ readonly limit: string; readonly value: number }> {
  override get message(): string {
    return `the limit ${this.limit} is ${this.value}; give a positive number`
  }
}

type Judged<Operation, Result> =
  | SequentialObject<any, Operation, Result>
  | NondeterministicObject<any, Operation, Result>

/** Steps between two looks at the clock. */
const SLICE = 4_096
/** After so many slices it is worth a look whether there is an answer that nothing could have brought about. */
const PATIENCE = 4
/** Steps that each trial of a smaller core may take, and all of them together. */
const TRIAL = 20_000
const EXPLAINING = 1_000_000

/** A search among recorded operations, and which of them its entries are. */
interface RecordedSearch {
  readonly search: WitnessSearch
  readonly recorded: ReadonlyArray<RecordedOperation>
}

/** Searches for an order of the operations of which the answers are taken as known, and of some of the others. */
const searchAmong = (
  object: Judged<any, any>,
  operations: ReadonlyArray<RecordedOperation>,
  answers: ReadonlySet<RecordedOperation>,
  consistency: Consistency,
  bytes: number,
): RecordedSearch => {
  const realTime = consistency === "linearizable"
  const threads = new Map<unknown, Array<RecordedOperation>>()
  for (const operation of operations) {
    const isKnown = answers.has(operation)
    // Whether somebody asked, and was told nothing, is all the same.
    if (!isKnown && object.isQuery?.(operation.operation) === true) continue
    // What nobody knows of may take effect at any time, as if somebody else had asked for it; in the order of a process it has its place.
    const thread: unknown = isKnown || !realTime ? operation.process : operation
    const list = threads.get(thread)
    if (list === undefined) threads.set(thread, [operation])
    else list.push(operation)
  }
  const entry = (recorded: RecordedOperation): Entry => {
    const { invoked, operation, outcome } = recorded
    const answer = answers.has(recorded) && outcome._tag === "Ok" ? { result: outcome.result } : undefined
    return { operation, answer, invoked: realTime ? invoked : 0, returned: realTime ? overAt(recorded) : 0 }
  }
  const lists = [...threads.values()]
  return { search: new WitnessSearch(object, lists.map((list) => list.map(entry)), bytes), recorded: lists.flat() }
}

/** What the object would answer each of some operations, after others. */
const expectedAfter = <Operation, Result>(
  object: Judged<Operation, Result>,
  before: ReadonlyArray<RecordedOperation<Operation, Result>>,
  operation: Operation,
): Result | undefined => {
  if (!("apply" in object)) return undefined
  const state: unknown = before.reduce((state, { operation }) => object.apply(state, operation)[0], object.initial)
  return object.apply(state, operation)[1]
}

const isAnswered = ({ outcome }: RecordedOperation): boolean => outcome._tag === "Ok"

/**
 * Operations whose answers cannot all be right, and none of which can be left out, as far as that is found in `left` steps. First the
 * last one to which something went wrong in real time is found, since nothing that was answered later is to blame.
 */
const coreOf = (
  object: Judged<any, any>,
  operations: ReadonlyArray<RecordedOperation>,
  consistency: Consistency,
  left: { steps: number },
): ReadonlyArray<RecordedOperation> => {
  const isWrong = (answers: ReadonlyArray<RecordedOperation>, among: ReadonlyArray<RecordedOperation>): boolean => {
    const { search } = searchAmong(object, among, new Set(answers), consistency, Infinity)
    const steps = Math.min(TRIAL, left.steps)
    const over = search.run(steps)
    left.steps -= over ? search.steps : steps
    return over && search.ending === "none"
  }
  const answered = operations.filter(isAnswered).toSorted((one, other) => overAt(one) - overAt(other))
  /** The first so many that were answered, and all that had been invoked by then. */
  const until = (count: number) => {
    const last = overAt(answered[count - 1] as RecordedOperation)
    return { answers: answered.slice(0, count), among: operations.filter(({ invoked }) => invoked <= last) }
  }
  let [right, wrong] = consistency === "linearizable" ? [0, answered.length] : [answered.length - 1, answered.length]
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1
    const { among, answers } = until(middle)
    if (isWrong(answers, among)) wrong = middle
    else right = middle
  }
  const { among, answers } = consistency === "linearizable" ? until(wrong) : { among: operations, answers: answered }
  const trials = shortened(answers, (kept) => isWrong(kept, among) ? kept : undefined)
  let trial = trials.next()
  while (trial.done !== true) trial = trials.next()
  return trial.value
}

/**
 * Judges a recorded history: is there an order in which the operations may have taken effect, one after the other, such that the object
 * would have given these answers?
 *
 * Where a limit is reached the verdict is `unknown`; it is never guessed. An object with parts, such as a key-value store with its keys, is
 * judged part by part where that is allowed: for linearizability, not for sequential consistency.
 *
 * @param object - what the operations do, one after the other.
 * @param operations - what was recorded, in any order.
 * @throws {@link InvalidHistory} when the history cannot have been; {@link InvalidLimit}.
 *
 * @example
 * ```ts
 * import { judge, operationsOf } from "touchstone/oracle"
 * import { register } from "touchstone"
 *
 * const operations = operationsOf([
 *   { process: "a", _tag: "Invoked", operation: { _tag: "Write", value: 1 } },
 *   { process: "a", _tag: "Ok", result: { _tag: "WriteOk" } },
 *   { process: "b", _tag: "Invoked", operation: { _tag: "Read" } },
 *   { process: "b", _tag: "Ok", result: { _tag: "ReadOk", value: 0 } },
 * ])
 * judge(register(0), operations).verdict // => "inconsistent"
 * judge(register(0), operations, { consistency: "sequential" }).verdict // => "consistent"
 * ```
 */
export const judge = <Operation, Result>(
  object: SequentialObject<any, Operation, Result> | NondeterministicObject<any, Operation, Result>,
  operations: ReadonlyArray<RecordedOperation<Operation, Result>>,
  { bytes = 2 ** 30, consistency = "linearizable", milliseconds = Infinity }: JudgeOptions = {},
): HistoryVerdict<Operation, Result> => {
  for (const [limit, value] of Object.entries({ bytes, milliseconds })) {
    if (!(value > 0)) throw new InvalidLimit({ limit, value })
  }
  validateHistory(operations)
  const end = performance.now() + milliseconds
  const happened = operations.filter(({ outcome }) => outcome._tag !== "Failed")
    .toSorted((one, other) => one.invoked - other.invoked)
  const { part } = object
  const parts = part === undefined || consistency !== "linearizable"
    ? new Map([[undefined, happened]])
    : Map.groupBy(happened, ({ operation }): string | undefined => part(operation))
  const searches = Array.from(parts, ([part, operations]) => {
    const answers = new Set<RecordedOperation>(operations.filter(isAnswered))
    return { part, operations, ...searchAmong(object, operations, answers, consistency, bytes / parts.size) }
  })
  const named = (recorded: ReadonlyArray<RecordedOperation>, order: ReadonlyArray<number>) =>
    order.map((entry) => recorded[entry] as RecordedOperation<Operation, Result>)
  // In turn, since one part may take for ever, and another one be wrong.
  let open = searches
  for (let round = 0; open.length > 0; round++) {
    for (const { operations, part, recorded, search } of open) {
      if (performance.now() > end) return { verdict: "unknown", reached: "time" }
      search.run(SLICE)
      // What nothing could have brought about need not be looked for in all orders.
      const impossible = search.ending === "none" || round === PATIENCE
        ? search.impossible(Math.min(EXPLAINING, 4 * operations.length ** 2))
        : undefined
      if (search.ending !== "none" && impossible === undefined) continue
      const longest = named(recorded, search.longest)
      const core = impossible === undefined
        ? coreOf(object, operations, consistency, { steps: EXPLAINING })
        : [recorded[impossible]]
      return {
        verdict: "inconsistent",
        part,
        longest,
        stuck: named(recorded, search.stuck).map((recorded) => ({
          recorded,
          expected: expectedAfter(object, longest, recorded.operation),
        })),
        core: core as ReadonlyArray<RecordedOperation<Operation, Result>>,
      }
    }
    open = open.filter(({ search }) => search.ending === undefined)
  }
  if (searches.some(({ search }) => search.ending === "memory")) return { verdict: "unknown", reached: "memory" }
  return { verdict: "consistent", witnesses: searches.map(({ recorded, search }) => named(recorded, search.order)) }
}
