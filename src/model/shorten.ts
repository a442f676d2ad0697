/**
 * Shortening: what of a list is needed, after Zeller and Hildebrandt, *Simplifying and Isolating Failure-Inducing Input* (IEEE TSE
 * 28(2), 2002).
 *
 * @module
 */

/**
 * A part of a list from which nothing more can be left out by itself. It need not be a shortest one.
 *
 * It is found by trial and error, which may take long, so there is a pause after each trial.
 *
 * @param list - a list that is enough.
 * @param needed - what of a part was needed, if the part is enough.
 */
export function* shortened<A>(
  list: ReadonlyArray<A>,
  needed: (part: ReadonlyArray<A>) => ReadonlyArray<A> | undefined,
): Generator<void, ReadonlyArray<A>> {
  let kept = list
  for (let size = Math.ceil(kept.length / 2); size > 0;) {
    let isShorter = false
    for (let at = 0; at < kept.length;) {
      const enough = needed([...kept.slice(0, at), ...kept.slice(at + size)])
      if (enough === undefined) at += size
      else {
        kept = enough
        isShorter = true
      }
      yield
    }
    // With less left, what could not be left out before may be now.
    if (size > 1) size = Math.ceil(size / 2)
    else if (!isShorter) size = 0
  }
  return kept
}
