// workerd, as Cloudflare runs workers, of a folder with a config.capnp, on a port that is free. npm has it in build/matrix (make test-matrix).
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const WORKERD = join(import.meta.dirname, '../../build/matrix/node_modules/@cloudflare/workerd-linux-64/bin/workerd')

/** `by`: a command before it, as `taskset -c 1`. Whoever starts it kills it. */
export async function startWorkerd(folder, by = []) {
  const [command, ...args] = [...by, WORKERD, 'serve', '--control-fd=3', 'config.capnp']
  const server = spawn(command, args, { cwd: folder, stdio: ['ignore', 'inherit', 'ignore', 'pipe'] })
  const port = await new Promise((listening, failed) => {
    server.stdio[3].setEncoding('utf8').on('data', (line) => {
      const { event, port } = JSON.parse(line.trim().split('\n').at(-1))
      if (event === 'listen') listening(port)
    })
    server.on('exit', () => failed(new Error('workerd ended')))
  })
  return { server, port }
}
