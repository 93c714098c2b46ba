/** martello check: what is understood of the inputs of a build, without building. */
import { accountLines } from './account.js'
import { INPUTS, named, readInputs } from './inputs.js'
import { flag, parse } from './options.js'
import { Bar } from './progress.js'
import { accountOf } from '../build/account.js'
import { leastPeople } from '../build/single.js'

const USAGE = `martello check [--interactions F]… [--items F]… [--embeddings F [--ids F]] [--neighbours F]… [--popularity F]
               [--graph F]… [--campaigns F]… [--user-tower F.onnx] [--ranker MODEL] [--policy F.json] [--config F.json] [--until TIME] [--json]

  Reads what a build would read, and says what it is taken for: columns, kinds, times, ratings, events, and how the files
  join. Nothing is trained. What is surely wrong is an error (exit code 1); a remark that begins with "look:" may be wrong.
  --json   the account as one object on stdout`

export async function check(
  args: string[],
  write = (text: string) => void process.stdout.write(text),
): Promise<number> {
  const { values } = parse(args, { ...INPUTS, json: { type: 'boolean' } }, [], USAGE)
  const bar = new Bar(flag(values, 'json'))
  const { inputs, config, errors } = await readInputs(values, bar, USAGE).finally(() => bar.stop())
  const { account, errors: found } = accountOf(inputs, config, errors.length > 0)
  const messages = [...errors, ...found].map((error) => named(error, values).message)
  const whole = { ...account, errors: messages }
  write(flag(values, 'json') ? `${JSON.stringify(whole)}\n` : accountLines(whole, leastPeople(config)))
  return messages.length > 0 ? 1 : 0
}
