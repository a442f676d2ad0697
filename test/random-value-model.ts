/**
 * Random models of rich values: descriptions as plain data, and the models they describe.
 *
 * What differs from one to the next is the state itself: some have only sets or only bags (full at first, and emptied), records
 * of sets, lists that grow at their end and shrink from their head, values with optional keys and elements, domains above three values, numbers without bounds, strings that are not
 * well formed, dates, maps and `null`; values are made of others, so that some appear that nobody listed; parts of the state are
 * stored as values; what an action writes is written at once, or in a sequence; actions range over two sets at a time, with
 * hundreds of instances; and now and then something outside its domain is given to a variable, or an update is lost.
 *
 * @module
 */
import { Option, Schema } from "effect"
import * as fc from "fast-check"
import {
  append,
  bag,
  list,
  type Model,
  names,
  range,
  record,
  set,
  struct,
  tail,
  type Variable,
  variables,
} from "../src/index.ts"
import { text } from "./naive-twin.ts"
import { inOrder, isExchange, order } from "./random-order.ts"

interface Domain {
  readonly of: Schema.Top
  /** Some values of it, or all. */
  readonly values: ReadonlyArray<unknown>
  /** Values that do not belong to it. */
  readonly others: ReadonlyArray<unknown>
  /** Whether the engine, and the twin, can list its values. */
  readonly endless?: true
  /** A value that is made of another one. */
  readonly next?: (value: any) => unknown
}

/** A bag has at most so many copies of an element. */
const COPIES = 5
/** A list is at most so long. However many updates there are in one step, they append no more to an empty one. */
const LONGEST = 6
/** A list that has so many items grows no more. */
const LONG = 3
const KEYS = ["k1", "k2", "\ud800"] as const
const Optional = Schema.Struct({ a: Schema.optionalKey(Schema.Boolean) })
const Pair = Schema.Tuple([Schema.Boolean, Schema.optionalKey(Schema.NullOr(Schema.Literal("x")))])
class Point extends Schema.Class<Point>("Point")({ x: Schema.Literals([0, 1]), y: Schema.Option(Schema.Boolean) }) {}
const Messages = Schema.Union([
  Schema.TaggedStruct("Ask", { n: Schema.Literals([0, 1, 2, 3]) }),
  Schema.TaggedStruct("Say", { what: Schema.optionalKey(Schema.NullOr(Schema.Boolean)) }),
])

