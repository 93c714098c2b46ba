/** JSON files that people write: checked against their JSON Schema, wrong in one sentence. */
import { readFile } from 'node:fs/promises'
import { Ajv, type ErrorObject } from 'ajv'
import { fileError } from '../read/errors.js'
import { InputError } from '../read/index.js'

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
    value = JSON.parse(text)
  } catch (error) {
    throw new InputError({ file: path }, (error as Error).message, 'JSON')
  }
  const check = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true, verbose: true }).compile(schema)
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
  throw new InputError({ file: path, part }, JSON.stringify(problem.data), expectedBy(problem))
}

const depth = (path: string) => path.split('/').length

function expectedBy(problem: ErrorObject): string {
  if (problem.keyword === 'enum') return `one of ${(problem.schema as unknown[]).join(', ')}`
  if (problem.keyword === 'anyOf')
    return (problem.parentSchema as { description: string }).description.replace(/\. .*$/, '') // without its default
  return problem.message!.replace(/^must (be |have )?/, '')
}
