import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  emptyHistory,
  encode,
  type History,
  invoked,
  isLinearizable,
  isSequentiallyConsistent,
  register,
  type RegisterOperation,
  returned,
} from "../../../src/index.ts"
import { replay } from "../../replay.ts"

/** What a client does next: it invokes an operation, or is answered. */
type Event =
  | { readonly client: string; readonly invokes: RegisterOperation }
  | { readonly client: string; readonly result: unknown }

/** An operation as an interval: when it was invoked, and when it was answered, if ever. */
interface Interval {
  readonly client: string
  readonly operation: RegisterOperation
  readonly from: number
  to: number
  result?: unknown
}

const CLIENTS = ["c1", "c2", "c3"]
const client = fc.constantFrom(...CLIENTS)
const value = fc.nat(2)
const operation = fc.oneof(
  fc.constant<RegisterOperation>({ _tag: "Read" }),
  value.map((value): RegisterOperation => ({ _tag: "Write", value })),
)
/** Answers are of the kind that was asked for, where anything was asked. */
const events = fc.array(
  fc.record({ client, isAnswer: fc.boolean(), operation, value }),
  { maxLength: 10 },
).map((choices) => {
  const waiting = new Map<string, RegisterOperation>()
  return choices.map(({ client, isAnswer, operation, value }): Event => {
    const asked = waiting.get(client)
    if (!isAnswer) {
      waiting.set(client, operation)
      return { client, invokes: operation }
    }
    waiting.delete(client)
    return { client, result: asked?._tag === "Write" ? { _tag: "WriteOk" } : { _tag: "ReadOk", value } }
  })
})

const historyOf = (events: ReadonlyArray<Event>): History =>
  events.reduce(
    (history, event) =>
      "invokes" in event
        ? invoked(history, event.client, event.invokes)
        : returned(history, event.client, event.result),
    emptyHistory,
  )

const intervalsOf = (events: ReadonlyArray<Event>): ReadonlyArray<Interval> => {
  const all: Array<Interval> = []
  events.forEach((event, at) => {
    // Who invokes another one before the answer has given up the former: only the last one can be answered.
    const last = all.findLast(({ client }) => client === event.client)
    if ("invokes" in event) all.push({ client: event.client, operation: event.invokes, from: at, to: Infinity })
    else if (last?.to === Infinity) Object.assign(last, { to: at, result: event.result })
  })
  return all
}

const permutations = <A>(items: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  items.length === 0 ?
    [[]] :
    items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))

const subsets = <A>(items: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  items.reduce<ReadonlyArray<ReadonlyArray<A>>>((all, item) => all.flatMap((some) => [some, [...some, item]]), [[]])

/** Whether some order of all answered and of some pending operations, in which none comes too early, gives the answers. */
const isExplained = (intervals: ReadonlyArray<Interval>, mustPrecede: (one: Interval, other: Interval) => boolean) => {
  const { apply, initial } = register(0)
  const answered = intervals.filter(({ to }) => to < Infinity)
  const pending = intervals.filter(({ to }) => to === Infinity)
  return subsets(pending).flatMap((some) => permutations([...answered, ...some])).some((order) => {
    if (order.some((later, at) => order.slice(0, at).some((earlier) => mustPrecede(later, earlier)))) return false
    let state = initial
    return order.every(({ operation, result, to }) => {
      const [after, given] = apply(state, operation)
      state = after
      return to === Infinity || encode(given) === encode(result)
    })
  })
}

const few = events.filter((events) => intervalsOf(events).length <= 6)

describe("the search for a witness agrees with trying all orders", () => {
  it("that keep real time: linearizability", () => {
    let [yes, no] = [0, 0]
    fc.assert(
      fc.property(few, (events) => {
        const explained = isExplained(intervalsOf(events), (one, other) => one.to < other.from)
        if (explained) yes++
        else no++
        expect(isLinearizable(register(0), historyOf(events))).toBe(explained)
      }),
      { numRuns: 6_000, ...replay },
    )
    expect(Math.min(yes, no)).toBeGreaterThan(100)
  })

  it("that keep the order of each client: sequential consistency", () => {
    let [yes, no] = [0, 0]
    fc.assert(
      fc.property(few, (events) => {
        const explained = isExplained(
          intervalsOf(events),
          (one, other) => one.client === other.client && one.from < other.from,
        )
        if (explained) yes++
        else no++
        expect(isSequentiallyConsistent(register(0), historyOf(events))).toBe(explained)
      }),
      { numRuns: 6_000, ...replay },
    )
    expect(Math.min(yes, no)).toBeGreaterThan(100)
  })

  it("and what is linearizable is sequentially consistent, where nobody gives up", () => {
    fc.assert(
      fc.property(events, (events) => {
        const history = historyOf(events)
        fc.pre(Object.values(history).every(({ abandoned }) => abandoned === undefined))
        expect(isLinearizable(register(0), history) && !isSequentiallyConsistent(register(0), history)).toBe(false)
      }),
      replay,
    )
  })
})

describe("a history", () => {
  const [c1, c2] = ["c1", "c2"] as const
  const write = { _tag: "Write", value: 1 } as const
  const read = { _tag: "Read" } as const

  it("keeps no times: only what came before what", () => {
    const one = invoked(invoked(emptyHistory, c1, write), c2, read)
    const other = invoked(invoked(emptyHistory, c2, read), c1, write)
    expect(encode(one)).toBe(encode(other))
    const given = invoked(invoked(invoked(emptyHistory, c1, write), c1, read), c2, read)
    expect(encode(invoked(invoked(one, c1, read), c2, read))).toBe(encode(invoked(given, c2, read)))
    const later = invoked(returned(invoked(emptyHistory, c1, write), c1, { _tag: "WriteOk" }), c2, read)
    expect(later[c2]?.pending?.after).toEqual({ c1: 1 })
  })

  it("is not changed by an answer that nobody waits for", () => {
    const history = invoked(emptyHistory, c1, write)
    expect(returned(history, c2, { _tag: "WriteOk" })).toBe(history)
    const answered = returned(history, c1, { _tag: "WriteOk" })
    expect(returned(answered, c1, { _tag: "WriteOk" })).toBe(answered)
  })

  it("does not let an abandoned operation take effect before its own client's earlier ones", () => {
    const early = returned(invoked(emptyHistory, c1, read), c1, { _tag: "ReadOk", value: 1 })
    const given = invoked(invoked(early, c1, write), c1, read)
    expect(isLinearizable(register(0), given)).toBe(false)
    expect(isSequentiallyConsistent(register(0), given)).toBe(false)
  })

  it("lets an abandoned operation take effect after its own client's later ones only where real time counts", () => {
    const given = invoked(invoked(emptyHistory, c1, write), c1, { _tag: "Write", value: 2 })
    const late = returned(invoked(returned(given, c1, { _tag: "WriteOk" }), c1, read), c1, { _tag: "ReadOk", value: 1 })
    expect(isLinearizable(register(0), late)).toBe(true)
    expect(isSequentiallyConsistent(register(0), late)).toBe(false)
  })
})
