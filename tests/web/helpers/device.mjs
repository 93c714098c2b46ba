// A device in this process: IndexedDB as far as martello/report uses it, in memory, so that ten thousand devices and years of days
// cost seconds. What a browser's does is tested in Chromium.

/** An IndexedDB of its own, for `globalThis.indexedDB`: a database of one store, whose transactions follow one another. */
export function device() {
  const records = new Map()
  let isNew = true
  let turn = Promise.resolve()
  const database = {
    createObjectStore() {},
    close() {},
    transaction() {
      const written = new Map()
      let aborted = false
      const request = {}
      const store = {
        get(key) {
          turn = turn.then(() => {
            request.result = structuredClone(records.get(key))
            request.onsuccess()
            if (aborted) return transaction.onabort?.()
            for (const [key, value] of written) records.set(key, value)
            transaction.oncomplete()
          })
          return request
        },
        put: (value, key) => written.set(key, structuredClone(value)),
      }
      const transaction = { error: null, objectStore: () => store, abort: () => (aborted = true) }
      return transaction
    },
  }
  return {
    open() {
      const request = { result: database }
      queueMicrotask(() => {
        if (isNew) request.onupgradeneeded()
        isNew = false
        request.onsuccess()
      })
      return request
    },
  }
}
