import * as fc from "fast-check"
import { expect, it } from "vitest"
import { shortened } from "../../../src/model/shorten.ts"
import { replay } from "../../replay.ts"

const shortest = <A>(
  list: ReadonlyArray<A>,
  needed: (part: ReadonlyArray<A>) => ReadonlyArray<A> | undefined,
): ReadonlyArray<A> => {
  const trials = shortened(list, needed)
  for (;;) {
    const trial = trials.next()
    if (trial.done === true) return trial.value
  }
}

it("keeps what is needed, and nothing that can be left out by itself", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.array(fc.nat(9), { maxLength: 3 }), (list, needs) => {
      const isEnough = (part: ReadonlyArray<number>) => {
        // In this order, with others between.
        let found = 0
        for (const item of part) if (item === needs[found]) found++
        return found === needs.length
      }
      fc.pre(isEnough(list))
      expect(shortest(list, (part) => isEnough(part) ? part : undefined)).toEqual(needs)
    }),
    replay,
  )
})

it("keeps no more of a part than was needed", () => {
  expect(shortest([1, 2, 3, 4, 5], (part) => part.includes(4) ? part.filter((item) => item % 2 === 0) : undefined))
    .toEqual([4])
  expect(shortest([1, 2, 3], () => undefined)).toEqual([1, 2, 3])
  expect(shortest([], () => [])).toEqual([])
})
