/** How many items the catalogue has whose root a bundle is (`martello split`); NaN: it is no root. */

/** Kinds of sections (src/bundle/format.h): the list of all of them is more than a page need load. */
const [RECORD, LISTS] = [10, 26]

/** `bytes`: of a bundle that the core has looked at, in its memory. */
export function catalogueOf(bytes: Uint8Array): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  const sections: Uint8Array[] = []
  for (let n = words[3]!, at = 16; n--; at += 16)
    sections[words[at]!] = bytes.subarray(words[at + 4], words[at + 4]! + words[at + 6]!)
  const record = sections[LISTS] && new TextDecoder().decode(sections[RECORD])
  return Number(/"items":(\d+)/.exec(record!)?.[1])
}
