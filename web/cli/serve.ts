/** martello serve: what visitors would see of a bundle, or of two side by side, in a page on this machine. */
import { openBundle } from './open.js'
import { flag, many, parse, text, UsageError, whole } from './options.js'
import { readRecord } from '../build/inspect.js'
import { readJson } from '../build/json.js'
import { columnsOf, idsOf, logOptions, skipOf } from '../build/reading.js'
import type { BuildRecord } from '../build/record.js'
import { InputError, readInteractions, readItems } from '../read/index.js'
import { idOf } from '../read/cells.js'
import { extraOf } from '../serve/extra.js'
import type { Person } from '../serve/facts.js'
import type { Looks } from '../serve/looks.js'
import { peopleOf, personOf } from '../serve/person.js'
import { serve, type Server } from '../serve/server.js'
import { siteOf, type Opened } from '../serve/site.js'
import schema from '../generated/looks.schema.json' with { type: 'json' }

const USAGE = `martello serve BUNDLE [BUNDLE] [--items F]… [--history F… [--user ID]] [--looks F.json] [--port N] [--open] [--json]

  A page on this machine that shows what the bundle recommends: search and tap, reasons, the dials of its policy, filters,
  similar items, what each stage of the funnel did. Two bundles stand side by side. After loading it asks nobody.

  --items    a catalogue for the cards: titles, pictures, prices that are not in the bundle
  --history  a log, of which --user ID is replayed, or some twelve to choose from: the shelf at any moment, with what they
             did next marked in it
  --looks    which attribute is the title, the picture, the colour …, likings to begin with, a style sheet
             (dist/looks.schema.json says all)
  --port     default 8080, or where that is taken any that is free
  --open     opens the page in the browser
  --json     prints { "url": … }, once it is served`

const PORT = 8080

export async function serveCommand(args: string[]): Promise<void> {
  const { values, positionals: paths } = parse(
    args,
    {
      items: { type: 'string', multiple: true },
      history: { type: 'string', multiple: true },
      user: { type: 'string' },
      looks: { type: 'string' },
      port: { type: 'string' },
      open: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    ['BUNDLE', '[BUNDLE]'],
    USAGE,
  )
  const port = text(values, 'port') === undefined ? undefined : whole(values, 'port', PORT, 0, 65535)
  const [user, logs] = [text(values, 'user'), many(values, 'history')]
  if (user !== undefined && logs.length === 0) throw new UsageError(`--history is missing beside --user\n\n${USAGE}`)
  const looksPath = text(values, 'looks')
  const looks = looksPath === undefined ? {} : await readJson<Looks>(looksPath, schema)

  const opened = []
  for (const path of paths) opened.push({ path, ...(await openBundle(path)) })
  const { path, bytes } = opened[0]!
  const record: Partial<BuildRecord> = (await readRecord(path, bytes)) ?? {}
  const catalogues = many(values, 'items')
  const extra = catalogues.length === 0 ? null : extraOf(await readCatalogue(catalogues, record))
  if (extra !== null) checkMeets(catalogues, extra.ids, opened)
  const people = logs.length === 0 ? [] : await readPeople(logs, user, record, opened)
  const { files, facts, version } = await siteOf(opened, { looks, ...(looksPath && { looksPath }), people, extra })
  for (const { rec } of opened) rec.close()

  const server = await listen(files, port, { at: version, pictures: facts.origins })
  if (flag(values, 'json')) process.stdout.write(`${JSON.stringify({ url: server.url })}\n`)
  else process.stdout.write(`${server.url} (Ctrl-C stops it)\n`)
  if (flag(values, 'open')) await openPage(server.url)
}

const readCatalogue = (paths: readonly string[], { config = {} }: Partial<BuildRecord>) =>
  readItems(paths, { columns: columnsOf(config, 'items'), shared: true, skip: skipOf(config), ...idsOf(config) })

async function readPeople(
  paths: readonly string[],
  user: string | undefined,
  record: Partial<BuildRecord>,
  opened: readonly Opened[],
): Promise<Person[]> {
  const { config = {}, newest = null } = record
  const log = await readInteractions(paths, logOptions(config))
  checkMeets(paths, log.itemIds, opened)
  if (user === undefined) return peopleOf(log, newest)
  const id = log.userIds.includes(user) ? user : (idOf(user) ?? user)
  return [personOf(log, id, newest)]
}

/** Files of other items than the bundle's are a mistake; of few of them perhaps. */
function checkMeets(paths: readonly string[], ids: readonly string[], opened: readonly Opened[]): void {
  const file = paths.join(', ')
  const bundles = opened.map(({ path }) => path).join(' and ')
  const met = ids.filter((id) => opened.some(({ rec }) => rec.number(id) !== undefined)).length
  const found = `${met} of ${ids.length} items in ${bundles}`
  const examples = ids.slice(0, 3).map((id) => JSON.stringify(id)).join(', ') // prettier-ignore
  if (met === 0) throw new InputError({ file }, `${found}, such as ${examples}`, "ids of the bundle's items")
  if (2 * met < ids.length) process.stderr.write(`look: ${file}: ${found}\n`)
}

/** A port that somebody asked for is that or none. */
async function listen(
  files: Parameters<typeof serve>[0],
  port: number | undefined,
  options: Parameters<typeof serve>[2],
): Promise<Server> {
  try {
    return await serve(files, port ?? PORT, options)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE' && port === undefined) return serve(files, 0, options)
    const found =
      code === 'EADDRINUSE' ? `${port}, where something else listens` : `${port} (${(error as Error).message})`
    throw new InputError({ file: '--port' }, found, 'a port that is free')
  }
}

/** Where there is no browser to open, the address that was printed has to do. */
async function openPage(url: string): Promise<void> {
  const { default: open } = await import('open')
  const opener = await open(url).catch(() => null)
  opener?.on('error', () => process.stderr.write(`no browser could be opened; the page is at ${url}\n`))
  if (opener === null) process.stderr.write(`no browser could be opened; the page is at ${url}\n`)
}
