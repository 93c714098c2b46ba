/** Reports as a host has collected them: a line of JSON each, or a row of any table that is read; one file, several, folders. */
import { Broken } from '../judge/broken.js'
import { placeIn } from '../read/batch.js'
import { isMissing } from '../read/cells.js'
import { InputError, quote, quoteList, type Place } from '../read/errors.js'
import { partsOf } from '../read/parts.js'
import { formatOf, scanTable } from '../read/table.js'
import { readLines } from '../read/text.js'
import { CLUSTERS, EPSILONS, FORMAT, likelyOther, VERSION, type Report } from './noise.js'
import { bitsOf, Sums } from './sums.js'

/** Sums by list of clusters, what was of others than those that are wanted, and what was no report. */
export interface Collected {
  lists: Map<string, Sums>
  others: number
  broken: Broken
}
/** A list, and epsilons; whatever there is where they are not said. */
export interface Wanted {
  list?: string | undefined
  epsilons?: readonly number[] | undefined
}
/** Of lists and epsilons: whoever sends what they like may send a million, each with sums of its own. */
const MOST_GROUPS = 256

type Collecting = Collected & { wanted: Wanted }
class TooMany extends InputError {}

const COLUMNS = ['format', 'version', 'clusters', 'count', 'epsilon', 'bits'] as const
type Fields = Partial<Record<(typeof COLUMNS)[number], unknown>>

export async function readReports(
  paths: readonly string[],
  wanted: Wanted = {},
  onBytes?: (count: number) => void,
): Promise<Collected> {
  const collected = { ...{ lists: new Map(), others: 0, broken: new Broken('reports', 'is none', 'are none') }, wanted }
  for (const path of paths)
    for (const file of await partsOf(path))
      if ((await formatOf(file)) === 'jsonl') await addLines(collected, file, onBytes)
      else await addRows(collected, file, onBytes)
  return collected
}

async function addLines(collected: Collecting, file: string, onBytes?: (count: number) => void): Promise<void> {
  let line = 0
  for await (const lines of readLines(file, onBytes))
    for (const text of lines) {
      line++
      if (text.trim() === '') continue
      const place = { file, line }
      add(collected, place, () => {
        const said = parsed(text, place)
        if (typeof said !== 'object' || said === null || Array.isArray(said))
          throw new InputError(place, quote(said), 'a report, as it was sent')
        return said
      })
    }
}

async function addRows(collected: Collecting, file: string, onBytes?: (count: number) => void): Promise<void> {
  const select = (names: readonly string[]) => {
    const missing = COLUMNS.slice(2).filter((name) => !names.includes(name))
    if (missing.length > 0)
      throw new InputError({ file }, `the columns ${quoteList(names)}`, `also ${quoteList(missing)}, as reports have them`) // prettier-ignore
    return COLUMNS.map((name) => names.indexOf(name))
  }
  for await (const batch of scanTable(file, { select, ...(onBytes && { onBytes }) }))
    for (let row = 0; row < batch.rows; row++)
      add(collected, placeIn(batch, row, file), () => {
        const cells = batch.columns.map((cells) => cells?.[row])
        const [format = FORMAT, version = VERSION, clusters, count, epsilon, bits] = cells
        const number = (cell: unknown) => (isMissing(cell) ? cell : Number(cell))
        return { format, version: number(version), clusters, count: number(count), epsilon: number(epsilon), bits }
      })
}

function parsed(text: string, place: Place): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InputError(place, `no JSON (${(error as Error).message})`, 'a report, as it was sent, on each line')
  }
}

function add(collected: Collecting, place: Place, read: () => Fields): void {
  const { lists, broken, wanted } = collected
  try {
    const { clusters, count, epsilon, bits } = checked(read(), place)
    const list = `${clusters} ${count}`
    if ((wanted.list ?? list) !== list || wanted.epsilons?.includes(epsilon) === false) {
      collected.others++
      return
    }
    let sums = lists.get(list)
    if (sums === undefined) lists.set(list, (sums = new Sums(count)))
    sums.add(epsilon, bits)
    if (lists.size + sums.groups > MOST_GROUPS)
      throw new TooMany({ file: place.file }, `reports of more than ${MOST_GROUPS} lists and epsilons`, '--clusters and --epsilon to say which are asked for') // prettier-ignore
  } catch (error) {
    if (!(error instanceof InputError) || error instanceof TooMany) throw error
    broken.add(error)
  }
}

/** The gate: anybody may send anything. */
function checked(said: Fields, place: Place): Omit<Report, 'bits' | 'format' | 'version'> & { bits: Uint8Array } {
  const wrong = (field: keyof Fields, expected: string): never => {
    throw new InputError({ ...place, part: `"${field}"` }, quote(said[field]), expected)
  }
  const { format, version, clusters, count, epsilon, bits } = said
  if (format !== FORMAT) wrong('format', `"${FORMAT}"`)
  if (version !== VERSION) wrong('version', `${VERSION}`)
  if (typeof clusters !== 'string' || !/^[0-9a-f]{16}$/.test(clusters)) return wrong('clusters', 'the digest of a list')
  const [fewest, most] = CLUSTERS
  if (!(Number.isInteger(count) && (count as number) >= fewest && (count as number) <= most))
    wrong('count', `a whole number from ${fewest} to ${most}`)
  const [least, largest] = EPSILONS
  if (!(typeof epsilon === 'number' && epsilon >= least && epsilon <= largest))
    return wrong('epsilon', `a number from ${least} to ${largest}`)
  const found = typeof bits === 'string' ? bitsOf({ bits, count: count as number }) : null
  if (found === null) return wrong('bits', `${String(count)} bits in base64`)
  if (onesOf(found) > mostOnes(count as number, epsilon))
    return wrong('bits', `no more ones than noise of epsilon ${epsilon} ever makes`)
  return { clusters, count: count as number, epsilon, bits: found }
}

const onesOf = (bytes: Uint8Array): number =>
  bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)

/** Once in 10^12 honest reports has more ones (Bernstein's inequality): a forged one can say no more than so many clusters at once. */
function mostOnes(count: number, epsilon: number): number {
  const other = likelyOther(epsilon)
  const unlikely = Math.log(1e12)
  const spread = count * other * (1 - other) + 0.25
  return count * other + 1 + unlikely / 3 + Math.sqrt((unlikely / 3) ** 2 + 2 * unlikely * spread)
}
