/**
 * Random models: descriptions as plain data (so that fast-check can shrink and print them), and the models they describe.
 *
 * They use all of the language: small domains and interned values, records, structs, sets and bags that are searched,
 * iterated, replaced and grown by elements that depend on the state, updates alone and in sequences, some of which are lost,
 * parameters over arrays, over Schemas and over the members of sets and bags, and every kind of property.
 *
 * @module
 */
import { Schema } from "effect"
import * as fc from "fast-check"
import { append, bag, head, list, type Model, record, set, type State, struct, tail, variables } from "../src/index.ts"
import { inOrder, isExchange, order } from "./random-order.ts"

/** A bag has at most so many copies of an element: more than its field has room for at first. */
const COPIES = 4
/** The numbers that every value of a random model is made of. */
const SIZE = 3
const KEYS = ["p", "q"] as const
const Elements = Schema.Union([
  Schema.TaggedStruct("A", { n: Schema.Int }),
  Schema.TaggedStruct("B", { n: Schema.Int, key: Schema.Literals(KEYS) }),
])
type Element = typeof Elements.Type

const domains = {
  x: Schema.Literals([0, 1, 2]),
  /** Interned as they appear. */
  y: Schema.Int,
  z: record(KEYS, struct({ on: Schema.Boolean, n: Schema.Literals([0, 1, 2]) })),
  sent: set(Elements),
  flying: bag(Elements),
  /** A set for each key. */
  inbox: record(KEYS, set(Elements)),
  /** Interned values with structure. */
  queue: Schema.Array(Schema.Int),
  /** Lists that are split: of known items, and of those that appear. */
  line: list([0, 1, 2], 4),
  lines: record(KEYS, list(Elements, 2)),
}
type Domains = typeof domains
type RandomState = State<Domains>

const element = fc.oneof(
  fc.record({ _tag: fc.constant("A" as const), n: fc.nat(SIZE - 1) }),
  fc.record({ _tag: fc.constant("B" as const), n: fc.nat(SIZE - 1), key: fc.constantFrom(...KEYS) }),
)

const condition = fc.oneof(
  fc.record({ kind: fc.constantFrom("x" as const, "y" as const), n: fc.nat(SIZE - 1) }),
  fc.record({ kind: fc.constant("on" as const), key: fc.constantFrom(...KEYS), on: fc.boolean() }),
  fc.record({ kind: fc.constant("z" as const), key: fc.constantFrom(...KEYS), n: fc.nat(SIZE - 1) }),
  fc.record({ kind: fc.constant("has" as const), element }),
  fc.record({ kind: fc.constant("hasY" as const), key: fc.constantFrom(...KEYS) }),
  fc.record({
    kind: fc.constant("some" as const),
    tag: fc.constantFrom("A" as const, "B" as const),
    n: fc.nat(SIZE - 1),
  }),
  fc.record({ kind: fc.constant("where" as const), tag: fc.constantFrom("A" as const, "B" as const), n: fc.nat(2) }),
  fc.record({ kind: fc.constant("size" as const), n: fc.nat(2) }),
  fc.record({ kind: fc.constant("sum" as const), n: fc.nat(2 * SIZE) }),
  fc.record({ kind: fc.constant("queue" as const), n: fc.nat(2) }),
  fc.record({
    kind: fc.constantFrom("line" as const, "front" as const, "last" as const, "includes" as const, "total" as const),
    n: fc.nat(2),
  }),
  fc.record({ kind: fc.constantFrom("first" as const, "listed" as const), key: fc.constantFrom(...KEYS), element }),
  fc.record({ kind: fc.constant("count" as const), element, n: fc.nat(COPIES) }),
  fc.record({ kind: fc.constantFrom("flying" as const, "copies" as const), n: fc.nat(2 * COPIES) }),
  fc.record({ kind: fc.constant("flies" as const), tag: fc.constantFrom("A" as const, "B" as const) }),
)
type Condition = typeof condition extends fc.Arbitrary<infer A> ? A : never

