/**
 * Definitions: what is refused wherever something is defined, since nobody would notice it otherwise.
 *
 * @module
 */
import { Schema } from "effect"
import type { Each, Parameter } from "./action.ts"
import { InvalidDefinition } from "./errors.ts"
import { show } from "./show.ts"

/** Whether a value is an object with names for what it holds. */
export const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !Schema.isSchema(value)

/**
 * Names, each of which is given once: of two things of one name, the second would take the place of the first.
 *
 * @param of - what is named, and what to do about a name that is given twice, for the error.
 * @throws {@link InvalidDefinition}
 */
export const distinctNames = (
  { named, remedy }: { readonly named: string; readonly remedy: string },
  names: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new InvalidDefinition({ reason: `two ${named} are named ${twice}; ${remedy}` })
  return names
}

/**
 * A definition that has no keys but those that are known: any other would have no effect, and nobody would notice.
 *
 * @param of - what is defined, for the error.
 * @throws {@link InvalidDefinition}
 */
export const withKnownKeys = <A extends object>(
  of: string,
  definition: A,
  known: ReadonlyArray<keyof A & string>,
): A => {
  if (!isRecord(definition)) {
    throw new InvalidDefinition({ reason: `${of} is ${show(definition)}; give an object with ${known.join(", ")}` })
  }
  const unknown = Object.keys(definition).find((key) => !known.some((name) => name === key))
  if (unknown === undefined) return definition
  throw new InvalidDefinition({ reason: `there is no ${unknown} in ${of}; there are: ${known.join(", ")}` })
}

/** Whether a parameter ranges over the members of a set or a bag. */
export const isEach = (parameter: unknown): parameter is Each<unknown> =>
  isRecord(parameter) && parameter["kind"] === "each"

/** Whether a value is a domain that a parameter may have. */
export const isParameter = (domain: unknown): domain is Parameter =>
  Array.isArray(domain) || Schema.isSchema(domain) || isEach(domain)

/**
 * Refuses parameters without a domain.
 *
 * @param of - whose parameters they are, for the error.
 * @param dependent - whether a domain may be a function of the other arguments.
 * @throws {@link InvalidDefinition}
 */
export const refuseWithoutDomain = (of: string, parameters: unknown, dependent = false): void => {
  if (!isRecord(parameters)) {
    const reason = `the parameters of ${of} are ${show(parameters)}; give an object with a domain for each`
    throw new InvalidDefinition({ reason })
  }
  for (const [name, domain] of Object.entries(parameters)) {
    if (isParameter(domain) || (dependent && typeof domain === "function")) continue
    const reason = `the parameter ${name} of ${of} is ${
      show(domain)
    }; give a list of values, a finite Schema, or each(…)`
    throw new InvalidDefinition({ reason })
  }
}
