// What the matrix works on, in build/matrix: the packed tarball installed among what each runtime needs, one bundle, the
// questions, and Node's answers to them. `node tests/matrix/prepare.mjs` makes it; the tests read it and add their tools.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { answersOf, BUNDLE } from './requests.mjs'

export const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..')
/** The one node_modules that all of it is installed in, and a program of somebody else's inside. */
export const folder = join(root, 'build/matrix')
export const app = join(folder, 'app')
const EXPECTED = join(folder, 'expected.json')

/** Node's answers, as text. */
export const expected = () => readFileSync(EXPECTED, 'utf8')

/** The tarball's file name. */
export const tarball = () => installed().martello.replace('file:', '')

const installed = () => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies ?? {}

function npm(...args) {
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

/** Installs packages, each given as 'name@version' or 'alias@npm:name@version'. False, or in words why it cannot be had. */
export function need(...packages) {
  const dependencies = installed()
  const missing = packages.filter((wanted) => {
    const at = wanted.indexOf('@', 1)
    const name = wanted.slice(0, at)
    return dependencies[name] !== wanted.slice(at + 1) || !existsSync(join(folder, 'node_modules', name))
  })
  if (missing.length === 0) return false
  try {
    npm('install', '--save-exact', ...missing)
    return false
  } catch (error) {
    return `npm cannot install ${missing.join(' ')}: ${String(error.stderr).trim().split('\n')[0]}`
  }
}

/** Makes the folder that `need` installs into. */
export function prepareFolder() {
  mkdirSync(app, { recursive: true })
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true, "type": "module" }\n')
}

async function prepare() {
  prepareFolder()
  const packed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
  // npm knows a tarball by its name: another content gets another
  const bytes = readFileSync(join(folder, packed))
  const tarball = `martello-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.tgz`
  renameSync(join(folder, packed), join(folder, tarball))
  npm('install', '--save', `./${tarball}`)
  for (const name of readdirSync(folder))
    if (/^martello-.*\.tgz$/.test(name) && name !== tarball) rmSync(join(folder, name))

  const { makeBundle } = await import('./bundle.mjs')
  const bundle = await makeBundle(folder)
  writeFileSync(join(app, BUNDLE), bundle)
  copyFileSync(new URL('./requests.mjs', import.meta.url), join(app, 'requests.mjs'))
  const { Recommender } = await import(createRequire(join(app, 'x.js')).resolve('martello'))
  const answers = answersOf(await Recommender.open(join(app, BUNDLE)))
  writeFileSync(EXPECTED, JSON.stringify(answers))
  console.log(
    `${tarball}: ${bytes.length} bytes; ${answers.asked.length} requests, ${expected().length} bytes of answers`,
  )
}

if (process.argv[1] === new URL(import.meta.url).pathname) await prepare()
