/**
 * Gathering: the bits of some fields of a vector, brought together into one small number.
 *
 * @module
 */
import type { Layout } from "../state/layout.ts"

/** What to gather: runs of bits, as `[word, shift, mask, position]`. */
export type Pieces = Int32Array

/** The number of bits that these fields take together; infinite if one of them is sparse. */
export const bitsOf = (layout: Layout, fields: Iterable<number>): number => {
  let bits = 0
  for (const field of fields) bits += layout.sparse[field] === 0 ? layout.bits(field) : Infinity
  return bits
}

/** The number of bits that these fields take together, sparse or not. What is made for sparse fields lasts until they move. */
export const widthOf = (layout: Layout, fields: Iterable<number>): number => {
  let bits = 0
  for (const field of fields) bits += layout.bits(field)
  return bits
}

/** How to gather some fields. Neighbours in the vector are gathered in one piece. */
export const piecesOf = (layout: Layout, fields: Iterable<number>): Pieces => {
  const pieces: Array<[word: number, shift: number, bits: number, position: number]> = []
  let position = 0
  const place = (field: number) => 32 * (layout.word[field] as number) + (layout.shift[field] as number)
  for (const field of [...fields].toSorted((one, other) => place(one) - place(other))) {
    const bits = layout.bits(field)
    const word = layout.word[field] as number
    const shift = layout.shift[field] as number
    const last = pieces.at(-1)
    if (last !== undefined && last[0] === word && last[1] + last[2] === shift) last[2] += bits
    else if (bits > 0) pieces.push([word, shift, bits, position])
    position += bits
  }
  return Int32Array.from(pieces.flatMap(([word, shift, bits, at]) => [word, shift, (1 << bits) - 1, at]))
}

/** Gathers the pieces of the vector at `words[base]`. */
export const gather = (pieces: Pieces, words: Int32Array, base: number): number => {
  let gathered = 0
  for (let piece = 0; piece < pieces.length; piece += 4) {
    gathered |= (((words[base + (pieces[piece] as number)] as number) >>> (pieces[piece + 1] as number)) &
      (pieces[piece + 2] as number)) << (pieces[piece + 3] as number)
  }
  return gathered
}
