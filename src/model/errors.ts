/**
 * What can be wrong with a model. Each error names the place (the action and its arguments, the property, the variable),
 * carries the path that led there where there is one, and says what to do.
 *
 * @module
 */
import { Data } from "effect"
import { show } from "./show.ts"
import type { Trace } from "./trace.ts"

/** The function of a model that was being asked when something went wrong. */
export interface Asked {
  /** What it is: an action, a property, the initial states, the mapping of a refinement, the constraint of a model, or what is shown along a trace. */
  readonly kind: "action" | "property" | "initial state" | "mapping" | "constraint" | "expression"
  readonly name: string
  /** Its arguments, by name. */
  readonly parameters: { readonly [name: string]: unknown }
  /** Which of several initial states it is, the first being 1. */
  readonly number?: number
}

const place = (asked: Asked): string => {
  if (asked.kind === "constraint") return `the constraint of ${asked.name}`
  const args = Object.entries(asked.parameters).map(([name, value]) => `${name}: ${show(value)}`).join(", ")
  return asked.kind !== "initial state"
    ? `${asked.kind} ${asked.name}${args && `(${args})`}`
    : asked.number === undefined
    ? "the initial state"
    : `initial state ${asked.number}`
}

/**
 * A function, a symbol, or an object of which not everything is known, somewhere in what should be plain data or an instance
 * that a Schema encodes.
 */
export class UnencodableValue extends Data.TaggedError("UnencodableValue")<{
  readonly value: string
  /** Why it cannot be encoded, unless because it is not plain data. */
  readonly reason?: string
  /** The variable that it was given to, or in which it was looked for, where it is known. */
  readonly variable?: string
  /** Who gave it, where it is known. */
  readonly asked?: Asked
  /** Whether it was only looked for. */
  readonly isSought?: boolean
  /** Where in the user's own files, if that is known: `path:line:column`. */
  readonly at?: string
  readonly trace?: Trace
}> {
  override get message(): string {
    const { asked, variable } = this
    const given = variable === undefined
      ? ""
      : asked === undefined
      ? `${variable} cannot be given this value: `
      : this.isSought === true
      ? `${place(asked)} looks in ${variable} for what cannot be there: `
      : `${place(asked)} gives ${variable} what it cannot hold: `
    return `${given}${this.value} ${
      this.reason ?? "is not plain data"
    }, so it cannot be part of a state, a message or a parameter`
  }
}

/**
 * An action or an initial state gave a variable a value that its domain does not hold, or a function looked in a set or a bag
 * for an element that can never be there.
 */
export class ValueOutsideDomain extends Data.TaggedError("ValueOutsideDomain")<{
  readonly asked: Asked
  /** The variable, with the keys that lead to the part concerned: `rmState.rm1`. */
  readonly variable: string
  readonly value: unknown
  /** Whether it was only looked for. */
  readonly isSought: boolean
  /** What the domain expects. */
  readonly expected: string
  /** Where in the user's own files, if that is known: `path:line:column`. */
  readonly at?: string
  readonly trace: Trace
}> {
  override get message(): string {
    const value = show(this.value)
    return this.isSought
      ? `${place(this.asked)} looks in ${this.variable} for ${value}, which is outside its domain: ${this.expected}`
      : `${place(this.asked)} gives ${this.variable} the value ${value}, which is outside its domain: ${this.expected}`
  }
}

/** An action or an initial state gives a variable, a key or a field that the model does not declare. */
export class UnknownVariable extends Data.TaggedError("UnknownVariable")<{
  readonly asked: Asked
  readonly variable: string
  /** The names that exist there. */
  readonly known: ReadonlyArray<string>
  readonly trace: Trace
}> {
  override get message(): string {
    return `${place(this.asked)} returns ${this.variable}, which the model does not declare; there are: ${
      this.known.join(", ")
    }`
  }
}

/** In a sequence of updates, a plain value would take the place of what an earlier update has written. */
export class LostUpdate extends Data.TaggedError("LostUpdate")<{
  readonly asked: Asked
  /** The variable, with the keys that lead to the part concerned: `balance.alice`. */
  readonly variable: string
  readonly trace: Trace
}> {
  override get message(): string {
    return `${
      place(this.asked)
    } writes ${this.variable} twice in a sequence, so the former is lost; let the latter be a function of what is there`
  }
}

