/**
 * A shard: a server that holds one bundle of `martello split --shards`, and answers with rows of it. It keeps no state but the bundle, which
 * never changes: a new catalogue has files of other names, so shards of two catalogues stand side by side until nobody asks for the older.
 */
import { MartelloError, Recommender } from '../entry/index.js'
import { bundleOf, partsOf, type Container } from '../lists/container.js'
import { gathered, type Row } from '../lists/gather.js'
import type { BundleSource } from '../recommender/types.js'
import { told } from './links.js'
import { MOST_QUESTION, type Question } from './wire.js'

/** How a shard holds bundles. */
export interface ShardOptions {
  /** Bytes of a bundle at most. Default: 112 MB, since an isolate of Cloudflare has 128. */
  maxBytes?: number
  /** Bundles that stay open, of catalogues that were asked for last. Default 1; 2 where memory is not short, so that a change costs nothing. */
  open?: number
}

/** What answers for a shard. */
export interface ShardServer {
  /** From a question to rows. `env`: what the runtime binds; it is handed to who finds the bundle. */
  fetch(request: Request, env?: unknown, context?: { waitUntil?(work: Promise<unknown>): void }): Promise<Response>
}

const FILE = /^shard-[0-9a-f]{8}-\d{1,4}\.martello$/
const LISTS = ['ids', 'rows', 'exclude', 'allow'] as const
const KEYS = ['ids', 'vector', 'k', 'filter', 'exclude', 'allow', 'rows', 'vectors']

/** A status that is no answer, with its sentence. */
class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/**
 * `bundle(file, env)`: what `Recommender.open` takes, of the file of this name, or null where there is none. The result has `fetch(request,
 * env, context)`, which is what Workers, Deno and Bun want a module to export. The last part of the address says which file is asked:
 *
 *     POST /shard-0123abcd-1.martello   a question        → rows; 204: none of them is here; 404: no such file; 400: why not
 *     GET  /shard-0123abcd-1.martello                     → { items, bytes }, once it is open: to warm it up, or to look
 */
export function shard<Env>(
  bundle: (file: string, env: Env) => BundleSource | null | Promise<BundleSource | null>,
  { maxBytes = 112_000_000, open = 1 }: ShardOptions = {},
): ShardServer {
  /** By file, those that were asked for last at the end. */
  const held = new Map<string, Promise<Recommender>>()

  function recommender(file: string, env: Env): Promise<Recommender> {
    const opening = held.get(file) ?? opened(file, env)
    held.delete(file)
    held.set(file, opening)
    for (const [other, before] of held) {
      if (held.size <= open) break
      held.delete(other)
      void before.then((rec) => rec.close()).catch(() => {})
    }
    return opening
  }

  async function opened(file: string, env: Env): Promise<Recommender> {
    try {
      const source = await bundle(file, env)
      if (source === null) throw new Problem(404, `found no ${file}`)
      const rec = await Recommender.open(source, { maxBytes, layers: 'all' })
      await rec.complete
      return rec
    } catch (error) {
      held.delete(file) // the next question tries again
      throw error instanceof Problem ? error : new Problem(503, (error as Error).message)
    }
  }

  async function answer(request: Request, env: Env, waitUntil?: (work: Promise<unknown>) => void): Promise<Response> {
    const file = new URL(request.url).pathname.split('/').at(-1)!
    if (!FILE.test(file)) throw new Problem(404, `found ${file}, expected the name of a shard's file`)
    if (request.method !== 'POST' && request.method !== 'GET')
      throw new Problem(405, `found ${request.method}, expected POST or GET`)
    const question = request.method === 'GET' ? null : await questionOf(request)
    const opening = recommender(file, env)
    waitUntil?.(opening.catch(() => {})) // others wait for it, so it must not end with the request that began it
    const rec = await opening // nothing is awaited from here on: a file that is asked for meanwhile may close it
    if (question === null) return Response.json({ items: rec.items, bytes: rec.bytes })
    try {
      const rows = rowsFor(rec, question)
      return rows === null ? new Response(null, { status: 204 }) : new Response(rows as Uint8Array<ArrayBuffer>)
    } catch (error) {
      if (error instanceof MartelloError) throw new Problem(400, error.message)
      held.delete(file) // whatever broke, the next question gets another instance
      throw error
    }
  }

  return {
    async fetch(request, env, context) {
      try {
        return await answer(request, env as Env, context?.waitUntil?.bind(context))
      } catch (error) {
        const status = error instanceof Problem ? error.status : 500
        return new Response((error as Error).message, { status, headers: { 'content-type': 'text/plain' } })
      }
    },
  }
}

async function questionOf(request: Request): Promise<Question> {
  const text = await request.text()
  if (text.length > MOST_QUESTION) throw new Problem(413, `found ${text.length} characters, expected a question`)
  try {
    const question = JSON.parse(text) as Question
    if (
      Object(question) === question &&
      Object.keys(question).every((key) => KEYS.includes(key)) &&
      LISTS.every((key) => Array.isArray(question[key] ?? [])) &&
      Object.values(Object(question.vectors ?? {}) as object).every(Array.isArray)
    )
      return question
  } catch {
    // said below
  }
  throw new Problem(400, `found ${JSON.stringify(text.slice(0, 100))}, expected JSON with ${KEYS.join(', ')}`)
}

const utf8 = new TextEncoder()

/** Sections of bundles that are asked often are found once. */
const sections = new WeakMap<Recommender, Container>()

function containerOf(rec: Recommender): Container {
  const known = sections.get(rec) ?? partsOf(rec.inside.bytes)
  sections.set(rec, known)
  return known
}

/** The rows that a question asks for, as a list; null: there are none. */
export function rowsFor(rec: Recommender, question: Question): Uint8Array | null {
  const { ids = [], rows: numbers = [], vector, vectors = {}, k, filter, exclude = [], allow } = question
  const of = containerOf(rec)
  const found = new Set<number>()
  for (const id of ids) {
    const row = rec.number(id)
    if (row !== undefined) found.add(row)
  }
  for (const row of numbers) if (Number.isInteger(row) && row >= 0 && row < rec.items) found.add(row)
  const narrowed = { exclude: [...exclude, ...ids], ...(filter && { filter }), ...(allow && { allow }) }
  const near = (one: readonly number[], space?: string) => {
    const options = { ...narrowed, ...(k !== undefined && { k }), ...(space !== undefined && { space }) }
    for (const row of rec.nearest(one, options).items) found.add(row)
  }
  if (vector !== undefined) near(vector)
  for (const [space, one] of Object.entries(vectors)) near(one, space)
  const rows = Array.from(found, (row): Row => ({ of, row, id: utf8.encode(rec.id(row)!) }))
  if (rows.length === 0) return null
  const list = gathered(of, rows)
  // of a connection that is ours: its directory has no checksum
  return bundleOf(rec.inside.bytes, { ...list, parts: [...list.parts, ...told(of, rows, ids.length > 0)] }, () => 0n)
}
