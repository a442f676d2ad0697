import { Chunk, Effect, Equal, HashMap, Option, Schema, SchemaTransformation } from "effect"
import { describe, expect, it } from "vitest"
import { check, type CheckOptions } from "../../model-check/check.ts"
import { changes, traceLines } from "../../model-check/report/trace.ts"
import {
  add,
  ignore,
  machine,
  type Model,
  named,
  record,
  remove,
  set,
  struct,
  system,
  unordered,
  variables,
} from "../../src/index.ts"

const MODES: ReadonlyArray<CheckOptions> = [{}, { exact: true }, { search: "dfs" }, { search: "dfs", exact: true }]

const verdicts = (model: Model<any>) =>
  MODES.map((mode) => {
    const { distinct, verdict } = Effect.runSync(check(model, { ...mode, keepGoing: true }))
    return { verdict, distinct }
  })

const everywhere = (verdict: "holds" | "violated", distinct: number) => MODES.map(() => ({ verdict, distinct }))

const failures = (model: Model<any>) =>
  MODES.map((mode) => {
    const { reason: error } = Effect.runSync(Effect.flip(check(model, mode)))
    return { tag: error._tag, message: error.message }
  })

/** A class whose instances can be changed. */
class Account {
  cents: number
  constructor(cents: number) {
    this.cents = cents
  }

  deposit(cents: number): this {
    this.cents += cents
    return this
  }
}
const AccountSchema = Schema.instanceOf(Account, {
  toCodec: () =>
    Schema.link<Account>()(
      Schema.Int,
      SchemaTransformation.transform({ decode: (cents) => new Account(cents), encode: ({ cents }) => cents }),
    ),
})

describe("a view of the state within an instance", () => {
  const votes = record(["a", "b"], Schema.Boolean)
  const Votes = Schema.Struct({ a: Schema.Boolean, b: Schema.Boolean })

  it.each<
    readonly [of: string, Schema.Schema<any>, (votes: object) => unknown, (kept: any) => { readonly a: boolean }]
  >([
    ["Option", Schema.Option(Votes), Option.some, Option.getOrThrow],
    ["Option of what is unknown", Schema.Option(Schema.Unknown), Option.some, Option.getOrThrow],
    ["Chunk", Schema.Chunk(Votes), Chunk.of, Chunk.headUnsafe],
    [
      "HashMap",
      Schema.HashMap(Schema.String, Votes),
      (it) => HashMap.make(["v", it]),
      (it) => HashMap.getUnsafe(it, "v"),
    ],
  ])("%s is what it was then", (_, of, keep, kept) => {
    const { action, always, model } = variables({ votes, saved: Schema.NullOr(of), sent: set(of) })
    const saves = model({
      name: "saved",
      initial: { votes: () => false, saved: null, sent: [] },
      actions: {
        vote: action({ who: ["a", "b"] }, (s, { who }) => !s.votes[who] && { votes: { [who]: true } }),
        save: action((s) => s.saved === null && { saved: keep(s.votes), sent: add(keep(s.votes)) } as never),
      },
      properties: {
        saved: always((s) => s.saved === null || kept(s.saved).a === s.votes.a),
        sent: always((s) => [...s.sent].every((it) => kept(it).a === s.votes.a)),
      },
    })
    expect(verdicts(saves)).toEqual(everywhere("violated", 13))
    const { properties } = Effect.runSync(check(saves, { keepGoing: true }))
    expect(properties.map(({ trace }) => trace?.steps.length)).toEqual([3, 3])
  })

  it("is refused where it is a set, which must be spread", () => {
    const { action, model } = variables({ votes: set(Schema.Int), saved: Schema.Option(Schema.Unknown) })
    const saves = model({
      name: "saved",
      initial: { votes: [1], saved: Option.none() },
      actions: { save: action((s) => ({ saved: Option.some(s.votes) })) },
    })
    for (const { message } of failures(saves)) {
      expect(message).toContain("the set s.votes (its members are [...s.votes]) is not plain data")
    }
  })
})

