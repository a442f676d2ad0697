import { Result, Schema } from "effect"
import { Schema as OtherSchema } from "effect-other"
import { describe, expect, it } from "vitest"
import { bag, enumerate, InvalidDefinition, machine, record, set, struct, values } from "../../../src/index.ts"
import { slots } from "../../../src/model/slot.ts"

// The compiler tells the versions apart; who has two copies of one version gets no such help.
const Other = OtherSchema as unknown as typeof Schema
const Few = Other.Int.check(Other.isBetween({ minimum: 1, maximum: 3 }))
const Ping = Schema.TaggedStruct("Ping", {})

describe("a Schema of another copy of effect is refused by name", () => {
  it.each<readonly [string, () => unknown]>([
    ["the variable n", () => slots({ n: Few })],
    ["the variable n.a", () => slots({ n: record(["a"], Few) })],
    ["the variable n.f", () => slots({ n: struct({ f: Few }) })],
    ["the set n", () => slots({ n: set(Few) })],
    ["the bag n", () => slots({ n: bag(Few) })],
    ["parameter x of action go", () => enumerate(Few, "parameter x of action go")],
    ["the field d of a process", () => machine({ durable: { d: Few }, messages: Ping })],
    ["the field v of a process", () => machine({ volatile: { v: Few }, messages: Ping })],
    ["the Schema of a process's messages", () => machine({ messages: Other.TaggedStruct("Ping", {}) })],
    ["the Schema of a process's replies", () => machine({ messages: Ping, replies: Few })],
  ])("%s", (of, define) => {
    expect(define).toThrow(InvalidDefinition)
    expect(define).toThrow(
      `${of} cannot be used: its Schema comes from another copy of effect than Touchstone's; install one copy`,
    )
  })

  it("of every kind, and as a part of our own", () => {
    const kinds = (S: typeof Schema): ReadonlyArray<Schema.Top> => [
      ...[S.String, S.Number, S.Boolean, S.BigInt, S.Symbol, S.Null, S.Undefined, S.Void, S.Never, S.Unknown, S.Any],
      ...[
        S.Literal("a"),
        S.Literals(["a", "b"]),
        S.Enum({ A: 1 }),
        S.TemplateLiteral(["a", S.String]),
        S.ObjectKeyword,
      ],
      ...[
        S.Struct({ a: S.Int }),
        S.Record(S.String, S.Int),
        S.Tuple([S.Int]),
        S.Array(S.Int),
        S.Union([S.Int, S.Null]),
      ],
      ...[S.Date, S.Option(S.Int), S.FiniteFromString, S.suspend(() => S.Int), S.UniqueSymbol(Symbol.iterator)],
    ]
    const within = (part: Schema.Top): ReadonlyArray<Schema.Top> => [
      ...[Schema.Struct({ part }), Schema.Record(Schema.String, part), Schema.Tuple([part]), Schema.Array(part)],
      ...[Schema.Union([Schema.Null, part]), Schema.Option(part)],
    ]
    for (const schema of kinds(Other).flatMap((kind) => [kind, ...within(kind)])) {
      expect(() => slots({ n: schema })).toThrow(InvalidDefinition)
    }
    for (const schema of kinds(Schema).flatMap((kind) => [kind, ...within(kind)])) {
      expect(slots({ n: schema })).toHaveLength(1)
    }
  })

  it("and has no list of values", () => {
    expect(Result.isFailure(values(Few))).toBe(true)
  })
})
