/** The worker behind RecommenderClient: it opens one bundle, then answers one call after the other. All it needs is in its file. */
import bytes from '../../dist/core.wasm'
import { MartelloError, Recommender, type BundleSource } from '../entry/index.js'
import { provide } from '../entry/open.js'
import { signed } from '../entry/signed.js'
import { keep, type Kept } from './keep.js'
import type { Layers } from '../recommender/options.js'
import { factsOf, type Facts, type Failure, type Question, type Reply, type WorkerOpenOptions } from './messages.js'

provide({ core: () => WebAssembly.compile(bytes), signed: async () => ({ signed }) })

const port = globalThis as unknown as {
  postMessage(message: Reply, transfer?: Transferable[]): void
  onmessage: (event: { data: Question }) => void
}

let kept: Kept<Recommender> | null = null
let rec: Recommender

async function open(source: BundleSource, options: WorkerOpenOptions): Promise<Facts> {
  const { layers, keep: stays, revalidate, ...others } = options
  const settings = {
    ...others,
    onProgress: (loaded: number, total: number) => port.postMessage({ news: 'progress', args: [loaded, total] }),
  }
  let complete: Promise<void>
  if (stays) {
    kept = await keep(source as string, Recommender.open, {
      ...settings,
      ...(revalidate !== undefined && { revalidate }),
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
function tellOf(load: number, complete: Promise<void>): void {
  const tell = (...failure: [Failure?]) => port.postMessage({ news: 'complete', args: [load, facts(), ...failure] })
  complete.then(
    () => tell(),
    ({ name, message, code }: MartelloError) => tell({ name, message, code }),
  )
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