describe("a view of the state", () => {
  it("is compared by Equal as what it is now, whatever it was compared with before", () => {
    const { action, always, model, step } = variables({ at: struct({ votes: record(["a", "b"], Schema.Boolean) }) })
    const all = { a: true, b: true }
    const compares = model({
      name: "compared",
      initial: { at: { votes: () => false } },
      actions: {
        vote: action({ who: ["a", "b"] }, (s, { who }) => !s.at.votes[who] && { at: { votes: { [who]: true } } }),
        idle: action((s) => Equal.equals(s, { at: { votes: all } }) && { at: { votes: { a: false } } }),
      },
      properties: {
        never: always((s) => !Equal.equals(s.at.votes, all)),
        moves: step((before, after) => !Equal.equals(before, after)),
      },
    })
    expect(verdicts(compares)).toEqual(everywhere("violated", 4))
    const { properties } = Effect.runSync(check(compares, { keepGoing: true }))
    expect(properties.map(({ trace, verdict }) => [verdict, trace?.steps.length])).toEqual([
      ["violated", 3],
      ["holds", undefined],
    ])
  })
})

describe("an instance that a function changes", () => {
  const { action, always, each, model } = variables({
    account: AccountSchema,
    all: set(AccountSchema),
    option: Schema.Option(Schema.Int),
  })
  const initial = () => ({ account: new Account(0), all: [new Account(1)], option: Option.some(1) })

  it.each(
    [
      ["a value", { act: action((s) => ({ account: s.account.deposit(1) })) }, {}, "in account is another"],
      [
        "a value within Effect's",
        { act: action((s) => ({ option: Object.assign(s.option, { value: 2 }) })) },
        {},
        "in option",
      ],
      [
        "a member",
        { act: action((s) => ({ account: [...s.all][0]?.deposit(1) as Account })) },
        {},
        "in all is another",
      ],
      [
        "a parameter",
        { act: action({ it: each("all") }, (_, { it }) => ({ account: it.deposit(1) })) },
        {},
        "in all is another",
      ],
      [
        "a constant",
        { act: action({ it: [Option.some(1)] }, (_, { it }) => ({ option: Object.assign(it, { value: 2 }) })) },
        {},
        "its parameter it",
      ],
      ["a value, by a property", {}, { p: always((s) => s.account.deposit(1).cents > 0) }, "in account is another"],
    ] as const,
  )("%s, is noticed", (_, actions, properties, message) => {
    const changing = model({
      name: "changing",
      initial: initial(),
      actions: actions as never,
      properties: properties as never,
    })
    for (const failure of failures(changing)) {
      expect(failure.tag).toBe("InputMutated")
      expect(failure.message).toContain("changes its input (an instance of a class")
      expect(failure.message).toContain(message)
    }
  })

  it("is the caller's own where the caller gave it", () => {
    const mine = new Account(0)
    const keeps = model({
      name: "kept",
      initial: { ...initial(), account: mine },
      actions: { act: action((s) => s.account.cents < 2 && { account: new Account(s.account.cents + 1) }) },
    })
    expect(verdicts(keeps)).toEqual(everywhere("holds", 3))
    expect(mine.deposit(5).cents).toBe(5)
    // Also in the next check, for which it is another value.
    expect(verdicts(keeps)).toEqual(everywhere("holds", 1))
  })
})

