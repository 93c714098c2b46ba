/** The demo's bundles, built as anyone would build theirs: files in, one command, one file out. */
import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { writeAtomically } from 'martello/build'
import { filmsOf } from './films.mjs'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
const OUT = 'build/demo'

/**
 * Writes the film catalogue and says what was mended in it; `build` makes its bundle.
 * A job has `command`, as one would type it, and `build()`, which gives { path, record }: the bundle and what the builder says.
 */
export async function filmJob() {
  const rows = JSON.parse(
    await readFile(new URL('../node_modules/vega-datasets/data/movies.json', import.meta.url), 'utf8'),
  )
  const { films, changed } = filmsOf(rows)
  await mkdir(`${ROOT}/${OUT}`, { recursive: true })
  const lines = films.map((film) => `${JSON.stringify(film)}\n`).join('')
  await writeAtomically(`${ROOT}/${OUT}/films.jsonl`, lines)
  return { changed, ...job('films', ['--items', `${OUT}/films.jsonl`, '--config', 'demo/films.config.json']) }
}

/** folder: where MovieLens' ratings.csv and movies.csv are. */
export function movielensJob(folder) {
  return job('movielens', ['--interactions', `${folder}/ratings.csv`, '--items', `${folder}/movies.csv`])
}

function job(name, inputs) {
  const out = `${OUT}/${name}.martello`
  const args = ['build', '-o', out, ...inputs]
  return {
    command: ['npx martello', ...args].join(' '),
    async build() {
      const { stdout } = await promisify(execFile)(process.execPath, ['dist/cli.js', ...args, '--json', '--quiet'], {
        cwd: ROOT,
      })
      return { path: `${ROOT}/${out}`, record: JSON.parse(stdout) }
    },
  }
}
