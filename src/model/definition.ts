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