const holds = (s: RandomState, c: Condition): boolean => {
  switch (c.kind) {
    case "x":
      return s.x === c.n
    case "y":
      return s.y >= c.n
    case "on":
      return s.z[c.key].on === c.on
    case "z":
      return s.z[c.key].n <= c.n
    case "has":
      return s.sent.has(c.element)
    case "hasY":
      return s.sent.has({ _tag: "B", n: s.y, key: c.key })
    case "some":
      return s.sent.some({ _tag: c.tag, n: c.n })
    case "where":
      return s.sent.where({ _tag: c.tag }).length > c.n
    case "size":
      return s.sent.size <= c.n
    case "sum":
      return [...s.sent].reduce((sum, { n }) => sum + n, 0) >= c.n
    case "queue":
      return s.queue.length <= c.n
    case "line":
      return s.line.length <= c.n
    case "front":
      return head(s.line) === c.n
    case "last":
      return s.line.at(-1) !== c.n
    case "includes":
      return s.line.some((n) => n === c.n)
    case "total":
      return [...s.line].reduce<number>((sum, n) => sum + n, 0) <= c.n
    case "first":
      return 0 in s.lines[c.key] && s.lines[c.key][0]?._tag === c.element._tag
    case "listed":
      return JSON.stringify(s.lines[c.key]).includes(JSON.stringify(c.element))
    case "count":
      return s.flying.count(c.element) <= c.n
    case "flying":
      return s.flying.size <= c.n
    case "copies":
      return s.flying.where({ _tag: "A" }).length >= c.n
    case "flies":
      return s.flying.some({ _tag: c.tag })
  }
}

/** What is put in and taken out is often the same. */
const moved = fc.oneof({ arbitrary: fc.constant({ _tag: "A" as const, n: 1 }), weight: 1 }, {
  arbitrary: element,
  weight: 2,
})

const toZ = fc.oneof(
  fc.record({ kind: fc.constant("z" as const), key: fc.constantFrom(...KEYS), on: fc.boolean() }),
  fc.record({
    kind: fc.constantFrom("copy" as const, "nextZ" as const, "spread" as const),
    key: fc.constantFrom(...KEYS),
  }),
)
const toNumbers = fc.oneof(
  fc.record({ kind: fc.constant("x" as const), n: fc.nat(SIZE - 1) }),
  fc.record({ kind: fc.constantFrom("nextX" as const, "nextY" as const, "swap" as const) }),
)
const toSent = fc.oneof(
  fc.record({ kind: fc.constantFrom("add" as const, "remove" as const), element: moved }),
  fc.record({ kind: fc.constant("addY" as const) }),
  fc.record({ kind: fc.constant("replace" as const), elements: fc.array(element, { maxLength: 2 }) }),
  fc.record({
    kind: fc.constantFrom("keep" as const, "turn" as const),
    tag: fc.constantFrom("A" as const, "B" as const),
  }),
)
const toQueue = fc.oneof(
  fc.record({ kind: fc.constantFrom("push" as const, "append" as const), n: fc.nat(1) }),
  fc.record({ kind: fc.constant("tail" as const) }),
)
const toLine = fc.oneof(
  fc.record({ kind: fc.constantFrom("enqueue" as const, "enqueueTwo" as const, "jump" as const), n: fc.nat(2) }),
  fc.record({ kind: fc.constantFrom("dequeue" as const, "reverse" as const, "line" as const, "noted" as const) }),
)
const toLines = fc.oneof(
  fc.record({
    kind: fc.constantFrom("arrive" as const, "instead" as const),
    key: fc.constantFrom(...KEYS),
    element: moved,
  }),
  fc.record({ kind: fc.constantFrom("leave" as const, "change" as const), key: fc.constantFrom(...KEYS) }),
)
const toFlying = fc.oneof(
  fc.record({ kind: fc.constantFrom("put" as const, "take" as const, "exchange" as const), element: moved }),
  fc.record({ kind: fc.constantFrom("putY" as const, "drop" as const) }),
)
const toInbox = fc.oneof(
  fc.record({
    kind: fc.constantFrom("deliver" as const, "discard" as const),
    key: fc.constantFrom(...KEYS),
    element: moved,
  }),
  fc.record({ kind: fc.constantFrom("deliverY" as const), key: fc.constantFrom(...KEYS) }),
)
const effect = fc.oneof(toZ, toNumbers, toSent, toQueue, toFlying, toInbox, toLine, toLines)
type Effect = typeof effect extends fc.Arbitrary<infer A> ? A : never
const toOnePart: ReadonlyArray<fc.Arbitrary<Effect>> = [
  toZ,
  toNumbers,
  toSent,
  toQueue,
  toFlying,
  toInbox,
  toLine,
  toLines,
]
/** What is written may be a function of what is there. */
const changes = (effect: fc.Arbitrary<Effect>, minLength: number) =>
  fc.array(fc.record({ effect, isFunction: fc.boolean() }), { minLength, maxLength: 3 })

