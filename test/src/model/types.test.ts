import { describe, expect, it } from "vitest"
import { open } from "../../language-service.ts"

const prelude = `
import { Schema } from "effect"
import { add, append, head, list, names, record, remove, set, type State, struct, tail, type Update, variables } from "../src/index.ts"

const rms = ["rm1", "rm2"] as const
const Prepared = Schema.TaggedStruct("Prepared", { rm: Schema.Literals(rms) })
const Decision = Schema.TaggedStruct("Decision", { commit: Schema.Boolean })
const { action, always, each, reachable, refines, sequence, step } = variables({
  phase: Schema.Literals(["begin", "end"]),
  count: Schema.Int,
  rmState: record(rms, Schema.Literals(["working", "prepared"])),
  turns: record([1, 2], Schema.Boolean),
  votes: record(rms, struct({ ballot: Schema.Int, seen: set(rms) })),
  local: struct({ term: Schema.Int, on: Schema.Boolean }),
  prepared: set(rms),
  messages: set(Schema.Union([Prepared, Decision])),
  points: set(Schema.Struct({ x: Schema.Int, y: Schema.Int })),
  log: Schema.Array(Schema.Literals(rms)),
  line: list(Prepared, 3),
  lines: record(rms, list(["x", "y"], 2)),
})
const clock = variables({
  hour: [1, 2, 3],
  pair: [{ from: "a", to: [1, 2] }, null, undefined, 5n, true],
  rm: record(rms, ["working", "prepared"]),
  at: struct({ v: ["x", "y"], any: names("n", 2) }),
})
const noon = { hour: 3, pair: null, rm: { rm1: "working", rm2: "working" }, at: { v: "x", any: "n1" } } as const
const lamp = variables({ on: Schema.Boolean, sockets: record(rms, Schema.Boolean), plugged: set(rms) })
const start = { on: false, sockets: () => false, plugged: [] } as const
const abstract = lamp.model({ name: "lamp", initial: start, actions: {} })
`

