/**
 * The page's service worker: the page's files are stored and served from here (martello/offline), and what the page's
 * worker asks for is told to the page, which cannot see that by itself.
 */
import { files, version } from './files.js'
import { offline } from './martello/offline.js'

offline({ version, files })

addEventListener('fetch', ({ clientId, request }) => {
  const tell = async () => {
    const asking = await clients.get(clientId)
    if (asking?.type === 'window') return // the page counts its own
    for (const page of await clients.matchAll({ includeUncontrolled: true }))
      page.postMessage({ asked: request.url, at: Date.now() })
  }
  if (request.mode !== 'navigate') tell()
})
