/** Writing a bundle: its sections, in the order in which a device wants them, become one file. */
import type { Learn, Pointer } from '../../learn/learn.js'
import { SECTION, SECTION_STAGE } from '../../generated/numbers.js'
import { STAGES, type Stage } from './order.js'
import { sectionName, type Section } from './section.js'

/** `rules`: what the policy file says of them. */
export function bundle(learn: Learn, items: number, sections: readonly Section[], rules?: unknown): Uint8Array {
  const { at, size } = written(learn, items, sections, rules)
  const bytes = learn.u8(at, size).slice()
  learn.drop(at)
  return bytes
}

/** A bundle in the learning core's memory, which all threads see, until `use` has ended. */
export async function withBundle<T>(
  learn: Learn,
  items: number,
  sections: readonly Section[],
  use: (bundle: { at: Pointer; size: number }) => Promise<T>,
): Promise<T> {
  const bundle = written(learn, items, sections)
  try {
    return await use(bundle)
  } finally {
    learn.drop(bundle.at)
  }
}

/** In the learning core's memory. */
function written(
  learn: Learn,
  items: number,
  sections: readonly Section[],
  rules?: unknown,
): { at: Pointer; size: number } {
  const writer = learn.run('mt_make_writer')
  const held: Pointer[] = [writer]
  for (const s of inOrder(sections, rules)) {
    const name = learn.putText(s.name)
    const bytes = learn.put(s.bytes)
    held.push(name, bytes)
    learn.call('mt_writer_add', writer, s.kind, s.ordinal, s.part, s.required ? 1 : 0, name, bytes, s.bytes.length)
  }
  const sizeAt = learn.take(4)
  learn.call('mt_writer_size', writer, sizeAt)
  const size = learn.u32(sizeAt, 1)[0]!
  const at = learn.take(size)
  learn.run('mt_writer_write', writer, items, at)
  learn.drop(...held, sizeAt)
  return { at, size }
}

/** By stage; the attributes that `rules` name come with the rules, which need them. */
function inOrder(sections: readonly Section[], rules?: unknown): Section[] {
  const usual = new Map<number, Stage>(
    Object.entries(SECTION).map(([name, kind]) => [kind, SECTION_STAGE[name as keyof typeof SECTION]]),
  )
  const named = new Set(stringsIn(rules).map(sectionName))
  const stage = (s: Section): number => {
    const ruled = s.kind === SECTION.attribute && named.has(s.name)
    return STAGES.indexOf(ruled ? 'rules' : (s.stage ?? usual.get(s.kind)!))
  }
  // a program and what it is fed with are of no use without each other
  const group = (s: Section) => (s.kind === SECTION.postings ? `lists ${s.name}` : `program ${s.ordinal}`)
  const size = new Map<string, number>()
  for (const s of sections) size.set(group(s), (size.get(group(s)) ?? 0) + s.bytes.length)
  const bySize = (a: Section, b: Section) =>
    STAGES[stage(a)] === 'sources' ? size.get(group(a))! - size.get(group(b))! : 0
  return [...sections].sort(
    (a, b) => stage(a) - stage(b) || bySize(a, b) || a.part - b.part || a.ordinal - b.ordinal || a.kind - b.kind,
  )
}

/** All keys and texts of what was read from JSON. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inside]) => [key, ...stringsIn(inside)])
}
