/**
 * The package as it is published: packed, and installed into an empty folder.
 *
 * @module
 */
import { execFile } from "node:child_process"
import { cpSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { promisify } from "node:util"

const root = new URL("..", import.meta.url).pathname
const run = promisify(execFile)

/** What a clean clone does not have. */
const MADE = new Set(["node_modules", "dist", ".git"])

/** An empty folder of its own. */
export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), "touchstone-"))

/**
 * Packs the package from a copy of the sources, so that nothing left over in `dist` is packed and nobody is disturbed.
 *
 * @returns the path of the tarball, and the files in it.
 */
export const pack = async (): Promise<{ readonly tarball: string; readonly files: ReadonlyArray<string> }> => {
  const copy = emptyFolder()
  cpSync(root, copy, { recursive: true, filter: (path) => !MADE.has(basename(path)) })
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"))
  // The scripts' own output would come before the JSON.
  await run("npm", ["run", "build"], { cwd: copy })
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts"], { cwd: copy })
  const [packed] = Object.values(JSON.parse(stdout) as object) as ReadonlyArray<{
    readonly filename: string
    readonly files: ReadonlyArray<{ readonly path: string }>
  }>
  if (packed === undefined) throw new Error(`npm pack printed ${stdout}`)
  return { tarball: join(copy, packed.filename), files: packed.files.map(({ path }) => path) }
}

/**
 * Installs a tarball, or a package of the registry, into an empty folder of modules, and returns the folder.
 *
 * @param besides - other packages to install with it. A peer that is not among them is the latest that will do.
 */
export const install = async (tarball: string, ...besides: ReadonlyArray<string>): Promise<string> => {
  const folder = emptyFolder()
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  await run("npm", ["install", "--no-audit", "--no-fund", tarball, ...besides], { cwd: folder })
  return folder
}

/** Another Node, from the npm package of its binary. Returns the path of that. */
export const installNode = async (version: string): Promise<string> => {
  const name = `node-${process.platform}-${process.arch}`
  return join(await install(`${name}@${version}`), "node_modules", name, "bin/node")
}

/** Packs the package and installs it into an empty folder, which is returned. */
export const installPackedPackage = async (): Promise<string> => install((await pack()).tarball)
