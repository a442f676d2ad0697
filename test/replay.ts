/**
 * The seed of random tests: another one each time, unless TOUCHSTONE_SEED is set. With TOUCHSTONE_PATH as well, the run that
 * failed is replayed and no other. fast-check prints both when a test fails.
 *
 * @module
 */
const path = process.env["TOUCHSTONE_PATH"]

/** What fast-check is given. */
export const replay: { readonly seed: number; readonly path?: string } = {
  seed: Number(process.env["TOUCHSTONE_SEED"] ?? Date.now() % 2 ** 31),
  ...(path !== undefined && { path }),
}

console.log(`TOUCHSTONE_SEED=${replay.seed}`)
