/** Reading a bundle's directory: what sections there are, and how much each weighs. */
import { Learn } from '../learn/learn.js'
import { SECTION } from '../generated/numbers.js'
import { InputError } from '../read/index.js'
import type { BuildRecord } from './record.js'

const NAMES = new Map<number, string>(Object.entries(SECTION).map(([name, kind]) => [kind, name]))

/** A section of a bundle: its kind and name, which one of its kind, and where its bytes are. */
export interface SectionInfo {
  kind: string
  name: string
  ordinal: number
  part: number
  offset: number
  bytes: number
}

/** The build record of a bundle; null where it has none. Errors: one that is no JSON. `sections`: those of the bundle, where they are known. */
export async function readRecord(
  path: string,
  bytes: Uint8Array,
  sections?: readonly SectionInfo[],
): Promise<Partial<BuildRecord> | null> {
  const at = (sections ?? (await sectionsOf(bytes))).find((section) => section.kind === 'record')
  if (at === undefined) return null
  try {
    return JSON.parse(Buffer.from(bytes.subarray(at.offset, at.offset + at.bytes)).toString('utf8')) as BuildRecord
  } catch (error) {
    throw new InputError({ file: path, part: 'build record' }, (error as Error).message, 'JSON')
  }
}

/** The sections of a bundle, in their order. Throws MartelloError where the bytes are no bundle. */
export async function sectionsOf(bytes: Uint8Array): Promise<SectionInfo[]> {
  const learn = await Learn.start()
  return learn.with([bytes], (at) => {
    const out = learn.take(64)
    const sections: SectionInfo[] = []
    for (let i = 0, count = 1; i < count; i++) {
      learn.call('mt_inspect', at, bytes.length, i, out)
      const [kind, ordinal, part, , , offset, length, total] = learn.u32(out, 8)
      count = total!
      const name = Buffer.from(learn.u8(out + 32, 25))
        .toString('utf8')
        .replace(/\0.*$/s, '')
      sections.push({
        kind: NAMES.get(kind!) ?? `kind ${kind}`,
        name,
        ordinal: ordinal!,
        part: part!,
        offset: offset!,
        bytes: length!,
      })
    }
    return sections
  })
}
