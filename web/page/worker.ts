/**
 * The worker behind RecommenderClient: it opens one bundle, then answers one call after the other. All it needs is in its file, but for
 * what fetches lists, which is loaded from beside it.
 */
import bytes from '../../dist/core.wasm'
import { MartelloError, Recommender, type BundleSource } from '../entry/index.js'
import { loadLists, provide } from '../entry/open.js'
import { signed } from '../entry/signed.js'
import { keep, type Kept } from './keep.js'
import type { Layers } from '../recommender/options.js'
import type { Sharpened, SharpenRequest } from '../entry/lists.js'
import { factsOf, type Facts, type Failure, type Question, type Reply, type WorkerOpenOptions } from './messages.js'

provide({ core: () => WebAssembly.compile(bytes), signed: async () => ({ signed }), lists: loadLists })

const port = globalThis as unknown as {
  postMessage(message: Reply, transfer?: Transferable[]): void
  onmessage: (event: { data: Question }) => void
}

let kept: Kept<Recommender> | null = null
let rec: Recommender

async function open(source: BundleSource, options: WorkerOpenOptions): Promise<Facts> {
  const { layers, keep: stays, revalidate, listBytes, ...others } = options
  const settings = {
    ...others,
    onProgress: (loaded: number, total: number) => port.postMessage({ news: 'progress', args: [loaded, total] }),
  }
  let complete: Promise<void>
  if (stays) {
    kept = await keep(source as string, Recommender.open, {
      ...settings,
      ...(revalidate !== undefined && { revalidate }),
      ...(listBytes !== undefined && { listBytes }),
      onUpdate: (newer) => {
        rec = newer
        port.postMessage({ news: 'update', args: [facts()] })
      },
      onProblem: (...problem) => port.postMessage({ news: 'problem', args: problem }),
    })
    rec = kept.current
    complete = kept.complete
  } else {
    rec = await Recommender.open(source, {
      ...settings,
      ...(layers && { layers }),
    })
    complete = rec.complete
  }
  setTimeout(tellOf, 0, 0, complete) // after the answer
  return facts()
}

/** Says when what was asked for has come; meanwhile the worker answers. */
function tellOf(work: number, complete: Promise<unknown>): void {
  const tell = (...outcome: [unknown?, Failure?]) =>
    port.postMessage({ news: 'complete', args: [work, facts(), ...outcome] })
  complete.then(tell, ({ name, message, code }: MartelloError) => tell(undefined, { name, message, code }))
}

/** What the page may still abort. */
const sharpening = new Map<number, AbortController>()

/** Of the root that is in use when it ends. */
async function sharpen(work: number, wish: SharpenRequest): Promise<Sharpened> {
  const ending = new AbortController()
  const { signal } = ending
  sharpening.set(work, ending)
  try {
    for (;;) {
      const root = rec
      const sharpened = await root
        .sharpen(Object(wish) === wish ? { ...wish, signal } : wish)
        .catch((error: unknown) => {
          if (root === rec || signal.aborted) throw error
        })
      if (sharpened && root === rec) return sharpened
    }
  } finally {
    sharpening.delete(work)
  }
}

/** What is kept comes whole: where the first download broke off, it comes anew. */
async function wholly(kept: Kept<Recommender>): Promise<void> {
  await kept.complete.catch(() => {})
  if (rec.loaded < rec.bytes) await kept.check()
}

const facts = () => factsOf(rec, kept?.storage ?? null, kept?.release ?? rec.release)

async function answer({ call, args }: Question): Promise<unknown> {
  if (call === 'open') return open(...(args as Parameters<typeof open>))
  if (call === 'check') {
    if (kept === null) throw new MartelloError('check: the bundle was opened without keep')
    return kept.check()
  }
  if (call === 'load') return tellOf(args[0] as number, kept ? wholly(kept) : rec.load(args[1] as Layers))
  if (call === 'sharpen') {
    const [work, wish] = args as Parameters<typeof sharpen>
    return tellOf(work, sharpen(work, wish))
  }
  if (call === 'abort') return sharpening.get(args[0] as number)?.abort()
  return (rec[call] as (...args: unknown[]) => unknown).apply(rec, args)
}

port.onmessage = ({ data: question }) => {
  const { n } = question
  answer(question).then(
    (value) => port.postMessage({ n, value }, buffersIn(value)),
    ({ name, message, code }: MartelloError) => port.postMessage({ n, error: { name, message, code } }),
  )
}

/** Vectors and `nearest` lists were made for this answer: they move instead of being copied. */
function buffersIn(value: unknown): Transferable[] {
  if (ArrayBuffer.isView(value)) return [value.buffer as ArrayBuffer]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((field) => (ArrayBuffer.isView(field) ? [field.buffer as ArrayBuffer] : []))
}
