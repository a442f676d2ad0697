/**
 * Models: variables, initial states, actions, and the properties that must hold. All that the checker explores is a
 * model.
 *
 * @module
 */
import type { Action, Actions, AnyState, Arguments, DependentParameters, Each, ParametersOf } from "./action.ts"
import { isRecord, refuseWithoutDomain, withKnownKeys } from "./definition.ts"
import { InvalidDefinition } from "./errors.ts"
import type { Always, DeadlockFree, Properties, Property, Reachable, Refines, Step, Stutters } from "./property.ts"
import { type Sequence, sequenceOf } from "./sequence.ts"
import { show } from "./show.ts"
import type {
  ElementOf,
  Exact,
  Initial,
  InitialOf,
  Matching,
  PathToSet,
  Pattern,
  Sets,
  State,
  StructOf,
  Unmatched,
  Update,
  Variables,
} from "./variable.ts"

const ModelTypeId = Symbol.for("touchstone/Model")

/** Something that a model should do in some behaviour. */
export interface Milestone {
  /** Its name, which the update of a step that reaches it contains. */
  readonly name: string
  /** What a report says if no behaviour does it. */
  readonly otherwise: string
}

/** A model with the variables `V`. Made by {@link Language.model}. */
export interface Model<V extends Variables> {
  readonly [ModelTypeId]: true
  readonly name: string
  readonly variables: V
  /** The initial states; there may be several. */
  readonly initial: ReadonlyArray<Initial<V>>
  readonly actions: Actions<V>
  readonly properties: Properties
  /** What some behaviour should do; none unless given. */
  readonly milestones?: ReadonlyArray<Milestone>
  /**
   * Which states are explored further; all unless given. A state in which it is false is *outside*: it is counted, and what is
   * claimed of states and of steps to them is checked there, but no step out of it is taken.
   */
  readonly constraint?: (state: AnyState) => boolean
}

/** An array, typed without the names of its methods: a variable may have one of those names. */
type Several<A> = Iterable<A> & { readonly [index: number]: A }

/** What may stand in a sequence. */
type InSequence<V, R> = (Exact<V, R> & Update<V>) | Sequence<V>

/** What {@link variables} gives: the constructors of actions, properties and models over these variables. */
export interface Language<V extends Variables> {
  /**
   * An action: a pure function of the state (and of its arguments) that returns what changes, or `false` when the action
   * is not enabled. The checker tries it for every combination of arguments.
   *
   * Of the two bounds of `R`, the first makes a typo an error where it stands, and the second lets an editor complete
   * names and values.
   */
  readonly action: {
    <const R extends Exact<V, R> & Update<V>>(run: (state: State<V>) => R | Sequence<V> | false | undefined): Action<V>
    <const E, const P extends object, const R extends Exact<V, R> & Update<V>>(
      parameters: P & ParametersOf<E>,
      run: (state: State<V>, args: Arguments<P>) => R | Sequence<V> | false | undefined,
    ): Action<V>
  }

  /**
   * Updates that are made one after the other: a function in a later one sees what the earlier have written, and what is
   * added and removed is added and removed in this order. Use it wherever two keys may be equal, or two additions meet.
   *
   * A plain value for what an earlier update has written would lose that, so it is an error that names it. What `s` shows is
   * the state before the step, in a sequence too.
   *
   * The compiler checks the first six completely; if there are more, make a sequence of sequences.
   */
  readonly sequence: <
    const A extends InSequence<V, A>,
    const B extends InSequence<V, B>,
    const C extends InSequence<V, C>,
    const D extends InSequence<V, D>,
    const E extends InSequence<V, E>,
    const F extends InSequence<V, F>,
  >(...updates: readonly [A?, B?, C?, D?, E?, F?, ...ReadonlyArray<Update<V> | Sequence<V>>]) => Sequence<V>

  /**
   * A parameter that ranges over the members of a set or a bag, or over those that match a pattern. Of a set in a record or in
   * a struct, give the path to it: `each(["inbox", "p1"])`.
   */
  readonly each: {
    <const N extends keyof Sets<V> | PathToSet<StructOf<V>>>(of: N): Each<ElementOf<V, N>>
    <const N extends keyof Sets<V> | PathToSet<StructOf<V>>, const P extends Pattern<ElementOf<V, N>>>(
      of: N,
      pattern: P & Unmatched<ElementOf<V, N>, P>,
    ): Each<Matching<ElementOf<V, N>, P>>
  }

  /** An invariant: true in every reachable state, for all arguments. */
  readonly always: {
    (holds: (state: State<V>) => boolean): Always
    <const E, const P extends object>(
      parameters: P & ParametersOf<E>,
      holds: (state: State<V>, args: Arguments<P>) => boolean,
    ): Always
  }