interface Change {
  readonly effect: Effect
  readonly isFunction: boolean
  /** A plain value must not be written to what may be written already. */
  readonly isCareful: boolean
}

const next = (n: number): 0 | 1 | 2 => ((n + 1) % SIZE) as 0 | 1 | 2

const update = (s: RandomState, { effect, isCareful, isFunction }: Change) => {
  /** What is made of a part of the state: of what it was before the step, or of what the updates before have written. */
  const of = <A, B>(before: A, make: (now: A) => B) => {
    if (isFunction) return make
    const made = make(before)
    return isCareful && !isExchange(made) ? make : made
  }
  switch (effect.kind) {
    case "x":
      return { x: of(s.x, () => effect.n as 0 | 1 | 2) }
    case "nextX":
      return { x: of(s.x, next) }
    case "nextY":
      return { y: of(s.y, next) }
    case "swap":
      return { x: of(s.x, () => s.y as 0 | 1 | 2), y: of(s.y, () => s.x) }
    case "addY":
      return { sent: of(s.sent, () => ({ add: [{ _tag: "A", n: s.y }] })) }
    case "z":
      return { z: { [effect.key]: { on: of(s.z[effect.key].on, () => effect.on) } } }
    case "copy":
      return { z: { [effect.key]: { n: of(s.z[effect.key].n, () => s.x) } } }
    case "nextZ":
      return {
        z: { [effect.key]: { n: of(s.z[effect.key].n, next), on: of(s.z[effect.key].on, (on) => !on || s.x === 0) } },
      }
    case "add":
      return { sent: of(s.sent, () => ({ add: [effect.element] })) }
    case "remove":
      return { sent: of(s.sent, () => ({ remove: [effect.element] })) }
    case "replace":
      return { sent: of(s.sent, () => effect.elements) }
    case "keep":
      return { sent: of(s.sent, (sent) => sent.where({ _tag: effect.tag })) }
    case "turn":
      return {
        sent: of(
          s.sent,
          (sent) =>
            sent.some({ _tag: effect.tag }) ? { remove: [...sent].slice(0, 1) } : { add: [{ _tag: "A", n: s.y }] },
        ),
      }
    case "push":
      return { queue: of(s.queue, (queue) => queue.length < 2 ? [...queue, effect.n] : []) }
    case "append":
      return { queue: of(s.queue, (queue) => queue.length < 3 ? append(effect.n)(queue) : queue) }
    case "tail":
      return { queue: of(s.queue, tail) }
    // However many of these are in one step, there is room for all of them.
    case "enqueue":
      return s.line.length === 0 ? { line: append(next(effect.n)) } : {}
    case "enqueueTwo":
      return { line: of(s.line, (line) => line.length < 2 ? append(next(effect.n), 0 as const)(line) : line) }
    case "jump":
      return { line: of(s.line, (line) => [next(effect.n), ...line].slice(0, 2)) }
    case "dequeue":
      return { line: of(s.line, tail) }
    case "reverse":
      return { line: of(s.line, (line) => line.toReversed()) }
    case "line":
      return { line: of(s.line, () => [s.x, next(s.x)]), x: of(s.x, (x) => s.line[1] ?? x) }
    case "noted":
      return { queue: of(s.queue, () => s.line) }
    case "arrive":
      return { lines: { [effect.key]: of(s.lines[effect.key], (line) => [effect.element, ...line].slice(0, 2)) } }
    case "instead":
      return { lines: { [effect.key]: of(s.lines[effect.key], () => [effect.element]) } }
    case "leave":
      return { lines: { [effect.key]: of(s.lines[effect.key], tail) } }
    case "change":
      return { lines: { [effect.key]: of(s.lines[effect.key], () => s.lines.q) } }
    case "spread":
      return isFunction || isCareful
        ? { z: { p: { on: () => s.z[effect.key].on, n: () => s.z[effect.key].n } } }
        : { z: { p: { ...s.z[effect.key] } } }
    case "put":
      return {
        flying: of(s.flying, (flying) => ({ add: flying.count(effect.element) < COPIES ? [effect.element] : [] })),
      }
    case "take":
      return { flying: of(s.flying, () => ({ remove: [effect.element, effect.element] })) }
    case "exchange":
      return { flying: of(s.flying, (flying) => ({ remove: flying.where({ _tag: "A" }), add: [effect.element] })) }
    case "putY":
      return { flying: of(s.flying, (flying) => [...flying].slice(0, COPIES - 1).concat({ _tag: "A", n: s.y })) }
    case "deliver":
      return { inbox: { [effect.key]: of(s.inbox[effect.key], () => ({ add: [effect.element] })) } }
    case "discard":
      return { inbox: { [effect.key]: of(s.inbox[effect.key], () => ({ remove: [effect.element] })) } }
    case "deliverY":
      return { inbox: { [effect.key]: of(s.inbox[effect.key], () => ({ add: [{ _tag: "A", n: s.y }] })) } }
    case "drop":
      return { flying: of(s.flying, () => []) }
  }
}

