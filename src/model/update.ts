/**
 * Updates: what an action of a system returns, as data that can be put together.
 *
 * @module
 */

/** Where an update keeps the names of the milestones that its step reaches. No variable is named by a symbol. */
export const MILESTONES: unique symbol = Symbol.for("touchstone/milestones")

/** What changes, by variable. */
export type Update = { readonly [variable: string]: any; readonly [MILESTONES]?: ReadonlyArray<string> }

/** The variables of a system that are sets or bags: of these an update says what is added and what is removed. */
const MEMBERS: ReadonlySet<string> = new Set(["network", "timers", "replies", "broken", "unforced"])

type Change = { readonly add?: ReadonlyArray<unknown>; readonly remove?: ReadonlyArray<unknown> }

const both = (one: Change, other: Change): Change => ({
  add: [...one.add ?? [], ...other.add ?? []],
  remove: [...one.remove ?? [], ...other.remove ?? []],
})

const isPlain = (update: unknown): update is Update =>
  typeof update === "object" && update !== null && Object.getPrototypeOf(update) === Object.prototype

/** Updates of one state in one; of two values for one variable, or for one key of it, the later one counts. The milestones are those of all. */
export const merged = (...updates: ReadonlyArray<Update>): Update => {
  const all = new Map<string, unknown>()
  for (const [variable, change] of updates.flatMap((update) => Object.entries(update))) {
    const before = all.get(variable)
    if (MEMBERS.has(variable) && before !== undefined) all.set(variable, both(before as Change, change as Change))
    else if (isPlain(before) && isPlain(change)) all.set(variable, { ...before, ...change })
    else all.set(variable, change)
  }
  const milestones = updates.flatMap(({ [MILESTONES]: reached = [] }) => reached)
  return { ...Object.fromEntries(all), ...(milestones.length > 0 && { [MILESTONES]: milestones }) }
}