const DOMAINS = {
  flag: { of: Schema.Boolean, values: [false, true], others: [null] },
  digit: { of: Schema.Literals(range(0, 7)), values: range(0, 7), others: [8, "0"] },
  between: {
    of: Schema.Int.check(Schema.isBetween({ minimum: -3, maximum: 90 })),
    values: [-3, 0, 1, 17, 64, 90],
    others: [-4, 91, 0.5],
    next: (n: number) => n % 4 + 1,
  },
  word: {
    of: Schema.Literals(["", "\ud800", "\udc00", "\ufffd"]),
    values: ["", "\ud800", "\udc00", "\ufffd"],
    others: ["x"],
  },
  nullable: { of: Schema.NullOr(Schema.Literals(["a", 1])), values: [null, "a", 1], others: [undefined] },
  option: {
    of: Optional,
    values: [{}, { a: true }, { a: false }],
    others: [{ a: undefined }, { a: true, b: 1 }, { b: 1 }],
  },
  pair: {
    of: Pair,
    values: [[true], [false], [true, "x"], [false, null]],
    others: [[], [true, "x", 1], [true, undefined]],
  },
  nested: {
    of: Schema.Struct({ at: Pair, more: Schema.optionalKey(Optional) }),
    values: [{ at: [true] }, { at: [false, "x"], more: {} }, { at: [true], more: { a: true } }],
    others: [{ at: [true], more: { b: 1 } }],
  },
  empty: { of: Schema.Struct({}), values: [{}], others: [{ a: 1 }, 1] },
  nothing: { of: Schema.Void, values: [undefined], others: [1, null] },
  message: {
    of: Messages,
    values: [
      { _tag: "Ask", n: 0 },
      { _tag: "Ask", n: 3 },
      { _tag: "Say" },
      { _tag: "Say", what: null },
      { _tag: "Say", what: true },
    ],
    others: [{ _tag: "Ask", n: 0, what: true }, { _tag: "Tell" }],
  },
  maybe: {
    of: Schema.Option(Schema.suspend(() => Pair)),
    values: [Option.none(), Option.some([true]), Option.some([false, "x"])],
    others: [null, Option.some([]), Option.some(true)],
  },
  point: {
    of: Point,
    values: [
      new Point({ x: 0, y: Option.none() }),
      new Point({ x: 1, y: Option.none() }),
      new Point({ x: 1, y: Option.some(true) }),
    ],
    others: [{ x: 0, y: Option.none() }, { x: 0 }],
  },
  code: {
    of: Schema.TemplateLiteral([Schema.Literals(["a", "b"]), "-", Schema.Literals([1, "\ud800"])]),
    values: ["a-1", "b-1", "b-\ud800"],
    others: ["a-", "a-2", "c-1"],
  },
  integer: {
    of: Schema.Int,
    values: [0, -1, 2 ** 33, 5],
    others: [0.5],
    endless: true,
    next: (n: number) => n % 4 + 1,
  },
  natural: {
    of: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
    values: [0, 1, 2 ** 31, 2 ** 53 - 1],
    others: [-1, 0.5],
    endless: true,
    next: (n: number) => n % 4 + 1,
  },
  fraction: {
    of: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 2 })),
    values: [0, 0.5, 1, 5e-324],
    others: [2.5, -0.1, Number.NaN],
    endless: true,
    next: (n: number) => (n + 0.5) % 2,
  },
  finite: {
    of: Schema.Finite,
    values: [0, -0.1, 1e21, -(2 ** 31)],
    others: [Number.NaN, Infinity],
    endless: true,
    next: (n: number) => n % 0.3 + 0.1,
  },
  number: {
    of: Schema.Number,
    values: [0, Number.NaN, Infinity, -Infinity, 0.1, 2 ** 53],
    others: ["0", 1n, null],
    endless: true,
    next: (n: number) => n % 2 + 0.5,
  },
  string: {
    of: Schema.String,
    values: ["", "a", "\ud800", "\udc00", "\udc00\ud800", "\ufffd"],
    others: [1],
    endless: true,
    next: (word: string) => word.length < 2 ? `${word}a` : word.slice(1),
  },
  list: {
    of: Schema.Array(Optional),
    values: [[], [{}], [{}, { a: true }]],
    others: [[{ b: 1 }]],
    endless: true,
    next: (list: ReadonlyArray<unknown>) => list.length < 2 ? append({ a: true })(list) : tail(list),
  },
  loose: {
    of: Schema.Struct({ n: Schema.Int, at: Schema.optionalKey(Schema.Array(Optional)) }),
    values: [{ n: 0 }, { n: 0, at: [] }, { n: 1, at: [{ a: false }] }],
    others: [{ n: 0, m: 0 }, { n: 0, at: [{ b: 1 }] }],
    endless: true,
  },
  date: { of: Schema.Date, values: [new Date(0), new Date(1), new Date(2 ** 40)], others: [0], endless: true },
  map: {
    of: Schema.ReadonlyMap(Schema.String, Schema.Int),
    values: [new Map(), new Map([["a", 1]]), new Map([["a", 1], ["\ud800", 2]]), new Map([["a", 1], ["\udc00", 2]])],
    others: [{}],
    endless: true,
  },
  any: {
    of: Schema.Unknown,
    values: [null, undefined, -0, 2n ** 70n, Number.NaN, new Set([1, "1"]), { a: [{}] }, "0", []],
    others: [],
    endless: true,
  },
} satisfies { readonly [name: string]: Domain }
type DomainName = keyof typeof DOMAINS
const domainOf = (name: DomainName): Domain => DOMAINS[name]

const domainName = fc.constantFrom(...Object.keys(DOMAINS) as Array<DomainName>)
const index = fc.nat(99)

