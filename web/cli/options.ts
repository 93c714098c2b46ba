/** Command lines: what each command takes, and errors that say what it does. */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { timeOf } from '../read/times.js'

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {}

export type Options = NonNullable<ParseArgsConfig['options']>
export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

/** `positionals`: what each is called; those in brackets need not be there, and one that ends in … takes all that are left. */
export function parse(
  args: string[],
  options: Options,
  positionals: readonly string[],
  usage: string,
): { values: Values; positionals: string[] } {
  let parsed
  try {
    parsed = parseArgs({
      args: positionals.length === 0 ? repeated(args, options) : args,
      options: { ...options, help: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    })
  } catch (error) {
    throw new UsageError(`${misread(error as Error, args)}\n\n${usage}`)
  }
  if (parsed.values['help'] === true) throw new UsageError(usage)
  const missing = positionals.slice(parsed.positionals.length).find((name) => !name.startsWith('['))
  const takesAll = positionals.at(-1)?.endsWith('…') === true
  if (missing !== undefined || (parsed.positionals.length > positionals.length && !takesAll)) {
    throw new UsageError(
      `${missing === undefined ? `Unexpected argument "${parsed.positionals[positionals.length]}"` : `${missing.replace('…', '')} is missing`}\n\n${usage}`,
    )
  }
  return { values: parsed.values as Values, positionals: parsed.positionals }
}

/** A shell makes several words of a pattern that is not quoted: each is a value of the option before it, where that takes several. */
function repeated(args: readonly string[], options: Options): string[] {
  let name: string | null = null
  return args.flatMap((arg, i) => {
    const isValue = !arg.startsWith('-')
    if (!isValue) name = options[arg.slice(2)]?.multiple ? arg : null
    return isValue && name !== null && args[i - 1] !== name ? [name, arg] : [arg]
  })
}

/** What Node's parser says, and for what begins with a dash and is no option, such as an id, how to write it. */
function misread({ message }: Error, args: readonly string[]): string {
  const [, ambiguous] = /^Option '(?:-\w, )?(--[^' ]+)(?: <value>)?' argument is ambiguous/.exec(message) ?? []
  if (ambiguous !== undefined)
    return `${ambiguous}: a value that begins with - is written ${ambiguous}=${args[args.indexOf(ambiguous) + 1]}`
  const [, unknown] = /^Unknown option '(-[^-].*?)'/.exec(message) ?? []
  const found = args.find((arg) => unknown !== undefined && arg.startsWith(unknown))
  if (found !== undefined)
    return `Unknown option ${found}; an argument that begins with - stands behind --: … -- ${found}`
  return message.replace(/\. To specify.*$/s, '')
}

export const text = (values: Values, name: string): string | undefined => values[name] as string | undefined
export const flag = (values: Values, name: string): boolean => values[name] === true
export const many = (values: Values, name: string): string[] => (values[name] as string[] | undefined) ?? []

export function whole(values: Values, name: string, fallback: number, least: number, most: number): number {
  const given = text(values, name)
  if (given === undefined) return fallback
  const number = Number(given)
  if (!Number.isInteger(number) || number < least || number > most)
    throw new UsageError(`--${name}: found "${given}", expected a whole number from ${least} to ${most}`)
  return number
}

/** A moment, in seconds: a date, or a Unix time in any unit. */
export function moment(values: Values, name: string): number | undefined {
  const given = text(values, name)
  const time = given === undefined ? undefined : timeOf(given)
  if (given !== undefined && (time === undefined || Number.isNaN(time)))
    throw new UsageError(`--${name}: found "${given}", expected a date such as 2016-01-31, or a Unix time`)
  return time
}

export function needed(values: Values, name: string, usage: string): string {
  const given = text(values, name)
  if (given === undefined) throw new UsageError(`--${name} is missing\n\n${usage}`)
  return given
}
