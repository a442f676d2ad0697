/**
 * Updates: what an action returns, as data that can be put together.
 *
 * @module
 */

/** Where an update has the names of the milestones that its step reaches. No variable is named by a symbol. */
export const MILESTONES: unique symbol = Symbol.for("touchstone/milestones")

/** What changes, by variable. */
export type Update = { readonly [variable: string]: any; readonly [MILESTONES]?: ReadonlyArray<string> }

type Change = { readonly add?: ReadonlyArray<unknown>; readonly remove?: ReadonlyArray<unknown> }

const isPlain = (update: unknown): update is Update =>
  typeof update === "object" && update !== null && Object.getPrototypeOf(update) === Object.prototype

const isChange = (update: Update): update is Change => "add" in update || "remove" in update

/** Updates of one state in one; of two values for one variable, the later one counts. The milestones are those of all. */
export const merged = (...updates: ReadonlyArray<Update>): Update => {
  const all: { [variable: string]: any } = {}
  for (const update of updates) {
    for (const [variable, change] of Object.entries(update)) {
      const before: unknown = all[variable]
      if (!isPlain(before) || !isPlain(change)) all[variable] = change
      else if (!isChange(before) || !isChange(change)) all[variable] = merged(before, change)
      else {
        all[variable] = {
          add: [...before.add ?? [], ...change.add ?? []],
          remove: [...before.remove ?? [], ...change.remove ?? []],
        }
      }
    }
  }
  const milestones = updates.flatMap(({ [MILESTONES]: reached = [] }) => reached)
  return milestones.length === 0 ? all : { ...all, [MILESTONES]: milestones }
}