const variable = fc.record({
  kind: fc.constantFrom("value", "list", "record", "struct"),
  of: domainName,
  /** Full at first. */
  full: fc.boolean(),
})
const collection = fc.record({
  kind: fc.constantFrom("set", "bag", "set of", "record of sets", "struct of sets"),
  of: domainName,
  full: fc.boolean(),
})
const line = fc.record({
  kind: fc.constantFrom("line", "line of", "record of lines"),
  of: domainName,
  full: fc.boolean(),
})
const shelf = fc.oneof(
  { arbitrary: fc.array(fc.oneof(variable, collection, line), { minLength: 1, maxLength: 4 }), weight: 3 },
  { arbitrary: fc.array(collection, { minLength: 1, maxLength: 2 }), weight: 1 },
  // What is stored is a part of the state that changes.
  {
    arbitrary: fc.tuple(
      fc.record({ kind: fc.constantFrom("record", "struct", "line"), of: domainName, full: fc.boolean() }),
      fc.record({
        kind: fc.constantFrom("value", "set", "record", "line"),
        of: fc.constant<DomainName>("any"),
        full: fc.constant(false),
      }),
    ),
    weight: 1,
  },
)
type Kept = typeof variable | typeof collection | typeof line extends fc.Arbitrary<infer A>
  ? A & { readonly kind: string }
  : never

const where = { on: index, key: index }
const condition = fc.record({ kind: fc.constantFrom("is", "length", "size", "count", "some"), ...where, value: index })
type Condition = typeof condition extends fc.Arbitrary<infer A> ? A : never

const effect = fc.record({
  kind: fc.constantFrom(
    ...["put", "cycle", "take", "argument", "argument", "argument", "replace", "view", "view", "copy", "next", "keep"],
  ),
  ...where,
  value: index,
  as: fc.nat(3),
  /** Whether what is written is a function of what is there. */
  isFunction: fc.boolean(),
})
type Effect = typeof effect extends fc.Arbitrary<infer A> ? A : never

const rule = fc.record({
  over: fc.array(
    fc.record({ kind: fc.constantFrom("values", "domain", "each", "each", "matching"), on: index }),
    { maxLength: 2, size: "max" },
  ),
  guard: fc.oneof(
    { arbitrary: fc.constant<ReadonlyArray<Condition>>([]), weight: 3 },
    { arbitrary: fc.array(condition, { minLength: 1, maxLength: 2 }), weight: 2 },
  ),
  effects: fc.array(effect, { minLength: 1, maxLength: 3, size: "max" }),
  /** Whether all effects are on the same variable, and on the same part of it. */
  inOnePlace: fc.boolean(),
  order,
})

/** A random model of rich values, as plain data. */
export const valueModelDescription = fc.record({
  kept: shelf as fc.Arbitrary<ReadonlyArray<Kept>>,
  starts: fc.array(index, { minLength: 1, maxLength: 2 }),
  rules: fc.array(rule, { minLength: 1, maxLength: 4, size: "max" }),
  never: fc.array(condition, { minLength: 1, maxLength: 2 }),
  reaches: fc.array(condition, { minLength: 1, maxLength: 2 }),
  about: index,
  mayEnd: condition,
  moves: fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12 }),
  /** Whether a plain value may be written to what an earlier update of the same step has written. */
  mayLose: fc.boolean(),
  /** Which of the rules, if any, gives what is outside a domain. */
  outside: fc.oneof(
    { arbitrary: fc.constant(null), weight: 5 },
    { arbitrary: fc.record({ rule: index, on: index, value: index }), weight: 1 },
  ),
})
export type ValueModelDescription = typeof valueModelDescription extends fc.Arbitrary<infer A> ? A : never

const at = <A>(list: ReadonlyArray<A>, index: number): A => list[index % list.length] as A

const isTop = (kind: string) => kind === "set" || kind === "bag" || kind === "set of"
const isCollection = (kind: string) => isTop(kind) || kind.endsWith("sets")

const isLine = (kind: string) => kind.includes("line")

