/**
 * Sabotage: a system in which some processes break a rule.
 *
 * @module
 */
import {
  type AnyNetwork,
  type Clock,
  type Ghosts,
  type Model,
  named,
  type Processes,
  type Properties,
  type Property,
  type Recording,
  type System,
  system,
} from "../../src/index.ts"
import { type AnyProcess } from "../../src/system/process.ts"

/**
 * A system with other processes in the places of its own.
 *
 * @param change - given a process and its name, what stands in its place; itself, where nothing is wrong with it.
 */
export const sabotaged = <
  L extends Processes,
  N extends AnyNetwork,
  C extends Clock | undefined,
  R extends Recording | undefined,
  G extends Ghosts,
>(
  { definition }: Pick<System<L, N, C, R, G>, "definition">,
  name: string,
  change: (process: AnyProcess, name: string) => AnyProcess,
): System<L, N, C, R, G> => {
  const processes: Processes = definition.processes.map(({ name, process }) => named(name, change(process, name)))
  return system({ ...definition, name: `${definition.name}, ${name}`, processes: processes as L })
}

/**
 * The model of a system of whose properties only one is looked at: of a broken one, that which it violates most tellingly.
 *
 * @param properties - what must hold of the system.
 * @throws when it has no such property.
 */
export const showing = <S extends { readonly model: (properties: Properties) => Model<any> }>(
  system: S,
  properties: Properties,
  property: string,
): Model<any> => {
  const { [property]: violated } = properties as { readonly [name: string]: Property }
  if (violated === undefined) throw new Error(`there is no property ${property}`)
  return system.model({ [property]: violated })
}