describe("what is right compiles", () => {
  const right: ReadonlyArray<readonly [what: string, code: string]> = [
    ["the declarations", ""],
    ["a guard and an effect", `action((s) => s.phase === "begin" && { phase: "end", count: s.count + 1 })`],
    ["statements", `action((s) => { if (s.count > 0) return { phase: "end" } })`],
    [
      "different updates",
      `action((s) => (s.count > 0 ? { phase: "end" } : s.local.on ? {} : { local: { on: true } }))`,
    ],
    [
      "variables of any name",
      `const odd = variables({
         at: Schema.Int,
         length: record(rms, Schema.Int),
         map: struct({ constructor: Schema.Int, then: set(rms) }),
         constructor: Schema.Int,
         toString: Schema.Int,
         valueOf: Schema.Int,
         then: Schema.Int,
         size: Schema.Int,
         __proto__x: Schema.Int,
       })
       const first = { at: 1, length: () => 0, map: { constructor: 0, then: [] }, constructor: 0, toString: 0, valueOf: 0, then: 0, size: 0, __proto__x: 0 } as const
       odd.model({ name: "odd", initial: first, actions: {
         go: odd.action({ rm: rms }, (s, { rm }) => ({
           at: s.at + 1, length: { [rm]: (n) => n + 1 }, map: { constructor: s.constructor, then: add(rm) }, toString: s.valueOf, constructor: (n: number) => n + 1,
         })),
       } })
       odd.model({ name: "odd", initial: [first, { ...first, at: 2 }], actions: {} })`,
    ],
    ["never and always", `action(() => false); action(() => undefined); action(() => ({}))`],
    [
      "updates of functions beside the action",
      `const V = { phase: Schema.Literals(["begin", "end"]), count: Schema.Int, at: record(rms, struct({ n: Schema.Int, seen: set(rms) })) }
       type V = typeof V
       const it = variables(V)
       const rise = (s: State<V>): Update<V> => ({ count: s.count + 1, at: { rm1: { n: s.at.rm2.n, seen: add("rm2") } } })
       const end = (s: State<V>): Update<V> => s.phase === "begin" ? { phase: "end" } : {}
       const either = (s: State<V>): Update<V> | false => s.count > 0 && end(s)
       it.action((s) => s.count > 0 && rise(s)); it.action(either)
       it.action({ rm: rms }, (s, { rm }) => it.sequence(rise(s), end(s), { at: { [rm]: { n: (n) => n + 1 } } }))
       it.action((s) => s.count > 0 ? rise(s) : { phase: "end" })`,
    ],
    ["keys that are parameters", `action({ rm: rms }, (s, { rm }) => ({ rmState: { [rm]: "prepared" } }))`],
    [
      "names that were counted, or cannot be",
      `const few: readonly ["n1", "n2"] = names("n", 2)
       const none: readonly [] = names("n", 0)
       const either: readonly ["n1", "n2"] | readonly ["n1"] = names("n", few.length > 1 ? 1 : 2)
       const some = (count: number): ReadonlyArray<\`n\${number}\`> => names("n", count)
       const sixtyfour: "n64" = names("n", 64)[63]
       const many: ReadonlyArray<\`n\${number}\`> = names("n", 300)
       const odd: ReadonlyArray<\`n\${number}\`> = names("n", -1)
       const counted = variables({ x: record(names("n", 2), Schema.Int), y: record(names("n", 300), Schema.Int) })
       counted.always((s) => s.x.n2 === 1 && s.y.n200 === 1)
       counted.action({ n: names("n", 2) }, (s, { n }) => ({ x: { [n]: s.x[n] + 1 } }))`,
    ],
    ["keys that are numbers", `action({ p: [1, 2] }, (s, { p }) => !s.turns[p] && { turns: { [p]: true, 2: false } })`],
    ["structs in records", `action({ rm: rms }, (s, { rm }) => ({ votes: { [rm]: { ballot: 1, seen: add(rm) } } }))`],
    ["records as they were", `action((s) => ({ rmState: s.rmState, votes: { rm1: s.votes.rm2 } }))`],
    [
      "updates of sets",
      `action({ rm: rms }, (s, { rm }) => ({
        prepared: [rm],
        messages: { ...add(Prepared.make({ rm }), { _tag: "Decision", commit: true }), ...remove({ _tag: "Prepared", rm }) },
        votes: { rm1: { seen: s.prepared }, rm2: { seen: { add: [rm], remove: [] } } },
      }))`,
    ],
    [
      "functions of what is there",
      `action({ rm: rms, p: [1, 2] }, (s, { p, rm }) => s.count > 0 && {
         count: (n) => n + 1,
         turns: { [p]: (turn) => !turn },
         votes: { [rm]: { ballot: (n) => n + 1, seen: (seen) => seen.has(rm) ? remove(rm) : add(rm) } },
         log: append(rm, "rm2"),
         prepared: (prepared) => [...prepared],
       })`,
    ],
    [
      "sequences",
      `action({ from: rms, to: rms }, (s, { from, to }) =>
         s.count > 0
           ? sequence({ votes: { [from]: { ballot: (n) => n - 1 } } }, sequence({ log: tail }, { log: append(to) }), { phase: "end" })
           : { phase: "begin" })
       action((s) => sequence(...[...s.prepared].map((rm) => ({ log: append(rm), prepared: remove(rm) }))))
       action((s) => s.phase === "begin" && sequence({}, {}, {}, {}, {}, {}, { count: (n) => n + 1 }, { phase: "end" }))`,
    ],
    [
      "lists",
      `action({ rm: rms }, (s, { rm }) => s.line.length < 3 && {
         line: append({ _tag: "Prepared", rm }),
         lines: { [rm]: head(s.lines.rm1) === "x" ? append("y", "x") : [...s.lines.rm2, "x"] },
       })
       action((s) => s.line[0] !== undefined && sequence({ line: tail, rmState: { [s.line[0].rm]: "prepared" } }, { line: (line) => line.toReversed() }))`,
    ],
    [
      "members of sets",
      `action({ m: each("messages", { _tag: "Prepared" }) }, (s, { m }) => ({ rmState: { [m.rm]: "prepared" } }))
       action({ m: each("messages") }, (s, { m }) => m._tag === "Decision" && m.commit && {})
       action({ rm: each("prepared"), p: each("points", { x: 1 }) }, (s, { p, rm }) => ({ count: p.y, prepared: add(rm) }))`,
    ],
    [
      "searches",
      `always((s) => s.messages.where({ _tag: "Decision", commit: true }).every(({ commit }) => commit))
       always((s) => s.messages.some({ _tag: "Prepared" }) || s.points.some({ y: 1 }) || s.prepared.some("rm1"))
       always((s) => [...s.messages].length === s.messages.size && !s.messages.has(Prepared.make({ rm: "rm1" })))`,
    ],
    [
      "lists of literals",
      `clock.model({
         name: "clock",
         initial: [noon, { ...noon, hour: 1, rm: { rm1: "prepared", rm2: "working" } }],
         actions: {
           tick: clock.action({ rm: rms }, (s, { rm }) => s.rm[rm] === "working" && {
             hour: (h) => h === 3 ? 1 : h === 2 ? 3 : 2, rm: { [rm]: "prepared" }, at: { v: (v) => v === "x" ? "y" : "x", any: "n2" },
           }),
           tock: clock.action((s) => clock.sequence({ hour: s.hour, pair: { from: "a", to: [1, 2] } }, { pair: (pair) => pair === 5n ? null : pair })),
         },
         properties: { early: clock.always((s) => s.hour <= 3 && s.at.v !== "y"), abstract: clock.refines(
           variables({ h: [1, 2, 3] }).model({ name: "h", initial: { h: 1 }, actions: {} }), { h: (s) => s.hour },
         ) },
       })
       const any = variables({ n: [1, 2].map((n) => n + 1), s: ["a", "b"] as Array<string> })
       any.action((s) => ({ n: s.n + 1, s: (name) => name + s.s }))`,
    ],
    [
      "a refinement",
      `refines(abstract, { on: (s) => s.local.on, sockets: (s) => (rm) => s.rmState[rm] === "prepared", plugged: (s) => s.prepared })`,
    ],
  ]

  it.each(right.map(([what, code]) => ({ what, code: open(prelude + code) })))("$what", ({ code }) => {
    expect(code.diagnose().messages).toEqual([])
  })
})