const rule = fc.record({
  over: fc.constantFrom(
    "nothing" as const,
    "keys" as const,
    "booleans" as const,
    "members" as const,
    "matching" as const,
    "flying" as const,
    "others" as const,
    "held" as const,
    "inbox" as const,
  ),
  guard: fc.array(condition, { maxLength: 2 }),
  /** This and that, or one part of the state again and again. */
  changes: fc.oneof(changes(effect, 1), fc.oneof(...toOnePart.map((part) => changes(part, 2)))),
  order,
})

const abstractCondition = fc.oneof(
  fc.record({ kind: fc.constantFrom("level" as const, "size" as const, "has" as const), n: fc.nat(SIZE - 1) }),
  fc.record({ kind: fc.constantFrom("hasLevel" as const, "flag" as const, "even" as const) }),
)
type AbstractCondition = typeof abstractCondition extends fc.Arbitrary<infer A> ? A : never

/** A random model, as plain data. */
export const modelDescription = fc.record({
  initial: fc.array(
    fc.record({ x: fc.nat(SIZE - 1), y: fc.nat(SIZE - 1), sent: fc.array(element, { maxLength: 2 }) }),
    {
      minLength: 1,
      maxLength: 2,
    },
  ),
  rules: fc.array(rule, { minLength: 1, maxLength: 5 }),
  /** Whether a plain value may be written to what an earlier update of the same step has written. */
  mayLose: fc.boolean(),
  never: condition,
  memberwise: condition,
  grows: condition,
  moves: fc.tuple(condition, condition),
  stays: condition,
  lands: condition,
  goal: condition,
  mayEnd: condition,
  abstractSteps: fc.array(fc.tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1)), { maxLength: 7 }),
  abstractInitial: fc.array(fc.nat(SIZE - 1), { minLength: 1, maxLength: 3 }),
  /** Any of these enables the action of the journal that may do anything; so do none at all. */
  anything: fc.array(abstractCondition, { maxLength: 2 }),
  keeps: abstractCondition,
  /** How the model is seen as a journal. */
  journal: fc.record({
    level: fc.constantFrom("x" as const, "y" as const, "either" as const, "queue" as const),
    notes: fc.constantFrom("all" as const, "matching" as const, "sent" as const, "values" as const),
    flag: condition,
  }),
})
/** A random model of which no update is lost, so that none is refused. */
export const soundDescription = modelDescription.map((description) => ({ ...description, mayLose: false }))
export type ModelDescription = typeof modelDescription extends fc.Arbitrary<infer A> ? A : never

const abstractModel = ({ abstractInitial, abstractSteps }: ModelDescription) => {
  const { action, model, sequence } = variables({ w: Schema.Literals([0, 1, 2]), tags: set(["A", "B"]) })
  return model({
    name: "abstract",
    initial: abstractInitial.flatMap((w) =>
      [[], ["A"], ["B"], ["A", "B"]].map((tags) => ({ w: w as 0 | 1 | 2, tags: tags as ReadonlyArray<"A" | "B"> }))
    ),
    actions: {
      move: action({ step: abstractSteps, tags: [["A"], ["B"], []] as ReadonlyArray<ReadonlyArray<"A" | "B">> }, (
        s,
        { step: [from, to], tags },
      ) => s.w === from && sequence({ tags: { add: tags } }, { w: (w) => (w - from + to) as 0 | 1 | 2 })),
    },
  })
}

