/** How this package says that something is wrong: one sentence, from one kind of error. */

/**
 * Why what came is not taken, where a key says who may have signed it. 'unsigned': there is no manifest. 'altered', 'cut': it or
 * the bundle is not what was signed, or not all of it. 'rollback': older than what was seen. 'expired'. 'key': somebody else
 * signed it. 'unsupported': this runtime knows no Ed25519.
 */
export type Reason = 'unsigned' | 'altered' | 'cut' | 'rollback' | 'expired' | 'key' | 'unsupported'

/** What every failure of this package throws: one sentence that names the place, what was found and what was expected. */
export class MartelloError extends Error {
  override name = 'MartelloError'
  /** Of what is signed: why it is not taken. */
  readonly code: Reason | undefined

  /** `parts`: those of a sentence about what somebody wrote, for whoever says it in other words. */
  constructor(
    message: string,
    readonly parts?: { where: string; found: string; expected: string },
    { code, ...options }: ErrorOptions & { code?: Reason | undefined } = {},
  ) {
    super(message, options)
    this.code = code
  }
}

/** The same sentence of something signed, with its reason. */
export const refused = (code: Reason | undefined, message: string): MartelloError =>
  new MartelloError(message, undefined, { code })

const SHOWN = 200

/** A value as a message shows it: never too long, and whatever it is. */
export function shown(value: unknown): string {
  let text: string
  try {
    text = (typeof value === 'number' ? undefined : JSON.stringify(value)) ?? String(value)
  } catch {
    text = typeof value === 'bigint' ? `${value}n` : Object.prototype.toString.call(value) // a circle, or a bigint in it
  }
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

export function refuse(where: string, value: unknown, expected: string): never {
  const found = shown(value)
  throw new MartelloError(`${where}: found ${found}, expected ${expected}`, { where, found, expected })
}

export function typed<T extends string | number | boolean>(
  field: string,
  value: T,
  type: 'string' | 'number' | 'boolean',
  expected: string,
): T {
  return typeof value === type ? value : refuse(field, value, expected)
}

/** A whole number within bounds. */
export function whole(field: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  return refuse(field, value, `a whole number from ${least} to ${most}`)
}

/** What an object says, key by key. */
export function entriesOf<T>(where: string, value: Readonly<Record<string, T>>, expected: string): [string, T][] {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isPlain ? Object.entries(value) : refuse(where, value, expected)
}

export function knownKeys(call: string, options: object, known: readonly string[], expected: string): void {
  for (const [key] of entriesOf(call, options as Record<string, unknown>, expected))
    if (!known.includes(key))
      throw new MartelloError(`${call}: found option ${shown(key)}, expected ${known.join(', ')}`)
}
