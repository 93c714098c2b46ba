/** JSON files that people write: checked against their JSON Schema, wrong in one sentence. */
import { readFile } from 'node:fs/promises'
import type { ErrorObject } from 'ajv'
import { fileError } from '../read/errors.js'
import { InputError } from '../read/index.js'
import { parseJson } from '../read/json.js'
import { shown } from '../recommender/errors.js'

/** Nothing is checked often enough for what optimizing its check takes. */
const HOW = { allErrors: false, strict: true, allowUnionTypes: true, verbose: true, code: { optimize: false } }

/** Errors name the path in the file, what was found and what was expected. */
export async function readJson<T>(path: string, schema: object): Promise<T> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw fileError(path, error, 'a JSON file')
  }
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    throw new InputError({ file: path }, (error as Error).message, 'JSON')
  }
  return checked<T>(value, schema, path)
}

/** What was read, if it is as the schema says. */
export async function checked<T>(value: unknown, schema: object, path: string): Promise<T> {
  const { Ajv } = await import('ajv') // only where there is something to check
  const check = new Ajv(HOW).compile(schema)
  if (check(value)) return value as T
  // Of alternatives that all fail, the deepest problem says most, and at the same depth the last one, which is the sum of them.
  const problem = check.errors!.reduce((deepest, one) =>
    depth(one.instancePath) >= depth(deepest.instancePath) ? one : deepest,
  )
  const key = problem.instancePath.slice(1).replaceAll('/', '.')
  const part = key === '' ? 'the top level' : `key "${key}"`
  const extra =
    problem.keyword === 'additionalProperties'
      ? String((problem.params as { additionalProperty: string }).additionalProperty)
      : undefined
  if (extra !== undefined)
    throw new InputError(
      { file: path, part },
      `key "${extra}"`,
      `one of ${Object.keys(problem.parentSchema!['properties'] as object).join(', ')}`,
    )
  throw new InputError({ file: path, part }, shown(problem.data), expectedBy(problem))
}

const depth = (path: string) => path.split('/').length

const ABOUT_TYPES = ['anyOf', 'const', 'enum', 'maximum', 'minimum', 'multipleOf', 'type']

const expectedBy = ({ keyword, message, parentSchema }: ErrorObject): string =>
  ABOUT_TYPES.includes(keyword)
    ? words(parentSchema as Schema)
    : message!
        .replace(/^must (be |have )?/, '')
        .replace('NOT have fewer than', 'at least')
        .replace('NOT have more than', 'at most')

/** What the generated schemas say of a value. */
interface Schema {
  anyOf?: Schema[]
  const?: unknown
  enum?: unknown[]
  type: string | string[]
  minimum?: number
  maximum?: number
  multipleOf?: number
  items?: Schema
  minItems?: number
  maxItems?: number
  properties?: object
}

/** A schema in words: "an integer from 16 to 512, a multiple of 16". */
function words(schema: Schema): string {
  const { anyOf, type, minimum, maximum, multipleOf, items, minItems, maxItems, properties } = schema
  if (anyOf !== undefined) return anyOf.map(words).join(', or ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`
  if (Array.isArray(type)) return type.map((one) => words({ ...schema, type: one })).join(', or ')
  if (type === 'array') {
    const many = maxItems === undefined ? '' : minItems === maxItems ? ` of ${maxItems}` : ` of at most ${maxItems}`
    return `a list${many}, each ${words(items!)}`
  }
  if (type === 'object')
    return properties === undefined ? 'an object' : `an object of ${Object.keys(properties).join(', ')}`
  if (type === 'string') return 'a text'
  if (type === 'boolean') return 'true or false'
  if (type === 'null') return 'null'
  const range = minimum === undefined ? '' : ` from ${minimum}${maximum === undefined ? '' : ` to ${maximum}`}`
  return `${type === 'integer' ? 'an integer' : 'a number'}${range}${multipleOf === undefined ? '' : `, a multiple of ${multipleOf}`}`
}
