/**
 * Bindings: the combinations of arguments that the parameters of an action or a property have, now and whenever a set that
 * they range over grows.
 *
 * @module
 */
import type { DependentParameters, Each, Parameter, Parameters } from "../../../src/model/action.ts"
import { isEach, isParameter } from "../../../src/model/definition.ts"
import { enumerate } from "../../../src/model/domain.ts"
import { encode } from "../../../src/model/encoding.ts"
import { DomainNotEnumerable, InvalidDefinition, isModelError } from "../../../src/model/errors.ts"
import { show } from "../../../src/model/show.ts"
import { placeOf } from "../../../src/model/user-code.ts"
import { BindingFailed } from "../ask/question.ts"
import { matcher } from "../ask/recorder.ts"
import type { Layout } from "../state/layout.ts"
import { snapshot } from "../state/snapshot.ts"

/** Arguments, by name. */
export type Bound = { readonly [name: string]: unknown }

/** One argument: its value, and the field of the set's element that it is, or -1. */
interface Argument {
  readonly value: unknown
  readonly field: number
}

type Row = ReadonlyMap<string, Argument>

/** No action or property has more bindings than this. */
const MOST_BINDINGS = 1_000_000

const pathOf = ({ keys = [], variable }: Each<unknown>): ReadonlyArray<string> => [variable, ...keys.map(String)]

/** All rows of arguments for parameters that have domains of their own; more come whenever a set gains an element. */
const combinations = (layout: Layout, of: string, parameters: Parameters, onRow: (row: Row) => void): void => {
  const domains: Array<readonly [name: string, values: Array<Argument>]> = []
  /** All combinations, or those in which the parameter `latest` has the value that it gained last. */
  const combine = (latest?: string): void => {
    let rows: ReadonlyArray<ReadonlyArray<readonly [string, Argument]>> = [[]]
    for (const [name, values] of domains) {
      const chosen = name === latest ? values.slice(-1) : values
      rows = rows.flatMap((row) => chosen.map((value) => [...row, [name, value] as const]))
    }
    for (const row of rows) onRow(new Map(row))
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    if (!isEach(parameter)) {
      const values = enumerate(parameter as ReadonlyArray<unknown>, `parameter ${name} of ${of}`)
      domains.push([name, values.map((value) => ({ value: snapshot(value), field: -1 }))])
      continue
    }
    const path = pathOf(parameter)
    const slot = layout.slots.findIndex((slot) =>
      slot.kind !== "value" && encode(slot.path.map(String)) === encode(path)
    )
    if (slot < 0) {
      const reason = `parameter ${name} of ${of} ranges over ${path.join(".")}, which is neither a set nor a bag`
      throw new InvalidDefinition({ reason })
    }
    const matches = matcher(parameter.pattern, (value) => layout.encode(slot, value))
    const known = (layout.elementFields[slot] as Array<number>)
      .map((field): Argument => ({ value: layout.elementOf(field), field }))
      .filter(({ value }) => matches(value))
    domains.push([name, known])
    layout.onElement((at, field, value) => {
      if (at !== slot || !matches(value)) return
      known.push({ value, field })
      try {
        combine(name)
      } catch (cause) {
        throw isModelError(cause) ? new BindingFailed(cause) : cause
      }
    })
  }
  const size = domains.reduce((product, [, values]) => product * values.length, 1)
  if (size > MOST_BINDINGS) throw new DomainNotEnumerable({ of, reason: `its parameters have ${size} bindings` })
  combine()
}

/** What a dependent parameter is given: to ask it for a parameter that there is not would be a slip that nobody sees. */
const guarded = (what: string, others: Bound): Bound =>
  new Proxy(others, {
    get: (target, name) => {
      if (typeof name === "symbol" || Object.hasOwn(target, name)) return Reflect.get(target, name) as unknown
      const known = Object.keys(target)
      throw new InvalidDefinition({
        reason: `${what} depends on ${name}, which has no domain of its own; ${
          known.length === 0 ? "no other parameter has" : `those that have are: ${known.join(", ")}`
        }`,
      })
    },
  })

