import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import {
  defer,
  DurableNotEncodable,
  ignore,
  InvalidDefinition,
  InvalidReaction,
  machine,
  named,
  NotTotal,
  react,
  recovered,
  system,
  unordered,
} from "../../../src/index.ts"

const Add = Schema.TaggedStruct("Add", { n: Schema.Int })
const Stop = Schema.TaggedStruct("Stop", {})

const { broadcast, cancelTimer, input, next, process, reply, send, setTimer } = machine({
  durable: { sum: Schema.Int },
  volatile: { last: Schema.NullOr(Schema.String) },
  messages: Schema.Union([Add, Stop]),
  timers: ["tired"],
  replies: Schema.Int,
})
const adder = process({
  initial: { sum: 0, last: null },
  start: (state) => next(state, setTimer("tired", 3)),
  receive: {
    Add: ({ sum }, { n }, { from }) =>
      n === 0 ? ignore : next({ sum: sum + n, last: from }, send(from, Add.make({ n }))),
  },
  timers: { tired: (state, { now }) => next({ ...state, sum: now }) },
  inputs: {
    set: input({ to: [1, 2] }, (state, { to }) => next({ ...state, sum: to }, reply(to))),
  },
})

const context = { now: 7, from: "q" }
const asked = (event: Parameters<typeof react>[3]) => react("p", adder, { sum: 1, last: null }, event, context)

describe("a process", () => {
  it("starts", () => {
    expect(adder.start).toEqual(next({ sum: 0, last: null }, setTimer("tired", 3)))
  })

  it("reacts to a message, and knows who sent it", () => {
    expect(asked({ _tag: "Message", message: Add.make({ n: 2 }) })).toEqual(
      next({ sum: 3, last: "q" }, send("q", Add.make({ n: 2 }))),
    )
    expect(asked({ _tag: "Message", message: Add.make({ n: 0 }) })).toEqual(ignore)
  })

  it("reacts to a timer, and knows the time on its clock", () => {
    expect(asked({ _tag: "Timer", timer: "tired" })).toEqual(next({ sum: 7, last: null }))
  })

  it("reacts to an input with its arguments", () => {
    expect(asked({ _tag: "Input", input: "set", args: { to: 2 } })).toEqual(next({ sum: 2, last: null }, reply(2)))
  })

  it("goes on after a restart, unless it says otherwise", () => {
    expect(asked({ _tag: "Restart" })).toEqual(next({ sum: 1, last: null }))
  })

  it("recovers what is durable, and the rest as at the start", () => {
    expect(recovered(adder, { sum: 5, last: "q" })).toEqual({ sum: 5, last: null })
  })

  it("has no more fields and handlers than it was given, whatever they are called", () => {
    const inherited = machine({
      volatile: { valueOf: Schema.Int, constructor: Schema.Int },
      messages: Schema.TaggedStruct("constructor", {}),
    }).process({ initial: { valueOf: 0, constructor: 0 } })
    const state = { valueOf: 1, constructor: 1 }
    expect(recovered(inherited, state)).toEqual(inherited.start.state)
    const events = [
      { _tag: "Message", message: { _tag: "constructor" } },
      { _tag: "Timer", timer: "constructor" },
      { _tag: "Input", input: "constructor", args: {} },
    ] as const
    for (const event of events) {
      expect(() => react("p", inherited, state, event, context)).toThrow(/it has no handler for it/)
    }
    expect(() => system({ name: "s", processes: [named("p", inherited)], network: unordered() })).not.toThrow()
  })
})

describe("commands", () => {
  it("are given in order, one by one or several at once", () => {
    const { commands } = next(
      { sum: 0, last: null },
      broadcast(["a", "b"], Stop.make({})),
      cancelTimer("tired"),
      [setTimer("tired")],
      reply(1),
    )
    expect(commands).toEqual([
      { _tag: "Send", to: "a", message: { _tag: "Stop" } },
      { _tag: "Send", to: "b", message: { _tag: "Stop" } },
      { _tag: "CancelTimer", timer: "tired" },
      { _tag: "SetTimer", timer: "tired", after: 0 },
      { _tag: "SendReply", value: 1 },
    ])
  })
})

describe("a process that is not total", () => {
  it("is told the state and the event that it has no handler for", () => {
    const state = { sum: 1, last: null }
    const cases = [
      { _tag: "Message", message: Stop.make({}) },
      { _tag: "Timer", timer: "bored" },
      { _tag: "Input", input: "unset", args: {} },
    ] as const
    for (const event of cases) {
      expect(() => asked(event)).toThrow(
        new NotTotal({ process: "p", state, event, reason: "it has no handler for it" }),
      )
    }
    expect(() => asked({ _tag: "Message", message: Stop.make({}) })).toThrow(
      /^the process p is not total: in the state \{.*"sum": ?1.*\}, asked about \{.*"Stop".*\}, it has no handler for it/,
    )
  })

  it("is told what it gives instead of a reaction", () => {
    const vague = { ...adder, timers: { tired: () => undefined as never } }
    expect(() => react("p", vague, { sum: 0, last: null }, { _tag: "Timer", timer: "tired" }, context)).toThrow(
      /asked about .*"Timer".*, it gives undefined; let it return next\(…\) or ignore/,
    )
  })
})