describe("a typo does not compile", () => {
  const wrong: ReadonlyArray<readonly [what: string, code: string, message: RegExp]> = [
    ["a variable read", `action((s) => s.«cuont» > 0 && {})`, /'cuont' does not exist .* Did you mean 'count'\?/],
    [
      "a variable in an update of a function beside the action",
      `const beside = (): Update<{ count: typeof Schema.Int }> => ({ «cuont»: 1 })`,
      /'cuont' does not exist in type/,
    ],
    [
      "what a dependent parameter depends on",
      `action({ rm: rms, other: ({ «mr» }) => rms.filter((name) => name !== mr) }, () => false)`,
      /Property 'mr' does not exist on type/,
    ],
    [
      "a key of a dependent parameter",
      `action({ rm: rms, other: ({ rm }) => rms.filter((name) => name !== rm) }, (s, { other }) => ({ «rmState»: { [other]: "prepaired" } }))`,
      /prepaired/,
    ],
    [
      "a key read",
      `action((s) => s.rmState.«rm3» === "working" && {})`,
      /'rm3' does not exist on type '{ readonly rm1: /,
    ],
    [
      "a name that was not counted",
      `variables({ x: record(names("n", 2), Schema.Int) }).always((s) => s.x.«n3» === 2)`,
      /'n3' does not exist/,
    ],
    ["a field read", `always((s) => s.local.«trem» > 0)`, /'trem' does not exist/],
    ["a value compared", `always((s) => «s.phase === "ennd"»)`, /no overlap/],
    [
      "a parameter",
      `action({ rm: rms }, (s, { «rn» }) => ({}))`,
      /'rn' does not exist on type '{ readonly rm: "rm1" \| "rm2"; }'/,
    ],
    ["a parameter of a property", `always({ rm: rms }, (s, args) => args.«rn» === "rm1")`, /'rn' does not exist/],
    [
      "a parameter that is no key",
      `always({ rm: ["rm3"] }, (s, { rm }) => «s.rmState[rm]» === "working")`,
      /'rm3' does not exist/,
    ],

    ["a variable written", `action((s) => ({ phase: "end", «cuont»: 1 }))`, /'1' is not assignable to type 'never'/],
    ["a variable written alone", `action((s) => ({ «cuont»: 1 }))`, /'1' is not assignable to type 'never'/],
    [
      "a variable written behind a guard",
      `action((s) => «s.count > 0 && { cuont: 1 }»)`,
      /property 'cuont' are incompatible.\n +Type '1' is not assignable to type 'never'.$/,
    ],
    [
      "a value written",
      `action((s) => ({ «phase»: "ennd" }))`,
      /'"ennd"' is not assignable to type '\("begin" \| "end"\)/,
    ],
    ["a value of another type", `action((s) => ({ «count»: "1" }))`, /'string' is not assignable to type 'number/],
    [
      "a value written behind a guard",
      `action((s) => «s.count > 0 && { phase: "ennd" }»)`,
      /'"ennd"' is not assignable to type '"begin" \| "end"'/,
    ],
    [
      "a value in one of several updates",
      `action((s) => «s.count > 0 ? { phase: "end" } : { phase: "ennd" }»)`,
      /'"ennd"' is not assignable to type '"begin" \| "end"/,
    ],
    ["a key written", `action((s) => ({ rmState: { «rm3»: "prepared" } }))`, /not assignable to type 'never'/],
    ["a value of a key", `action((s) => ({ rmState: { «rm1»: "prepard" } }))`, /Did you mean '"prepared"'\?/],
    [
      "a value of a key that is a parameter",
      `action({ rm: rms }, (s, { rm }) => ({ «rmState»: { [rm]: "prepard" } }))`,
      /Did you mean '"prepared"'\?/,
    ],
    ["a field written", `action((s) => ({ local: { term: 1, «no»: true } }))`, /not assignable to type 'never'/],
    ["a field written alone", `action((s) => ({ local: { «no»: true } }))`, /not assignable to type 'never'/],
    [
      "a field of a record's struct",
      `action((s) => ({ votes: { rm1: { «balot»: 1 } } }))`,
      /not assignable to type 'never'/,
    ],
    [
      "a field below a parameter",
      `action({ rm: rms }, (s, { rm }) => ({ «votes»: { [rm]: { balot: 1 } } }))`,
      /property 'balot' are incompatible/,
    ],
    [
      "a value of a variable that every object seems to have",
      `const odd = variables({ valueOf: Schema.Int, n: Schema.Int })
       odd.action(() => ({ n: 1 }))
       odd.action(() => ({ «valueOf»: "1" }))`,
      /not assignable to type/,
    ],
    ["one value for a record", `action((s) => ({ «rmState»: 7 }))`, /'7' is not assignable/],
    ["one value for a struct", `action((s) => ({ «local»: true }))`, /'true' is not assignable/],

    [
      "an element added",
      `action((s) => ({ «prepared»: add("rm3") }))`,
      /'"rm3"' is not assignable to type '"rm1" \| "rm2"'.$/,
    ],
    [
      "an element removed",
      `action((s) => ({ «prepared»: remove("rm3") }))`,
      /'"rm3"' is not assignable to type '"rm1" \| "rm2"'.$/,
    ],
    [
      "an element of a whole set",
      `action((s) => ({ «prepared»: ["rm3"] }))`,
      /'"rm3"' is not assignable to type '"rm1" \| "rm2"'.$/,
    ],
    ["one value for a set", `action((s) => ({ «prepared»: 7 }))`, /'7' is not assignable/],
    [
      "an unknown change of a set",
      `action((s) => ({ prepared: { add: [], «delete»: ["rm1"] } }))`,
      /not assignable to type 'never'/,
    ],
    [
      "the tag of a message added",
      `action((s) => ({ «messages»: add({ _tag: "Prepard", rm: "rm1" }) }))`,
      /'"Prepard"' is not assignable to type '"Prepared"'/,
    ],
    [
      "the field of a message made",
      `action((s) => ({ messages: add(Prepared.make({ «rn»: "rm1" })) }))`,
      /'rn' does not exist/,
    ],

    ["a variable in a sequence", `action(() => sequence({ phase: "end" }, { «cuont»: 1 }))`, /to type 'never'/],
    [
      "a variable behind a choice in a sequence",
      `action((s) => sequence({}, «s.count > 0 ? { phase: "end" } : { phase: "end", cuont: 1 }»))`,
      /property 'cuont' are incompatible/,
    ],
    ["a key in a sequence", `action(() => sequence({}, { votes: { «rm3»: { ballot: 1 } } }))`, /to type 'never'/],
    ["a value in a sequence", `action(() => sequence({ «phase»: "ennd" }, {}))`, /Did you mean '"end"'\?/],
    ["an element in a sequence", `action(() => sequence({}, { «prepared»: add("rm3") }))`, /'"rm3"' is not assignable/],
    [
      "the last of many in a sequence",
      `action(() => sequence({}, {}, {}, {}, {}, {}, {}, {}, { «cuont»: 1 }))`,
      /'cuont' does not exist/,
    ],
    ["what is no update, in a sequence", `action(() => sequence({}, «false»))`, /'boolean' is not assignable/],
    ["what a function gives", `action(() => ({ phase: () => «"ennd"» }))`, /Did you mean '"end"'\?/],
    [
      "what a function gives below a parameter",
      `action({ rm: rms }, (s, { rm }) => sequence({ «votes»: { [rm]: { ballot: (n) => \`\${n}\` } } }))`,
      /'string' is not assignable to type 'number'/,
    ],
    [
      "what a function gives a set",
      `action(() => ({ prepared: () => ({ add: [«"rm3"»] }) }))`,
      /'"rm3"' is not assignable/,
    ],
    [
      "the change of a set that a function gives",
      `action(() => ({ prepared: () => ({ «added»: ["rm1"] }) }))`,
      /not assignable to type 'never'/,
    ],
    ["an item appended", `action(() => ({ «log»: append("rm3") }))`, /'"rm3"' is not assignable/],
    ["an item appended to a list", `action(() => ({ lines: { «rm1»: append("z") } }))`, /'"z"' is not assignable/],
    [
      "the tag of what is appended to a list",
      `action(() => ({ «line»: append({ _tag: "Prepard", rm: "rm1" }) }))`,
      /Prepard/,
    ],
    [
      "the item of a list",
      `action(() => ({ line: [{ «_tag»: "Prepard", rm: "rm1" }] }))`,
      /'"Prepard"' is not assignable/,
    ],
    [
      "the field of an item",
      `action((s) => ({ count: s.line.filter((item) => item.«mr» === "rm1").length }))`,
      /'mr' does not exist/,
    ],
    ["a list of lists by key, appended to", `action(() => ({ «lines»: append("x") }))`, /rm1|never/],
    ["a set of what is a list", `action(() => ({ «line»: add({ _tag: "Prepared", rm: "rm1" }) }))`, /not assignable/],
    ["the members of what is a list", `action({ m: each(«"line"») }, () => false)`, /'"line"' is not assignable/],
    [
      "a list changed in place",
      `action((s) => ({ count: s.line.«push»({ _tag: "Prepared", rm: "rm1" }) }))`,
      /'push' does not exist/,
    ],
    [
      "the tail of what is no array",
      `action(() => ({ «count»: tail }))`,
      /'number' is not assignable to type 'readonly/,
    ],

    ["the tag of a search", `always((s) => s.messages.some({ «_tag»: "Prepard" }))`, /Did you mean '"Prepared"'\?/],
    [
      "the tag of where",
      `always((s) => s.messages.where({ «_tag»: "Prepard" }).length > 0)`,
      /Did you mean '"Prepared"'\?/,
    ],
    [
      "a field of a search",
      `always((s) => s.messages.some({ _tag: "Prepared", «rn»: "rm1" }))`,
      /not assignable to type 'never'/,
    ],
    [
      "a field of another message",
      `always((s) => s.messages.where({ _tag: "Decision", «rm»: "rm1" }).length > 0)`,
      /not assignable to type 'never'/,
    ],
    [
      "a value of a search",
      `always((s) => s.messages.some({ _tag: "Prepared", «rm»: "rm3" }))`,
      /'"rm3"' is not assignable/,
    ],
    ["a field of a search without tags", `always((s) => s.points.some({ «z»: 1 }))`, /'z' does not exist/],
    [
      "a field of a message found",
      `always((s) => s.messages.where({ _tag: "Prepared" }).every((m) => m.«commit»))`,
      /'commit' does not exist on type '{ readonly _tag: "Prepared"; readonly rm: "rm1" \| "rm2"; }'/,
    ],
    ["a member asked for", `always((s) => s.prepared.has(«"rm3"»))`, /'"rm3"' is not assignable/],
    [
      "a field of a member asked for",
      `always((s) => s.messages.has({ _tag: "Prepared", «rn»: "rm1" }))`,
      /'rn' does not exist/,
    ],
    [
      "the set of each",
      `action({ m: each(«"mesages"») }, () => ({}))`,
      /'"mesages"' is not assignable to parameter of type '"prepared" \| "messages" \| "points" \| readonly/,
    ],
    ["each of what is no set", `action({ m: each(«"phase"») }, () => ({}))`, /'"phase"' is not assignable/],
    [
      "the tag of each",
      `action({ m: each("messages", { «_tag»: "Prepard" }) }, () => ({}))`,
      /Did you mean '"Prepared"'\?/,
    ],
    [
      "a field of each",
      `action({ m: each("messages", { _tag: "Prepared", «rn»: "rm1" }) }, () => ({}))`,
      /not assignable to type 'never'/,
    ],
    [
      "a field of each's message",
      `action({ m: each("messages", { _tag: "Prepared" }) }, (s, { m }) => ({ count: m.«rn» }))`,
      /'rn' does not exist on type '{ readonly _tag: "Prepared"; readonly rm: "rm1" \| "rm2"; }'/,
    ],

    ["neither an update nor false", `action((s) => «7»)`, /'7' is not assignable/],
    ["true for an update", `action((s) => «s.count > 0»)`, /'boolean' is not assignable|'true' is not assignable/],
    ["a promise", `action(async () => «({ count: 1 })»)`, /'Promise<{ readonly count: 1; }>' is not assignable/],
    ["a state changed in place", `action((s) => { s.«count» = 1; return {} })`, /read-only/],
    ["a set changed in place", `action((s) => { s.prepared.«add»("rm1"); return {} })`, /'add' does not exist/],
    ["a predicate without an answer", `always((s) => «s.count»)`, /'number' is not assignable to type 'boolean'/],
    ["a step's second state", `step((before, after) => before.count <= after.«cuont»)`, /Did you mean 'count'\?/],
    ["a state to be reached", `reachable((s) => s.«cuont» > 0)`, /Did you mean 'count'\?/],

    [
      "a mapping without a variable",
      `refines(abstract, «{ on: (s) => true, plugged: () => [] }»)`,
      /Property 'sockets' is missing/,
    ],
    [
      "a mapping of the wrong type",
      `refines(abstract, { on: (s) => «s.count», sockets: () => () => true, plugged: () => [] })`,
      /'number' is not assignable to type 'boolean'/,
    ],
    [
      "a mapping of a record of the wrong type",
      `refines(abstract, { on: () => true, sockets: (s) => «(rm) => s.rmState[rm]», plugged: () => [] })`,
      /not assignable to type 'boolean'/,
    ],
    [
      "a mapping of a variable that the abstract model lacks",
      `refines(abstract, { on: () => true, sockets: () => () => true, plugged: () => [], «off»: () => true })`,
      /'off' does not exist/,
    ],
    [
      "a variable read by a mapping",
      `refines(abstract, { on: (s) => s.«lokal».on, sockets: () => () => true, plugged: () => [] })`,
      /Did you mean 'local'\?/,
    ],

    [
      "an initial state without a variable",
      `lamp.model({ name: "lamp", «initial»: { on: false, plugged: [] }, actions: {} })`,
      /Property 'sockets' is missing/,
    ],
    [
      "one of several initial states",
      `lamp.model({ name: "lamp", initial: [start, «{ on: true, plugged: [] }»], actions: {} })`,
      /Property 'sockets' is missing/,
    ],
    [
      "an initial record without a key",
      `lamp.model({ name: "lamp", initial: { ...start, «sockets»: { rm1: true } }, actions: {} })`,
      /Property 'rm2' is missing/,
    ],
    [
      "an initial value",
      `lamp.model({ name: "lamp", initial: { ...start, «on»: "yes" }, actions: {} })`,
      /'string' is not assignable to type 'boolean'/,
    ],
    [
      "an initial state with one variable more",
      `lamp.model({ name: "lamp", initial: { ...start, «off»: true }, actions: {} })`,
      /'off' does not exist/,
    ],
    [
      "an action of other variables",
      `lamp.model({ name: "lamp", initial: start, actions: { «other»: action(() => ({})) } })`,
      /missing the following properties from type .*: on, sockets, plugged/,
    ],
    ["a value compared with a list", `clock.always((s) => «s.hour === 4»)`, /no overlap/],
    ["a value of a list", `clock.action(() => ({ «hour»: 4 }))`, /'4' is not assignable to type '/],
    ["a value of a list behind a guard", `clock.action((s) => «s.hour === 1 && { hour: 4 }»)`, /'4' is not assignable/],
    ["a number of a list", `clock.action((s) => ({ «hour»: s.hour + 1 }))`, /'number' is not assignable to type '/],
    ["an object of a list", `clock.action(() => ({ pair: { from: "a", to: [1, «3»] } }))`, /not assignable to type/],
    [
      "what a function gives of a list",
      `clock.action(() => ({ hour: (h) => «h === 3 ? 4 : h» }))`,
      /'4' is not assign/,
    ],
    ["what a function is given of a list", `clock.action(() => ({ hour: (h) => «h === 4» ? 1 : h }))`, /no overlap/],
    ["a list's value of a key", `clock.action(() => ({ rm: { «rm1»: "prepard" } }))`, /Did you mean '"prepared"'\?/],
    ["a list's value of a field", `clock.action(() => ({ at: { «v»: "z" } }))`, /'"z"' is not assignable to type '/],
    ["a list's value in a sequence", `clock.action(() => clock.sequence({ «hour»: 4 }, {}))`, /'4' is not assignable/],
    [
      "an initial value of a list",
      `clock.model({ name: "clock", initial: { ...noon, «hour»: 4 }, actions: {} })`,
      /'4' is not assignable to type '[123 |]+'/,
    ],
    ["a list as a set", `clock.action({ h: clock.each(«"hour"») }, () => ({}))`, /'"hour"' is not assignable/],
    ["a domain that is none", `variables({ «x»: 3 })`, /'number' is not assignable to type 'Variable'/],
    [
      "a record of what is no domain",
      `record(rms, «"on"»)`,
      /'string' is not assignable to parameter of type 'Variable'/,
    ],
  ]

  it.each(wrong.map(([what, code, message]) => ({ what, code, message, opened: open(prelude + code) })))(
    "$what",
    ({ code, message, opened }) => {
      const { marked, messages } = opened.diagnose()
      expect(marked).toBe(prelude + code)
      expect(messages).toEqual([expect.stringMatching(message)])
    },
  )
})

/** The same of processes and systems. */
const systems = `
import { Schema } from "effect"
import { defer, fifo, ghost, type GhostStep, ignore, machine, type MachineState, named, system, unordered } from "../src/index.ts"

const Prepare = Schema.TaggedStruct("Prepare", {})
const Commit = Schema.TaggedStruct("Commit", { at: Schema.Int })
const { broadcast, cancelTimer, input, next, process, reply, send, setTimer } = machine({
  durable: { count: Schema.Int },
  volatile: { phase: Schema.Literals(["begin", "end"]) },
  messages: Schema.Union([Prepare, Commit]),
  timers: ["retry"],
  replies: Schema.Literals(["committed", "aborted"]),
})
const initial = { count: 0, phase: "begin" } as const
const timers = { retry: () => ignore }
const client = process({ initial, timers, observed: ["phase"] })
const storing = machine({ durable: { value: Schema.String }, messages: Schema.Union([Prepare, Commit]) })
const store = storing.process({ initial: { value: "" }, observed: ["value"] })
const clients = ["c1", "c2"] as const
const processes = [...clients.map((name) => named(name, client)), named("store", store)] as const
const plain = system({ name: "s", processes, network: unordered() })
const timed = system({
  name: "s",
  processes,
  network: fifo(),
  clock: { horizon: 1 },
  recording: {
    invocation: (seen) => seen._tag === "Sent" ? { client: seen.from, operation: seen.message._tag } : undefined,
    response: () => undefined,
  },
})
const lastValue = ghost({
  of: ["store"],
  schema: Schema.String,
  initial: "",
  next: (value, { before, event, reaction }: GhostStep<MachineState<typeof storing>>) =>
    event._tag === "Restart" ? before.value : reaction.state.value === "" ? value : reaction.state.value,
})
const journals = machine({ durable: { closed: Schema.Boolean }, unforced: { entries: Schema.Int }, messages: Prepare })
const journal = journals.process({ initial: { closed: false, entries: 0 } })
const lazy = system({ name: "s", processes: [...processes, named("journal", journal)], network: unordered() })
const haunted = system({ name: "s", processes, network: unordered(), ghosts: { lastValue } })
`

describe("what is right in a system compiles", () => {
  const right: ReadonlyArray<readonly [what: string, code: string]> = [
    ["the declarations", ``],
    [
      "reactions and commands",
      `next(initial); next(initial, send("a", Prepare.make({})), [setTimer("retry", 3), cancelTimer("retry")], broadcast(clients, { _tag: "Commit", at: 1 }), reply("committed"))`,
    ],
    ["a ghost", `haunted.always((s) => s.lastValue.store === "" || s.value.store === s.lastValue.store)`],
    [
      "writes that a crash may lose",
      `journals.next({ closed: true, entries: 2 })
 lazy.always((s) => s.unforced.where({ _tag: "Unforced", process: "journal" }).every(({ before }) => before.entries < s.state.journal.entries))`,
    ],
    [
      "a behaviour",
      `process({
  initial,
  start: (state) => next(state, setTimer("retry")),
  receive: { Prepare: () => defer, Commit: (state, { at }, { from, now }) => at > now ? ignore : next({ ...state, count: at }, send(from, { _tag: "Prepare" })) },
  timers: { retry: (state, { now }) => next({ ...state, count: now }) },
  inputs: {
    go: input((state) => next({ ...state, count: state.count + 1 })),
    by: input({ n: [1, 2], sure: Schema.Boolean }, (state, { n, sure }, { now }) => sure ? next({ ...state, count: n + now }) : ignore),
  },
  restart: (state) => next({ ...state, phase: "begin" }, setTimer("retry")),
  observed: ["count", "phase"],
})`,
    ],
    [
      "commands that are not known beforehand",
      `const either = (yes: boolean) => yes ? setTimer("retry") : send("a", { _tag: "Prepare" })
 next(initial, either(true), clients.map((name) => send(name, { _tag: "Prepare" })))`,
    ],
    [
      "what is left of budgets",
      `plain.always((s) => s.left.loss === 0 && s.left.jumps !== "unbounded" && s.leftOf.crashStop.store === 0)`,
    ],
    [
      "observed fields of different processes",
      `plain.always((s) => s.status.c1 === "down" || s.status.store === "up")
 plain.always({ c: clients }, (s, { c }) => s.phase[c] === "begin" && s.state[c].count === 0)
 plain.always((s) => s.value.store === "" && s.state.store.value.length === 0)`,
    ],
    [
      "messages on their way",
      `plain.always((s) => s.network.count({ _tag: "Envelope", from: "c1", to: "store", message: { _tag: "Prepare" } }) <= 1)
 timed.always((s) => s.channels["c1 → store"].every((message) => message._tag === "Commit" && message.at > 0))`,
    ],
    [
      "timers and replies",
      `plain.always((s) => s.timers.where({ _tag: "Timer", timer: "retry" }).every(({ at, process }) => at === null && process !== "c1"))
 plain.always((s) => s.replies.some({ _tag: "Reply", from: "c1", value: "committed" }) && s.cut?.includes("store") !== true)`,
    ],
    [
      "time and a history",
      `timed.always((s) => s.clock - s.offset.c1 < 1 && s.offset.store === 0 && "c1" in s.history)`,
    ],
  ]

  it.each(right.map(([what, code]) => ({ what, code: open(systems + code) })))("$what", ({ code }) => {
    expect(code.diagnose().messages).toEqual([])
  })
})

describe("a typo in a system does not compile", () => {
  const wrong: ReadonlyArray<readonly [what: string, code: string, message: RegExp]> = [
    [
      "a field of the state",
      `next({ ...initial, «conut»: 1 })`,
      /'conut' does not exist in type .* Did you mean to write 'count'\?/,
    ],
    ["a field of the state that is missing", `next(«{ phase: "begin" }»)`, /Property 'count' is missing/],
    [
      "a value of a field",
      `next({ ...initial, «phase»: "ennd" })`,
      /'"ennd"' is not assignable .* Did you mean '"end"'\?/,
    ],
    ["a tag sent", `send("a", { «_tag»: "Comit", at: 1 })`, /Did you mean '"Commit"'\?/],
    [
      "a tag of a tagged union sent",
      `const union = machine({ messages: Schema.TaggedUnion({ Prepare: {}, Commit: { at: Schema.Int } }) })
union.send("a", { «_tag»: "Comit", at: 1 })`,
      /Did you mean '"Commit"'\?/,
    ],
    ["a field of a message sent", `send("a", { _tag: "Commit", «ta»: 1 })`, /'ta' does not exist/],
    ["a tag broadcast", `broadcast(["a"], { «_tag»: "Comit" })`, /Did you mean '"Commit"'\?/],
    ["a timer set", `setTimer(«"rety"»)`, /'"rety"' is not assignable to parameter of type '"retry"'/],
    ["a timer cancelled", `cancelTimer(«"rety"»)`, /'"rety"' is not assignable to parameter of type '"retry"'/],
    [
      "an answer",
      `reply(«"comitted"»)`,
      /'"comitted"' is not assignable to parameter of type '"aborted" \| "committed"'/,
    ],
    ["a timer where there is none", `storing.setTimer(«"retry"»)`, /not assignable to parameter of type 'never'/],
    ["an answer where there is none", `storing.reply(«"committed"»)`, /not assignable to parameter of type 'never'/],
    [
      "a message of another machine",
      `const other = machine({ messages: Schema.TaggedStruct("Other", {}) })
next(initial, «other.send("a", { _tag: "Other" })»)`,
      /'Send<{ readonly _tag: "Other"; }>' is not assignable/,
    ],
    [
      "a timer of another machine",
      `const other = machine({ messages: Prepare, timers: ["rest"] })
next(initial, «other.setTimer("rest")»)`,
      /Type '"rest"' is not assignable to type '"retry"'.$/,
    ],
    ["a timer without handlers", `process(«{ initial }»)`, /Property 'timers' is missing/],
    ["a timer without a handler", `process({ initial, «timers»: {} })`, /Property 'retry' is missing/],
    [
      "a handler without a timer",
      `process({ initial, timers: { ...timers, «rety»: () => ignore } })`,
      /Did you mean to write 'retry'\?/,
    ],
    [
      "a handler where there is no timer",
      `storing.process({ initial: { value: "" }, timers: { «retry»: () => ignore } })`,
      /not assignable to type 'never'/,
    ],
    [
      "a tag received",
      `process({ initial, timers, receive: { «Comit»: () => ignore } })`,
      /Did you mean to write 'Commit'\?/,
    ],
    ["a field observed", `process({ initial, timers, observed: [«"conut"»] })`, /Did you mean '"count"'\?/],
    [
      "a field of a message received",
      `process({ initial, timers, receive: { Commit: (state, { «ta» }) => ignore } })`,
      /'ta' does not exist/,
    ],
    [
      "a field read by a handler",
      `process({ initial, timers, receive: { Commit: (state) => next({ ...state, count: state.«conut» }) } })`,
      /Did you mean 'count'\?/,
    ],
    ["a part of a behaviour", `process({ initial, «time»: {}, timers })`, /'time' does not exist/],
    [
      "a field read by an input",
      `process({ initial, timers, inputs: { go: input((state) => next({ ...state, count: state.«conut» })) } })`,
      /Did you mean 'count'\?/,
    ],
    [
      "an argument of an input",
      `process({ initial, timers, inputs: { go: input({ by: [1, 2] }, (state, { «yb» }) => ignore) } })`,
      /'yb' does not exist on type '{ readonly by: 2 \| 1; }'/,
    ],
    ["a part of a machine", `machine({ messages: Prepare, «timer»: ["retry"] })`, /Did you mean to write 'timers'\?/],
    ["messages that have no tag", `machine({ «messages»: Schema.Int })`, /'number' is not assignable to type 'Tagged'/],
    ["a process asked for its status", `plain.always((s) => s.status.«c3» === "up")`, /'c3' does not exist/],
    ["a status", `plain.always((s) => «s.status.c1 === "uup"»)`, /no overlap/],
    ["a budget", `plain.always((s) => s.left.«los» === 0)`, /Did you mean 'loss'\?/],
    ["a process asked for its budget", `plain.always((s) => s.leftOf.pause.«c3» === 0)`, /'c3' does not exist/],
    [
      "a field that a process does not observe",
      `plain.always((s) => s.phase.«store» === "begin")`,
      /'store' does not exist on type '{ readonly c1: .*; readonly c2: /,
    ],
    [
      "a field that many do not observe",
      `plain.always((s) => s.value.«c1» === "")`,
      /'c1' does not exist on type '{ readonly store: string; }'/,
    ],
    ["a field of another process", `plain.always((s) => s.state.c1.«value» === "")`, /'value' does not exist/],
    [
      "a ghost's process",
      `haunted.always((s) => s.lastValue.«c1» === "")`,
      /'c1' does not exist on type '{ readonly store: string; }'/,
    ],
    ["a ghost's value", `haunted.always((s) => «s.lastValue.store === 1»)`, /no overlap/],
    ["a ghost in a system without", `plain.always((s) => s.«lastValue»)`, /'lastValue' does not exist/],
    [
      "a ghost read by a process",
      `storing.process({ initial: { value: "" }, restart: (state) => storing.next({ value: state.«lastValue» }) })`,
      /'lastValue' does not exist/,
    ],
    [
      "a field that a ghost reads",
      `ghost({ ...lastValue, next: (value, { before }: GhostStep<MachineState<typeof storing>>) => before.«valeu» })`,
      /Did you mean 'value'\?/,
    ],
    [
      "what a ghost gives",
      `ghost({ ...lastValue, «next»: (value: string, { before }: GhostStep<{ readonly value: string }>) => before.value.length })`,
      /Type 'number' is not assignable to type 'string'/,
    ],
    [
      "a ghost of a state that nobody has",
      `const stray = ghost({ ...lastValue, next: (value, { before }: GhostStep<{ readonly ballot: number }>) => value + before.ballot })
system({ name: "s", processes, network: unordered(), ghosts: { «stray» } })`,
      /Property 'ballot' is missing in type/,
    ],
    ["channels without order", `plain.always((s) => s.«channels»)`, /'channels' does not exist/],
    ["a network in order", `timed.always((s) => s.«network»)`, /'network' does not exist/],
    ["a clock where there is none", `plain.always((s) => s.«clock» === 0)`, /'clock' does not exist/],
    ["an offset where there is no clock", `plain.always((s) => s.«offset»)`, /'offset' does not exist/],
    ["a history where there is none", `plain.always((s) => s.«history»)`, /'history' does not exist/],
    ["unforced writes where all are forced", `plain.always((s) => s.«unforced»)`, /'unforced' does not exist/],
    [
      "who has written without forcing",
      `lazy.always((s) => s.unforced.some({ _tag: "Unforced", «process»: "store" }))`,
      /'"store"' is not assignable/,
    ],
    [
      "what was written without forcing",
      `lazy.always((s) => s.unforced.where({ _tag: "Unforced", process: "journal" }).every(({ before }) => before.«closed»))`,
      /'closed' does not exist/,
    ],
    ["a channel", `timed.always((s) => s.channels[«"c1 → c3"»].length === 0)`, /'c1 → c3' does not exist/],
    [
      "who tells",
      `plain.always((s) => s.replies.some({ _tag: "Reply", «from»: "store" }))`,
      /'"store"' is not assignable to type '"c1" \| "c2"'/,
    ],
    [
      "what is replied",
      `plain.always((s) => s.replies.some({ _tag: "Reply", «value»: "comitted" }))`,
      /Did you mean '"committed"'\?/,
    ],
    [
      "a timer that is set",
      `plain.always((s) => s.timers.some({ _tag: "Timer", «timer»: "rety" }))`,
      /'"rety"' is not assignable/,
    ],
    [
      "who has a timer",
      `plain.always((s) => s.timers.some({ _tag: "Timer", «process»: "store" }))`,
      /'"store"' is not assignable/,
    ],
    ["a receiver", `plain.always((s) => s.network.some({ _tag: "Envelope", «to»: "c3" }))`, /'"c3"' is not assignable/],
    [
      "a tag on its way",
      `plain.always((s) => s.network.where({ _tag: "Envelope" }).every(({ message }) => «message._tag === "Comit"»))`,
      /no overlap/,
    ],
  ]

  it.each(wrong.map(([what, code, message]) => ({ what, code, message, opened: open(systems + code) })))(
    "$what",
    ({ code, message, opened }) => {
      const { marked, messages } = opened.diagnose()
      expect(marked).toBe(systems + code)
      expect(messages).toEqual([expect.stringMatching(message)])
    },
  )
})

describe("hovering shows plain types", () => {
  const hovers: ReadonlyArray<readonly [what: string, code: string, shown: string]> = [
    [
      "a state",
      `lamp.action((«s») => s.on && {})`,
      `(parameter) s: {
    readonly on: boolean;
    readonly sockets: {
        readonly rm1: boolean;
        readonly rm2: boolean;
    };
    readonly plugged: FiniteSet<"rm1" | "rm2">;
}`,
    ],
    [
      "a record",
      `action((s) => s.«rmState».rm1 === "working" && {})`,
      `(property) rmState: {
    readonly rm1: "working" | "prepared";
    readonly rm2: "working" | "prepared";
}`,
    ],
    ["a value", `action((s) => s.«phase» === "end" && {})`, `(property) phase: "begin" | "end"`],
    [
      "a struct",
      `action((s) => s.votes.«rm1».ballot > 0 && {})`,
      `(property) rm1: {
    readonly ballot: number;
    readonly seen: FiniteSet<"rm1" | "rm2">;
}`,
    ],
    [
      "a set of messages",
      `action((s) => s.«messages».size > 0 && {})`,
      `(property) messages: FiniteSet<{
    readonly _tag: "Prepared";
    readonly rm: "rm1" | "rm2";
} | {
    readonly _tag: "Decision";
    readonly commit: boolean;
}>`,
    ],
    ["a list", `clock.action((s) => s.at.«v» === "x" && {})`, `(property) v: "x" | "y"`],
    [
      "the arguments",
      `action({ rm: rms, on: Schema.Boolean, m: each("messages", { _tag: "Prepared" }) }, (s, «args») => ({}))`,
      `(parameter) args: {
    readonly rm: "rm1" | "rm2";
    readonly on: boolean;
    readonly m: {
        readonly _tag: "Prepared";
        readonly rm: "rm1" | "rm2";
    };
}`,
    ],
    ["an argument", `action({ rm: rms }, (s, { «rm» }) => ({}))`, `(parameter) rm: "rm1" | "rm2"`],
    [
      "an argument that is a message",
      `action({ m: each("messages", { _tag: "Decision" }) }, (s, { «m» }) => ({}))`,
      `(parameter) m: {
    readonly _tag: "Decision";
    readonly commit: boolean;
}`,
    ],
    [
      "what a search finds",
      `always((s) => { const «found» = s.messages.where({ _tag: "Prepared" }); return found.length > 0 })`,
      `const found: readonly {
    readonly _tag: "Prepared";
    readonly rm: "rm1" | "rm2";
}[]`,
    ],
    [
      "an update of a record",
      `action((s) => ({ «rmState»: { rm1: "prepared" } }))`,
      `(property) rmState: {
    readonly rm1: "prepared";
}`,
    ],
    [
      "an update of a set",
      `action((s) => ({ «prepared»: { ...add("rm1"), ...remove("rm2") } }))`,
      `(property) prepared: {
    readonly remove: readonly "rm2"[];
    readonly add: readonly "rm1"[];
}`,
    ],
    [
      "an initial state",
      `lamp.model({ name: "lamp", initial: { on: true, «sockets»: () => true, plugged: [] }, actions: {} })`,
      `(property) sockets: ((key: "rm1" | "rm2") => boolean) | {
    readonly rm1: boolean;
    readonly rm2: boolean;
}`,
    ],
    [
      "the key of a mapping",
      `refines(abstract, { on: () => true, sockets: () => («rm») => true, plugged: () => [] })`,
      `(parameter) rm: "rm1" | "rm2"`,
    ],
    [
      "a model",
      `const «model» = lamp.model({ name: "lamp", initial: start, actions: {} })`,
      `const model: Model<{
    readonly on: Schema.Boolean;
    readonly sockets: RecordOf<"rm1" | "rm2", Schema.Boolean>;
    readonly plugged: SetOf<"rm1" | "rm2">;
}>`,
    ],
    ["a property", `const «safe» = always((s) => s.count >= 0)`, `const safe: Always`],
  ]

  it.each(hovers.map(([what, code, shown]) => ({ what, shown, code: open(prelude + code) })))(
    "$what",
    ({ code, shown }) => {
      expect(code.hover()).toBe(shown)
    },
  )
})

describe("an editor completes", () => {
  const offered: ReadonlyArray<readonly [what: string, code: string, names: ReadonlyArray<string>]> = [
    ["the variables that may change", `lamp.action((s) => s.on && { «» })`, ["on", "plugged", "sockets"]],
    ["values", `action((s) => ({ phase: "«»" }))`, ["begin", "end"]],
    ["values of a list", `clock.action((s) => ({ rm: { rm1: "«»" } }))`, ["prepared", "working"]],
    ["keys", `action((s) => ({ rmState: { «» } }))`, ["rm1", "rm2"]],
    ["fields", `action((s) => ({ votes: { rm1: { «» } } }))`, ["ballot", "seen"]],
    ["parameters", `action({ rm: rms }, (s, { «» }) => ({}))`, ["rm"]],
    ["sets", `action({ m: each("«»") }, () => ({}))`, ["messages", "points", "prepared"]],
    ["fields of a message", `always((s) => s.messages.some({ _tag: "Prepared", «» }))`, ["rm"]],
  ]

  it.each(offered.map(([what, code, names]) => ({ what, names, code: open(prelude + code) })))(
    "$what",
    ({ code, names }) => {
      expect(code.completions()).toEqual(names)
    },
  )
})
