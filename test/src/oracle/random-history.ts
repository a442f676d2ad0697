/**
 * Random histories of each object, and a judge that tries all orders.
 *
 * @module
 */
import * as fc from "fast-check"
import type { NondeterministicObject, SequentialObject } from "../../../src/history/sequential-object.ts"
import { encode, register } from "../../../src/index.ts"
import {
  appendLog,
  bank,
  compareAndSetRegister,
  type Consistency,
  countingSemaphore,
  fencedLock,
  keyValueStore,
  mutex,
  queue,
  type RecordedOperation,
  setOfValues,
  sharedCounter,
} from "../../../src/oracle/index.ts"

interface Tagged {
  readonly _tag: string
  readonly [field: string]: unknown
}

/** An object, what it may be asked, and what may be said to have been its answer. */
export interface Subject {
  readonly name: string
  readonly object: SequentialObject<any, any, any> | NondeterministicObject<any, any, any>
  readonly operations: ReadonlyArray<Tagged>
  readonly results: ReadonlyArray<Tagged>
}

const owners = ["a", "b"]
const small = [0, 1, 2]
const booleans = [false, true]

export const subjects: ReadonlyArray<Subject> = [
  {
    name: "register",
    object: register(0),
    operations: [{ _tag: "Read" }, ...small.map((value) => ({ _tag: "Write", value }))],
    results: [{ _tag: "WriteOk" }, ...small.map((value) => ({ _tag: "ReadOk", value }))],
  },
  {
    name: "compareAndSetRegister",
    object: compareAndSetRegister(0),
    operations: [
      { _tag: "Read" },
      { _tag: "Write", value: 1 },
      { _tag: "CompareAndSet", expected: 0, value: 1 },
      { _tag: "CompareAndSet", expected: 1, value: 2 },
    ],
    results: [
      { _tag: "WriteOk" },
      ...small.map((value) => ({ _tag: "ReadOk", value })),
      ...booleans.map((written) => ({ _tag: "CompareAndSetOk", written })),
    ],
  },
  {
    name: "keyValueStore",
    object: keyValueStore({ x: "0" }),
    operations: ["x", "y"].flatMap((key) => [
      { _tag: "Get", key },
      { _tag: "Put", key, value: "1" },
      { _tag: "Append", key, value: "2" },
      { _tag: "Delete", key },
    ]),
    results: [
      { _tag: "PutOk" },
      { _tag: "AppendOk" },
      { _tag: "DeleteOk" },
      ...[null, "0", "1", "12", "2"].map((value) => ({ _tag: "GetOk", value })),
    ],
  },
  {
    name: "sharedCounter",
    object: sharedCounter(),
    operations: [{ _tag: "Read" }, { _tag: "Add", amount: 1 }, { _tag: "AddAndGet", amount: 1 }],
    results: [
      { _tag: "AddOk" },
      ...small.flatMap((value) => [{ _tag: "ReadOk", value }, { _tag: "AddAndGetOk", value }]),
    ],
  },
  {
    name: "queue",
    object: queue(),
    operations: [{ _tag: "Dequeue" }, ...small.map((value) => ({ _tag: "Enqueue", value }))],
    results: [{ _tag: "EnqueueOk" }, { _tag: "Empty" }, ...small.map((value) => ({ _tag: "DequeueOk", value }))],
  },
  {
    name: "setOfValues",
    object: setOfValues(),
    operations: [0, 1].flatMap((value) => ["Add", "Remove", "Has"].map((_tag) => ({ _tag, value }))),
    results: booleans.flatMap((yes) => [
      { _tag: "AddOk", added: yes },
      { _tag: "RemoveOk", removed: yes },
      { _tag: "HasOk", has: yes },
    ]),
  },
  {
    name: "appendLog",
    object: appendLog(),
    operations: [{ _tag: "Append", value: 1 }, { _tag: "Append", value: 2 }, { _tag: "Read", from: 0 }],
    results: [
      ...small.map((offset) => ({ _tag: "AppendOk", offset })),
      ...[[], [1], [2], [1, 2], [2, 1]].map((values) => ({ _tag: "ReadOk", values })),
    ],
  },
  {
    name: "bank",
    object: bank({ a: 2, b: 0 }),
    operations: [
      { _tag: "Balances" },
      { _tag: "Transfer", from: "a", to: "b", amount: 1 },
      { _tag: "Transfer", from: "b", to: "a", amount: 2 },
    ],
    results: [
      ...booleans.map((moved) => ({ _tag: "TransferOk", moved })),
      ...small.map((b) => ({ _tag: "BalancesOk", balances: { a: 2 - b, b } })),
    ],
  },
  ...booleans.map((reentrant): Subject => ({
    name: reentrant ? "mutex that is reentrant" : "mutex",
    object: mutex({ reentrant }),
    operations: owners.flatMap((owner) => ["Lock", "TryLock", "Unlock"].map((_tag) => ({ _tag, owner }))),
    results: [
      { _tag: "LockOk" },
      ...booleans.flatMap((yes) => [{ _tag: "TryLockOk", locked: yes }, { _tag: "UnlockOk", unlocked: yes }]),
    ],
  })),
  {
    name: "countingSemaphore",
    object: countingSemaphore(2),
    operations: [1, 2].flatMap((permits) => ["Acquire", "TryAcquire", "Release"].map((_tag) => ({ _tag, permits }))),
    results: [
      { _tag: "AcquireOk" },
      { _tag: "ReleaseOk" },
      ...booleans.map((acquired) => ({ _tag: "TryAcquireOk", acquired })),
    ],
  },
  {
    name: "fencedLock",
    object: fencedLock(),
    operations: owners.flatMap((owner) => ["Lock", "Unlock"].map((_tag) => ({ _tag, owner }))),
    results: [
      ...[1, 2, 3].map((token) => ({ _tag: "LockOk", token })),
      ...booleans.map((unlocked) => ({ _tag: "UnlockOk", unlocked })),
    ],
  },
]