describe("a process that defers", () => {
  const deferring = process({
    initial: { sum: 0, last: null },
    receive: { Add: () => defer },
    timers: { tired: () => defer },
    inputs: { set: input(() => defer) },
    restart: () => defer,
  })
  const asked = (event: Parameters<typeof react>[3]) => react("p", deferring, { sum: 0, last: null }, event, context)

  it("lets a message wait", () => {
    expect(asked({ _tag: "Message", message: Add.make({ n: 2 }) })).toEqual({ _tag: "Deferred" })
  })

  it.each(
    [
      { _tag: "Timer", timer: "tired" },
      { _tag: "Input", input: "set", args: {} },
      { _tag: "Restart" },
    ] as const,
  )("cannot let anything else wait: $_tag", (event) => {
    const reason = "it defers, which only a message can be"
    expect(() => asked(event)).toThrow(
      new NotTotal({ process: "p", state: { sum: 0, last: null }, event, reason }),
    )
  })
})

describe("what a process reacts with", () => {
  it("is a state that it declares", () => {
    const typos = process({
      initial: { sum: 0, last: null },
      receive: { Add: (state) => next({ ...state, ...{ sun: 1 } }) },
      timers: { tired: () => ignore },
    })
    expect(() => react("p", typos, typos.start.state, { _tag: "Message", message: Add.make({ n: 1 }) }, context))
      .toThrow(InvalidReaction)
  })
})

describe("a machine", () => {
  const few = { volatile: { x: Schema.Int }, messages: Stop } as const

  it("needs a handler for each timer that it declares, and for no other", () => {
    const { process } = machine({ ...few, timers: ["retry", "rest"] })
    expect(() => process({ initial: { x: 0 }, timers: { retry: () => ignore } as never })).toThrow(
      new InvalidDefinition({ reason: "a process declares the timer rest, and has no handler for it" }),
    )
    const both = { retry: () => ignore, rest: () => ignore }
    expect(process({ initial: { x: 0 }, timers: both }).timers).toBe(both)
    expect(() => process({ initial: { x: 0 }, timers: { ...both, rety: () => ignore } as never })).toThrow(
      new InvalidDefinition({
        reason: "a process handles the timer rety, which its machine does not declare; there are: retry, rest",
      }),
    )
    expect(() => machine(few).process({ initial: { x: 0 }, timers: { retry: () => ignore } as never })).toThrow(
      /handles the timer retry, which its machine does not declare; there are: none$/,
    )
  })

  it("lets nothing be observed that it does not declare", () => {
    expect(() => machine(few).process({ initial: { x: 0 }, observed: ["y" as "x"] })).toThrow(
      new InvalidDefinition({
        reason: "a process observes the field y, which its machine does not declare; there are: x",
      }),
    )
  })

  it("declares a field once", () => {
    expect(() => machine({ ...few, durable: { x: Schema.Int } })).toThrow(
      new InvalidDefinition({ reason: "the field x of a process is both durable and volatile" }),
    )
  })

  it("makes processes that share its declarations", () => {
    const { next, process } = machine(few)
    const [one, other] = [
      process({ initial: { x: 1 } }),
      process({ initial: { x: 2 }, start: ({ x }) => next({ x: x + 1 }) }),
    ]
    expect([one, other].map(({ start }) => start.state)).toEqual([{ x: 1 }, { x: 3 }])
    expect(one.volatile).toBe(other.volatile)
  })
})

describe("a durable part that cannot be encoded", () => {
  const logging = (value: unknown, schema: Schema.Top) => () =>
    machine({ durable: { log: schema }, messages: Stop }).process({ initial: { log: value } })

  it("is refused, and named", () => {
    expect(logging(() => 1, Schema.Unknown)).toThrow(DurableNotEncodable)
    expect(logging(Symbol("s"), Schema.Unknown)).toThrow(
      /^the durable field log cannot be encoded: .*; give it a schema of plain data$/,
    )
  })

  it("is refused when it does not agree with its schema", () => {
    expect(logging("seven", Schema.Int)).toThrow(DurableNotEncodable)
  })

  it("may be volatile", () => {
    const { process } = machine({ volatile: { log: Schema.instanceOf(Map) }, messages: Stop })
    expect(process({ initial: { log: new Map() } }).start.commands).toEqual([])
  })
})
