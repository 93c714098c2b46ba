/** make serve: the films as a page, as anyone would serve theirs: `martello serve` with a file of looks. */
import { spawn } from 'node:child_process'
import { filmJob, ROOT } from './bundles.mjs'

const { path } = await (await filmJob()).build()
const port = process.env.PORT ? ['--port', process.env.PORT] : []
const args = ['dist/cli.js', 'serve', path, '--looks', 'demo/films.looks.json', ...port]
const server = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
server.on('exit', (code) => (process.exitCode = code ?? 0))
