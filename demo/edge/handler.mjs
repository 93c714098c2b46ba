/**
 * Recommendations over HTTP: from a Request to a Response, the same in Cloudflare's runtime, Node, Deno and Bun.
 *
 *     GET  /recommend?history=a,b&k=20&filter={"genre":"Drama"}&exclude=c&explain
 *     POST /recommend        the request as JSON: what `rec.recommend` takes, events with names and times included
 *     GET  /similar?id=a&k=20
 *     GET  /health
 *
 * The bundle is opened by the first request that needs it, once; those that come meanwhile wait for the same opening. One
 * that fails is told to all of them, and the next request tries again. Nothing here reads a clock, but to tell when to open it again. What comes back is the
 * same for the same request, so the trace goes without its times.
 */
import { MartelloError, Recommender } from 'martello'

const TITLES = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
const LISTS = ['history', 'exclude', 'allow']
const MOST_BODY = 64 * 1024
/** An isolate has 128 MB: the bundle, the core's scratch memory, and the program itself. */
const MOST_BUNDLE = 96 * 1024 * 1024
/** Whose answers may be kept, and for how long: what depends on a person, what does not, what must be asked anew. */
const CACHE = { person: 'private, max-age=60', anybody: 'public, max-age=300', none: 'no-store' }

/** An answer that is no shelf: RFC 9457. */
class Problem extends Error {
  constructor(status, detail, headers = {}) {
    super(detail)
    this.status = status
    this.headers = headers
  }
}

/**
 * `bundle(env)` gives what `Recommender.open` takes, or a promise of it. `origin`: which pages may ask; default all. `open(source, env)`: opens
 * it otherwise (shards.mjs); `again`: so many milliseconds later the next request has it opened anew, and is still answered by the one before.
 * The result has `fetch(request, env, context)`, which is what Workers, Deno and Bun want a module to export.
 */
export function recommending(bundle, { origin = '*', open = opened, again = Infinity } = {}) {
  let opening
  let since = 0

  function ready(env, context) {
    const isOld = performance.now() - since > again
    if (opening !== undefined && !isOld) return opening
    since = performance.now()
    const before = opening
    const next = Promise.resolve()
      .then(() => bundle(env))
      .then((source) => open(source, env))
      .catch((error) => {
        if (before !== undefined) return before
        opening = undefined
        throw new Problem(503, said(error), { 'retry-after': '5' })
      })
    opening = before ?? next
    const done = next.then(
      () => (opening = next),
      () => {},
    )
    // others wait for it, so it must not end with the request that began it
    context?.waitUntil?.(done)
    return opening
  }

  async function answer(request, env, context) {
    const url = new URL(request.url)
    const route = ROUTES[url.pathname]
    if (route === undefined) throw new Problem(404, `found ${url.pathname}, expected ${Object.keys(ROUTES).join(', ')}`)
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: preflight(route) })
    const method = request.method === 'HEAD' ? 'GET' : request.method
    if (!Object.hasOwn(route, method))
      throw new Problem(405, `found ${method}, expected ${methodsOf(route)}`, { allow: methodsOf(route) })
    const asked = method === 'POST' ? await bodyOf(request) : queryOf(url.searchParams)
    const rec = await ready(env, context)
    try {
      const { cache, ...body } = await route[method](rec, asked, { waitUntil: context?.waitUntil?.bind(context) })
      return json(200, body, { 'cache-control': cache })
    } catch (error) {
      if (error instanceof Problem) throw error
      if (error instanceof MartelloError) throw new Problem(400, error.message)
      opening = undefined // whatever broke, the next request gets another instance
      throw error
    }
  }

  return {
    async fetch(request, env, context) {
      const response = await answer(request, env, context).catch(problem)
      response.headers.set('access-control-allow-origin', origin)
      return request.method === 'HEAD' ? new Response(null, response) : response
    },
  }
}

async function opened(source) {
  const rec = await Recommender.open(source, { maxBytes: MOST_BUNDLE })
  await rec.complete // an answer may be cached: none from a part of the bundle
  return rec
}

const ROUTES = {
  '/recommend': {
    GET: async (rec, request, asking) =>
      shelf(await rec.recommend(request, asking), request.history ? CACHE.person : CACHE.anybody),
    POST: async (rec, request, asking) => shelf(await rec.recommend(request, asking), CACHE.none),
  },
  '/similar': {
    async GET(rec, { id, ...options }, asking) {
      if (id === undefined) throw new Problem(400, 'found no id, expected /similar?id=…')
      if (rec.number?.(id) === undefined && rec.root === undefined)
        throw new Problem(404, `found id ${JSON.stringify(id)}, which no item has`)
      return shelf(await rec.similar(id, options, asking), CACHE.anybody)
    },
  },
  '/health': {
    GET(rec) {
      const { bytes, sources } = rec.root ?? rec
      return { ok: true, items: rec.items, bytes, sources, cache: CACHE.none }
    },
  },
}

/** What lacks a part of the catalogue is asked anew. */
function shelf({ items, trace: { ms: _, shards, ...trace } }, cache) {
  if (shards === undefined) return { items, trace, cache }
  const { ms: _waited, ...told } = shards
  return { items, trace: { ...trace, shards: told }, cache: told.missing.length > 0 ? CACHE.none : cache }
}

/** What a query string says, in the API's words: lists have commas, an id is text, everything else is JSON. */
function queryOf(query) {
  const read = (name, values) => {
    if (LISTS.includes(name)) return values.flatMap((value) => value.split(',')).filter((id) => id !== '')
    if (values.length > 1) throw new Problem(400, `${name}: found it ${values.length} times, expected once`)
    if (name === 'id') return values[0]
    if (name === 'explain' && ['', '1'].includes(values[0])) return true
    return parsed(name, values[0])
  }
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, read(name, query.getAll(name))]))
}

async function bodyOf(request) {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MOST_BODY) throw new Problem(413, `found more than ${MOST_BODY} characters, expected a request`)
  }
  return parsed('body', text + decoder.decode())
}

function parsed(name, text) {
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem(400, `${name}: found ${JSON.stringify(text.slice(0, 100))}, expected JSON`)
  }
}

const methodsOf = (route) => [...Object.keys(route), 'HEAD', 'OPTIONS'].join(', ')

function preflight(route) {
  return {
    'access-control-allow-methods': methodsOf(route),
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '86400',
    allow: methodsOf(route),
  }
}

function json(status, body, headers) {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

const said = (error) => (error instanceof Error ? error.message : String(error))

function problem(error) {
  const known = error instanceof Problem
  if (!known) console.error(error)
  const status = known ? error.status : 500
  const detail = known ? error.message : 'this request failed; the next one starts anew'
  return json(
    status,
    { type: 'about:blank', title: TITLES[status], status, detail },
    { 'content-type': 'application/problem+json', 'cache-control': CACHE.none, ...(known && error.headers) },
  )
}
