/**
 * Clicks on interleaved slates, a row each, in any table that is read: whose the clicked item was, of which slate, and of whom.
 *
 *     slate,user_id,item_id,owner
 *     s1,u7,318,a
 *
 * A page may count its slates for each visitor from one, so where there are people a slate is one of a person.
 */
import { placeIn } from '../read/batch.js'
import { isMissing, textOf } from '../read/cells.js'
import { canonicalName, partOf } from '../read/columns.js'
import { InputError, quoteList } from '../read/errors.js'
import { Intern } from '../read/intern.js'
import { scanTable } from '../read/table.js'
import { Broken } from './broken.js'
import type { Clicks } from './preference.js'

/** Columns by their part, where their names do not tell. */
export interface ClickColumns {
  owner?: string
  slate?: string
  user?: string
}

const OWNER = /^(owner|ownedby|team|ranker|variant|arm)$/
const SLATE = /^(slate|request|impression|view|list|query)(id)?$/

/** What was read, and how much of it says nothing: clicks that nobody owns, and further ones on the same item of a slate. */
export interface ClickTable extends Clicks {
  nobodys: number
  repeated: number
  /** Clicks that do not say on which slate. */
  broken: Broken
  /** Whether there is a column of slates, and one of people; else each click is a slate of its own, each slate a person. */
  has: { slate: boolean; user: boolean }
}

export async function readClicks(path: string, columns: ClickColumns = {}): Promise<ClickTable> {
  const [owners, slates, users] = [new Intern(), new Intern(), new Intern()]
  const rows = { owner: [] as number[], slate: [] as number[], user: [] as number[] }
  const broken = new Broken('clicks')
  const seen = new Set<string>()
  const has = { slate: false, user: false }
  let [names, nobodys, repeated] = [[] as readonly string[], 0, 0]
  const select = (found: readonly string[]) => {
    names = found
    const at = (name: string | undefined, isUsual: (name: string) => boolean) =>
      name === undefined ? found.findIndex(isUsual) : found.indexOf(name)
    return [
      at(columns.owner, (name) => OWNER.test(canonicalName(name))),
      at(columns.slate, (name) => SLATE.test(canonicalName(name))),
      at(columns.user, (name) => partOf(name) === 'user_id'),
      found.findIndex((name) => partOf(name) === 'item_id'),
    ]
  }
  for await (const batch of scanTable(path, { select })) {
    const [owner, slate, user, item] = batch.columns
    for (const [name, column] of Object.entries({ owner: owner ?? null, slate, user }))
      if (column === null && (name === 'owner' || columns[name as keyof ClickColumns] !== undefined))
        throw new InputError({ file: path }, `the columns ${quoteList(names)}`, wanted(name, columns))
    for (let i = 0; i < batch.rows; i++) {
      if (isMissing(owner![i])) {
        nobodys++
        continue
      }
      if (slate && isMissing(slate[i])) {
        broken.add(new InputError({ ...placeIn(batch, i, path), field: 'slate' }, 'nothing', 'the slate of the click'))
        continue
      }
      const who = user && !isMissing(user[i]) ? textOf(user[i]) : null
      const of = slate ? JSON.stringify([who, textOf(slate[i])]) : `${rows.owner.length}`
      if (slate && item && !isMissing(item[i])) {
        const key = JSON.stringify([of, textOf(item[i])])
        if (seen.has(key)) {
          repeated++
          continue
        }
        seen.add(key)
      }
      rows.owner.push(owners.code(textOf(owner![i])))
      if (owners.names.length > 2)
        throw new InputError(
          placeIn(batch, i, path),
          `a third owner: ${quoteList(owners.names)}`,
          'two, as interleave says them',
        )
      rows.slate.push(slates.code(of))
      rows.user.push(users.code(who === null ? `s ${of}` : `u ${who}`)) // who is not known is nobody else
    }
    has.slate ||= slate !== null
    has.user ||= user !== null
  }
  broken.check(rows.owner.length)
  if (rows.owner.length === 0)
    throw new InputError({ file: path }, 'no click on an item that somebody owns', 'a row for each')
  const known = [...owners.names].sort()
  // where one of the two was never clicked, the other is who it is not
  const pair =
    known.length === 2 ? known : known[0] === 'b' ? ['a', 'b'] : [known[0]!, known[0] === 'a' ? 'b' : 'the other']
  return {
    owners: pair as [string, string],
    owner: Uint8Array.from(rows.owner, (code) => pair.indexOf(owners.names[code]!)),
    slate: Uint32Array.from(rows.slate),
    user: Uint32Array.from(rows.user),
    nobodys,
    repeated,
    broken,
    has,
  }
}

function wanted(name: string, columns: ClickColumns): string {
  const said = columns[name as keyof ClickColumns]
  if (said !== undefined) return `a column ${quoteList([said])}`
  return 'a column "owner": whose each clicked item was, as interleave says (or --owner NAME)'
}
