/** Campaigns: lists that people make. */
import type { Learn } from '../../learn/learn.js'
import { CAMPAIGN_ENTRY, CAMPAIGN_HEAD, SECTION } from '../../generated/numbers.js'
import { filled, section, type Section } from './section.js'

/** The entries of a section, as they stand in it. */
export function entriesIn(bytes: Uint8Array): Uint8Array[] {
  const count = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)
  const at = (entry: number) => CAMPAIGN_HEAD + CAMPAIGN_ENTRY * entry
  return Array.from({ length: count }, (_, i) => bytes.subarray(at(i), at(i + 1)))
}

/** A list of items, each with its weight and the time in which it speaks. */
export function campaignSection(
  learn: Learn,
  name: string,
  entries: readonly { item: number; weight: number; start: number; end: number }[],
  ordinal: number,
): Section {
  const arrays = [
    Uint32Array.from(entries, (entry) => entry.item),
    Float32Array.from(entries, (entry) => entry.weight),
    Float64Array.from(entries, (entry) => entry.start),
    Float64Array.from(entries, (entry) => entry.end),
  ]
  const bytes = learn.with(arrays, (...at) =>
    filled(learn, CAMPAIGN_HEAD + CAMPAIGN_ENTRY * entries.length, (out) =>
      learn.run('mt_campaign_encode', ...at, entries.length, out),
    ),
  )
  return section(SECTION.campaign, name, bytes, ordinal)
}
