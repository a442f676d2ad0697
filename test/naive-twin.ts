/**
 * The naive twin: a reference explorer, short enough to be checked by eye.
 *
 * It says what the words of the language mean: states are plain objects, visited ones are kept in a set, written out
 * as text, every action is tried with every combination of arguments, and the search goes level by level to
 * the end of the state space, past any violation. It has no cache, no reduction and no code of what it judges (it compares,
 * copies and enumerates values by itself), so whatever the engine does faster must give the same verdicts, counts and
 * shortest lengths.
 *
 * @module
 */
import { Option, Result, Schema, SchemaAST } from "effect"
import type { Dependent, DependentParameters, Each, Parameter } from "../src/model/action.ts"
import type { Model } from "../src/model/model.ts"
import type { PlainState, Trace, TraceStep } from "../src/model/trace.ts"
import type { FiniteBag, Variable, Variables } from "../src/model/variable.ts"

type State = { readonly [variable: string]: any }
type Arguments = { readonly [name: string]: unknown }

/** What the twin finds out about a model. */
export interface TwinReport {
  readonly verdict: "holds" | "violated" | "incomplete"
  readonly properties: {
    readonly [name: string]: {
      readonly verdict: "holds" | "violated" | "incomplete"
      /** The length in steps of a shortest counterexample; for `reachable`, of a shortest path. */
      readonly steps?: number
    }
  }
  readonly distinct: number
  readonly generated: number
  readonly depth: number
  /** States in which actions are enabled, and none of them changes anything. */
  readonly stuttering: number
  /** States outside of the constraint, if there is one. */
  readonly outside?: number
}

/** The names that lead to a variable, or to a part of one. */
type Path = ReadonlyArray<string | number>

/** An action gives a variable what does not belong to its domain, or loses what it has written there before. */
export class Refused extends Error {
  constructor(reason: "ValueOutsideDomain" | "LostUpdate" | "InitialStateOutside", variable: Path) {
    super(reason === "InitialStateOutside" ? reason : `${reason}: ${variable.join(".")}`)
  }
}
/** The twin does not know all values of a domain. */
class Endless extends Error {}

const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value))

