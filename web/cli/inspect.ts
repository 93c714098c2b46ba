/** martello inspect, martello verify: what a bundle holds, and whether it is whole. */
import { accountLines } from './account.js'
import type { Account } from '../build/account.js'
import { megabytes } from './memory.js'
import { openBundle } from './open.js'
import { flag, parse, text } from './options.js'
import { verifySigned } from './sign.js'
import { MartelloError } from '../recommender/errors.js'
import { readRecord, sectionsOf } from '../build/inspect.js'
import { noiseLines } from '../build/noise/said.js'
import { trainedWhen, type BuildRecord } from '../build/record.js'
import { leftLine } from '../build/single.js'
import { Learn } from '../learn/learn.js'
import type { Division } from '../build/tune/within.js'
import { percent, replayGolden } from '../build/models/golden.js'

const INSPECT =
  'martello inspect BUNDLE [--json]\n\n  sections with their bytes, sources, attributes and the build record'
const VERIFY = `martello verify BUNDLE [--key PUB]

  opens the bundle, compares every section with its checksum and replays the golden pairs of imported models
  --key  a public key, or a file of one: the manifest beside BUNDLE must be signed by it, or by one that follows it, hold today,
         and be of exactly these bytes; in a folder of martello sign -o, BUNDLE is the name that devices ask for`

/** Another version, or somebody else, may have written another account; the rest of the bundle is shown all the same. */
function understood(account: Account | Omit<Account, 'errors'>, people: number): string {
  try {
    return accountLines(account, people)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return 'not what this version writes (--json shows it)\n'
  }
}

const BAR = 30

/** Recall against bytes, a line for each size; what was built, of `own` bytes, is marked. */
function drawn({ wanted, points, chosen }: Division, own: number): string {
  const most = Math.max(...points.map(({ recall }) => recall), 1e-9)
  const lines = points.map(({ bytes, recall, ndcg, what }, i) => {
    const bar = '#'.repeat(Math.round((BAR * recall) / most)).padEnd(BAR)
    const figures = `${recall.toFixed(4)}  ${ndcg.toFixed(4)}`
    return `${i === chosen ? '>' : ' '} ${megabytes(i === chosen ? own : bytes).padStart(10)}  ${figures}  ${bar}  ${what}\n`
  })
  return (
    `recall and ndcg of held-out events against bytes, at most ${megabytes(wanted)} wanted:\n\n${lines.join('')}\n` +
    '> is what was built: of all that fit the one that is expected to bring most; sizes of others are estimates\n'
  )
}

export async function inspect(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path],
  } = parse(args, { json: { type: 'boolean' } }, ['BUNDLE'], INSPECT)
  const { rec, bytes } = await openBundle(path!)
  const sections = await sectionsOf(bytes)
  const record = await readRecord(path!, bytes)
  const summary = { items: rec.items, bytes: bytes.length, sources: rec.sources, spaces: rec.spaces, sections, record }
  if (flag(values, 'json')) {
    process.stdout.write(`${JSON.stringify(summary)}\n`)
    return
  }
  process.stdout.write(`${path}: ${rec.items} items, ${megabytes(bytes.length)}\n\n`)
  process.stdout.write('  bytes        a item  section\n')
  for (const s of sections)
    process.stdout.write(
      `  ${String(s.bytes).padStart(10)}  ${(s.bytes / Math.max(1, rec.items)).toFixed(2).padStart(7)}  ${s.kind} ${s.name}${s.kind === 'layer' ? ` ${s.part}` : ''}\n`,
    )
  process.stdout.write(`\nsources: ${rec.sources.join(', ') || 'none'}\n`)
  if (record === null) return
  if (record.refreshed?.times) process.stdout.write(`trained: ${trainedWhen(record as BuildRecord)}\n`)
  const { account, division, ...rest } = record
  if (account !== undefined)
    process.stdout.write(`\nwhat was understood:\n\n${understood(account, record.config?.people ?? 1)}`)
  if (rest.left) process.stdout.write(`\n${leftLine(rest.left)}\n`)
  if (rest.noise) process.stdout.write(`\n${noiseLines(rest.noise).join('\n')}\n`)
  if (division && division.points.length > 0) process.stdout.write(`\n${drawn(division, bytes.length)}`)
  process.stdout.write(`\nbuild record:\n${JSON.stringify(rest, null, 2)}\n`)
}

export async function verify(args: string[]): Promise<void> {
  const {
    values,
    positionals: [asked],
  } = parse(args, { key: { type: 'string' } }, ['BUNDLE'], VERIFY)
  const key = text(values, 'key')
  const release = key === undefined ? null : await verifySigned(asked!, key)
  const path = release?.path ?? asked!
  const { rec, bytes } = await openBundle(path)
  if (release !== null) process.stdout.write(release.said)
  process.stdout.write(
    `${path}: whole, ${rec.items} items, ${(await sectionsOf(bytes)).length} sections, every checksum matches\n`,
  )
  replayGolden(await Learn.start(), bytes).forEach(({ pairs, error, tolerance }, model) => {
    if (pairs === 0) return
    const said = `model ${model}: ${percent(error)} from its ${pairs} golden pairs`
    if (!(error <= tolerance)) throw new MartelloError(`${path}: ${said}, expected at most ${percent(tolerance)}`)
    process.stdout.write(`${said}\n`)
  })
}
