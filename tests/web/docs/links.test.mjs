// Links between the documents: each leads to a file that exists and a heading that it has, in the checkout and in what
// npm would publish, which holds every guide that its README leads to.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { DOCUMENTS, root, textOf } from '../helpers/docs.mjs'

/** What a document says outside of its code. */
const prose = (text) => text.replace(/^```.*?^```$/gms, '')

/** Where it leads to: { target, path, anchor }, relative links only, those of pictures too. */
function linksOf(document) {
  const text = prose(textOf(document)).replace(/`[^`\n]*`/g, '``')
  const found = [
    ...text.matchAll(/\]\(([^)\s]+)\)/g),
    ...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g),
    ...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm),
  ].map((match) => match[1])
  return found
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file, anchor] = target.split('#')
      return { target, path: file === '' ? document : normalize(join(dirname(document), file)), anchor }
    })
}

/** The anchors that GitHub gives a document's headings. */
function anchorsOf(document) {
  const seen = new Map()
  return [...prose(textOf(document)).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
}

test('links lead to files and headings that there are', () => {
  let links = 0
  for (const document of DOCUMENTS)
    for (const { target, path, anchor } of linksOf(document)) {
      links++
      assert.ok(existsSync(join(root, path)), `${document}: ${target} is no file`)
      if (anchor !== undefined) assert.ok(anchorsOf(path).includes(anchor), `${document}: ${target} is no heading: ${anchorsOf(path)}`) // prettier-ignore
    }
  assert.ok(links > 20, `${links} links`)
})

test('what the README says of others has a source, and every source is used', () => {
  const text = textOf('README.md')
  const [, table] = /^## Instead of .*?^(\|.*?)\n\n/ms.exec(text)
  const [head, , ...rows] = table.split('\n').map((row) => row.split('|').slice(1, -1))
  const others = head.map((name) => name.trim()).slice(2)
  assert.ok(rows.length > 10 && others.length === 6, table)
  for (const [question, , ...cells] of rows.slice(0, -1))
    // the last one is measured
    cells.forEach((cell, i) => assert.match(cell, /\[\[\d+\]\]/, `${others[i]}: ${question.trim()}`))
  const used = new Set([...text.matchAll(/\[\[(\d+)\]\]/g)].map((match) => match[1]))
  const defined = [...text.matchAll(/^\[(\d+)\]: https:/gm)].map((match) => match[1])
  assert.deepEqual([...used].sort(), defined.sort())
})

test('whoever reads the README finds every guide', () => {
  const reached = new Set(['README.md'])
  for (const document of reached) for (const { path } of linksOf(document)) if (path.endsWith('.md')) reached.add(path)
  const guides = DOCUMENTS.filter((document) => document !== 'THIRD-PARTY-NOTICES.md')
  assert.deepEqual([...reached].sort(), guides)
})

test('the package holds the guides that it leads to, and their pictures', () => {
  const [{ files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--silent', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
    }),
  )
  const packed = new Set(files.map((file) => file.path))
  const documents = DOCUMENTS.filter((document) => packed.has(document))
  assert.ok(documents.length >= 3, documents.join())
  for (const document of documents)
    for (const { target, path } of linksOf(document))
      if (/\.(md|svg|png)$/.test(path)) assert.ok(packed.has(path), `${document}: ${target} is not in the package`)
})
