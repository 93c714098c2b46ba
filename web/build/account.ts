/**
 * The account: what was understood of the inputs, so that no guess stays unsaid. Readers return facts as data
 * (read/facts.ts), joins.ts and understood.ts add what the builder makes of them; here they become one structure, and its
 * sentences. `martello check` prints it whole, `build` in short, the record keeps it, and `inspect` shows it.
 *
 * What is surely a mistake is an error, and nothing is built of it. What may be one is a remark that begins with `look:`
 * and says what to write into the config.
 */
import {
  InputError,
  otherItems,
  quote,
  quoteList,
  together,
  type Embeddings,
  type FileFacts,
  type FileNote,
  type FileTaken,
  type Interactions,
  type Items,
  type LeftOut,
} from '../read/index.js'
import type { Config } from './config.js'
import type { Inputs } from './inputs.js'
import { ABOUT, joinsOf, NAMING, type InputRole, type Join } from './joins.js'
import { campaignRemarks, graphRemarks, neighbourRemarks } from './lists.js'
import { refusals } from './noise/checks.js'
import { checkEmbeddings, checkEvents, checkRatings, fitting, skipping } from './limits.js'
import { emptyRemarks, eventRemarks, MOST_READ, type EventAccount } from './events.js'
import { ratingRemarks, ratingsLine, withFewSlips, type RatingsAccount } from './ratings.js'
import { takenRemarks } from './lastword.js'
import { oddRemarks } from './odd.js'
import { columnsOf, generalColumns, valueColumn } from './reading.js'
import { checkNames } from './sources/tables.js'
import { leastPeople, rareOf, type RareItems } from './single.js'
import { missingRemarks, timeRemarks, timesLine } from './times.js'
import { idleRemarks, leftNothing, peopleRemarks, summaryRemarks } from './telling.js'
import { repeatedOf, settled, timesOf, type TimesAccount } from './understood.js'
import { weighingOf, type Weighing } from './weighing.js'

export type { EventAccount, Join, RareItems, RatingsAccount, TimesAccount }

/** All of it. */
export interface Account {
  inputs: InputAccount[]
  times: TimesAccount | null
  ratings: RatingsAccount | null
  events: EventAccount[]
  joins: Join[]
  /** Rows of the log that say again what an earlier one says. */
  repeated: number
  /** Items that few people touched, of which a bundle does not say so (config key `people`); null: there are none. */
  rare: RareItems | null
  errors: string[]
  remarks: string[]
}

/** A file, as it was taken: its rows and columns, and the rows that were left out. */
export interface InputAccount extends FileFacts {
  role: InputRole
}

/**
 * What is known of the inputs before anything is trained, and what is wrong with them. `partial`: some could not be read,
 * so that nothing is missed in the others.
 */
export function accountOf(
  given: Inputs,
  config: Config,
  partial = false,
): { account: Account; errors: InputError[]; weighing: Weighing } {
  const interactions = given.interactions && settled(given.interactions)
  const inputs = { ...given, interactions }
  const { items } = inputs
  const joins = joinsOf(inputs)
  const weighing = weighingOf(interactions, config)
  const { ratings } = weighing
  const isNoised = inputs.noise != null // and its log, which is not here, was looked at before
  const errors = [
    ...(config.noise === undefined || isNoised || partial ? [] : refusals(inputs, config, ratings)),
    ...errorOf(() => inputs.embeddings && checkEmbeddings(inputs.embeddings)),
    ...errorOf(() => inputs.neighbours && checkNames(inputs.neighbours)),
    ...errorOf(() => checkEvents(weighing.events, interactions)),
    ...errorOf(() => checkRatings(config.ratings)),
    ...(partial || isNoised ? [] : unmetColumns(inputs, config)),
    ...(interactions === null ? [] : onceEach(interactions, config)),
    ...joins.flatMap((join) => joinError(join, inputs)),
    ...(config.allow === undefined || items !== null || partial
      ? []
      : [new InputError({ file: 'config', part: 'key "allow"' }, 'no --items', 'the catalogue that it names')]),
  ]
  const account = {
    inputs: inputsOf(inputs),
    times: interactions && timesOf(interactions),
    ratings,
    events: weighing.events.list,
    joins,
    repeated: interactions === null ? 0 : repeatedOf(interactions),
    rare: interactions && rareOf(interactions, leastPeople(config)),
    errors: errors.map(({ message }) => message),
    remarks: [] as string[],
  }
  account.remarks = remarksOf(account, inputs, config, weighing)
  return { account, errors, weighing }
}