  /** A predicate on the two states of every step that changes something. */
  readonly step: {
    (holds: (before: State<V>, after: State<V>) => boolean): Step
    <const E, const P extends object>(
      parameters: P & ParametersOf<E>,
      holds: (before: State<V>, after: State<V>, args: Arguments<P>) => boolean,
    ): Step
  }

  /** Some reachable state satisfies the predicate, for some arguments. The report shows a shortest path to it. */
  readonly reachable: {
    (holds: (state: State<V>) => boolean): Reachable
    <const E, const P extends object>(
      parameters: P & ParametersOf<E>,
      holds: (state: State<V>, args: Arguments<P>) => boolean,
    ): Reachable
  }

  /**
   * No reachable state is stuck, unless `mayEnd` says that it may be final. A state is stuck if no action is enabled in it, or if
   * all that are enabled change nothing; with `stutters: "allowed"` only if none is enabled, as in TLC.
   */
  readonly deadlockFree: (
    mayEnd?: (state: State<V>) => boolean,
    options?: { readonly stutters?: Stutters },
  ) => DeadlockFree

  /**
   * Every step of this model is, seen through the mapping, a step of `abstract` or changes nothing there; and initial
   * states map to initial states. The mapping has a function for each variable of `abstract`; for a record it may return
   * a function of the key.
   */
  readonly refines: <W extends Variables>(
    abstract: Model<W>,
    mapping: { readonly [name in keyof W]: (state: State<V>) => InitialOf<W[name]> },
  ) => Refines

  /**
   * A model of these variables. `initial` is one initial state or an array of them. With a `constraint`, what is found out
   * is true within it alone: see {@link Model.constraint}.
   */
  readonly model: (definition: {
    readonly name: string
    readonly initial: Initial<V> | Several<Initial<V>>
    readonly actions: Actions<V>
    readonly properties?: Properties
    readonly milestones?: ReadonlyArray<Milestone>
    readonly constraint?: (state: State<V>) => boolean
  }) => Model<V>
}

type Run = (state: AnyState, args: any) => any

const KINDS: ReadonlySet<Property["kind"]> = new Set(["always", "step", "reachable", "deadlockFree", "refines"])

const parameterised = <F>(first: DependentParameters | F, second: F | undefined): readonly [DependentParameters, F] => {
  const [parameters, run] = second === undefined ? [{}, first as F] : [first as DependentParameters, second]
  if (typeof run !== "function") {
    throw new InvalidDefinition({ reason: "an action or a property has no function of the state" })
  }
  return [parameters, run]
}

const isIterable = <A>(value: unknown): value is Iterable<A> => Symbol.iterator in Object(value)

/** What the compiler would say, for those who have none. */
const validate = (name: string, actions: Actions<any>, properties: Properties): void => {
  for (const [of, given] of Object.entries({ actions, properties })) {
    if (isRecord(given)) continue
    throw new InvalidDefinition({ reason: `the ${of} of the model ${name} are ${show(given)}; give an object by name` })
  }
  for (const [action, given] of Object.entries(actions)) {
    if (typeof given?.run !== "function") {
      throw new InvalidDefinition({ reason: `in the model ${name}, ${action} is no action; make it with action(…)` })
    }
    refuseWithoutDomain(`action ${action}`, given.parameters, true)
    if (Object.hasOwn(properties, action)) {
      throw new InvalidDefinition({ reason: `the model ${name} has both an action and a property named ${action}` })
    }
  }
  for (const [property, given] of Object.entries(properties)) {
    if (!KINDS.has(given?.kind)) {
      throw new InvalidDefinition({
        reason: `in the model ${name}, ${property} is no property; make it with always(…), say`,
      })
    }
    if ("parameters" in given) refuseWithoutDomain(`property ${property}`, given.parameters, true)
  }
}

/**
 * Declares the variables of a model, and gives the constructors of its actions and properties, which know their types:
 * a typo in a variable, a parameter or a tag does not compile.
 *
 * @param variables - the variables by name, each a list of its values, a Schema, a `record`, a `struct`, a `set` or a `bag`.
 *
 * @example
 * ```ts
 * import { variables } from "touchstone"
 *
 * const { action, always, model } = variables({ hour: [1, 2, 3] })
 *
 * const clock = model({
 *   name: "clock",
 *   initial: { hour: 1 },
 *   actions: {
 *     tick: action((s) => ({ hour: s.hour === 3 ? 1 : s.hour === 1 ? 2 : 3 })),
 *   },
 *   properties: { early: always((s) => s.hour <= 3) },
 * })
 * clock.name // => "clock"
 * ```
 */