const declared = ({ kind, of }: Kept): Variable => {
  const domain = domainOf(of)
  switch (kind) {
    case "list":
      return domain.values
    case "record":
      return record(KEYS, domain.of)
    case "struct":
      return struct({ first: domain.of, second: struct({ third: Schema.Boolean, [KEYS[2]]: domain.of }) })
    case "set":
      return set(domain.of as Schema.Schema<unknown>)
    case "set of":
      return set(domain.values)
    case "bag":
      return bag(domain.of as Schema.Schema<unknown>)
    case "record of sets":
      return record(KEYS, set(domain.of as Schema.Schema<unknown>))
    case "line":
      return list(domain.of as Schema.Schema<unknown>, LONGEST)
    case "line of":
      return list(domain.values, LONGEST)
    case "record of lines":
      return record(KEYS, list(domain.of as Schema.Schema<unknown>, LONGEST))
    case "struct of sets":
      return struct({ held: bag(domain.of as Schema.Schema<unknown>), on: domain.of })
    default:
      return domain.of
  }
}

const begun = ({ full, kind, of }: Kept, start: number): unknown => {
  const { values } = domainOf(of)
  const members = full ? values : []
  switch (kind) {
    case "record":
      return () => at(values, start)
    case "struct":
      return { first: at(values, start), second: { third: full, [KEYS[2]]: values[0] } }
    case "record of sets":
      return (key: string) => key === KEYS[0] ? members : []
    case "struct of sets":
      return { held: members, on: at(values, start) }
    case "line":
    case "line of":
      return members.slice(0, LONG + 1)
    case "record of lines":
      return (key: string) => key === KEYS[0] ? members.slice(0, LONG + 1) : []
    default:
      return isTop(kind) ? members : at(values, start)
  }
}

/** Of what a variable holds: a value or a collection, and how an update of it is written. */
const place = (s: any, { kept }: ValueModelDescription, { key, on }: { readonly key: number; readonly on: number }) => {
  const name = `v${on % kept.length}`
  const { kind, of } = at(kept, on)
  const found = s[name]
  switch (kind) {
    case "record":
    case "record of sets":
    case "record of lines": {
      const part = at(KEYS, key)
      return { of, kind, found: found[part], written: (update: unknown) => ({ [name]: { [part]: update } }) }
    }
    case "struct":
      return key % 2 === 0
        ? { of, kind, found: found.first, written: (update: unknown) => ({ [name]: { first: update } }) }
        : {
          of,
          kind,
          found: found.second[KEYS[2]],
          written: (update: unknown) => ({
            [name]: {
              second: {
                [KEYS[2]]: update,
                ...(key % 3 === 0 && {
                  third: typeof update === "function"
                    ? (third: boolean) => !third
                    : key % 5 === 0,
                }),
              },
            },
          }),
        }
    case "struct of sets":
      return key % 3 === 0
        ? { of, kind: "value", found: found.on, written: (update: unknown) => ({ [name]: { on: update } }) }
        : { of, kind, found: found.held, written: (update: unknown) => ({ [name]: { held: update } }) }
    default:
      return { of, kind, found, written: (update: unknown) => ({ [name]: update }) }
  }
}

const holds = (s: any, description: ValueModelDescription, condition: Condition): boolean => {
  const { found, kind, of } = place(s, description, condition)
  const value = at(domainOf(of).values, condition.value)
  const { value: n } = condition
  if (isLine(kind)) {
    switch (condition.kind) {
      case "is":
        return text(found[n % LONG]) === text(value)
      case "size":
        return found.length > n % 3
      case "count":
        return found.every((item: unknown) => text(item) !== text(value))
      case "some":
        return n % LONG in found && text(found.at(-1)) !== text(value)
      default:
        return text(found).length % 3 === n % 3
    }
  }
  if (!isCollection(kind)) {
    switch (condition.kind) {
      case "is":
        return text(found) === text(value)
      case "count":
        return text(found) !== text(value)
      default:
        return text(found).length % 3 === n % 3
    }
  }
  switch (condition.kind) {
    case "is":
      return found.has(value)
    case "count":
      return found.count(value) <= n % COPIES
    case "size":
      return found.size > n % 3
    case "some":
      return typeof value === "object" && value !== null && "_tag" in value
        ? found.some({ _tag: value._tag })
        : found.some(value)
    default:
      return [...found].some((element) => text(element).length % 3 === n % 3)
  }
}

/** A part of the state that is no collection, as it is stored: alone, or in something else. */
const view = (s: any, { kept }: ValueModelDescription, on: number, as: number): unknown => {
  const parts = kept.flatMap(({ kind, of }, index) =>
    (kind === "record" || kind === "struct" || kind === "line") && of !== "any" ? [s[`v${index}`]] : []
  )
  if (parts.length === 0) return null
  const part = at(parts, on)
  return [part, { _tag: "Snapshot", saved: part }, [[part], 1], "second" in part ? part.second : { ...part }][as]
}

