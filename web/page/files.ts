/**
 * Files on the device, under the origin's own storage: the origin private file system where there is one, else the Cache
 * API, else none. Whatever ends the page, a file is afterwards what it was or what was written, never a part: both
 * replace it when the writer closes.
 */
import type { Files } from '../recommender/files.js'

const FOLDER = 'martello'

/** The best there is here, or null: an insecure page, a private window or a policy may leave nothing. */
export async function openFiles(kind?: 'opfs' | 'cache' | 'memory'): Promise<Files | null> {
  for (const [name, open] of [
    ['opfs', opfs],
    ['cache', cache],
  ] as const)
    if (kind === undefined || kind === name)
      try {
        return await open()
      } catch {
        // the next one may work
      }
  return null
}

async function opfs(): Promise<Files> {
  const root = await navigator.storage.getDirectory()
  const folder = await root.getDirectoryHandle(FOLDER, { create: true })
  // only the writer that replaces at close will do, and not every engine has it
  if (!('createWritable' in FileSystemFileHandle.prototype)) throw new Error('no createWritable')
  return {
    kind: 'opfs',
    read: (name) =>
      folder.getFileHandle(name).then(
        (handle) => handle.getFile(),
        () => null,
      ),
    write: async (name) => (await folder.getFileHandle(name, { create: true })).createWritable(),
    remove: (name) => folder.removeEntry(name),
    async names() {
      const names: string[] = []
      for await (const name of folder.keys()) names.push(name)
      return names
    },
  }
}

async function cache(): Promise<Files> {
  const shelf = await caches.open(FOLDER)
  const key = (name: string) => `/.${FOLDER}/${name}`
  return {
    kind: 'cache',
    read: async (name) => (await shelf.match(key(name)))?.blob() ?? null,
    async write(name) {
      let chunks: Uint8Array<ArrayBuffer>[] = []
      return {
        async write(chunk) {
          chunks.push(chunk)
        },
        close: () => shelf.put(key(name), new Response(new Blob(chunks))),
        async abort() {
          chunks = []
        },
      }
    },
    async remove(name) {
      await shelf.delete(key(name))
    },
    async names() {
      return (await shelf.keys()).map((request) => request.url.split(`/.${FOLDER}/`)[1]!)
    },
  }
}
