/**
 * Rules of a slate, as people write them, and how they reach the core: records in the form of src/bundle/rules.h. The
 * policy file's `rules`, which the builder compiles into the bundle, and a request's `policy` are the same thing.
 *
 * Hard rules are never broken: require, deny, allow, frequency, caps, unique, nearDuplicates. The others bend where they
 * have to. What each does to a slate together with the rest is written down in src/rerank/slate.h.
 */
import {
  CONDITION,
  CONDITION_FLAG,
  MAX_POOL,
  MAX_POSITION,
  PATTERN,
  RECORD,
  RECORD_BYTES,
  RULE,
} from '../generated/numbers.js'
import type { Core } from './core.js'
import { refuse as fail } from './errors.js'
import { attributeOf, conditions, type Filter } from './filter.js'
import { NOT_FOUND } from './slate.js'

/** Items that a rule is about: all that is said must hold. */
export interface ItemMatch {
  /** As the filter of a request. */
  where?: Filter
  /** One of these. */
  ids?: readonly string[]
}

/** The same of candidates, who were brought by someone. */
export interface Match extends ItemMatch {
  /** Items that this source brought. */
  source?: string
}

/**
 * Rules of a slate: `policy` of a request, and `rules` of a policy file. Hard ones are never broken: require, deny, allow,
 * frequency, caps, unique, nearDuplicates. The others bend where they have to.
 */
export interface Rules {
  /** Only items for which this holds. */
  require?: Filter
  /**
   * No items that one of these is about.
   * @minProperties 1
   */
  deny?: readonly ItemMatch[]
  /**
   * Only items that one of these is about.
   * @minProperties 1
   */
  allow?: readonly ItemMatch[]
  /** No item that was shown so often, as the request's `impressions` tell; with an attribute: whose value was. */
  frequency?: readonly {
    /** @integer @minimum 1 @maximum 255 */
    most: number
    attribute?: string
  }[]
  /** At most so many with the same value of the attribute, or of the items that the cap is about, in any window. */
  caps?: readonly (Match & {
    attribute?: string
    /** @integer @minimum 0 @maximum 1000 */
    most: number
    /**
     * Slots next to each other; 0, the default: the slate.
     * @integer @minimum 0 @maximum 1000
     */
    window?: number
  })[]
  /** Attributes of which no value comes twice. */
  unique?: readonly string[]
  /** No two items whose vectors (default: of the first space) have a cosine of `similarity` or more. */
  nearDuplicates?: {
    /** @minimum -1 @maximum 1 */
    similarity: number
    space?: string
  }
  /** The item stands there, from 1, if no hard rule keeps it out. */
  pins?: readonly {
    id: string
    /** @integer @minimum 1 @maximum 1000 */
    position: number
  }[]
  /** At least so many of the slate, or such a share of it. */
  quotas?: readonly (Match & {
    /** @integer @minimum 0 @maximum 1000 */
    least?: number
    /** @minimum 0 @maximum 1 */
    share?: number
  })[]
  /** Relevance (1: the best candidate, 0: the last) is multiplied by `factor` (default 1), then `add` (default 0) is added. */
  boosts?: readonly (Match & {
    /** @minimum 0 @maximum 1000000 */
    factor?: number
    /** @minimum -1000000 @maximum 1000000 */
    add?: number
  })[]
  /**
   * Relevance halves with every `halfLife` seconds of age, by a date or a number attribute. What has no date counts as one
   * half-life old.
   */
  freshness?: {
    attribute: string
    /** @minimum 0.001 @maximum 1e12 */
    halfLife: number
    /** Of the attribute: Unix time, or calendar years. Default seconds. */
    unit?: keyof typeof UNITS
  }
  /** How much the mix of the attribute's values should be that of the history. */
  calibration?: {
    attribute: string
    /** @minimum 0 @maximum 1 */
    strength: number
  }
  /**
   * epsilon: this share of slots goes to a random candidate, of the best `among` that fit, and each item says its `propensity`.
   * thompson: this share of relevance is a click rate drawn from
   * what is known: number attributes, both or none, and the request's `clicks` and `impressions`. Seeded.
   * @dependencies { clicks: ['impressions'], impressions: ['clicks'] }
   */
  exploration?: {
    method?: 'epsilon' | 'thompson'
    /** @minimum 0 @maximum 1 */
    share: number
    /**
     * epsilon: of how many of the best that fit. Default 0: all that a slate is chosen from, 500 at most.
     * @integer @minimum 0 @maximum 500
     */
    among?: number
    /** A number attribute. */
    clicks?: string
    /** A number attribute. */
    impressions?: string
  }
  /**
   * 0: by relevance alone, to 1: by difference alone. Likeness is that of vectors (default: of the first space), or with an
   * `attribute` of shared values. A number keeps the rest as the bundle has it.
   * @minimum 0 @maximum 1
   */
  diversity?:
    | number
    | {
        /** @minimum 0 @maximum 1 */
        strength: number
        method?: 'mmr' | 'dpp'
        space?: string
        attribute?: string
        /**
         * Among how many candidates. Default 500, the most.
         * @integer @minimum 1 @maximum 500
         */
        pool?: number
      }
  /**
   * Which line each slot is for, a letter each; it repeats.
   * @minLength 1 @maxLength 32
   */
  pattern?: string
  /** By letter of the pattern: what the line takes. A line without conditions takes what is in no other line. */
  lines?: Readonly<Record<string, Match>>
  /**
   * Of exploration. Default 1.
   * @integer @minimum 0 @maximum 4294967295
   */
  seed?: number
}

