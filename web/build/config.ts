/** What a builder can be told, with the defaults. The JSON Schema beside this file is what editors complete from. */
import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import schema from './config.schema.json' with { type: 'json' };
import { fileError } from '../read/errors.js';
import { InputError } from '../read/index.js';

export interface Config {
  /** Columns by their part, where names do not tell: { "item_id": "sku" }. */
  columns?: Record<string, string | null>;
  /** Kinds of attributes by column: { "zip": "category", "notes": "skip" }. */
  kinds?: Record<string, 'text' | 'category' | 'multi' | 'number' | 'skip'>;
  /** Sources by name: false leaves one out, true keeps it whatever tuning says. */
  sources?: Partial<Record<SourceName, boolean>>;
  /** Neighbours and next items kept per item. Default 30 and 20. */
  neighbours?: number;
  transitions?: number;
  /** Dimensions of learned vectors. Default: chosen by held-out events between 64 and 128 for logs, 64 for content. */
  dimension?: number;
  /** Residual layers: bits of each, or "f32" for the float reference. Default [4]. */
  layers?: number[] | 'f32';
  /** Sub-spaces of the base codes. Default: half the dimension. */
  subspaces?: number;
  /** Metric of given embeddings. Default "ip". */
  metric?: 'ip' | 'cosine' | 'l2';
  /** Bits of a posting's weight: 4, 8 or 32. Default 4. */
  weightBits?: 4 | 8 | 32;
  /** What events are worth, by name: { "buy": 3, "dislike": -1 }. Unnamed ones are worth 1. */
  events?: Record<string, number>;
  /** The rating that says nothing, and the one that is worth 1. Default: every rating is worth 1. */
  ratings?: { zero: number; one: number };
  /** For a catalogue without a log: the number column by which items are popular. */
  popularity?: string;
  /** How many to recommend by default. Default 20. */
  shelf?: number;
  /** Search weights and decay on held-out events. Default true. */
  tune?: boolean;
  /** Worker threads. Default: one per core, 8 at most. The bundle does not depend on it. */
  threads?: number;
}

export const SOURCES = ['i2i', 'next', 'als', 'content', 'embeddings', 'attributes', 'popular', 'trending', 'new'] as const;
export type SourceName = (typeof SOURCES)[number];

/** Reads and checks a config file. Errors name the path in the file, what was found and what was expected. */
export async function readConfig(path: string): Promise<Config> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(path, error, 'a JSON file');
  }
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    throw new InputError({ file: path }, (error as Error).message, 'JSON');
  }
  const check = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true, verbose: true }).compile(schema);
  if (check(config)) return config as Config;
  // Of alternatives that all fail, the deepest problem says most, and at the same depth the last one, which is the sum of them.
  const problem = check.errors!.reduce((deepest, one) => (depth(one.instancePath) >= depth(deepest.instancePath) ? one : deepest));
  const key = problem.instancePath.slice(1).replaceAll('/', '.');
  const part = key === '' ? 'the top level' : `key "${key}"`;
  const extra = problem.keyword === 'additionalProperties' ? String((problem.params as { additionalProperty: string }).additionalProperty) : undefined;
  if (extra !== undefined) throw new InputError({ file: path, part }, `key "${extra}"`, `one of ${Object.keys(problem.parentSchema!['properties'] as object).join(', ')}`);
  throw new InputError({ file: path, part }, JSON.stringify(problem.data), expectedBy(problem));
}

const depth = (path: string) => path.split('/').length;

function expectedBy(problem: ErrorObject): string {
  if (problem.keyword === 'enum') return `one of ${(problem.schema as unknown[]).join(', ')}`;
  if (problem.keyword === 'anyOf') return (problem.parentSchema as { description: string }).description;
  return problem.message!.replace(/^must (be |have )?/, '');
}