/** Throws what is wrong, all at once. */
export function refuse(errors: readonly InputError[]): void {
  if (errors.length > 0) throw together(errors)
}

function errorOf(check: () => unknown): InputError[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof InputError) return [error]
    throw error
  }
}

function inputsOf({
  interactions,
  items,
  embeddings,
  neighbours,
  popularity,
  graph,
  campaigns,
}: Inputs): InputAccount[] {
  const plain = (file: FileTaken): FileFacts => ({ columns: [], left: [], ...file })
  const read = (table: Interactions | Items | null) =>
    table?.facts?.files ?? (table?.files ?? []).map(({ path, rows }) => plain({ path, rows }))
  const files: Record<InputRole, FileFacts[]> = {
    interactions: read(interactions),
    items: read(items),
    neighbours: (neighbours?.files ?? []).map(plain),
    popularity: (popularity?.files ?? []).map(plain),
    graph: (graph?.files ?? []).map(plain),
    campaigns: (campaigns?.files ?? []).map(plain),
    embeddings: embeddings === null ? [] : [plain(embeddingFile(embeddings))],
  }
  return Object.entries(files).flatMap(([role, all]) => all.map((file) => ({ role: role as InputRole, ...file })))
}

const embeddingFile = ({ path, rows, notes, columns }: Embeddings): FileTaken => ({
  path,
  rows,
  ...(notes && { notes }),
  ...(columns && { columns }),
})

/** Names of events that are said in one line, the commonest. */
const MOST_SAID = 64

/** As the record keeps it: files without the folders of whoever built it, and nothing of how a file spells its times. */
export function recorded(account: Account): Omit<Account, 'errors'> {
  const { errors: _, ...kept } = account
  const named = (text: string) => account.inputs.reduce((said, { path }) => said.replaceAll(path, basename(path)), text)
  return {
    ...kept,
    inputs: account.inputs.map((file) => ({
      ...file,
      path: basename(file.path),
      columns: file.columns.map((column) => (column.kind === 'time' ? { ...column, examples: [] } : column)),
    })),
    joins: account.joins.map((join) => ({ ...join, from: named(join.from), to: named(join.to) })),
    remarks: account.remarks.filter((line) => !timeRemarks(account.times).includes(line)).map(named),
    times: account.times && withoutSpelling(account.times),
    ratings: account.ratings && withFewSlips(account.ratings),
    events: account.events.filter(({ count }, place) => place < MOST_READ || count === 0),
    rare: account.rare && { ...account.rare, examples: [] },
  }
}

function withoutSpelling({ count, from, to, outliers, missing }: TimesAccount): TimesAccount {
  return { unit: 's', count, from, to, outliers, ...(missing && { missing }) }
}

const basename = (path: string) =>
  path
    .replace(/[\\/]+$/, '')
    .split(/[\\/]/)
    .at(-1)!

// -- sentences ------------------------------------------------------------------------------------------------------------

/** The account in a few lines: what `build` prints, which says what few people did once it has trained. */
export function shortly(account: Account): string[] {
  const { inputs, times, events, ratings, remarks } = account
  return [
    ...inputs
      .filter(({ columns }) => columns.length > 0)
      .map(
        ({ path, rows, columns, left }) => `${path}: ${rows} rows, ${partsOf(columns)}${left.map(leftOut).join('')}`,
      ),
    ...(times === null ? [] : [timesLine(times)]),
    ...(events.length === 0 ? [] : [eventsLine(events)]),
    ...(ratings === null ? [] : [ratingsLine(ratings)]),
    ...remarks,
  ]
}