/** A value written out: structurally equal values, and no others, have the same text. */
export const text = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(value)
  if (typeof value === "bigint") return `${value}n`
  // String(-0) is "0".
  if (typeof value !== "object" || value === null) return String(value)
  if (value instanceof Members) return value.text
  if (Array.isArray(value)) return `[${Array.from(value, text).join()}]`
  if (value instanceof Date) return `Date(${value.getTime()})`
  if (value instanceof Set) return `Set{${Array.from(value, text).toSorted().join()}}`
  if (value instanceof Map) {
    return `Map{${Array.from(value, ([key, item]) => `${text(key)}=>${text(item)}`).toSorted().join()}}`
  }
  const name = isPlain(value) ? "" : "_tag" in value ? String(value._tag) : value.constructor.name
  return `${name}{${
    Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${text(item)}`).toSorted().join()
  }}`
}

/** Whatever happens later to the value that was given, a state stays as it was. */
const copy = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return Array.from(value, copy)
  if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]))
  return value instanceof Date || value instanceof Set || value instanceof Map ? structuredClone(value) : value
}

/** All rows of one value from each list. */
const rows = (lists: ReadonlyArray<ReadonlyArray<unknown>>): ReadonlyArray<ReadonlyArray<unknown>> =>
  lists.reduce<ReadonlyArray<ReadonlyArray<unknown>>>(
    (rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])),
    [[]],
  )

/** Stands for the value of a key or of an element that is left out. */
const ABSENT = Symbol("absent")

/** What may stand under a key, or at a position. */
const places = (parts: ReadonlyArray<SchemaAST.AST>): ReadonlyArray<ReadonlyArray<unknown>> =>
  rows(parts.map((part) => SchemaAST.isOptional(part) ? [ABSENT, ...candidates(part)] : candidates(part)))

/** The numbers between which those of a schema lie, and whether they are integers, as far as its checks tell. */
const limits = (ast: SchemaAST.AST): { readonly integers: boolean; readonly least: number; readonly most: number } => {
  const checks: ReadonlyArray<any> = ast.checks ?? []
  const constraints = checks.flatMap((check) => check.checks ?? [check])
    .map((check) => check.annotations?.arbitraryConstraint ?? {})
  return {
    integers: constraints.some(({ number }) => number === "integer"),
    least: Math.max(...constraints.map(({ minimum = -Infinity }) => minimum)),
    most: Math.min(...constraints.map(({ maximum = Infinity }) => maximum)),
  }
}

/** Whether a part of a template literal is a number, which may be written as 1, 01, 1e0. */
const hasNumber = (part: SchemaAST.AST): boolean =>
  part._tag === "Number" || ("types" in part && part.types.some(hasNumber)) ||
  ("parts" in part && part.parts.some(hasNumber))

/** The suspended schemas that are being enumerated: one that is among them contains itself. */
const open = new Set<SchemaAST.AST>()

const unfolded = (ast: SchemaAST.Suspend): ReadonlyArray<unknown> => {
  if (open.has(ast)) throw new Endless("the twin enumerates nothing that contains itself")
  open.add(ast)
  try {
    return candidates(ast.thunk())
  } finally {
    open.delete(ast)
  }
}

/** The instances of those classes that the twin knows. */
const instances = (ast: SchemaAST.Declaration): ReadonlyArray<unknown> => {
  const [first = SchemaAST.never, second = SchemaAST.never] = ast.typeParameters
  const annotations: any = ast.annotations
  switch (annotations.representation?.id) {
    case "effect/schema/Option":
      return [Option.none(), ...candidates(first).map(Option.some)]
    case "effect/schema/Result":
      return [...candidates(first).map(Result.succeed), ...candidates(second).map(Result.fail)]
    case undefined: {
      if (ast.typeParameters.length !== 1) break
      const parts = candidates(first).filter(Schema.is(Schema.make<Schema.Schema<unknown>>(first)))
      return parts.map((part) => Schema.make<Schema.Top>(ast).make(part))
    }
  }
  throw new Endless("the twin enumerates no other classes")
}

/** The values that a finite schema may have, and some that its checks forbid. */
const candidates = (ast: SchemaAST.AST): ReadonlyArray<unknown> => {
  switch (ast._tag) {
    case "Suspend":
      return unfolded(ast)
    case "Declaration":
      return instances(ast)
    case "TemplateLiteral":
      if (ast.parts.some(hasNumber)) throw new Endless("the twin writes no numbers")
      return rows(ast.parts.map(candidates)).map((row) => row.join(""))
    case "Literal":
      return [ast.literal]
    case "Null":
      return [null]
    case "Undefined":
    case "Void":
      return [undefined]
    case "Never":
      return []
    case "Boolean":
      return [false, true]
    case "Enum":
      return ast.enums.map(([, value]) => value)
    case "Number": {
      const { integers, least, most } = limits(ast)
      if (!integers || !Number.isFinite(most - least)) {
        throw new Endless("the twin enumerates integers between two bounds")
      }
      return Array.from({ length: Math.floor(most) - Math.ceil(least) + 1 }, (_, n) => Math.ceil(least) + n)
    }
    case "Union":
      return ast.types.flatMap(candidates)
    case "Arrays":
      if (ast.rest.length > 0) throw new Endless("the twin enumerates no arrays of any length")
      // Once an element is left out, so are those behind it.
      return places(ast.elements)
        .filter((row) => row.every((value, at) => value !== ABSENT || row.slice(at).every((rest) => rest === ABSENT)))
        .map((row) => row.filter((value) => value !== ABSENT))
    case "Objects": {
      if (ast.indexSignatures.length > 0) throw new Endless("the twin enumerates no objects with any keys")
      const names = ast.propertySignatures.map(({ name }) => name)
      return places(ast.propertySignatures.map(({ type }) => type)).map((row) =>
        Object.fromEntries(row.map((value, at) => [names[at], value]).filter(([, value]) => value !== ABSENT))
      )
    }
    default:
      throw new Endless(`the twin does not enumerate ${ast._tag}`)
  }
}

/** Whether an element has the tag and the fields of a pattern. What has no fields to name, such as a date, must be equal. */
const agrees = (element: any, pattern: any): boolean =>
  typeof pattern === "object" && pattern !== null && (Array.isArray(pattern) || isPlain(pattern))
    ? Object.keys(pattern).every((field) =>
      element !== null && element !== undefined && text(element[field]) === text(pattern[field])
    )
    : text(element) === text(pattern)

/** A bag, or a set: its members in the order of their texts, which makes equal ones read alike. */
class Members implements FiniteBag<any> {
  readonly members: ReadonlyArray<unknown>
  readonly text: string
  readonly #of: Domain
  readonly #path: Path
  readonly #counts = new Map<string, number>()
  constructor(of: Domain, elements: Iterable<unknown>, path: Path) {
    this.#of = of
    this.#path = path
    const written = Array.from(elements, (element) => [text(element), admitted(of, element, path)] as const)
    for (const [name] of written) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
    const known = new Map(written)
    const counts = [...this.#counts].toSorted(([one], [other]) => (one < other ? -1 : 1))
    this.members = counts.flatMap(([name, count]) => Array<unknown>(count).fill(known.get(name)))
    this.text = `Members{${counts.map(([name, count]) => `${count}×${name}`).join()}}`
  }
  get size() {
    return this.members.length
  }
  count(element: unknown) {
    return this.#counts.get(text(admitted(this.#of, element, this.#path))) ?? 0
  }
  has(element: unknown) {
    return this.count(element) > 0
  }
  where(pattern: unknown): ReadonlyArray<any> {
    return this.members.filter((member) => agrees(member, pattern))
  }
  some(pattern: unknown) {
    return this.members.some((member) => agrees(member, pattern))
  }
  [Symbol.iterator]() {
    return this.members[Symbol.iterator]()
  }
}

const unique = (elements: Iterable<unknown>): ReadonlyArray<unknown> => [
  ...new Map(Array.from(elements, (element) => [text(element), element])).values(),
]

type Domain = Exclude<Parameter, Each<any>>

/** What is found out about a domain is the same in every state. */
const once = <A>(find: (of: Domain) => A): (of: Domain) => A => {
  const found = new WeakMap<Domain, A>()
  return (of) => {
    const known = found.get(of) ?? find(of)
    found.set(of, known)
    return known
  }
}

const values = once((of): ReadonlyArray<unknown> => {
  if (!Schema.isSchema(of)) return unique(of)
  const schema = of as Schema.Schema<unknown>
  return unique(candidates(SchemaAST.toType(schema.ast)).filter(Schema.is(schema)))
})

/** Says whether a value belongs to a domain: it is one of all there are, or has what its Schema describes and no more. */
const membership = once((of): (value: unknown) => boolean => {
  try {
    const members = new Set(values(of).map(text))
    return (value) => members.has(text(value))
  } catch (error) {
    if (!(error instanceof Endless)) throw error
    const decode = Schema.decodeUnknownExit(Schema.toType(of as Schema.Schema<unknown>), { onExcessProperty: "error" })
    return (value) => decode(value)._tag === "Success"
  }
})

const admitted = (of: Domain, value: unknown, path: Path): unknown => {
  const kept = copy(value)
  if (!membership(of)(kept)) throw new Refused("ValueOutsideDomain", path)
  return kept
}

const kindOf = (variable: Variable): string => "kind" in variable ? String(variable.kind) : "value"

/** The value of a variable that starts, or is mapped to, `initial`. */
const build = (variable: any, initial: any, path: Path): unknown => {
  switch (kindOf(variable)) {
    case "record": {
      const at = (key: string | number) => typeof initial === "function" ? initial(key) : initial[key]
      return Object.fromEntries(
        variable.keys.map((key: string | number) => [key, build(variable.of, at(key), [...path, key])]),
      )
    }
    case "struct":
      return buildAll(variable.fields, initial, path)
    case "set":
      return new Members(variable.elements, unique(initial), path)
    case "bag":
      return new Members(variable.elements, initial, path)
    case "list": {
      if (!Array.isArray(initial) || initial.length > variable.most) throw new Refused("ValueOutsideDomain", path)
      const placeOf = (place: number): Path => [...path.slice(0, -1), `${path.at(-1)}[${place}]`]
      return initial.map((item, place) => admitted(variable.items, item, placeOf(place)))
    }
    default:
      return admitted(variable, initial, path)
  }
}

const buildAll = (variables: Variables, initial: any, path: Path = []): State =>
  Object.fromEntries(
    Object.keys(variables).map((part) => [part, build(variables[part], initial[part], [...path, part])]),
  )

/** What is there of a set or a bag once some members are taken out and others put in. */
const exchanged = (variable: any, now: Iterable<unknown>, { add = [], remove = [] }: any, path: Path): unknown => {
  const members = [...now]
  for (const removed of remove.map((element: unknown) => text(admitted(variable.elements, element, path)))) {
    const at = members.findIndex((member) => text(member) === removed)
    if (at >= 0) members.splice(at, 1)
  }
  return build(variable, members.concat(add), path)
}

/**
 * The value of a variable after an update: only what the update names changes.
 *
 * @param now - its value, with what the updates before have written.
 * @param written - the paths, as text, of what these have written; what this one writes is added.
 */
const change = (variable: any, now: any, update: any, path: Path, written: Set<string>): unknown => {
  const kind = kindOf(variable)
  if (kind === "record" || kind === "struct") {
    if (typeof update === "function") throw new Refused("ValueOutsideDomain", path)
    const parts = Object.keys(update).map((key) => [
      key,
      change(variable.of ?? variable.fields[key], now[key], update[key], [...path, key], written),
    ])
    return { ...now, ...Object.fromEntries(parts) }
  }
  const isExchange = (update: any) => (kind === "set" || kind === "bag") && !(Symbol.iterator in update)
  // A function is given what is there, and an exchange keeps it: nothing else does.
  if (written.has(text(path)) && typeof update !== "function" && !isExchange(update)) {
    throw new Refused("LostUpdate", path)
  }
  written.add(text(path))
  const made = typeof update === "function" ? update(now) : update
  return isExchange(made) ? exchanged(variable, now, made, path) : build(variable, made, path)
}

/** Where a sequence has its updates. */
const SEQUENCE = Symbol.for("touchstone/sequence")

/** The updates of a sequence, and of the sequences in it, in the order in which they are made. */
const inOrder = (update: any): ReadonlyArray<object> =>
  SEQUENCE in update ? update[SEQUENCE].flatMap(inOrder) : [update]

/** The state after an action has returned `update`. */
const updated = (variables: Variables, before: State, update: unknown): State => {
  const written = new Set<string>()
  return inOrder(update).reduce<State>(
    (now, update) => change({ kind: "struct", fields: variables }, now, update, [], written) as State,
    before,
  )
}

const choices = (parameter: Parameter, state: State): ReadonlyArray<unknown> => {
  if (!("pattern" in parameter)) return values(parameter)
  const set = (parameter.keys ?? []).reduce<any>((part, key) => part[key], state[parameter.variable])
  return unique(set.where(parameter.pattern))
}

const isDependent = (parameter: unknown): parameter is Dependent =>
  typeof parameter === "function" && !("ast" in parameter)

/**
 * All combinations of arguments; a parameter over a set or a bag takes its members in `state`. One that depends on others comes
 * after these.
 */
const bindings = (parameters: DependentParameters, state: State): ReadonlyArray<Arguments> =>
  Object.entries(parameters).toSorted(([, one], [, other]) => Number(isDependent(one)) - Number(isDependent(other)))
    .reduce<ReadonlyArray<Arguments>>(
      (rows, [name, parameter]) =>
        rows.flatMap((row) =>
          choices(isDependent(parameter) ? parameter(row) : parameter, state).map((value) => ({
            ...row,
            [name]: value,
          }))
        ),
      [{}],
    )

const rethrow = (refused: Refused): void => {
  throw refused
}

/**
 * One state per enabled action instance, those that change nothing included.
 *
 * @param onRefused - is told of an instance that gives what it may not; it is taken for one that is not enabled.
 */
const successors = ({ actions, variables }: Model<any>, state: State, onRefused = rethrow): ReadonlyArray<State> =>
  Object.values(actions).flatMap(({ parameters, run }) =>
    bindings(parameters, state).flatMap((args) => {
      try {
        const update: unknown = run(state, args)
        return update === false || update === undefined || update === null ? [] : [updated(variables, state, update)]
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        onRefused(error)
        return []
      }
    })
  )

/**
 * Explores all reachable states of a model, breadth-first.
 *
 * @param model - the model; it must be small.
 * @param options - `maxDepth`: states at this depth are not expanded, the initial ones being at depth 1; `maxStates`: the
 *   search ends when there are more distinct states; `onRefused`: is told of what the actions may not give, and the search
 *   goes on without that.
 * @throws Refused, unless `onRefused` is given.
 */
export const naiveTwin = (
  model: Model<any>,
  { maxDepth = Infinity, maxStates = Infinity, onRefused = rethrow }: {
    readonly maxDepth?: number
    readonly maxStates?: number
    readonly onRefused?: (refused: Refused) => void
  } = {},
): TwinReport => {
  const properties = Object.entries(model.properties)
  /** For each property decided by one behaviour, the steps of the first such behaviour; the first is a shortest. */
  const decided = new Map<string, number>()
  const decide = (name: string, steps: number) => decided.has(name) || decided.set(name, steps)

  const look = (state: State, steps: number) => {
    for (const [name, property] of properties) {
      if (property.kind !== "always" && property.kind !== "reachable") continue
      const decisive = property.kind === "reachable"
      const rows = bindings(property.parameters, state)
      if (rows.some((args) => property.holds(state, args) === decisive)) decide(name, steps)
    }
  }

  const lookAtStep = (before: State, after: State, steps: number) => {
    for (const [name, property] of properties) {
      if (property.kind === "step") {
        const rows = bindings(property.parameters, before)
        if (!rows.every((args) => property.holds(before, after, args))) decide(name, steps)
      }
      if (property.kind === "refines" && !decided.has(name)) {
        const { abstract, mapping } = property
        const [from, to] = [seenAs(abstract, mapping, before), text(seenAs(abstract, mapping, after))]
        const allowed = text(from) === to || successors(abstract, from).some((state) => text(state) === to)
        if (!allowed) decide(name, steps)
      }
    }
  }

  const lookAtInitial = (state: State) => {
    for (const [name, property] of properties) {
      if (property.kind !== "refines") continue
      const { abstract, mapping } = property
      const mapped = text(seenAs(abstract, mapping, state))
      const allowed = abstract.initial.some((initial) => text(buildAll(abstract.variables, initial)) === mapped)
      if (!allowed) decide(name, 0)
    }
  }

  const visited = new Set<string>()
  let level: Array<State> = []
  for (const initial of model.initial) {
    const state = buildAll(model.variables, initial)
    if (visited.has(text(state))) continue
    if (model.constraint?.(state) === false) onRefused(new Refused("InitialStateOutside", []))
    visited.add(text(state))
    lookAtInitial(state)
    look(state, 0)
    level.push(state)
  }

  let [generated, depth, stuttering, outside, cut] = [model.initial.length, 0, 0, 0, visited.size > maxStates]
  while (level.length > 0) {
    depth++
    cut ||= depth >= maxDepth
    if (cut) break
    const next: Array<State> = []
    for (const before of level) {
      if (model.constraint?.(before) === false) {
        outside++
        continue
      }
      const reached = successors(model, before, onRefused)
      const texts = reached.map(text)
      const unchanged = text(before)
      generated += reached.length
      const changesNothing = texts.every((after) => after === unchanged)
      if (changesNothing && reached.length > 0) stuttering++
      for (const [name, property] of properties) {
        if (property.kind !== "deadlockFree") continue
        const isLast = property.stutters === "allowed" ? reached.length === 0 : changesNothing
        if (isLast && !property.mayEnd(before)) decide(name, depth - 1)
      }
      for (const [index, after] of reached.entries()) {
        const written = texts[index] as string
        if (written === unchanged) continue
        lookAtStep(before, after, depth)
        if (visited.has(written)) continue
        visited.add(written)
        look(after, depth)
        next.push(after)
      }
      cut ||= visited.size > maxStates
      if (cut) break
    }
    level = next
  }

  const results = properties.map(([name, { kind }]) => {
    const steps = decided.get(name)
    if (steps === undefined) {
      // What is not reached within a constraint may be reached beyond it.
      if (cut || (kind === "reachable" && outside > 0)) return [name, { verdict: "incomplete" }] as const
      return [name, { verdict: kind === "reachable" ? "violated" : "holds" }] as const
    }
    return [name, { verdict: kind === "reachable" ? "holds" : "violated", steps }] as const
  })
  return {
    verdict: results.some(([, { verdict }]) => verdict === "violated")
      ? "violated"
      : cut || results.some(([, { verdict }]) => verdict === "incomplete")
      ? "incomplete"
      : "holds",
    properties: Object.fromEntries(results),
    distinct: visited.size,
    generated,
    depth,
    stuttering,
    ...(model.constraint !== undefined && { outside }),
  }
}

/** A state as a state of the abstract model. */
const seenAs = (
  { variables }: Model<any>,
  mapping: { readonly [variable: string]: (state: State) => unknown },
  state: State,
): State =>
  buildAll(variables, Object.fromEntries(Object.keys(variables).map((name) => [name, mapping[name]?.(state)])))

/** A step to take: an action with its arguments. */
export interface TakenStep {
  readonly action: string
  readonly parameters: Arguments
}

/** A state as plain data: sets and bags as their members. */
const plain = (value: unknown): unknown =>
  value instanceof Members
    ? value.members
    : typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
    ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]))
    : value

/**
 * The behaviour that takes these steps from the first initial state.
 *
 * @throws Error when a step is not enabled.
 */
export const naiveTrace = ({ actions, initial, variables }: Model<any>, steps: ReadonlyArray<TakenStep>): Trace => {
  let state = buildAll(variables, initial[0])
  const taken: Array<TraceStep> = [{ action: null, parameters: {}, state: plain(state) as PlainState }]
  for (const { action, parameters } of steps) {
    const update: unknown = actions[action]?.run(state, parameters)
    if (typeof update !== "object" || update === null) throw new Error(`${action} is not enabled`)
    state = updated(variables, state, update)
    taken.push({ action, parameters, state: plain(state) as PlainState })
  }
  return { steps: taken }
}

/**
 * Follows a behaviour that somebody else tells, by the twin's rules.
 *
 * @param property - what the last state, or the last step, is said to decide.
 * @returns what is wrong with it, if anything is.
 */
export const naiveReplay = (
  model: Model<any>,
  { steps: [first, ...rest] }: Trace,
  name: string,
  args: Arguments = {},
): string | undefined => {
  const { actions, initial, variables } = model
  const start = first === undefined ? undefined : buildAll(variables, first.state)
  if (!initial.some((state: unknown) => text(buildAll(variables, state)) === text(start))) return "it starts elsewhere"
  let [before, state] = [start as State, start as State]
  for (const { action, parameters, state: told } of rest) {
    const taken = actions[action ?? ""]
    if (taken === undefined || !bindings(taken.parameters, state).some((bound) => text(bound) === text(parameters))) {
      return `${action} has no such arguments`
    }
    const update: unknown = taken.run(state, parameters)
    if (typeof update !== "object") return `${action} is not enabled`
    ;[before, state] = [state, updated(variables, state, update)]
    if (text(state) !== text(buildAll(variables, told))) return `${action} leads elsewhere`
  }
  const property = model.properties[name]
  if (property !== undefined && "parameters" in property) {
    const bound = bindings(property.parameters, property.kind === "step" ? before : state)
    if (!bound.some((bound) => text(bound) === text(args))) return `${name} has no such arguments`
  }
  switch (property?.kind) {
    case "always":
      return property.holds(state, args) ? `${name} holds` : undefined
    case "reachable":
      return property.holds(state, args) ? undefined : `${name} is not reached`
    case "step":
      return property.holds(before, state, args) ? `${name} holds` : undefined
    case "deadlockFree": {
      const goesOn = successors(model, state).some((after) =>
        property.stutters === "allowed" || text(after) !== text(state)
      )
      return goesOn || property.mayEnd(state) ? `${name} holds` : undefined
    }
    case "refines": {
      const { abstract, mapping } = property
      const [from, to] = [seenAs(abstract, mapping, before), text(seenAs(abstract, mapping, state))]
      const begins = abstract.initial.some((state: unknown) => text(buildAll(abstract.variables, state)) === to)
      const goes = text(from) === to || successors(abstract, from).some((state) => text(state) === to)
      return (rest.length === 0 ? begins : goes) ? `${name} holds` : undefined
    }
    default:
      return `there is no ${name}`
  }
}

/** The properties of kind `reachable` that some state of a behaviour satisfies. */
export const naivelyReached = ({ properties, variables }: Model<any>, { steps }: Trace): ReadonlySet<string> =>
  new Set(
    Object.entries(properties).flatMap(([name, property]) => {
      if (property.kind !== "reachable") return []
      const isReached = steps.map(({ state }) => buildAll(variables, state)).some((state) =>
        bindings(property.parameters, state).some((args) => property.holds(state, args))
      )
      return isReached ? [name] : []
    }),
  )