/** A sequence was spread into an object, where it loses what stands beside it, or is lost to another sequence. */
export class SpreadSequence extends Data.TaggedError("SpreadSequence")<{
  readonly asked: Asked
  readonly trace: Trace
}> {
  override get message(): string {
    return `${
      place(this.asked)
    } spreads a sequence into an object, where some of the updates are lost; make a sequence of both: sequence(one, other)`
  }
}

/** An initial state gives no value to a variable. */
export class MissingVariable extends Data.TaggedError("MissingVariable")<{
  readonly asked: Asked
  readonly variable: string
}> {
  override get message(): string {
    return `${place(this.asked)} gives no value to ${this.variable}; every variable needs one`
  }
}

/** An action, a property or a mapping threw. */
export class FunctionThrew extends Data.TaggedError("FunctionThrew")<{
  readonly asked: Asked
  readonly cause: unknown
  /** Where in the user's own files, if that is known: `path:line:column`. */
  readonly at?: string
  readonly trace: Trace
}> {
  override get message(): string {
    const reason = this.cause instanceof Error ? this.cause.message : show(this.cause)
    // What the library says of the model is not what the user's function has thrown.
    return isModelError(this.cause) ? `${place(this.asked)}: ${reason}` : `${place(this.asked)} threw: ${reason}`
  }
}

/** A property, or a constraint, answered with something else than true or false. */
export class NotBoolean extends Data.TaggedError("NotBoolean")<{
  readonly asked: Asked
  readonly value: unknown
  readonly trace: Trace
}> {
  override get message(): string {
    return `${place(this.asked)} answers ${show(this.value)}; it must answer true or false, and wait for nothing`
  }
}

/** An action, a property or a mapping read something of the state that was never declared. */
export class UndeclaredRead extends Data.TaggedError("UndeclaredRead")<{
  readonly asked: Asked
  readonly variable: string
  /** The names that exist there. */
  readonly known: ReadonlyArray<string>
  /** Where in the user's own files, if that is known: `path:line:column`. */
  readonly at?: string
  readonly trace: Trace
}> {
  override get message(): string {
    return `${place(this.asked)} reads ${this.variable}, which was never declared; there are: ${this.known.join(", ")}`
  }
}

/** An action, a property or a mapping tried to change the state that it was given. */
export class InputMutated extends Data.TaggedError("InputMutated")<{
  readonly asked: Asked
  readonly reason: string
  /** Where in the user's own files, if that is known: `path:line:column`. */
  readonly at?: string
  readonly trace: Trace
}> {
  override get message(): string {
    return `${place(this.asked)} changes its input (${this.reason}); return what changes instead`
  }
}

/** An action, a property or a mapping answered differently when asked twice about one state. */
export class ImpureFunction extends Data.TaggedError("ImpureFunction")<{
  readonly asked: Asked
  readonly first: string
  readonly second: string
  readonly trace: Trace
}> {
  override get message(): string {
    return `${
      place(this.asked)
    } is not a pure function: asked twice about one state, it answered ${this.first}, then ${this.second}; make each choice a parameter`
  }
}

/** A model without initial states has no behaviour, and so satisfies everything: it is refused. */
export class NoInitialState extends Data.TaggedError("NoInitialState")<{ readonly model: string }> {
  override get message(): string {
    return `the model ${this.model} has no initial state`
  }
}

/** An initial state outside of the constraint: nothing would be explored from it. */
export class InitialStateOutside extends Data.TaggedError("InitialStateOutside")<{
  readonly model: string
  /** Which of the initial states it is, the first being 1. */
  readonly number: number
  readonly trace: Trace
}> {
  override get message(): string {
    return `the constraint of the model ${this.model} is false in initial state ${this.number}, from which nothing would be explored; let it be true there`
  }
}

/** A domain that must be enumerated (a parameter's, a record's keys) is infinite or too large. */
export class DomainNotEnumerable extends Data.TaggedError("DomainNotEnumerable")<{
  /** What the domain belongs to: `parameter m of action receive`. */
  readonly of: string
  /** Why: the part of the schema that has no end, or the number of its values. */
  readonly reason: string
}> {
  override get message(): string {
    return `the domain of ${this.of} cannot be enumerated: ${this.reason}; give a finite schema or an array of values`
  }
}

/** A model's definition contradicts itself: a duplicate key, an unknown set variable, a name used twice. */
export class InvalidDefinition extends Data.TaggedError("InvalidDefinition")<{ readonly reason: string }> {
  override get message(): string {
    return this.reason
  }
}