/** Rules of a request: what stands under a key takes the place of what the bundle says under it; null switches it off. */
export type RequestRules = { readonly [Rule in keyof Rules]: Rules[Rule] | null }

type Kind = keyof typeof RULE
/** What people call each kind of rule, where they do not call it so; where one name stands for two, its `method` is the kind's. */
const CALLED: { [Rule in Kind]?: keyof Rules } = {
  cap: 'caps',
  near: 'nearDuplicates',
  pin: 'pins',
  quota: 'quotas',
  line: 'lines',
  boost: 'boosts',
  fresh: 'freshness',
  calibrate: 'calibration',
  epsilon: 'exploration',
  thompson: 'exploration',
  mmr: 'diversity',
  dpp: 'diversity',
}
const KINDS = Object.keys(RULE) as Kind[]
const calledOf = (kind: Kind) => CALLED[kind] ?? kind
/** The keys that rules may have. */
export const RULE_KEYS = [...new Set(KINDS.map(calledOf)), 'pattern', 'seed']
const kindsOf = (key: string) => KINDS.filter((kind) => calledOf(kind) === key)
const isRule = (what: number) => (Object.values(RULE) as number[]).includes(what)
const LISTS = ['deny', 'allow', 'frequency', 'caps', 'unique', 'pins', 'quotas', 'boosts']
/** Seconds of each, and when they begin: a year attribute holds calendar years. */
const UNITS = {
  seconds: [1, 0],
  milliseconds: [1e-3, 0],
  days: [86400, 0],
  years: [31556952, -1970 * 31556952],
} as const
const UNIT_NAMES = Object.keys(UNITS) as (keyof typeof UNITS)[]
/** Numbers of a rule: the operand that each becomes, least, most, and what it is if not said. */
type Numbers = Record<string, readonly ['count' | 'other' | 'amount' | 'extra', number, number, number?]>
const share = ['amount', 0, 1] as const
const NUMBERS: Record<string, Numbers> = {
  frequency: { most: ['count', 1, 255] },
  caps: { most: ['count', 0, MAX_POSITION], window: ['other', 0, MAX_POSITION, 0] },
  nearDuplicates: { similarity: ['amount', -1, 1] },
  pins: { position: ['count', 1, MAX_POSITION] },
  quotas: { least: ['count', 0, MAX_POSITION, 0], share: [...share, 0] },
  boosts: { factor: ['amount', 0, 1e6, 1], add: ['extra', -1e6, 1e6, 0] },
  freshness: { halfLife: ['amount', 1e-3, 1e12] },
  calibration: { strength: share },
  exploration: { share, among: ['count', 0, MAX_POOL, 0] },
  diversity: { strength: share, pool: ['count', 1, MAX_POOL, MAX_POOL] },
}
const WHOLE = ['count', 'other']
const MATCH = ['where', 'ids', 'source']
const OTHERS: Record<string, readonly string[]> = {
  deny: ['where', 'ids'],
  allow: ['where', 'ids'],
  frequency: ['attribute'],
  caps: ['attribute', ...MATCH],
  nearDuplicates: ['space'],
  pins: ['id'],
  freshness: ['attribute', 'unit'],
  calibration: ['attribute'],
  exploration: ['method', 'clicks', 'impressions'],
  diversity: ['method', 'space', 'attribute'],
}
/** Rules whose attributes are numbers. */
const NUMBERED = ['freshness', 'exploration']

/** What a record holds besides what it is, in the order in which src/bundle/rules.h draws it and says who reads which. */
interface Operands {
  /** An attribute or a source. */
  subject?: number
  /** How many, how far, or which flags. */
  count?: number
  /** A second attribute, an item, a space, a width. */
  other?: number
  amount?: number
  extra?: number
  low?: number
  high?: number
  list?: readonly number[]
}