/** An argument of an action: of which domain, and the variable that it fits. */
interface Argument {
  readonly of: DomainName
  readonly on: number
  readonly value: unknown
}

const changed = (
  s: any,
  description: ValueModelDescription,
  effect: Effect,
  args: ReadonlyArray<Argument>,
  isCareful: boolean,
): object => {
  const argument = effect.kind === "argument" && args.length > 0 ? at(args, effect.value) : undefined
  const { found, kind, of, written } = place(s, description, { on: argument?.on ?? effect.on, key: effect.key })
  const { values } = domainOf(of)
  const value = argument !== undefined && argument.of === of
    ? argument.value
    : effect.kind === "view" && of === "any"
    ? view(s, description, effect.value, effect.as)
    : at(values, effect.value)
  /** What is made of a part of the state: of what it was before the step, or of what the updates before have written. */
  const write = (make: (now: any) => unknown) => {
    if (effect.isFunction) return written(make)
    const made = make(found)
    return written(isCareful && !(isCollection(kind) && isExchange(made)) ? make : made)
  }
  const { next } = domainOf(of)
  const after = (value: unknown) => at(values, values.findIndex((other) => text(other) === text(value)) + 1)
  if (isLine(kind)) {
    const pushed = (line: ReadonlyArray<unknown>) => line.length < LONG ? append(value)(line) : tail(line)
    switch (effect.kind) {
      case "take":
        return write(tail)
      case "cycle":
        return write((line) => [...tail(line), ...line.slice(0, 1)])
      case "next":
        return write((line) => line.map((item: unknown, place: number) => place === 0 ? (next ?? after)(item) : item))
      case "keep":
        return write((line) => line)
      case "replace":
        return write(() => effect.value % 2 === 0 ? [] : [value])
      case "copy": {
        const other = place(s, description, { on: effect.value, key: effect.key })
        return other.of === of && isLine(other.kind) ? write(() => other.found.slice(0, 1)) : {}
      }
      default:
        return effect.isFunction && found.length === 0
          ? written(append(...Array<unknown>(1 + effect.as % 2).fill(value)))
          : write(pushed)
    }
  }
  if (!isCollection(kind)) {
    switch (effect.kind) {
      case "next":
        return write(next ?? after)
      case "cycle":
        return write(after)
      case "keep":
        return write((now) => now)
      case "argument":
        return write(argument === undefined ? after : () => value)
      case "copy": {
        const other = place(s, description, { on: effect.value, key: effect.key })
        return other.of === of && !isCollection(other.kind) && !isLine(other.kind) ? write(() => other.found) : {}
      }
      default:
        return write(() => value)
    }
  }
  /** In an order that does not depend on who gives them. */
  const members = (now: Iterable<unknown>) => [...now].toSorted((one, other) => (text(one) < text(other) ? -1 : 1))
  const fewer = (now: any, elements: ReadonlyArray<unknown>) =>
    elements.filter((element) => now.count(element) < COPIES - 1)
  switch (effect.kind) {
    case "take":
      return write(() => ({ remove: [value, value] }))
    case "argument":
      return write((now) => effect.as % 2 === 0 ? { remove: [value] } : { add: fewer(now, [value]) })
    case "cycle":
      return write((now) => ({ remove: members(now).slice(0, 1), add: [] }))
    case "next":
      return write((now) => {
        const first = members(now).slice(0, 1)
        return { remove: first, add: fewer(now, first.map(next ?? after)) }
      })
    case "replace":
      return write((now) => effect.value % 2 === 0 ? [] : [value, ...members(now)].slice(0, COPIES))
    case "keep":
      return write((now) => now)
    case "copy":
      return write((now) => ({ remove: [value], add: fewer(now, [at(values, effect.as)]) }))
    default:
      return write((now) => ({ add: fewer(now, [value]) }))
  }
}

