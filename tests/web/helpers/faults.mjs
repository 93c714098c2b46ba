// Storage that fails: the script of a page in which the n-th call of the origin private file system, the Cache API or IndexedDB fails once,
// or all from there on, as full and broken devices make them fail. A clean run says how many calls there are.

/** What the n-th call does, instead of what it should. */
export const KINDS = {
  quota: 'it fails, as where there is no room',
  abort: 'it is done and then broken off: a promise rejects, a transaction is undone',
  torn: 'a write puts half of its bytes there, and then fails',
  gone: 'it fails, and so does every call after it',
}
/** A write puts half of its bytes there and says that all is well: only a checksum finds that, and only the host has the rest. */
export const LOST = 'lost'

export const FAULTS = `
  const CALLS = [
    [StorageManager.prototype, ['getDirectory']],
    [FileSystemDirectoryHandle.prototype, ['getDirectoryHandle', 'getFileHandle', 'removeEntry', 'keys']],
    [FileSystemFileHandle.prototype, ['getFile', 'createWritable']],
    [FileSystemWritableFileStream.prototype, ['write', 'close', 'abort']],
    [Blob.prototype, ['arrayBuffer', 'stream']],
    [CacheStorage.prototype, ['open']],
    [Cache.prototype, ['match', 'put', 'delete', 'keys']],
    [IDBFactory.prototype, ['open', 'deleteDatabase']],
    [IDBDatabase.prototype, ['transaction']],
    [IDBObjectStore.prototype, ['get', 'getAll', 'getAllKeys', 'put', 'add', 'delete', 'clear']],
  ]
  const faults = { at: 0, kind: '', calls: 0, hit: '' }
  for (const [prototype, names] of CALLS)
    for (const name of names) {
      const real = prototype[name]
      prototype[name] = function (...args) {
        if (prototype === Blob.prototype && !(this instanceof File)) return real.apply(this, args) // it is in memory
        const call = ++faults.calls
        const isHit = faults.at > 0 && (call === faults.at || (faults.kind === 'gone' && call > faults.at))
        if (!isHit) return real.apply(this, args)
        faults.hit ||= prototype.constructor.name + '.' + name
        const error = new DOMException('injected', faults.kind === 'quota' ? 'QuotaExceededError' : 'AbortError')
        const isSync = prototype.constructor.name.startsWith('IDB') || ['keys', 'stream'].includes(name)
        const undo = (done) => {
          if (this instanceof IDBObjectStore) this.transaction.abort()
          return done
        }
        if (faults.kind === 'abort' && this instanceof IDBObjectStore) return undo(real.apply(this, args))
        if (isSync) throw error
        const failed = async () => { throw error }
        if (faults.kind === 'lost') return real.apply(this, name === 'write' ? [args[0].subarray(0, args[0].length >> 1)] : args)
        if (faults.kind === 'torn' && name === 'write') return real.call(this, args[0].subarray(0, args[0].length >> 1)).then(failed)
        return faults.kind === 'abort' && name !== 'close' ? real.apply(this, args).then(failed) : failed()
      }
    }
  /** Runs work in which the n-th call fails; whether there were so many. */
  const failing = async (at, kind, work) => {
    Object.assign(faults, { at, kind, calls: 0, hit: '' })
    const outcome = await work().then((value) => ({ value }), (error) => ({ error: error.name + ': ' + error.message }))
    await new Promise((next) => setTimeout(next)) // what nobody waits for is done in this run
    const { calls, hit } = faults
    faults.at = 0
    return { ...outcome, calls, hit }
  }
`