function eventsLine(events: readonly EventAccount[]): string {
  const met = events.filter(({ count }) => count > 0)
  const named = met.slice(0, MOST_SAID).map(({ name, count, weight }) => `${name} ${weight} (${count} rows)`)
  const more = met.length - named.length
  return `events: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Columns that play a part; what an attribute is, `check` says. */
const partsOf = (columns: FileFacts['columns']) =>
  columns
    .filter(({ role }) => role !== null && role !== 'attribute')
    .map(({ name, role }) => (role === name ? name : `${role} = "${name}"`))
    .join(', ')

export const leftOut = ({ rows, why, row }: LeftOut) => `; ${rows} rows left out: ${why} (the first is row ${row})`

/** Where nothing joins; said once for each two. */
function joinError({ from, to, roles, matched, of, examples, beside, cased }: Join, inputs: Inputs): InputError[] {
  const [a, b] = roles.map((role) => NAMING.indexOf(role)) as [number, number]
  const isTable = roles[0] === 'neighbours' || roles[0] === 'popularity'
  if (matched > 0 || (!isTable && (a < 0 || b < a))) return []
  const has = beside.length === 0 ? 'nothing' : quoteList(beside)
  const found = `none of its ${of} items in ${to}, for example ${quote(examples[0])} (${to} has ${has})`
  if (isTable) return [new InputError({ file: from }, found, cased ? `${IN_BOTH} (${LOWER} makes ${cased.ids} of them one)` : `${IN_BOTH}; config "columns": {"${roles[0]}": {"${roles[0] === 'neighbours' ? 'key' : 'item_id'}": "…"}} names another column`)] // prettier-ignore
  const way = cased ? ` (${LOWER} makes ${cased.ids} of them one)` : wayOut(inputs, [from, to], roles)
  return [new InputError({ file: from }, found, `${IN_BOTH}${way}`)]
}

const IN_BOTH = 'ids that both files have'
const LOWER = 'config "ids": "lower case"'

/** The config line that names another column: the one whose values are items of the other file, where there is one. */
function wayOut({ interactions, items }: Inputs, paths: readonly string[], roles: Join['roles']): string {
  for (const [role, table] of Object.entries({ interactions, items }))
    for (const { path, notes = [] } of table?.facts?.files ?? [])
      for (const one of notes)
        if (one.note === 'met' && !one.taken && paths.some((known) => known.split(', ').includes(path)))
          return `: ${one.matched} of ${one.of} values of ${quote(one.column)} in ${path} are such ids (config "columns": {"${role}": {"item_id": ${JSON.stringify(one.column)}}})`
  return ` (config "columns": {"${roles[0]}": {"item_id": "…"}} names another column)`
}

/** A log in which no item comes twice is not about these items, where another column is named like an id. */
function onceEach({ rows, itemIds, facts }: Interactions, config: Config): InputError[] {
  const named = columnsOf(config, 'interactions').item_id !== undefined
  if (rows < FEW_ROWS || itemIds.length < rows || named) return []
  return (facts?.files ?? []).flatMap(({ path, columns }) => {
    const others = otherItems(columns.filter(({ role }) => role === null).map(({ name }) => name))
    const taken = columns.find(({ role }) => role === 'item_id')?.name ?? 'item_id'
    if (others.length === 0) return []
    return [
      new InputError(
        { file: path, field: taken },
        `${rows} rows in which no item comes twice, beside ${quoteList(others)}`,
        `the column of the items: config "columns": {"interactions": {"item_id": ${JSON.stringify(others[0])}}}, or ${JSON.stringify(taken)} if it is that`,
      ),
    ]
  })
}

/** So few rows may well be of different items. */
const FEW_ROWS = 20

const unmet = (key: string, column: unknown, names: readonly string[]) =>
  new InputError(
    { file: 'config', part: `key "${key}"` },
    `the column ${quote(column)}, which no file has`,
    `one of ${quoteList([...new Set(names)])}`,
  )

const ownNames = (byColumn: object = {}) => Object.fromEntries(Object.keys(byColumn).map((name) => [name, name]))

/** Columns that the config names and no file has. */
function unmetColumns(inputs: Inputs, config: Config): InputError[] {
  const { interactions, items, campaigns } = inputs
  const namesOf = (table: Interactions | Items | null) =>
    table?.facts?.files.flatMap((file) => file.columns.map(({ name }) => name)) ?? []
  const [inLog, inItems] = [namesOf(interactions), namesOf(items)]
  const check = (key: string, wanted: object, names: readonly string[]): InputError[] =>
    Object.entries(wanted)
      .filter(([, column]) => typeof column === 'string' && names.length > 0 && !names.includes(column))
      .map(([part, column]) => unmet(`${key}.${part}`, column, names))
  const { interactions: ofLog = {}, items: ofItems = {} } = config.columns ?? {}
  const all = generalColumns(config.columns)
  const computed = (['embeddings', 'neighbours', 'popularity'] as const).map((kind) => {
    const table = inputs[kind]
    const files: Partial<FileFacts>[] = !table ? [] : 'files' in table ? table.files : [table]
    return [kind, files.flatMap(({ columns = [] }) => columns.map(({ name }) => name))] as const
  })
  const everywhere = [...inLog, ...inItems, ...computed.flatMap(([, names]) => names)]
  return [
    ...(campaigns ? [] : check('columns', all, everywhere)),
    ...computed.flatMap(([kind, names]) => check(`columns.${kind}`, config.columns?.[kind] ?? {}, names)),
    ...check('columns.interactions', ofLog, inLog),
    ...(inLog.length === 0 || typeof config.basket !== 'string' || inLog.includes(config.basket)
      ? []
      : [unmet('basket', config.basket, inLog)]),
    ...check('train.tower.weights', valueColumn(config), inLog),
    ...check('leaveOut', ownNames(config.leaveOut), inLog),
    ...check('columns.items', ofItems, inItems),
    ...(campaigns ? [] : check('dates', ownNames(config.dates), [...inLog, ...inItems])),
  ]
}

function remarksOf(account: Omit<Account, 'remarks'>, inputs: Inputs, config: Config, weighing: Weighing): string[] {
  return [
    ...account.inputs.flatMap(noteRemarks),
    ...account.joins.flatMap((join) => joinRemarks(join, config)),
    ...timeRemarks(account.times),
    ...missingRemarks(account.times),
    ...itemRemarks(inputs.items),
    ...(inputs.embeddings?.remarks ?? []),
    ...neighbourRemarks(inputs),
    ...graphRemarks(inputs.graph),
    ...campaignRemarks(inputs, account.times),
    ...onceRemarks(inputs),
    ...eventRemarks(account.events),
    ...(inputs.interactions === null ? [] : emptyRemarks(inputs.interactions, weighing.events.weights)),
    ...ratingRemarks(account.ratings),
    ...takenRemarks(weighing.taken),
    ...idleRemarks(inputs.interactions, config),
    ...peopleRemarks(inputs.interactions),
    ...summaryRemarks(inputs.interactions, inputs.items),
    ...oddRemarks(inputs),
    ...repeatedRemarks(account, inputs),
    ...rankerRemarks(inputs),
    ...leftNothing(inputs.interactions, config),
    ...idleKeys(inputs, config),
  ]
}

/** What was guessed of a catalogue's columns, what is no attribute, and what a bundle does not take. */
function itemRemarks(items: Items | null): string[] {
  const { remarks = [], objects = [] } = items?.facts ?? {}
  const list = `left out: ${quoteList(objects, 64)}; ${skipping(objects)} says so`
  const left = objects.length === 0 ? [] : [`look: objects are no attributes; ${list}`]
  return [...remarks, ...left, ...(items === null ? [] : fitting(items).remarks)]
}

function noteRemarks({ path, role, notes = [] }: InputAccount): string[] {
  return notes.flatMap((one) => {
    switch (one.note) {
      case 'floats':
        return [floatsRemark(path, one)]
      case 'fallback': {
        const taken = one.column === null ? 'nothing' : quote(one.column)
        return [`${path}: no column ${quote(one.wanted)}, which the config names as ${one.role}; ${taken} is taken`]
      }
      case 'dates':
        return [`look: ${path}: no times; ${quote(one.column)} looks like dates: ${JSON.stringify({ columns: { interactions: { timestamp: one.column } } })}`] // prettier-ignore
      case 'above': {
        const lines = one.lines === 1 ? 'line' : `${one.lines} lines`
        return [`${path}: the header is line ${one.lines + 1}; the ${lines} above it (${quote(one.first)}) ${one.lines === 1 ? 'is' : 'are'} passed over`] // prettier-ignore
      }
      case 'headless':
        return [`look: ${path}: there seems to be no header, for its first line looks like a row (${quoteList(one.first)}) and is not counted; columns by place take it: ${one.config}`] // prettier-ignore
      case 'quotes':
        return [
          one.stand
            ? `${path}: quotes stand for themselves, since that in row ${one.row} does not close; config "quote": true says that fields are quoted`
            : `look: ${path}: quotes are taken off fields that need none (the first in row ${one.row}); config "quote": false keeps them, "quote": true says so`,
        ]
      case 'people':
        return [
          `look: ${path}: ${one.missing} of ${one.of} rows name no person, while ${quote(one.column)}, which is not used, does in ${one.filled}; ${JSON.stringify({ columns: { interactions: { user_id: one.column } } })} in a config takes it`,
        ]
      case 'orders':
        return [ordersRemark(path, one)]
      case 'words':
        return [`${path}: ratings are read as ${quote(one.example)} is written, without the words behind the number`]
      case 'met': {
        const instead = one.instead === null ? '' : `, where ${quote(one.instead)} has none`
        const why = `${one.matched} of its ${one.of} values are items of the log${instead}`
        const line = JSON.stringify({ columns: { [role]: { item_id: one.column } } })
        return one.taken
          ? [`look: ${path}: ${quote(one.column)} is taken as item_id, since ${why}; ${line} in a config says so`]
          : []
      }
    }
  })
}

function ordersRemark(path: string, { by, columns, rows }: Extract<FileNote, { note: 'orders' }>): string {
  const [stand, hold] = columns.length === 1 ? ['stands', 'holds'] : ['stand', 'hold']
  const out = JSON.stringify({ leaveOut: { [columns[0]!]: '' } })
  return `look: ${path}: ${quoteList(columns)} ${stand} on the first row of an order alone, as ${quote(by)} tells them apart, and ${hold} for the ${rows} rows that go on with it; ${out} in a config leaves these out`
}

/** Beside ids that are no whole numbers, those that end in `.0` may be names: a version, a release. */
function floatsRemark(path: string, { column, ids, of }: Extract<FileNote, { note: 'floats' }>): string {
  const look = ids < of ? 'look: ' : ''
  return `${look}${path}: ${ids} of ${of} ids of ${quote(column)} are whole numbers written as 1.0, and read as 1; config "ids": "exact" keeps ids as they stand`
}

/** Below this share of a log's items in the catalogue, the two may be of different things. */
const FEW_JOIN = 0.5

function joinRemarks(join: Join, config: Config): string[] {
  const { from, to, roles, matched, cased } = join
  const [a, b] = roles.map((role) => NAMING.indexOf(role)) as [number, number]
  const isSaid = a < 0 ? !ABOUT.includes(roles[0]) : matched === 0 || b < a // by an error, or the other way round
  if (cased === undefined || isSaid) return lackRemarks(join, config)
  const [here, there] = cased.example.map((id) => quote(id))
  return [
    ...lackRemarks(join, config),
    `look: ${from}: ${cased.ids} of its items are in ${to} in other letters (${here} is ${there} there); config "ids": "lower case" makes them one`,
  ]
}

function lackRemarks({ from, to, roles, matched, of, examples, beside }: Join, { allow }: Config): string[] {
  const [a, b] = roles
  if (matched === 0 && a === 'campaigns')
    return [`look: ${from}: none of its items is known, for example ${quote(examples[0])}`]
  if (matched === 0 && b === 'graph')
    return [`look: ${to}: none of its nodes is an item of ${from}, for example ${quote(examples[0])} (it has ${quoteList(beside)}), so that it tells nothing of them`] // prettier-ignore
  if (matched === of || matched === 0) return []
  if (ABOUT.includes(a) && ABOUT.includes(b)) return [] // both say what items there are
  if (ABOUT.includes(a)) {
    const has = beside.length === 0 ? '' : ` (${to} has ${quoteList(beside)})`
    const lacks = `${of - matched} of its ${of} items ${of - matched === 1 ? 'is' : 'are'} not known`
    return [`look: ${from}: ${lacks}, for example ${quoteList(examples)}${has}; what names them is left out`]
  }
  if (a !== 'interactions' || (b !== 'items' && b !== 'embeddings')) return []
  const lacks = `${of - matched} of ${of} items are not in ${to}, for example ${quoteList(examples)}`
  const has = 2 * matched < of && beside.length > 0 ? ` (${to} has ${quoteList(beside)})` : ''
  if (b === 'embeddings') return matched < FEW_JOIN * of ? [`look: ${from}: ${lacks}${has}`] : []
  return allow === 'catalogue'
    ? [`${from}: ${lacks}; they teach, and are not recommended`]
    : [
        `look: ${from}: ${lacks}${has}; they are recommended all the same ` +
          `(config "allow": "catalogue" keeps to what ${to} has)`,
      ]
}

const onceRemarks = ({ interactions }: Inputs): string[] =>
  interactions !== null && interactions.rows >= FEW_ROWS && interactions.itemIds.length === interactions.rows
    ? [
        `look: no item comes twice in the ${interactions.rows} rows of the log, so that nothing tells what goes with what`,
      ]
    : []

/** How trees were read where their file leaves it open. */
const rankerRemarks = ({ ranker }: Inputs): string[] => (ranker && 'remarks' in ranker ? ranker.remarks : [])

const repeatedRemarks = ({ repeated, inputs }: Omit<Account, 'remarks'>, { interactions }: Inputs): string[] => {
  const read = ['person', 'item', ...(interactions?.event ? ['event'] : []), ...(interactions?.time ? ['time'] : [])]
  const same = `${read.slice(0, -1).join(', ')} and ${read.at(-1)}`
  const rows = inputs.reduce((sum, file) => sum + (file.role === 'interactions' ? file.rows : 0), 0)
  const again = `say again what an earlier row says: the same ${same}`
  return repeated === 0 ? [] : [`${repeated} of ${rows} rows of the log ${again}`]
}

/** Keys of the config that have nothing to act on. */
function idleKeys(inputs: Inputs, config: Config): string[] {
  const { interactions } = inputs
  const idle: [key: keyof Config, idle: boolean, why: string][] = [
    ['events', interactions?.event === null, 'the log has no event column'],
    ['ratings', interactions?.rating === null, 'the log has no rating column'],
    ['popularity', !!inputs.popularity, '--popularity says what is popular'],
    ['popularity', !inputs.popularity && interactions !== null, 'the log says what is popular'],
    ['leaveOut', interactions === null && !inputs.noise, 'there is no log'],
    ['basket', interactions === null && !inputs.noise, 'there is no log'],
    ['basket', typeof config.basket === 'number' && interactions?.time === null, 'the log has no times'],
    ['metric', inputs.embeddings === null, 'there are no --embeddings'],
    ['graph', !inputs.graph, 'there is no --graph'],
    ['tower', !inputs.tower, 'there is no --user-tower'],
    ['ranker', !inputs.ranker, 'there is no --ranker'],
  ]
  return idle
    .filter(([key, isIdle]) => isIdle && config[key] !== undefined)
    .map(([key, , why]) => `config key "${key}" has no effect: ${why}`)
}