/** The model that a description describes. */
export const randomValueModel = (description: ValueModelDescription): Model<any> => {
  const { kept, mayLose, moves, outside } = description
  const domains: { readonly [name: string]: Variable } = Object.fromEntries(
    kept.map((of, index) => [`v${index}`, declared(of)]),
  )
  const { action, always, deadlockFree, each, model, reachable, refines, step } = variables(domains) as any
  const collections = kept.flatMap(({ kind, of }, index) => isTop(kind) ? [{ index, name: `v${index}`, of }] : [])

  /** What a parameter ranges over, and of which domain its values are. */
  const parameter = ({ kind, on }: ValueModelDescription["rules"][number]["over"][number]) => {
    if ((kind === "each" || kind === "matching") && collections.length > 0) {
      const { index, name, of } = at(collections, on)
      return {
        of,
        on: index,
        range: each(name, kind === "matching" && of === "message" ? { _tag: "Ask" } : {}),
      }
    }
    // The domain of some variable, so that the value may go there.
    const ours = at(kept, on).of
    const { endless, of: schema, values } = domainOf(ours)
    return { of: ours, on, range: kind === "domain" && endless === undefined ? schema : values }
  }

  /** An update that gives a variable what does not belong there. */
  const strange = (s: any): object => {
    if (outside === null) return {}
    const { kind, of, written } = place(s, description, { on: outside.on, key: outside.value })
    const { others } = domainOf(of)
    // A record or a struct is no value of which a function could be made.
    if (["record", "struct", "record of sets", "record of lines"].includes(kind) && outside.value % 4 === 0) {
      return { [`v${outside.on % kept.length}`]: () => ({}) }
    }
    const { values } = domainOf(of)
    if (isLine(kind) && outside.value % 4 === 0) {
      const tooMany = Array.from({ length: LONGEST + 1 }, (_, place) => at(values, place))
      return written(outside.value % 8 === 0 ? append(...tooMany) : tooMany)
    }
    if (others.length === 0) return {}
    const other = at(others, outside.value)
    if (isLine(kind)) return written(outside.value % 3 === 0 ? () => [values[0], other] : append(other))
    const given = isCollection(kind) ? { add: [other] } : other
    return written(outside.value % 3 === 0 ? () => given : given)
  }

  const actions = Object.fromEntries(description.rules.map((rule, index) => {
    const over = rule.over.map(parameter)
    const gives = outside !== null && outside.rule % description.rules.length === index
    const run = (s: any, args: any) => {
      if (!rule.guard.every((c) => holds(s, description, c))) return false
      const bound = over.map(({ of, on }, index) => ({ of, on, value: args[`p${index}`] }))
      const careful = rule.order !== "together" && !mayLose
      const [{ key, on }] = rule.effects as [Effect]
      const updates = rule.effects.map((effect, index) =>
        changed(s, description, rule.inOnePlace ? { ...effect, key, on } : effect, bound, careful && index > 0)
      )
      if (gives) updates.push(strange(s))
      return inOrder(rule.order, updates)
    }
    return [`rule${index}`, action(Object.fromEntries(over.map(({ range }, index) => [`p${index}`, range])), run)]
  }))

  const always_ = (conditions: ReadonlyArray<Condition>) => (s: any) =>
    !conditions.every((c) => holds(s, description, c))
  const asked = at(kept, description.about)
  const { endless, of: schema, values } = domainOf(asked.of)
  const [first = { kind: "value", of: "flag" as const, full: false }] = kept
  const abstract = first.kind !== "value" && first.kind !== "list" && first.kind !== "line" ? undefined : (() => {
    const { values } = domainOf(first.of)
    const { action, model, sequence } = variables({ w: declared(first) }) as any
    if (first.kind === "line") {
      return model({
        name: "abstract",
        initial: [{ w: [] }, { w: values.slice(0, LONG + 1) }],
        actions: {
          join: action({ value: values }, (s: any, { value }: any) => s.w.length < LONGEST && { w: append(value) }),
          leave: action((s: any) => ({ w: description.mayLose ? tail : s.w.slice(0, -1) })),
        },
      })
    }
    return model({
      name: "abstract",
      initial: values.slice(0, 3).map((w) => ({ w })),
      actions: {
        move: action(
          { step: moves },
          (s: any, { step: [from, to] }: any) =>
            text(s.w) === text(at(values, from)) && sequence({ w: at(values, from + to) }, { w: () => at(values, to) }),
        ),
      },
    })
  })()

  return model({
    name: "rich",
    initial: description.starts.map((start) =>
      Object.fromEntries(kept.map((of, index) => [`v${index}`, begun(of, start + index)]))
    ),
    actions,
    properties: {
      never: always(always_(description.never)),
      // One of the domain's values after the other, absent keys among them.
      among: always({ value: endless || asked.kind === "set of" ? values : schema }, (s: any, { value }: any) => {
        const { found, kind } = place(s, description, { on: description.about, key: 0 })
        return isCollection(kind)
          ? !found.has(value) || found.size < 3
          : text(found) !== text(value) || text(value).length < 8
      }),
      ...(collections.length > 0 && {
        pairs: always(
          { one: each(at(collections, 0).name), other: each(at(collections, 1).name) },
          (_: any, { one, other }: any) => text(one) === text(other) || (text(one) + text(other)).length % 4 !== 0,
        ),
      }),
      steps: step((before: any, after: any) =>
        holds(before, description, description.mayEnd) || !holds(after, description, description.mayEnd)
      ),
      reaches: reachable((s: any) => description.reaches.every((c) => holds(s, description, c))),
      ends: deadlockFree((s: any) => holds(s, description, description.mayEnd)),
      lenient: deadlockFree((s: any) => holds(s, description, description.mayEnd), { stutters: "allowed" }),
      ...(abstract !== undefined && { refines: refines(abstract, { w: (s: any) => s.v0 }) }),
    },
  })
}

