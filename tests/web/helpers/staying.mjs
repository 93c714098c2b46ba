// A process in which one command line runs after the other, for cli() of shop.mjs: the built one, whose start is loaded anew each time.

const CLI = new URL('../../../dist/cli.js', import.meta.url).href
const written = { stdout: '', stderr: '' }
for (const stream of ['stdout', 'stderr']) {
  process[stream].setMaxListeners(0)
  process[stream].write = (text, ...rest) => {
    written[stream] += text
    rest.find((one) => typeof one === 'function')?.()
    return true
  }
}
process.setMaxListeners(0)

let runs = 0
process.on('message', async ({ folder, args }) => {
  process.chdir(folder)
  written.stdout = written.stderr = ''
  process.argv.splice(2, Infinity, ...args)
  process.exitCode = undefined
  await import(`${CLI}?${++runs}`)
  process.send({ code: process.exitCode, ...written })
})
