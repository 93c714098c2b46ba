/**
 * The page's service worker: the page's files are stored and served from here (martello/offline), and what the page's
 * worker asks for is told to the page, which cannot see that by itself.
 */
import { offline } from '../../page/offline.js'
import { files, version } from './files.js'

interface Scope {
  addEventListener(type: 'fetch', listener: (event: { clientId: string; request: Request }) => void): void
  clients: {
    get(id: string): Promise<{ type: string } | undefined>
    matchAll(options: { includeUncontrolled: boolean }): Promise<{ postMessage(message: unknown): void }[]>
  }
}
const scope = globalThis as unknown as Scope

offline({ version, files })

scope.addEventListener('fetch', ({ clientId, request }) => {
  const tell = async () => {
    const asking = await scope.clients.get(clientId)
    if (asking?.type === 'window') return // the page counts its own
    for (const page of await scope.clients.matchAll({ includeUncontrolled: true }))
      page.postMessage({ asked: request.url, at: Date.now() })
  }
  if (request.mode !== 'navigate') tell()
})
