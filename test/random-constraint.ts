/**
 * Random constraints: a model, of whose states some are outside.
 *
 * @module
 */
import { type Model, variant } from "../src/index.ts"

/** Whatever a view or a plain state shows, written out; a set or a bag without its order. */
const written = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return `${typeof value} ${String(value)}`
  if (Array.isArray(value)) return `[${value.map(written).join()}]`
  if (Symbol.iterator in value) return `{${Array.from(value as Iterable<unknown>, written).toSorted().join()}}`
  return `{${Object.entries(value).map(([key, item]) => `${key}=${written(item)}`).toSorted().join()}}`
}

const hash = (text: string): number => {
  let sum = 7
  for (const character of text) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) >>> 0
  return sum
}

/** A model that goes on only where one of its variables, chosen by a number, has one of about three in four values. */
export const constrained = (model: Model<any>, choice: number): Model<any> => {
  const names = Object.keys(model.variables)
  const name = names[choice % names.length] as string
  return variant(model, model.name, () => ({
    constraint: (s: { readonly [name: string]: unknown }) => (hash(written(s[name])) ^ choice) % 4 !== 0,
  }))
}
