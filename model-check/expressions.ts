/**
 * The expressions that a request names: functions that a suite exports, variables, and parts of these.
 *
 * @module
 */
import { Effect, type Schema, SchemaAST } from "effect"
import type { Model } from "../src/model/model.ts"
import type { Variable, Variables } from "../src/model/variable.ts"
import type { Expressions } from "./report/expression.ts"
import { processesOf } from "./report/system-part.ts"
import { type Selected, UnknownName } from "./selection.ts"

/** What may be at some place of the state: variables, and what Schemas describe. */
type Places = ReadonlyArray<Variable | SchemaAST.AST>

/** The parts of what is at a place, by name; nothing where there may be any. */
type Parts = ReadonlyMap<string, Places> | undefined

const NONE: Parts = new Map()

/** The parts of all of several places. */
const allParts = (places: Places): Parts => {
  const all = new Map<string, Places>()
  for (const place of places) {
    const parts = partsOf(place)
    if (parts === undefined) return undefined
    for (const [name, of] of parts) all.set(name, [...all.get(name) ?? [], ...of])
  }
  return all
}

const partsOfSchema = (ast: SchemaAST.AST): Parts => {
  switch (ast._tag) {
    case "Objects":
      // A struct without fields takes anything.
      return ast.indexSignatures.length > 0 || ast.propertySignatures.length === 0
        ? undefined
        : new Map(ast.propertySignatures.map(({ name, type }) => [String(name), [type]]))
    case "Union":
      return allParts(ast.types)
    case "Suspend":
      return partsOfSchema(ast.thunk())
    case "Any":
    case "Unknown":
    case "ObjectKeyword":
    case "Arrays":
    case "Declaration":
      return undefined
    default:
      return NONE
  }
}

const partsOf = (place: Variable | SchemaAST.AST): Parts => {
  if (SchemaAST.isAST(place)) return partsOfSchema(place)
  if (Array.isArray(place)) return place.some((value) => typeof value === "object" && value !== null) ? undefined : NONE
  if ("ast" in place) return partsOfSchema((place as Schema.Top).ast)
  switch ((place as { readonly kind: string }).kind) {
    case "record": {
      const { keys, of } = place as { readonly keys: ReadonlyArray<string | number>; readonly of: Variable }
      return new Map(keys.map((key) => [String(key), [of]]))
    }
    case "struct":
      return new Map(
        Object.entries((place as { readonly fields: { readonly [name: string]: Variable } }).fields)
          .map(([name, of]) => [name, [of]]),
      )
    default:
      return NONE
  }
}

/** Where a name leads that has dots between its parts; or at which of them it does not exist, and what there is. */
type Resolved = { readonly path: ReadonlyArray<string> } | Unresolved
type Unresolved = { readonly within: string; readonly name: string; readonly known: ReadonlyArray<string> }

/** Names may have dots in them, so the longest that fits is tried first. */
const resolve = (parts: Parts, name: string, within = ""): Resolved => {
  if (parts === undefined) return { path: name.split(".") }
  const fitting = [...parts.keys()].filter((part) => name === part || name.startsWith(`${part}.`))
  const resolved = fitting.toSorted((one, other) => other.length - one.length).map((part): Resolved => {
    if (name === part) return { path: [part] }
    const below = resolve(allParts(parts.get(part) as Places), name.slice(part.length + 1), `${within}${part}.`)
    return "path" in below ? { path: [part, ...below.path] } : below
  })
  return resolved.find((one) => "path" in one) ?? resolved[0] ??
    { within, name: name.split(".")[0] as string, known: [...parts.keys()] }
}

/** The path to a variable or to a part of one. Of a process, `p.field` is a field of its local state. */
const pathIn = (model: Model<any>, name: string): Resolved => {
  const variables = new Map(
    Object.entries(model.variables as Variables).map(([name, variable]): [string, Places] => [name, [variable]]),
  )
  const found = resolve(variables, name)
  if ("path" in found || processesOf(model) === undefined) return found
  const processes = partsOf(model.variables["state"] as Variable)
  const local = resolve(processes, name)
  if ("path" in local) return { path: ["state", ...local.path] }
  if (local.within !== "") return local
  return { ...found, known: found.within === "" ? [...found.known, ...local.known] : found.known }
}

const at = (path: ReadonlyArray<string>) => (s: object): unknown =>
  path.reduce<unknown>((part, name) => (part as { readonly [name: string]: unknown } | null | undefined)?.[name], s)

/** What a name stands for in a configuration. */
const expressionIn = ({ model, show }: Selected, name: string): Expressions[string] | Unresolved => {
  if (Object.hasOwn(show, name)) return show[name] as Expressions[string]
  const resolved = pathIn(model, name)
  if ("path" in resolved) return at(resolved.path)
  if (resolved.within !== "") return resolved
  // What a function comes to has no parts that are known.
  return Object.hasOwn(show, resolved.name)
    ? { within: "", name, known: [resolved.name] }
    : { ...resolved, known: [...Object.keys(show), ...resolved.known] }
}

/**
 * The expressions that are asked for, by their names: a function of the suite's own, a variable, or a part of one such as
 * `rmState.rm1`, or `p1.decided` for a field of the local state of a process. What one configuration does not have is not shown of
 * it, if another one does.
 *
 * @returns for each configuration its expressions; fails with {@link UnknownName} when none of them has one of the names.
 */
export const expressionsOf = Effect.fnUntraced(function*(
  selected: ReadonlyArray<Selected>,
  names: ReadonlyArray<string>,
) {
  for (const name of names) {
    const found = selected.map((configuration) => expressionIn(configuration, name))
    const [unresolved] = found
    if (typeof unresolved === "object" && !found.some((one) => typeof one === "function")) {
      return yield* new UnknownName({ kind: "expression", ...unresolved })
    }
  }
  return (configuration: Selected): Expressions =>
    Object.fromEntries(names.flatMap((name) => {
      const found = expressionIn(configuration, name)
      return typeof found === "function" ? [[name, found]] : []
    }))
})
