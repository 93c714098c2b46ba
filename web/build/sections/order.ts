/**
 * The order of the sections in the file, which arrives from its front: first what any answer needs, then what makes the
 * first personal one from the fewest bytes, then what adds to it, the smallest first; at the end what only makes it precise.
 */
import { KIND, sectionName, type Section } from './sections.js'

const STAGES = [
  'policy',
  'ids',
  'rules',
  'popularity',
  'campaign',
  'vectors', // without residual layers: a source that knows every item, in 17 bytes of each
  'places',
  'filters', // categories and numbers
  'sources',
  'features',
  'ranker',
  'search',
  'texts', // for display
  'layers',
  'golden',
  'record',
] as const
export type Stage = (typeof STAGES)[number]

const STAGE: Record<keyof typeof KIND, Stage> = {
  policy: 'policy',
  ids: 'ids',
  rules: 'rules',
  popularity: 'popularity',
  campaign: 'campaign',
  tower: 'vectors',
  space: 'vectors',
  base: 'vectors',
  attribute: 'filters',
  postings: 'sources',
  program: 'sources', // an imported tower
  binding: 'sources',
  numbers: 'sources',
  places: 'places',
  features: 'features',
  ranker: 'ranker',
  trees: 'ranker',
  terms: 'search',
  layer: 'layers',
  golden: 'golden',
  record: 'record',
}
/** `rules`: what the policy file says; the attributes that it names come with the rules, which need them. */
export function inOrder(sections: readonly Section[], rules?: unknown): Section[] {
  const usual = new Map<number, Stage>(
    Object.entries(KIND).map(([name, kind]) => [kind, STAGE[name as keyof typeof KIND]]),
  )
  const named = new Set(stringsIn(rules).map(sectionName))
  const stage = (s: Section): number => {
    const ruled = s.kind === KIND.attribute && named.has(s.name)
    return STAGES.indexOf(ruled ? 'rules' : (s.stage ?? usual.get(s.kind)!))
  }
  // a program and what it is fed with are of no use without each other
  const group = (s: Section) => (s.kind === KIND.postings ? `lists ${s.name}` : `program ${s.ordinal}`)
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
