// What the documents promise: every block of code in every one of them runs as it stands, or says here why not.
//
//   sh     a shell's lines, one document's blocks in one folder, in their order; `npx martello` is this checkout's
//   js     a module in Node; ```js NAME is a file for the commands, not run by itself. Those of a page run in
//          page-guide.test.mjs, in Chromium, as do jsx and html
//   ts, js, jsx   agree with the package's types
//   json   a policy, a config or looks, ```json NAME a file of that name: true to its schema; a policy is built into a bundle
//   sql    is run by sql.test.mjs, in DuckDB
//   py     runs where Python has what it imports; else a stand-in makes its files
//   text   what something prints
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import Ajv from 'ajv'
import { build, readInteractions, readItems } from '../../../dist/build.js'
import { blocksOf, DOCUMENTS, folderFor, IN_A_PAGE, python, pythonFor, root, shell } from '../helpers/docs.mjs'
import { STAND_INS } from '../helpers/stand-ins.mjs'

/** Lines of a shell that are not run, and why. */
const NOT_RUN = {
  'README.md': {
    'make demo': 'demo.test.mjs runs it',
    'make test': 'it is what runs this',
    'npx martello serve': 'it serves until it is stopped; serve/serve.test.mjs does',
  },
  'web/serve/README.md': { 'npx martello serve': 'the same' },
  'CONTRIBUTING.md': {
    'make demo': 'demo.test.mjs runs it',
    'make test': 'it is what runs this',
  },
  'demo/edge/README.md': {
    'npm install martello': 'the package is there: this checkout',
    'npx wrangler': 'wrangler is not installed; make test-matrix runs the Worker in workerd',
  },
  'demo/edge/SCALE.md': {
    'npx wrangler': 'the same',
    'for i in': 'the same',
    'node shards.mjs': 'it serves until it is stopped; demo/shards.test.mjs does',
  },
}
/** What scripts of a page take from the page around them. */
const AROUND = `
  declare const liked: string[]
  declare const progress: (part: number) => void
  declare const show: (items?: readonly object[]) => void
  declare const slider: (moved: (value: number) => void) => void
`
const LANGUAGES = ['sh', 'js', 'ts', 'jsx', 'html', 'json', 'sql', 'py', 'text']

const schemas = Object.fromEntries(
  ['policy', 'config', 'looks'].map((name) => [
    name,
    new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(`${root}/dist/${name}.schema.json`, 'utf8'))),
  ]),
)
/** policy, config or looks: which of them a block of JSON is. */
const kindOf = ({ name, code }) => /^(policy|config|looks)/.exec(name ?? '')?.[1] ?? ('rules' in JSON.parse(code) || 'sources' in JSON.parse(code) ? 'policy' : 'config') // prettier-ignore
/** The file that a block is. JSON without a name is one too, unless another block has that name. */
function fileOf({ document, language, name, code }) {
  if (name !== undefined || language !== 'json') return name
  const file = `${kindOf({ code })}.json`
  return blocksOf(document).some((other) => other.name === file) ? undefined : file
}
const at = ({ document, line }) => `${document}:${line}`

test('there are documents, and every block is of a known language', () => {
  assert.ok(DOCUMENTS.includes('README.md') && DOCUMENTS.includes('web/page/README.md'), DOCUMENTS.join())
  for (const block of DOCUMENTS.flatMap(blocksOf))
    assert.ok(LANGUAGES.includes(block.language), `${at(block)}: found \`\`\`${block.language}, expected ${LANGUAGES}`)
})

test('what is not run is there', () => {
  for (const [document, lines] of Object.entries(NOT_RUN))
    for (const line of Object.keys(lines))
      assert.ok(
        blocksOf(document).some(({ language, code }) => language === 'sh' && code.split('\n').some((one) => one.startsWith(line))),
        `${document}: no line "${line}"`,
      ) // prettier-ignore
})