/** What an object may be after an operation that was answered so; or had any answer, if none is given. */
const after = ({ object }: Subject, state: unknown, operation: unknown, answer?: { readonly result: unknown }) => {
  if ("step" in object) return object.step(state, operation, answer)
  const [next, result] = object.apply(state, operation)
  return answer === undefined || encode(result) === encode(answer.result) ? [next] : []
}

const fits = (operation: Tagged, result: Tagged): boolean =>
  result._tag === `${operation._tag}Ok` || (operation._tag === "Dequeue" && result._tag === "Empty")

/**
 * Histories that the object has given, and some in which one answer is another one. Several processes are at work; some operations are
 * without an answer, some have failed.
 */
export const randomHistory = (subject: Subject): fc.Arbitrary<ReadonlyArray<RecordedOperation<any, any>>> => {
  const choice = fc.nat(1_000)
  return fc.record({
    steps: fc.array(fc.record({ process: fc.nat(2), choice }), { maxLength: 14 }),
    lies: fc.option(fc.record({ which: choice, result: choice }), { nil: undefined }),
  }).map(({ lies, steps }) => {
    type Open = { readonly at: number; readonly operation: Tagged; result?: unknown }
    const open = new Map<string, Open>()
    const operations: Array<RecordedOperation<any, any>> = []
    let state: unknown = subject.object.initial
    let invoked = 0
    steps.forEach(({ choice, process: number }, at) => {
      const process = `p${number}`
      const own = open.get(process)
      if (own === undefined) {
        // More of them, and trying all orders takes too long.
        if (invoked++ === 5) return
        open.set(process, {
          at,
          operation: subject.operations[choice % subject.operations.length] as Tagged,
        })
      } else if ("result" in own) {
        open.delete(process)
        operations.push({
          process,
          operation: own.operation,
          invoked: own.at,
          outcome: { _tag: "Ok", result: own.result, at },
        })
      } else if (choice % 7 < 2) {
        open.delete(process)
        operations.push({
          process,
          operation: own.operation,
          invoked: own.at,
          outcome: choice % 7 === 0 ? { _tag: "Failed", at } : { _tag: "Unknown" },
        })
        if (choice % 7 === 1 && choice % 2 === 0) state = after(subject, state, own.operation)[0] ?? state
      } else {
        const possible = subject.results.filter((result) =>
          fits(own.operation, result) && after(subject, state, own.operation, { result }).length > 0
        )
        const result = possible[choice % Math.max(1, possible.length)]
        if (result === undefined) return
        state = after(subject, state, own.operation, { result })[0]
        open.set(process, { ...own, result })
      }
    })
    for (const [process, { at, operation }] of open) {
      operations.push({ process, operation, invoked: at, outcome: { _tag: "Unknown" } })
    }
    const answered = operations.filter(({ outcome }) => outcome._tag === "Ok")
    const lie = lies && answered[lies.which % Math.max(1, answered.length)]
    return operations.map((recorded) => {
      if (recorded !== lie || recorded.outcome._tag !== "Ok") return recorded
      const possible = subject.results.filter((result) => fits(recorded.operation, result))
      const result = possible[(lies?.result ?? 0) % possible.length]
      return { ...recorded, outcome: { ...recorded.outcome, result } }
    })
  })
}

const overAt = ({ outcome }: RecordedOperation): number => outcome._tag === "Unknown" ? Infinity : outcome.at

/** Whether one operation must take effect before another one, if both do. */
const mustPrecede = (one: RecordedOperation, other: RecordedOperation, consistency: Consistency): boolean =>
  consistency === "linearizable"
    ? overAt(one) < other.invoked
    : one.process === other.process && one.invoked < other.invoked

/** The judge: tries all orders of what was answered and of some of what is unknown. */
export const bruteForce = (
  subject: Subject,
  history: ReadonlyArray<RecordedOperation<any, any>>,
  consistency: Consistency,
): boolean => {
  const happened = history.filter(({ outcome }) => outcome._tag !== "Failed")
  const search = (states: ReadonlyArray<unknown>, left: ReadonlyArray<RecordedOperation<any, any>>): boolean =>
    states.length > 0 && (
      left.every(({ outcome }) => outcome._tag === "Unknown") ||
      left.some((next) => {
        const others = left.filter((other) => other !== next)
        if (others.some((other) => other.outcome._tag === "Ok" && mustPrecede(other, next, consistency))) return false
        const { outcome } = next
        // What comes later in the order of its process can no longer be what comes before.
        const rest = others.filter((other) => outcome._tag === "Failed" || !mustPrecede(other, next, consistency))
        const answer = outcome._tag === "Ok" ? { result: outcome.result } : undefined
        return search(states.flatMap((state) => after(subject, state, next.operation, answer)), rest)
      })
    )
  return search([subject.object.initial], happened)
}
