// Which sources the wasm modules of a build are made of: JavaScript goes with those of its own checkout alone. Between versions
// they disagree on where things are in memory, and answer nonsense without a word.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What a module says of itself. */
export function madeOf(bytes) {
  const [name] = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), 'martello')
  return name === undefined ? 'of unknown sources' : Buffer.from(name).toString()
}

/** The names of this checkout's sources, { 'core.wasm', 'learn.wasm' }, as the modules in `folder` must bear them. */
export function sourcesOf(folder) {
  const checkout = fileURLToPath(new URL('..', import.meta.url))
  const expected = JSON.parse(
    execFileSync('make', ['-s', '--no-print-directory', 'print-ids'], { cwd: checkout, encoding: 'utf8' }),
  )
  for (const [file, id] of Object.entries(expected)) {
    const found = madeOf(readFileSync(`${folder}/${file}`))
    if (found !== id)
      throw new Error(`${folder}/${file}: found ${found}, expected ${id}, made of the sources here (make all)`)
  }
  return expected
}
