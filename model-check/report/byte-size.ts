/**
 * Numbers of bytes, as people write and read them.
 *
 * @module
 */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const

/**
 * Reads a number of bytes. The units are powers of 1,024, written `M`, `MB` or `MiB`, in capitals or not.
 *
 * @returns the bytes, or `undefined` when the text is not a positive size.
 *
 * @example
 * ```ts
 * import { parseByteSize } from "touchstone/model-check"
 *
 * parseByteSize("512M") // => 536870912
 * parseByteSize("1.5 GiB") // => 1610612736
 * parseByteSize("a lot") // => undefined
 * ```
 */
export const parseByteSize = (text: string): number | undefined => {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?) ?([kmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? []
  const power = unit === "" ? 0 : "KMGT".indexOf(unit.toUpperCase()) + 1
  const size = Math.floor(Number(digits) * 1024 ** power)
  return Number.isSafeInteger(size) && size > 0 ? size : undefined
}

/**
 * A number of bytes in the unit that suits it.
 *
 * @example
 * ```ts
 * import { showByteSize } from "touchstone/model-check"
 *
 * showByteSize(536870912) // => "512 MiB"
 * showByteSize(1610612736) // => "1.5 GiB"
 * ```
 */
export const showByteSize = (bytes: number): string => {
  const power = UNITS.findLastIndex((_, power) => bytes >= 1024 ** power)
  const size = bytes / 1024 ** Math.max(power, 0)
  return `${size < 10 ? Math.round(size * 10) / 10 : Math.round(size)} ${UNITS[power] ?? "B"}`
}