describe("instances in searches of a set", () => {
  class Vote extends Schema.TaggedClass<Vote>()("Vote", { by: Schema.String, for: Schema.Option(Schema.Int) }) {}
  const { action, always, each, model } = variables({
    sent: set(Schema.Union([Vote, Schema.TaggedStruct("Offer", { of: Schema.Option(Schema.Int), at: AccountSchema })])),
    seen: set(Schema.Option(Schema.Int)),
  })

  it("match equal ones", () => {
    const searches = model({
      name: "searched",
      initial: { sent: [new Vote({ by: "a", for: Option.some(1) })], seen: [Option.none()] },
      actions: {
        offer: action((s) =>
          s.sent.some({ _tag: "Vote", for: Option.some(1) }) &&
          { sent: add({ _tag: "Offer", of: Option.some(1), at: new Account(1) }) }
        ),
        take: action({ it: each("sent", { _tag: "Offer", of: Option.some(1), at: new Account(1) }) }, (_, { it }) => ({
          sent: remove(it),
          seen: add(it.of),
        })),
        never: action((s) => s.sent.some({ _tag: "Vote", for: Option.some(2) }) && { seen: [] }),
        nowhere: action({ it: each("sent", { _tag: "Offer", at: new Account(2) }) }, () => ({ seen: [] })),
      },
      properties: {
        has: always((s) => s.sent.has(new Vote({ by: "a", for: Option.some(1) }))),
        where: always((s) => s.sent.where({ _tag: "Vote", for: Option.some(1) }).length === 1),
        whole: always((s) => (s.seen as any).some(Option.none()) && s.seen.count(Option.none()) === 1),
        seen: always((s) => !(s.seen as any).some(Option.some(1)) || s.seen.size === 2),
        other: always((s) => !(s.seen as any).some(Option.some(2))),
      },
    })
    expect(verdicts(searches)).toEqual(everywhere("holds", 4))
    const { coverage } = Effect.runSync(check(searches))
    expect(coverage.filter(({ enabled }) => enabled > 0).map(({ name }) => name)).toEqual(["offer", "take"])
  })

  it("a date, a set or a map must be equal too", () => {
    const { action, model } = variables({ at: set(Schema.Date), n: Schema.Literals([0, 1]) })
    const dates = (when: Date) =>
      model({
        name: "dates",
        initial: { at: [new Date(1)], n: 0 },
        actions: { act: action((s) => (s.at as any).some(when) && { n: 1 }) },
      })
    expect(verdicts(dates(new Date(1)))).toEqual(everywhere("holds", 2))
    expect(verdicts(dates(new Date(2)))).toEqual(everywhere("holds", 1))
  })
})

it("instances that only their variable's Schema knows are shown in what changes", () => {
  const { action, always, model } = variables({
    account: Schema.Struct({ of: AccountSchema }),
    all: set(AccountSchema),
  })
  const deposits = model({
    name: "shown",
    initial: { account: { of: new Account(0) }, all: [new Account(0)] },
    actions: {
      deposit: action((s) => ({ account: { of: new Account(s.account.of.cents + 1) }, all: add(new Account(7)) })),
    },
    properties: { poor: always((s) => s.account.of.cents < 1) },
  })
  const { properties } = Effect.runSync(check(deposits))
  const trace = properties[0]?.trace
  expect(traceLines(deposits, trace!)).toEqual([
    "0 initial state",
    "    account = {of: Account(0)}",
    "    all = {Account(0)}",
    "1 deposit",
    "    account.of: Account(0) → Account(1)",
    "    all: + Account(7)",
  ])
  expect(changes(deposits, trace!.steps[1]!.state, trace!.steps[1]!.state)).toEqual([])
})

describe("an instance of a class that only its own Schema knows", () => {
  it("is kept in the state of a process, observed, sent and answered", () => {
    const { input, next, process, reply, send } = machine({
      durable: { account: AccountSchema },
      volatile: { last: Schema.NullOr(AccountSchema) },
      messages: Schema.TaggedStruct("Deposit", { of: AccountSchema }),
      replies: AccountSchema,
    })
    const bank = process({
      initial: { account: new Account(0), last: null },
      observed: ["account"],
      receive: {
        Deposit: ({ account }, { of }) => {
          const sum = new Account(account.cents + of.cents)
          return next({ account: sum, last: of }, reply(sum))
        },
      },
      inputs: {
        give: input({ cents: [1, 2] }, (state, { cents }) =>
          state.account.cents + cents > 3
            ? ignore
            : next(state, send("bank", { _tag: "Deposit", of: new Account(cents) }))),
      },
    })
    const { always, model } = system({
      name: "accounts",
      processes: [named("bank", bank)],
      network: unordered({ ignored: "dropped" }),
      faults: { crashRecovery: 1 },
    })
    const replied = model({
      replied: always((s) => [...s.replies].every(({ value }) => value.cents <= s.account.bank.cents)),
      poor: always((s) => s.account.bank.cents < 3),
    })
    for (const mode of MODES) {
      const { properties } = Effect.runSync(check(replied, { ...mode, keepGoing: true, maxDepth: 8 }))
      expect(properties.map(({ verdict }) => verdict)).toEqual(["incomplete", "violated"])
    }
  })
})
