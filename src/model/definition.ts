/**
 * Definitions: what is refused wherever something is defined, since it would pass in silence.
 *
 * @module
 */
import { InvalidDefinition } from "./errors.ts"

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
 * A definition that has no keys but those that are known: any other would say something that nobody hears.
 *
 * @param of - what is defined, for the error.
 * @throws {@link InvalidDefinition}
 */
export const withKnownKeys = <A extends object>(
  of: string,
  definition: A,
  known: ReadonlyArray<keyof A & string>,
): A => {
  const unknown = Object.keys(definition).find((key) => !known.some((name) => name === key))
  if (unknown === undefined) return definition
  throw new InvalidDefinition({ reason: `there is no ${unknown} in ${of}; there are: ${known.join(", ")}` })
}