const CHOSEN = process.env.MARTELLO_DOCUMENT // one of them alone, while it is written
for (const document of CHOSEN ? [CHOSEN] : DOCUMENTS) {
  const blocks = blocksOf(document)
  if (blocks.some(({ language }) => ['sh', 'js', 'json', 'py'].includes(language)))
    test(document, { concurrency: 1 }, async (t) => {
      const folder = await folderFor(document)
      const write = (block) => writeFileSync(join(folder, fileOf(block)), block.code)
      // a command may name a file that is shown only after it
      for (const block of blocks.toReversed()) if (fileOf(block) !== undefined) write(block)
      const inputs = {
        interactions: await readInteractions([join(folder, 'ratings.csv')]),
        items: await readItems([join(folder, 'movies.csv')]),
        embeddings: null,
      }
      for (const block of blocks) {
        const { language, code } = block
        if (fileOf(block) !== undefined) write(block)
        if (language === 'sh')
          await t.test(`${at(block)} sh`, async () => {
            const skipped = Object.keys(NOT_RUN[document] ?? {})
            const lines = code.split('\n').filter((line) => !skipped.some((one) => line.startsWith(one)))
            await shell(folder, lines.join('\n'))
          })
        else if (language === 'json')
          await t.test(`${at(block)} ${fileOf(block) ?? kindOf(block)}`, async () => {
            const value = JSON.parse(code)
            const kind = kindOf(block)
            assert.ok(schemas[kind](value), JSON.stringify(schemas[kind].errors))
            if (kind === 'policy') await builds(inputs, value)
            else assert.ok(blocks.some((other) => other.language === 'sh' && other.code.includes(`--${kind} ${fileOf(block)}`)), 'a command uses it') // prettier-ignore
          })
        else if (language === 'js' && block.name === undefined && !IN_A_PAGE.includes(document))
          await t.test(`${at(block)} js`, async () => {
            writeFileSync(join(folder, `block-${block.line}.mjs`), code)
            const said = await shell(folder, `node block-${block.line}.mjs`)
            assert.notEqual(said, '', 'it prints something')
            if (document === 'README.md') assert.match(said, /^(Film \d+ .*(318|527).*\n){10}$/)
          })
        else if (language === 'py') await runPython(t, folder, block)
      }
    })
}

const SILENT = { say() {}, stage() {} }
const CAMPAIGN = { name: 'editors', ids: ['318', '4', '7'] }

/** Builds what the rules are about: films, and an editors' list. */
async function builds(inputs, policy) {
  const lists = new Map([
    [CAMPAIGN.name, CAMPAIGN.ids.map((id) => ({ id, weight: 1, start: -Infinity, end: Infinity }))],
  ])
  const campaigns = { lists, files: [{ path: 'editors.csv', rows: CAMPAIGN.ids.length }] }
  const config = { tune: false, threads: 1, dimension: 16, sources: { als: true, i2i: true, trending: true } }
  const { bytes } = await build({ ...inputs, campaigns }, config, 1, SILENT, policy)
  assert.ok(bytes.length > 0)
}

async function runPython(t, folder, block) {
  const command = pythonFor(block.code)
  const { check, makes } = STAND_INS[`${block.document} ${block.name}`] ?? {}
  assert.ok(makes, `${at(block)}: docs-stand-ins.mjs says what ${block.name} makes`)
  await check?.(folder, block.code)
  if (command === undefined) await makes(folder)
  await t.test(`${at(block)} py`, { skip: command === undefined && 'no Python here with what it imports' }, () => {
    python(command, folder, block.name)
  })
}

// -- README --------------------------------------------------------------------------------------------------------------

test('the README shows every command, and five lines of code', () => {
  const blocks = blocksOf('README.md')
  const shown = blocks.filter(({ language }) => language === 'sh').flatMap(({ code }) => code.split('\n'))
  for (const name of ['build', 'recommend', 'similar', 'search', 'features', 'eval', 'inspect'])
    assert.ok(shown.some((line) => line.startsWith(`npx martello ${name} `)), `martello ${name}`) // prettier-ignore
  const [{ code }, ...others] = blocks.filter(({ language }) => language === 'js')
  assert.deepEqual(others, [])
  assert.equal(code.trim().split('\n').length, 5)
})

// -- types ---------------------------------------------------------------------------------------------------------------

test('code agrees with the types of the package', async () => {
  const folder = await folderFor('types')
  const typed = DOCUMENTS.flatMap(blocksOf).filter(({ language }) => ['js', 'ts', 'jsx'].includes(language))
  assert.ok(typed.length > 5)
  const extension = { js: 'ts', ts: 'ts', jsx: 'tsx' }
  const files = typed.map((block) => {
    const folderOf = join(folder, block.document.replaceAll(/\W/g, '-'))
    mkdirSync(folderOf, { recursive: true })
    for (const script of readdirSync(join(root, dirname(block.document))).filter((one) => one.endsWith('.mjs')))
      copyFileSync(join(root, dirname(block.document), script), join(folderOf, script))
    const file = join(folderOf, `${block.line}.${extension[block.language]}`)
    writeFileSync(file, `${block.code}\nexport {}\n`)
    return file
  })
  writeFileSync(join(folder, 'around.d.ts'), AROUND)
  const compilerOptions = {
    ...{ strict: true, noImplicitAny: false, strictNullChecks: false, noEmit: true, target: 'es2023', module: 'esnext', moduleResolution: 'bundler' },
    ...{ jsx: 'react-jsx', types: ['node'], lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'], skipLibCheck: true },
    paths: { react: [`${root}/node_modules/@types/react`], 'react/jsx-runtime': [`${root}/node_modules/@types/react/jsx-runtime`] },
  } // prettier-ignore
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [...files, 'around.d.ts'] }))
  await shell(folder, `node ${root}/node_modules/typescript-native/bin/tsc -p tsconfig.json`)
})
