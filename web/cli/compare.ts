/** martello compare: which of two recommenders people preferred, from the clicks on slates that were drafted of both. */
import { flag, parse, text } from './options.js'
import { readClicks } from '../judge/clicks.js'
import { preferenceOf, type Preference } from '../judge/preference.js'

const USAGE = `martello compare CLICKS [--owner COLUMN] [--slate COLUMN] [--user COLUMN] [--json]

  CLICKS: a table, a row for each click on a slate of interleave: "owner" says whose the clicked item was (a or b), "slate" on
  which slate it stood, "user_id" who clicked, "item_id" what. Only the first is needed; without slates each click is one, and
  without people each slate is another person's. Where there are people, the same slate of another person is another slate.
  --owner, --slate and --user name columns that are called otherwise.

  A slate goes to whoever owns more of what was clicked on it. Who has more slates won, if the 95 % interval of the share does
  not hold one half. Look once, when the clicks are there that you wanted: who looks again and again finds a winner in the end.`

export async function compare(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path],
  } = parse(
    args,
    { owner: { type: 'string' }, slate: { type: 'string' }, user: { type: 'string' }, json: { type: 'boolean' } },
    ['CLICKS'],
    USAGE,
  )
  const [owner, slate, user] = ['owner', 'slate', 'user'].map((name) => text(values, name))
  const columns = { ...(owner && { owner }), ...(slate && { slate }), ...(user && { user }) }
  const table = await readClicks(path!, columns)
  const { nobodys, repeated, broken, has } = table
  const leftOut = (count: number, kind: string, where: string) =>
    count > 0 &&
    process.stderr.write(`${counted(count, `${kind}click`)} on ${where} ${count === 1 ? 'was' : 'were'} left out\n`)
  leftOut(nobodys, '', 'items that nobody owns')
  leftOut(repeated, 'further ', 'the same item of a slate')
  process.stderr.write(broken.said(table.owner.length))
  if (!has.slate) process.stderr.write('look: no column of slates, so each click counts as one; --slate names it\n')
  if (!has.user)
    process.stderr.write('look: no column of people, so each slate counts as another person’s; --user names it\n')
  const preference = preferenceOf(table)
  if (flag(values, 'json'))
    process.stdout.write(`${JSON.stringify({ ...preference, nobodys, repeated, broken: broken.count })}\n`)
  else process.stdout.write(said(preference))
}

const counted = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`

function said({ owners: [a, b], clicks, slates, users, won, even, share, winner, needed }: Preference): string {
  const percent = (value: number) => (100 * value).toFixed(1)
  const [low, high] = share.interval
  const of = `${counted(clicks, 'click')} on ${counted(slates, 'slate')} of ${counted(users, 'person', 'people')}`
  const counts = `${of}: ${a} won ${won[0]}, ${b} won ${won[1]}, ${even} ${even === 1 ? 'was' : 'were'} even\n`
  if (won[0] + won[1] === 0) return `${counts}a tie: no slate was won\n`
  const figure = `${b} has ${percent(share.value)} % of the slates that one of them won, 95 % interval ${percent(low)} to ${percent(high)} %\n`
  if (winner !== null) return `${counts}${figure}${winner} won\n`
  const more = needed === null ? '' : `; to tell a difference as large as this one takes about ${needed} clicks`
  return `${counts}${figure}a tie, as far as these clicks tell${more}\n`
}
