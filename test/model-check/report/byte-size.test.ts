import { describe, expect, it } from "vitest"
import { parseByteSize, showByteSize } from "../../../model-check/report/byte-size.ts"

describe("a number of bytes", () => {
  it.each([
    ["1000000", 1_000_000],
    ["512M", 2 ** 29],
    ["512MB", 2 ** 29],
    ["512mib", 2 ** 29],
    ["1.5 GiB", 1.5 * 2 ** 30],
    ["2K", 2048],
    ["3T", 3 * 2 ** 40],
    ["64B", 64],
  ])("%s is read", (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes)
  })

  it.each(["", "0", "0G", "-1M", "M", "1Q", "1e9", "0x10", "much", "1MM", "99999999T", "Infinity"])(
    "%j is refused",
    (text) => {
      expect(parseByteSize(text)).toBeUndefined()
    },
  )

  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1 KiB"],
    [3_250_000, "3.1 MiB"],
    [2 ** 29, "512 MiB"],
    [1.5 * 2 ** 30, "1.5 GiB"],
  ])("%d is shown", (bytes, text) => {
    expect(showByteSize(bytes)).toBe(text)
  })
})
