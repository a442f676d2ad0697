/**
 * The seed of random tests: another one each time, unless TOUCHSTONE_SEED is set. With TOUCHSTONE_PATH as well, the run that
 * failed is replayed and no other. fast-check prints both when a test fails. TOUCHSTONE_MODELS says how many models are tried.
 *
 * @module
 */
const path = process.env["TOUCHSTONE_PATH"]

/** What fast-check is given. */
export const replay: { readonly seed: number; readonly path?: string } = {
  seed: Number(process.env["TOUCHSTONE_SEED"] ?? Date.now() % 2 ** 31),
  ...(path !== undefined && { path }),
}

/** How many random models are tried: as many as there is time for whenever anything changes, unless TOUCHSTONE_MODELS is set. */
export const models = (usually: number): number => Number(process.env["TOUCHSTONE_MODELS"] ?? usually)

console.log(`TOUCHSTONE_SEED=${replay.seed}`)
