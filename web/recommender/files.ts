/** Files on the device, as far as they are asked here: web/page/files.ts has them. */
import type * as platform from './platform.js'

/** A file that is written: whatever ends the page, it is afterwards what it was or what was written. */
export interface Sink {
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>
  close(): Promise<void>
  abort(): Promise<void>
}

export interface Files {
  readonly kind: 'opfs' | 'cache'
  read(name: string): Promise<platform.Blob | null>
  write(name: string): Promise<Sink>
  remove(name: string): Promise<void>
  names(): Promise<string[]>
}

/** Where the lists of a split catalogue are, where its root does not come from its address. */
export interface ListOptions {
  /** The address of the root, beside which they lie. */
  root: string | platform.URL
  /** Where those that were fetched stay: files, what their names begin with, and how many bytes at most. `keep` says so. @internal */
  stay?: { files: Files; prefix: string; bytes: number }
}