/** Writes records and looks up names. */
class Compiler {
  readonly bytes: number[] = []
  /** Rules so far. */
  count = 0

  /** `strict`: a value or an id that no item has is a mistake, as in a policy file; in a request it is none. */
  constructor(
    readonly core: Core,
    readonly strict: boolean,
  ) {}

  record(what: number, operands: Operands = {}): void {
    const { subject = NOT_FOUND, count = 0, other = 0, amount = 0, extra = 0, low = 0, high = 0, list = [] } = operands
    const words = new Uint32Array(RECORD_BYTES / 4 + list.length)
    words.set([what, subject, count, other])
    new Float32Array(words.buffer).set([amount, extra], 4)
    new Float64Array(words.buffer, 24, 2).set([low, high])
    words.set([list.length], 10)
    words.set(list, RECORD_BYTES / 4)
    for (const byte of new Uint8Array(words.buffer)) this.bytes.push(byte)
    if (isRule(what)) this.count++
  }

  named(path: string, name: unknown, known: readonly string[]): number {
    const place = known.indexOf(name as string)
    return place >= 0 ? place : fail(path, name, `one of ${known.join(', ') || 'none: there are none'}`)
  }

  item(path: string, id: unknown): number {
    const found = typeof id === 'string' ? this.core.find(id) : fail(path, id, 'the id of an item')
    return found === NOT_FOUND && this.strict ? fail(path, id, 'the id of an item in the bundle') : found
  }

  /** An attribute of numbers, or of categories. */
  attribute(path: string, name: unknown, numbers = false): number {
    const found = attributeOf(this.core, path, name as string)
    return this.core.isOf(found, numbers ? 'numbers' : 'categories')
      ? found
      : fail(path, name, numbers ? 'an attribute of numbers' : 'an attribute of categories')
  }

  private condition(kind: keyof typeof CONDITION, operands: Operands): void {
    this.record(RECORD.condition + CONDITION[kind], operands)
  }

  private listed(kind: 'values' | 'items', operands: Operands & { list: number[] }): void {
    const known = [...new Set(operands.list)].filter((number) => number !== NOT_FOUND)
    this.condition(kind, { ...operands, list: known.sort((a, b) => a - b) })
  }

  match(path: string, { where, ids, source }: Match): void {
    if (where !== undefined)
      conditions(
        this.core,
        path,
        where,
        (subject, texts, negated, at) => {
          const list = texts.map((text) => {
            const found = this.core.findValue(subject, text)
            return found === NOT_FOUND && this.strict ? fail(at, text, 'a value that an item has') : found
          })
          this.listed('values', { subject, count: negated ? CONDITION_FLAG.not : 0, list })
        },
        (subject, { low, openLow, high, openHigh }, negated) =>
          this.condition('range', {
            subject,
            count:
              (negated ? CONDITION_FLAG.not : 0) |
              (openLow ? CONDITION_FLAG.open_low : 0) |
              (openHigh ? CONDITION_FLAG.open_high : 0),
            low,
            high,
          }),
      )
    if (ids !== undefined) {
      const list = Array.isArray(ids) ? ids : fail(`${path}.ids`, ids, 'a list of ids')
      this.listed('items', { list: list.map((id, i) => this.item(`${path}.ids[${i}]`, id)) })
    }
    if (source !== undefined)
      this.condition('source', { subject: this.named(`${path}.source`, source, this.core.sources) })
  }