const journalDomains = { level: Schema.Int, notes: set(Schema.Int), flag: Schema.Boolean }
type JournalState = State<typeof journalDomains>

const abstractlyHolds = (s: JournalState, c: AbstractCondition): boolean => {
  switch (c.kind) {
    case "level":
      return s.level !== c.n
    case "size":
      return s.notes.size >= c.n
    case "has":
      return !s.notes.has(c.n)
    case "hasLevel":
      return s.notes.has(s.level)
    case "flag":
      return s.flag
    case "even":
      return s.notes.some(2) || [...s.notes].every((n) => n % 2 === 0)
  }
}

/** An abstract model whose values and elements are discovered on the way, and that most models refine for a while. */
const journal = ({ anything, initial, journal, keeps }: ModelDescription) => {
  const { action, each, model, sequence } = variables(journalDomains)
  const flags = [false, true]
  const levels = [0, 1, 2]
  const subsets = levels.reduce<ReadonlyArray<ReadonlyArray<number>>>(
    (sets, n) => sets.flatMap((set) => [set, [...set, n]]),
    [[]],
  )
  return model({
    name: "journal",
    initial: initial.flatMap(({ sent, x, y }) =>
      flags.map((flag) => ({
        level: { x, y, either: y, queue: 0 }[journal.level],
        notes: journal.notes === "values" ? [x, y] : sent
          .filter(({ _tag }) => journal.notes !== "matching" || _tag === "A")
          .map(({ n }) => n),
        flag,
      }))
    ),
    actions: {
      lose: action(
        { note: each("notes") },
        (s, { note }) => abstractlyHolds(s, keeps) && { notes: { remove: [note] } },
      ),
      note: action({ level: levels }, (s, { level }) => !s.flag && sequence({ level }, { notes: { add: [s.level] } })),
      doAnything: action(
        { level: levels, notes: subsets, flag: flags },
        (s, update) => (anything.length === 0 || anything.some((c) => abstractlyHolds(s, c))) && update,
      ),
    },
  })
}