/** A model whose state space, sets or instances are large, as plain data. */
export const largeModelDescription = fc.record({
  of: fc.constantFrom("set", "bag"),
  full: fc.boolean(),
  members: fc.integer({ min: 4, max: 11 }),
  /** Where pairs of elements are moved, there are hundreds of instances behind gates. */
  pairs: fc.boolean(),
  counter: fc.nat(2),
  order,
  never: fc.nat(11),
  both: fc.tuple(fc.nat(11), fc.nat(11)),
})
export type LargeModelDescription = typeof largeModelDescription extends fc.Arbitrary<infer A> ? A : never

/** The large model that a description describes. */
export const largeModel = (
  { both, counter, full, members, never, of, order, pairs }: LargeModelDescription,
): Model<any> => {
  const all = pairs ? range(0, 17) : range(1, members)
  const { action, always, deadlockFree, each, model, reachable } = variables({
    held: of === "set" ? set(all) : bag(all),
    ...(counter > 0 && { n: record(names("n", counter), Schema.Literals([0, 1, 2])) }),
  }) as any
  const [one, other] = both.map((index) => at(all, index)) as [number, number]
  return model({
    name: "large",
    initial: { held: full || pairs ? all : [], ...(counter > 0 && { n: () => 0 }) },
    actions: {
      ...(pairs ?
        {
          move: action(
            { a: each("held"), b: each("held") },
            (s: any, { a, b }: any) =>
              s.held.size > 16 && (a * one + b * other) % 5 === 0 &&
              (order === "together"
                ? { held: { remove: [a, b] } }
                : inOrder(order, [{ held: { remove: [a] } }, { held: { remove: [b] } }])),
          ),
        } :
        {
          take: action({ a: each("held") }, (_: any, { a }: any) => ({ held: { remove: [a] } })),
          give: action(
            { a: all },
            (s: any, { a }: any) => !s.held.has(a) && (full ? (a + one) % 7 === 0 : true) && { held: { add: [a] } },
          ),
        }),
      ...(counter > 0 && {
        count: action(
          { at: names("n", counter) },
          (s: any, { at }: any) => s.n[at] < 2 && s.held.size % 2 === 0 && { n: { [at]: (n: number) => n + 1 } },
        ),
      }),
    },
    properties: {
      size: always((s: any) => s.held.size !== never),
      pair: always((s: any) => !(s.held.has(one) && !s.held.has(other) && s.held.size === never)),
      some: always((s: any) => s.held.size > 0),
      last: reachable((s: any) => s.held.has(one) && s.held.size === 1),
      ends: deadlockFree((s: any) => s.held.size === 0),
    },
  })
}