/** A durable or unforced field of a process has a value that cannot be written to a log. */
export class DurableNotEncodable extends Data.TaggedError("DurableNotEncodable")<{
  readonly kind: "durable" | "unforced"
  readonly field: string
  readonly reason: string
}> {
  override get message(): string {
    return `the ${this.kind} field ${this.field} cannot be encoded: ${this.reason}; give it a schema of plain data`
  }
}

/** A process has no reaction to an event that can happen to it. */
export class NotTotal extends Data.TaggedError("NotTotal")<{
  readonly process: string
  readonly state: unknown
  readonly event: unknown
  readonly reason: string
  /** What its handler threw, if it threw something. */
  readonly cause?: unknown
  /** Where in the user's own files it threw that, if that is known: `path:line:column`. */
  readonly at?: string
}> {
  override get message(): string {
    return `the process ${this.process} is not total: in the state ${show(this.state)}, asked about ${
      show(this.event)
    }, ${this.reason}; let it return next(…) or ignore`
  }
}

/**
 * A process reacts with something that it did not declare, or that its receiver does not understand: a state with other
 * fields or values, a timer without a handler, a message outside a Schema.
 */
export class InvalidReaction extends Data.TaggedError("InvalidReaction")<{
  readonly process: string
  /** What it was asked; nothing when it starts, or when it is a command that is wrong. */
  readonly event?: unknown
  readonly reason: string
}> {
  override get message(): string {
    const asked = this.event === undefined ? "" : `, asked about ${show(this.event)},`
    return `the process ${this.process}${asked} ${this.reason}`
  }
}

/** A ghost throws, or gives a value that its Schema does not describe. */
export class InvalidGhost extends Data.TaggedError("InvalidGhost")<{
  readonly ghost: string
  /** The process whose step the ghost was told of. */
  readonly process: string
  readonly event: unknown
  readonly reason: string
  /** What it threw, if it threw something. */
  readonly cause?: unknown
  /** Where in the user's own files it threw that, if that is known: `path:line:column`. */
  readonly at?: string
}> {
  override get message(): string {
    return `the ghost ${this.ghost} of ${this.process}, told of a step on ${show(this.event)}, ${this.reason}`
  }
}

/** A process sends a message to a process that does not exist. */
export class UnknownProcess extends Data.TaggedError("UnknownProcess")<{
  readonly from: string
  readonly to: string
  readonly sent: unknown
  readonly known: ReadonlyArray<string>
}> {
  override get message(): string {
    const known = `there are: ${this.known.join(", ")}`
    return this.sent === undefined
      ? `${this.from}: there is no process ${this.to}; ${known}`
      : `the process ${this.from} sends ${show(this.sent)} to ${this.to}, which does not exist; ${known}`
  }
}

/** Two processes of a system have one name. */
export class DuplicateProcess extends Data.TaggedError("DuplicateProcess")<{ readonly process: string }> {
  override get message(): string {
    return `two processes are named ${this.process}; give each a name of its own`
  }
}

/** A budget is neither a natural number nor `unbounded`. */
export class InvalidBudget extends Data.TaggedError("InvalidBudget")<{
  /** What it is a budget for: `loss`, `crashRecovery`. */
  readonly of: string
  readonly value: unknown
}> {
  override get message(): string {
    return `the budget for ${this.of} is ${show(this.value)}; give a natural number, or "unbounded"`
  }
}

const modelErrors = [
  UnencodableValue,
  ValueOutsideDomain,
  UnknownVariable,
  LostUpdate,
  SpreadSequence,
  MissingVariable,
  FunctionThrew,
  NotBoolean,
  UndeclaredRead,
  InputMutated,
  ImpureFunction,
  NoInitialState,
  InitialStateOutside,
  DomainNotEnumerable,
  InvalidDefinition,
  DurableNotEncodable,
  NotTotal,
  InvalidReaction,
  InvalidGhost,
  UnknownProcess,
  DuplicateProcess,
  InvalidBudget,
] as const

/** All that can be wrong with a model, found when it is built or while it is explored. */
export type ModelError = InstanceType<(typeof modelErrors)[number]>

const tags: ReadonlySet<unknown> = new Set(modelErrors.map(({ name }) => name))

/**
 * Whether something that was thrown is a {@link ModelError}, of this copy of the library or of another.
 *
 * @example
 * ```ts
 * import { InvalidDefinition, isModelError } from "touchstone"
 *
 * isModelError(new InvalidDefinition({ reason: "a name is used twice" })) // => true
 * isModelError(new Error("a name is used twice")) // => false
 * ```
 */
export const isModelError = (thrown: unknown): thrown is ModelError =>
  thrown instanceof Error && "_tag" in thrown && tags.has(thrown._tag)
