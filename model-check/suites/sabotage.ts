/**
 * Sabotage: a system in which some processes break a rule.
 *
 * @module
 */
import { type AnyProcess, named, type System, system } from "../../src/index.ts"

/**
 * A system with other processes in the places of its own.
 *
 * @param change - given a process and its name, what stands in its place; itself, where nothing is wrong with it.
 */
export const sabotaged = (
  { definition }: Pick<System<any>, "definition">,
  name: string,
  change: (process: AnyProcess, name: string) => AnyProcess,
): System<any> =>
  system({
    ...definition,
    name: `${definition.name}, ${name}`,
    processes: (definition.processes as ReadonlyArray<{ readonly name: string; readonly process: AnyProcess }>)
      .map(({ name, process }) => named(name, change(process, name))),
  })