/** Asks a dependent parameter for its domain; whatever it throws becomes an error that names it. */
const ask = (what: string, domainOf: (others: Bound) => unknown, others: Bound): unknown => {
  try {
    return domainOf(guarded(what, others))
  } catch (cause) {
    if (isModelError(cause)) throw cause
    const place = placeOf(cause)
    const at = place === undefined ? "" : ` at ${place}`
    throw new InvalidDefinition({
      reason: `${what} has no domain where the others are ${show(others)}: ${
        cause instanceof Error ? cause.message : show(cause)
      }${at}`,
    })
  }
}

/** The domain of a dependent parameter: the values of it, or the set that it ranges over. */
const domainOf = (
  of: string,
  name: string,
  dependent: (others: Bound) => unknown,
  others: Bound,
): ReadonlyArray<unknown> | Each<unknown> => {
  const what = `the parameter ${name} of ${of}`
  const [once, again] = [0, 1].map(() => {
    const domain = ask(what, dependent, others)
    if (!isParameter(domain)) {
      const reason = `${what} is ${show(domain)} where the others are ${
        show(others)
      }; return a list of values, a finite Schema, or each(…)`
      throw new InvalidDefinition({ reason })
    }
    return isEach(domain) ? domain : enumerate(domain as ReadonlyArray<unknown>, `parameter ${name} of ${of}`)
  }) as [ReadonlyArray<unknown> | Each<unknown>, ReadonlyArray<unknown> | Each<unknown>]
  if (encode(once) !== encode(again)) {
    const reason = `${what} has two domains for the same others, ${show(others)}; let it be a function of these alone`
    throw new InvalidDefinition({ reason })
  }
  return once
}

/**
 * Binds parameters to all combinations of arguments, now and whenever a set that they range over grows.
 *
 * Those that depend on others are bound last, for each combination of these; where one of them has no values there, there is
 * no binding.
 *
 * @param of - whose parameters they are, for errors.
 * @param onBinding - called for each binding, with the fields of the elements that must be members.
 * @throws {@link DomainNotEnumerable}, {@link InvalidDefinition}
 */
export const bind = (
  layout: Layout,
  of: string,
  parameters: DependentParameters,
  onBinding: (args: Bound, members: ReadonlyArray<number>) => void,
): void => {
  const names = Object.keys(parameters)
  const isDependent = (name: string) => typeof parameters[name] === "function" && !isParameter(parameters[name])
  const dependent = names.filter(isDependent)
  const independent = names.filter((name) => !isDependent(name))
  const argumentsOf = (row: Row): Bound =>
    snapshot(Object.fromEntries(names.filter((name) => row.has(name)).map((name) => [name, row.get(name)?.value])))
  let bindings = 0
  const bound = (row: Row): void => {
    // What comes while sets grow is counted by the memory that it takes.
    if (++bindings > MOST_BINDINGS && isFirst) {
      throw new DomainNotEnumerable({ of, reason: `its parameters have more than ${MOST_BINDINGS} bindings` })
    }
    const members = names.map((name) => row.get(name)?.field ?? -1).filter((field) => field >= 0)
    onBinding(argumentsOf(row), members)
  }
  let isFirst = true
  /** Those that had no value yet, whatever the others were. */
  const empty = new Set(dependent)
  let isAsked = false
  combinations(
    layout,
    of,
    Object.fromEntries(independent.map((name) => [name, parameters[name] as Parameter])),
    (row) => {
      if (dependent.length === 0) return bound(row)
      isAsked = true
      const others = argumentsOf(row)
      const domains = dependent.map((name) => {
        const domain = domainOf(of, name, parameters[name] as (others: Bound) => unknown, others)
        if (isEach(domain) || domain.length > 0) empty.delete(name)
        return [name, domain] as const
      })
      combinations(layout, of, Object.fromEntries(domains), (rest) => bound(new Map([...row, ...rest])))
    },
  )
  isFirst = false
  const [never] = empty
  if (isAsked && never !== undefined && !independent.some((name) => isEach(parameters[name]))) {
    const reason = `the parameter ${never} of ${of} has no value, whatever the others are`
    throw new InvalidDefinition({ reason })
  }
}
