/** The pages of a built site as they lie in its folder: their paths, and their text in whatever encoding. */
import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileError, InputError } from '../read/errors.js'
import { encodingOf } from '../read/legacy.js'

const PAGE = /\.x?html?$/i
/** Folders of tools, which hold no page of the site. */
const ASIDE = /^(\..+|node_modules)$/

/** Paths of the pages under `folder`, with / between their parts, in order. `except`: a folder within that is our own. */
export async function pagesUnder(folder: string, except: string): Promise<string[]> {
  const found: string[] = []
  const walk = async (path: string) => {
    const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
      throw fileError(path, error, 'the folder of a built site')
    })
    for (const entry of entries) {
      const own = join(path, entry.name)
      if (entry.isDirectory() && !ASIDE.test(entry.name) && own !== except) await walk(own)
      if (entry.isFile() && PAGE.test(entry.name)) found.push(relative(folder, own).split(sep).join('/'))
    }
  }
  await walk(folder)
  if (found.length === 0) throw new InputError({ file: folder }, 'no .html file', 'the folder of a built site')
  return found.sort()
}

/** Where browsers look for it. */
const DECLARED_WITHIN = 2048

/** The text of a page: by its byte order mark, what it declares, or what its bytes look like. */
export function pageText(bytes: Buffer): { text: string; encoding: string } {
  const encoding = encodingIn(bytes)
  return { text: new TextDecoder(encoding).decode(bytes), encoding }
}

function encodingIn(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const head = bytes.toString('latin1', 0, DECLARED_WITHIN)
  const declared = /<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*["']?\s*([\w:.-]+)/i.exec(head)?.[1]?.toLowerCase()
  const known = declared !== undefined && !/^utf-?(8|16)/.test(declared) && isKnown(declared)
  if (known) return new TextDecoder(declared).encoding
  return isUtf8(bytes) ? 'utf-8' : encodingOf(bytes).label
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label) !== null
  } catch {
    return false
  }
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
