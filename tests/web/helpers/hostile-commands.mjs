// The command line on hostile files, each run in a process of its own: `check` of one hostile input among good ones, and what
// reads bundles, whose sections are changed and sealed again.
import { sectionsOf } from '../../../build/web/build/inspect.js'
import { bundle } from '../../../build/web/build/sections/bundle.js'
import { OPTIONAL_SECTIONS, SECTION } from '../../../build/web/generated/numbers.js'
import { Learn } from '../../../build/web/learn/learn.js'
import { mutated } from './mutations.mjs'
import { builtShop, changed, cli, csv, gaussians, shop } from './shop.mjs'
import { npyBytes } from './arrays.mjs'

const { goods, events } = shop({ items: 12, users: 5, each: 4 })
const ids = goods.map(({ item_id }) => item_id)
const triples = goods.map(({ item_id, genre }) => ({ head: item_id, relation: 'genre', tail: genre.split('|')[0] }))
const lists = goods.map(({ item_id }, i) => ({ list: i % 2 ? 'a' : 'b', item_id, position: i + 1, end: '2030-01-01' }))
const NPY = npyBytes('<f4', [12, 4], gaussians(12, 4, 1))

/** Options of `check`, each with a good file for it: its name and bytes. */
const INPUTS = {
  interactions: ['log.csv', csv(events)],
  items: ['items.csv', csv(goods)],
  graph: ['graph.csv', csv(triples)],
  campaigns: ['lists.csv', csv(lists)],
  embeddings: ['v.npy', NPY],
  ids: ['ids.txt', ids.join('\n')],
  config: ['c.json', '{"skip": ["rows without ids"], "columns": {"items": {"title": "title"}}}'],
  policy: ['p.json', '{"shelf": 5}'],
}
export const CHECKED = Object.values(INPUTS).map(([, content]) => Buffer.from(content))

/** One run: how it ends, and in which words. What it prints for people is printable; an error is one sentence. */
async function run(...args) {
  const { code, stdout, stderr } = await cli(...args)
  if (code !== 0 && code !== 1) throw new Error(`martello ${args[0]} ended with ${code}: ${stderr}`)
  if (stderr !== '' && code === 1 && !/^martello: [^\n]+\n$/.test(stderr)) throw new Error(`martello ${args[0]}: ${stderr}`) // prettier-ignore
  return { said: args.includes('--json') ? JSON.parse(stdout || '{}').errors : [...stdout.split('\n'), ...stderr.split('\n')] } // prettier-ignore
}

/** `martello check` of one hostile input. */
export async function checked(path, draw, bytes, files) {
  const names = Object.keys(INPUTS)
  const fits = names.find((name) => bytes.subarray(0, 20).equals(Buffer.from(INPUTS[name][1]).subarray(0, 20)))
  const hostile = fits !== undefined && draw() < 0.7 ? fits : draw.of(names)
  const needed = ['interactions', 'embeddings']
  const args = names.flatMap((name) =>
    name === hostile
      ? [`--${name}`, path]
      : needed.includes(name) || draw() < 0.5
        ? [`--${name}`, files(...INPUTS[name])]
        : [],
  )
  return run('check', ...args, ...(draw() < 0.3 ? ['--json'] : []))
}

let made
/** Sections of a good bundle, to be changed one at a time. */
export async function bundleParts() {
  if (made !== undefined) return made
  const { bytes } = await builtShop(shop({ items: 12, users: 8, each: 4 }), { name: 'hostile' }, { tune: false, dimension: 16 })
  const learn = await Learn.start()
  const parts = (await sectionsOf(bytes)).map(({ kind, name, ordinal, part, offset, bytes: length }) => {
    const number = SECTION[kind]
    const own = Buffer.from(bytes.subarray(offset, offset + length))
    return { kind: number, name, ordinal, part, required: !OPTIONAL_SECTIONS.includes(number), bytes: own }
  })
  return (made = { learn, parts, whole: Buffer.from(bytes) })
} // prettier-ignore

/** A bundle with other bytes in one of its sections, often its record, or with other bytes anywhere. */
export function hostileBundle({ learn, parts, whole }, draw) {
  if (draw() < 0.2) return mutated([whole], draw)
  const at = draw() < 0.5 ? parts.findIndex(({ kind }) => kind === SECTION.record) : draw.below(parts.length)
  const part = parts[at]
  let bytes = mutated([part.bytes], draw)
  if (part.kind === SECTION.record && draw() < 0.7)
    bytes = Buffer.from(JSON.stringify(changed(JSON.parse(part.bytes), draw)) ?? 'null')
  return Buffer.from(bundle(learn, 12, parts.map((one, i) => (i === at ? { ...one, bytes } : one)))) // prettier-ignore
}

/** Whatever reads bundles: how it ends, and in which words. */
export async function commanded(path, draw) {
  const args = draw.of([
    ['inspect', path],
    ['inspect', path, '--json'],
    ['verify', path],
    ['recommend', path, '--history', 'p1,p2', '--explain'],
    ['similar', path, 'p3'],
    ['search', path, 'title 1'],
  ])
  return run(...args)
}