export const variables = <const V extends Variables>(variables: V): Language<V> => ({
  action: (first: DependentParameters | Run, second?: Run): Action<V> => {
    const [parameters, run] = parameterised(first, second)
    return { parameters, run }
  },
  sequence: (...updates: ReadonlyArray<unknown>): Sequence<V> => sequenceOf(updates as ReadonlyArray<Sequence<V>>),
  each: (of: unknown, pattern: Each<unknown>["pattern"] = {}): Each<any> => {
    const [variable, ...keys] = Array.isArray(of) ? of as ReadonlyArray<string | number> : [of]
    return { kind: "each", variable: String(variable), keys: keys as ReadonlyArray<string | number>, pattern }
  },
  always: (first: DependentParameters | Run, second?: Run): Always => {
    const [parameters, holds] = parameterised(first, second)
    return { kind: "always", parameters, holds }
  },
  step: (first: DependentParameters | Step["holds"], second?: Step["holds"]): Step => {
    const [parameters, holds] = parameterised(first, second)
    return { kind: "step", parameters, holds }
  },
  reachable: (first: DependentParameters | Run, second?: Run): Reachable => {
    const [parameters, holds] = parameterised(first, second)
    return { kind: "reachable", parameters, holds }
  },
  deadlockFree: (mayEnd = () => false, { stutters = "stuck" } = {}): DeadlockFree => {
    if (stutters !== "stuck" && stutters !== "allowed") {
      throw new InvalidDefinition({ reason: `stutters are ${show(stutters)}; let them be "stuck" or "allowed"` })
    }
    return { kind: "deadlockFree", stutters, mayEnd }
  },
  refines: (abstract, mapping): Refines => {
    withKnownKeys(`the mapping to ${abstract.name}`, mapping, Object.keys(abstract.variables))
    const missing = Object.keys(abstract.variables).find((name) => !Object.hasOwn(mapping, name))
    if (missing !== undefined) {
      throw new InvalidDefinition({ reason: `the mapping to ${abstract.name} says nothing of its variable ${missing}` })
    }
    return { kind: "refines", abstract, mapping }
  },
  model: (definition): Model<V> => {
    const { actions, constraint, initial, milestones = [], name, properties = {} } = withKnownKeys(
      definition?.name === undefined ? "the definition of a model" : `the definition of the model ${definition.name}`,
      definition,
      [
        "name",
        "initial",
        "actions",
        "properties",
        "milestones",
        "constraint",
      ],
    )
    validate(name, actions, properties)
    if (constraint !== undefined && typeof constraint !== "function") {
      const reason = `the constraint of the model ${name} is ${show(constraint)}; give a function of the state`
      throw new InvalidDefinition({ reason })
    }
    const states = isIterable<Initial<V>>(initial) ? [...initial] : [initial]
    return {
      [ModelTypeId]: true,
      name,
      variables,
      initial: states,
      actions,
      properties,
      milestones,
      ...(constraint !== undefined && { constraint }),
    }
  },
})

/**
 * A model with some of its actions replaced, or with other initial states or properties: for example, a sabotaged variant.
 *
 * @param model - the model to start from.
 * @param name - the name of the variant.
 * @param change - given the constructors over the model's variables, returns what differs: actions to replace or add, and
 *   all properties, all initial states and the constraint, where these are given.
 *
 * @example
 * ```ts
 * import { variables, variant } from "touchstone"
 * import { Schema } from "effect"
 *
 * const { action, model } = variables({ on: Schema.Boolean })
 * const lamp = model({ name: "lamp", initial: { on: false }, actions: { switch: action((s) => ({ on: !s.on })) } })
 *
 * const stuck = variant(lamp, "a lamp that stays on", ({ action, always }) => ({
 *   actions: { switch: action(() => ({ on: true })) },
 *   properties: { dark: always((s) => !s.on) },
 * }))
 * Object.keys(stuck.properties) // => ["dark"]
 * ```
 */
export const variant = <V extends Variables>(
  model: Model<V>,
  name: string,
  change: (language: Language<V>) => {
    readonly actions?: Actions<V>
    readonly properties?: Properties
    readonly initial?: ReadonlyArray<Initial<V>>
    readonly constraint?: (state: State<V>) => boolean
  },
): Model<V> => {
  const language = variables(model.variables)
  const { actions, constraint = model.constraint, initial = model.initial, properties = model.properties } =
    withKnownKeys(
      `what differs in the model ${name}`,
      change(language),
      ["actions", "properties", "initial", "constraint"],
    )
  return language.model({
    name,
    initial,
    actions: { ...model.actions, ...actions },
    properties,
    milestones: model.milestones ?? [],
    ...(constraint !== undefined && { constraint }),
  })
}

/**
 * Whether a value is a {@link Model}, made by this copy of the library or by another.
 *
 * @example
 * ```ts
 * import { isModel } from "touchstone"
 * import { Consensus } from "touchstone/spec/tla"
 *
 * isModel(Consensus({ values: 3 })) // => true
 * isModel({ name: "Consensus" }) // => false
 * ```
 */
export const isModel = (value: unknown): value is Model<any> =>
  typeof value === "object" && value !== null && ModelTypeId in value
