// What the readers' tests share: a folder of small files that goes away, and an assertion on whole messages.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { InputError } from '../../../build/web/read/index.js'

const folder = mkdtempSync(join(tmpdir(), 'martello-read-'))
after(() => rmSync(folder, { recursive: true, force: true }))

export const path = (name) => join(folder, name)

/** Writes a file into the folder and returns its path. */
export function file(name, content) {
  writeFileSync(path(name), content)
  return path(name)
}

/** The promise must fail as wrong input, with exactly this message once the folder is cut from it. */
export async function refuses(promise, message) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof InputError, `an InputError, found ${error?.stack}`)
    const said = error.message.replaceAll(`${folder}/`, '')
    if (message instanceof RegExp) assert.match(said, message)
    else assert.equal(said, message)
    return true
  })
}

const SHARED = new URL('../../../../shared', import.meta.url).pathname

/** Real data beside the checkout; a test that needs it is skipped, with this reason, where it is absent. */
export const realData = (name) => besides(join(process.env.MARTELLO_DATA ?? join(SHARED, 'data'), name))

/** A folder of files that people met, beside the checkout; the same. */
export const fieldData = (name) => besides(join(SHARED, 'field', name))

const besides = (real) => ({ real, skip: existsSync(real) ? false : `no ${real} here (set MARTELLO_DATA)` })