  rule(key: string, path: string, said: Record<string, unknown>): void {
    const kinds = kindsOf(key)
    const numbers = NUMBERS[key] ?? {}
    const known = [...Object.keys(numbers), ...(OTHERS[key] ?? MATCH)]
    if (Object(said) !== said) fail(path, said, `an object of ${known.join(', ')}`)
    for (const field of Object.keys(said)) this.named(path, field, known)
    const operands: Operands = {}
    for (const [name, [operand, least, most, fallback]] of Object.entries(numbers)) {
      const value = said[name] ?? fallback
      const fits = typeof value === 'number' && value >= least && value <= most
      if (!fits || (WHOLE.includes(operand) && value % 1 !== 0))
        fail(`${path}.${name}`, value, `a number from ${least} to ${most}`)
      operands[operand] = value as number
    }
    const needs = key === 'freshness' || key === 'calibration'
    const attribute = (name = 'attribute') =>
      said[name] === undefined && !needs
        ? NOT_FOUND
        : this.attribute(`${path}.${name}`, said[name], NUMBERED.includes(key))
    const either = (name: string, choices: readonly string[]) =>
      this.named(`${path}.${name}`, said[name] ?? choices[0], choices)
    operands.subject = attribute()
    if (key === 'pins') {
      operands.other = this.item(`${path}.id`, said['id'])
      if (operands.other === NOT_FOUND) return
      operands.count! -= 1
    } else if (key === 'freshness') {
      const [scale, begin] = UNITS[UNIT_NAMES[either('unit', UNIT_NAMES)]!] // of a number; a date's is known
      operands.low = begin
      operands.high = scale
    } else if (key === 'exploration') {
      operands.subject = attribute('clicks')
      operands.other = attribute('impressions')
    } else if (key === 'nearDuplicates') operands.other = either('space', this.core.spaces)
    else if (key === 'diversity') {
      operands.other =
        said['attribute'] !== undefined || this.core.spaces.length === 0 ? NOT_FOUND : either('space', this.core.spaces)
      if (said['attribute'] === undefined && operands.other === NOT_FOUND) operands.subject = firstCategory(this.core)
      if (operands.subject === operands.other) return // there is nothing to tell items apart by
    }
    this.record(RULE[kinds[kinds.length > 1 ? either('method', kinds) : 0]!], operands)
    this.match(path, said)
  }

  lines(path: string, lines: Readonly<Record<string, Match>>, pattern: unknown): void {
    const first = this.count
    for (const [letter, line] of Object.entries(lines)) this.rule('lines', `${path}.lines.${letter}`, { ...line })
    if (typeof pattern !== 'string' || pattern === '' || pattern.length > PATTERN)
      fail(`${path}.pattern`, pattern, `up to ${PATTERN} letters, each the name of a line`)
    const slots = Array.from(pattern as string, (letter) => this.named(`${path}.pattern`, letter, Object.keys(lines)))
    this.record(RECORD.pattern, { list: slots.map((line) => first + line) })
  }
}

/**
 * The records of `rules`; `path` names them in messages. To be called after mt_begin: a diversity that is a number changes
 * what the bundle says.
 */
export function compileRules(core: Core, rules: RequestRules, path: string, strict = false): Uint8Array {
  const compiler = new Compiler(core, strict)
  if (Object(rules) !== rules) fail(path, rules, 'an object of rules')
  for (const [key, value] of Object.entries(rules as object)) {
    const at = `${path}.${key}`
    if (key === 'pattern') {
      if (value !== null && rules.lines == null) fail(at, value, '"lines" beside it')
      continue
    }
    if (key === 'seed') {
      compiler.record(RECORD.seed, { count: value >>> 0 === value ? value : fail(at, value, 'a whole number from 0') })
      continue
    }
    compiler.named(path, key, RULE_KEYS)
    if (typeof value === 'number' && ruleNames(core).includes(key)) {
      compiler.record(RECORD.strength, {
        amount: value >= 0 && value <= 1 ? value : fail(at, value, 'a number from 0 to 1'),
      })
      continue
    }
    for (const kind of kindsOf(key)) compiler.record(RECORD.drop, { count: RULE[kind] })
    if (value === null) continue
    if (key === 'require') {
      compiler.record(RULE.require)
      compiler.match(at, { where: value })
    } else if (key === 'lines') compiler.lines(path, value, rules.pattern)
    else if (key === 'diversity' && typeof value === 'number') compiler.rule(key, at, { strength: value })
    else if (!LISTS.includes(key)) compiler.rule(key, at, value)
    else if (!Array.isArray(value)) fail(at, value, 'a list')
    else if (key === 'unique')
      value.forEach((name, i) => compiler.record(RULE.unique, { subject: compiler.attribute(`${at}[${i}]`, name) }))
    else value.forEach((rule, i) => compiler.rule(key, `${at}[${i}]`, rule))
  }
  return Uint8Array.from(compiler.bytes)
}

function firstCategory(core: Core): number {
  core.await('diversity: which attribute tells items apart is not known')
  const first = core.attributes.findIndex((_, attribute) => core.isOf(attribute, 'categories'))
  return first < 0 ? NOT_FOUND : first
}

/** The names of the present request's rules, by their number: `caps[1]`, or `freshness`. */
export function ruleNames(core: Core): string[] {
  let counts: Record<string, number> = {}
  return core.ruleKinds().map((kind, rule) => {
    if (rule === core.bundleRules) counts = {} // what the request says replaces what the bundle says
    const key = calledOf(kind)
    counts[key] = (counts[key] ?? -1) + 1
    return LISTS.includes(key) || key === 'lines' ? `${key}[${counts[key]}]` : key
  })
}