/** The model that a description describes. */
export const randomModel = (description: ModelDescription): Model<Domains> => {
  const { action, always, deadlockFree, each, model, reachable, refines, step } = variables(domains)
  const run = (s: RandomState, { changes, guard, order }: ModelDescription["rules"][number], with_: unknown) => {
    if (!guard.every((c) => holds(s, c))) return false
    const careful = order !== "together" && !description.mayLose
    const written = <A>(value: A) => careful ? () => value : value
    const updates: Array<object> = changes.map((change, index) =>
      update(s, { ...change, isCareful: careful && index > 0 })
    )
    if (typeof with_ === "string") updates.push({ z: { [with_]: { on: written(true) } } })
    else if (with_ === true) updates.push({ y: written(next(s.y)) })
    else if (typeof with_ === "object") updates.push({ x: written(next((with_ as Element).n)) })
    return inOrder(order, updates)
  }
  const actions = Object.fromEntries(description.rules.map((rule, index) => {
    const name = `rule${index}`
    type Returned = { readonly x?: 0 | 1 | 2 }
    switch (rule.over) {
      case "nothing":
        return [name, action((s) => run(s, rule, undefined) as Returned | false)]
      case "keys":
        return [name, action({ key: KEYS }, (s, { key }) => run(s, rule, key) as Returned | false)]
      case "booleans":
        return [name, action({ b: Schema.Boolean }, (s, { b }) => run(s, rule, b) as Returned | false)]
      case "members":
        return [name, action({ m: each("sent") }, (s, { m }) => run(s, rule, m) as Returned | false)]
      case "matching":
        return [name, action({ m: each("sent", { _tag: "B" }) }, (s, { m }) => run(s, rule, m) as Returned | false)]
      case "flying":
        return [name, action({ m: each("flying") }, (s, { m }) => run(s, rule, m) as Returned | false)]
      case "others":
        return [
          name,
          action(
            { b: ({ m }) => m.n === 1 ? [] : m.n === 0 ? [true] : Schema.Boolean, m: each("sent") },
            (s, { b, m }) => run(s, rule, b || m) as Returned | false,
          ),
        ]
      case "held":
        return [
          name,
          action(
            {
              key: KEYS,
              m: ({ key }) => each(["inbox", key]),
              other: ({ key }) => KEYS.filter((name) => name !== key),
            },
            (s, { m, other }) => run(s, rule, s.y === 0 ? other : m) as Returned | false,
          ),
        ]
      case "inbox":
        return [
          name,
          action({ m: each(["inbox", "q"], { _tag: "A" }) }, (s, { m }) => run(s, rule, m) as Returned | false),
        ]
    }
  }))
  return model({
    name: "random",
    initial: description.initial.map(({ sent, x, y }) => ({
      x: x as 0 | 1 | 2,
      y,
      z: () => ({ on: false, n: 0 as const }),
      sent,
      flying: sent.concat(sent),
      inbox: (key) => key === "p" ? sent : [],
      queue: [],
      line: [x as 0 | 1 | 2],
      lines: (key) => key === "q" ? sent : [],
    })),
    actions,
    properties: {
      never: always((s) => !holds(s, description.never)),
      memberwise: always(
        { m: each("sent"), key: KEYS },
        (s, { key, m }) => m.n < 2 || s.z[key].n === 0 || !holds(s, description.memberwise),
      ),
      delivered: always(
        { key: KEYS, m: ({ key }) => each(["inbox", key]) },
        (s, { key, m }) => m.n < 2 || s.z[key].n === 0 || !holds(s, description.memberwise),
      ),
      handed: step(
        { m: ({ key }) => each(["inbox", key], { _tag: "A" }), key: KEYS },
        (before, after, { key, m }) => after.inbox[key].has(m) || !holds(before, description.stays),
      ),
      flock: always(
        { m: each("flying") },
        (s, { m }) => s.flying.count(m) < COPIES || !holds(s, description.memberwise),
      ),
      grows: step((before, after) =>
        before.x <= after.x || holds(before, description.grows) || holds(after, description.never)
      ),
      keeps: step({ key: KEYS }, (before, after, { key }) => !before.z[key].on || after.z[key].on || after.y === 0),
      // These may be false of a step that changes nothing they read.
      moves: step((before, after) =>
        before.x !== after.x || before.z.p.on !== after.z.p.on || description.moves.some((c) => holds(before, c))
      ),
      // What is read after the step may be read of many fields at once.
      lined: step((before, after) => before.line.length <= after.line.length || holds(after, description.stays)),
      queues: step((before, after) => before.queue.length <= after.queue.length || before.y <= after.y),
      stays: step(
        { m: each("sent"), key: KEYS },
        (before, after, { key, m }) =>
          after.sent.has(m) || m.n === 0 || after.z[key].on || holds(before, description.stays),
      ),
      lands: step(
        { m: each("flying", { _tag: "A" }) },
        (before, after, { m }) => before.flying.count(m) !== after.flying.count(m) || !holds(after, description.lands),
      ),
      goal: reachable((s) => s.x === 2 && holds(s, description.goal)),
      ends: deadlockFree((s) => holds(s, description.mayEnd)),
      refines: refines(abstractModel(description), {
        w: (s) => s.x,
        tags: (s) => (["A", "B"] as const).filter((tag) => s.sent.some({ _tag: tag })),
      }),
      journals: refines(journal(description), {
        level: (s) => {
          switch (description.journal.level) {
            case "x":
              return s.x
            case "y":
              return s.y
            case "either":
              return s.x === 2 ? s.z.p.n : s.y
            case "queue":
              return s.queue.length
          }
        },
        notes: (s) => {
          switch (description.journal.notes) {
            case "all":
              return [...s.sent].map(({ n }) => n)
            case "matching":
              return s.sent.where({ _tag: "A" }).map(({ n }) => n)
            case "sent":
              return ([0, 1, 2] as const).filter((n) => s.sent.some({ _tag: "A", n }) || s.sent.some({ _tag: "B", n }))
            case "values":
              return [s.x, s.y]
          }
        },
        flag: (s) => holds(s, description.journal.flag),
      }),
    },
  })
}
