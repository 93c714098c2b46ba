// What `npm install martello` brings along, measured where it lies: the packages of this checkout that the published one needs.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = new URL('../../..', import.meta.url).pathname
const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const placeOf = (name) => join(root, 'node_modules', name)

/** Those packages and what they need in turn. */
export function dependenciesOf(names, found = new Set()) {
  for (const name of names) {
    if (found.has(name)) continue
    found.add(name)
    dependenciesOf(Object.keys(manifestOf(placeOf(name)).dependencies ?? {}), found)
  }
  return found
}

export const directDependencies = () => Object.keys(manifestOf(root).dependencies)

/** Bytes of a package's files, without what it brought into its own folder. */
const bytesOf = (name) =>
  readdirSync(placeOf(name), { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && !join(entry.parentPath, entry.name).slice(placeOf(name).length).includes('/node_modules/'),
    ) // prettier-ignore
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)

/** { own, packages, total, by: { name: bytes with what it alone needs } }; `npm pack` says what is published. */
export function installedSizes() {
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--silent', '--ignore-scripts'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })) // prettier-ignore
  const names = directDependencies()
  const all = [...dependenciesOf(names)]
  const sizes = new Map(all.map((name) => [name, bytesOf(name)]))
  const by = names.map((name) => {
    const others = dependenciesOf(names.filter((other) => other !== name))
    const alone = [...dependenciesOf([name])].filter((one) => one === name || !others.has(one))
    return [name, alone.reduce((sum, one) => sum + sizes.get(one), 0)]
  })
  const total = packed.unpackedSize + [...sizes.values()].reduce((sum, one) => sum + one, 0)
  return { own: packed.unpackedSize, packages: all.length, total, by: Object.fromEntries(by.sort((a, b) => b[1] - a[1])) } // prettier-ignore
}
