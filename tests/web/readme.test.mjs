// The README's promises: its code runs as it stands, against bundles that its own commands built.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { csv, gaussians, npy, path, random } from './helpers.mjs'

const run = promisify(execFile)
const root = new URL('../..', import.meta.url).pathname
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = (language) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map((match) => match[1])
const folder = path('readme')

/** The files that the README's commands name, in MovieLens' form, with its ids 318 and 527 in them. */
before(async () => {
  mkdirSync(join(folder, 'node_modules'), { recursive: true })
  symlinkSync(root, join(folder, 'node_modules/martello'))
  const draw = random(9)
  const ids = Array.from({ length: 90 }, (_, i) => [318, 527][i] ?? i + 1)
  const films = ids.map((movieId, i) => ({
    movieId,
    title: `Film ${movieId}`,
    genres: ['Drama', 'Comedy|Drama', 'Horror'][i % 3],
  }))
  const seen = new Map()
  for (let user = 0; user < 60; user++)
    for (let e = 0; e < 12; e++) {
      const at = draw.below(30) * 3 + (user % 3)
      seen.set(`${user} ${at}`, {
        userId: user,
        movieId: ids[at],
        rating: 1 + draw.below(5),
        timestamp: 1e9 + 1000 * e,
      })
    }
  const ratings = [...seen.values()]
  const write = (name, rows) => writeFileSync(join(folder, name), csv(rows))
  write('movies.csv', films)
  write(
    'ratings.csv',
    ratings.filter((_, i) => i % 5 > 0),
  )
  write(
    'later.csv',
    ratings.filter((_, i) => i % 5 === 0),
  )
  writeFileSync(join(folder, 'policy.json'), blocks('json')[0])
  await npy('readme/articles.npy', [200, 32], gaussians(200, 32, 1))
  await npy('readme/queries.npy', [20, 32], gaussians(20, 32, 2))
  writeFileSync(join(folder, 'ids.txt'), Array.from({ length: 200 }, (_, i) => `article-${i}\n`).join(''))
})

test('the commands build, recommend, measure and look inside; then the code prints titles', async () => {
  const commands = blocks('sh')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('npx martello '))
    .map((line) =>
      line
        .replace(/\s+#.*$/, '')
        .split(/\s+/)
        .slice(2),
    )
  for (const name of ['build', 'recommend', 'similar', 'search', 'features', 'eval', 'inspect'])
    assert.ok(
      commands.some((command) => command[0] === name),
      `the README shows martello ${name}`,
    )
  for (const command of commands) {
    const { stdout } = await run(process.execPath, [join(root, 'dist/cli.js'), ...command], { cwd: folder })
    if (!['build', 'features'].includes(command[0])) assert.notEqual(stdout, '', command.join(' '))
  }
  const [code, ...others] = blocks('js')
  assert.deepEqual(others, [])
  assert.equal(code.trim().split('\n').length, 5)
  writeFileSync(join(folder, 'code.mjs'), code)
  const { stdout } = await run(process.execPath, ['code.mjs'], { cwd: folder })
  assert.match(stdout, /^(Film \d+ .*(318|527).*\n){10}$/)
})
