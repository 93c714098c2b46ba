// What `npm install martello` puts on a disk, and what each dependency is of it: node tests/bench/installed.mjs
import { installedSizes } from '../web/helpers/installed.mjs'

const { own, packages, total, by } = installedSizes()
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`
console.log(
  `installed: ${megabytes(total)} in files, of which martello ${megabytes(own)}; ${packages} packages besides`,
)
for (const [name, bytes] of Object.entries(by))
  console.log(`  ${name.padEnd(24)} ${megabytes(bytes).padStart(8)}, with what it alone needs`)
