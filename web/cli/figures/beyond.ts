/**
 * What is worth knowing of slates beside whether they hit, each next to the same of what people had met last, without which
 * a number says little:
 *
 *   coverage     share of the catalogue that anybody is shown                       Herlocker et al. 2004, Ge et al. 2010
 *   gini         how unevenly items are shown, 0 all alike, 1 only one              Fleder and Hosanagar 2009
 *   novelty      bits, −log2 of the share of people who had met an item             Zhou et al. 2010, Vargas and Castells 2011
 *   diversity    1 − cosine of two items of a slate, by vector or by attribute      Smyth and McClave 2001, Ziegler et al. 2005
 *   calibration  how far a slate's mix of an attribute is from the history's, KL    Steck 2018
 *
 * The last three are means over people, with intervals; coverage and gini are of all slates together, and depend on how many
 * there are.
 */
import { Sample, type Interval } from './sample.js'
import type { Core } from '../../recommender/core.js'
import { NOT_FOUND } from '../../recommender/slate.js'

/** A mean over the people of whom it is known, and the same of the items that they met last. */
export interface Beside {
  people: number
  slate: number
  interval: Interval | null
  history: number | null
}

export interface Beyond {
  coverage: number
  gini: { slate: number; history: number }
  novelty: Beside
  /** By the vectors of a space, and by the values of an attribute. */
  diversity: ({ by: 'vectors' | 'attribute'; name: string } & Beside)[]
  /** null: no attribute of categories. `everybody`: of a slate with the mix of the whole log. */
  calibration: ({ attribute: string; everybody: number } & Omit<Beside, 'history'>) | null
}

/** An item: its novelty, its values of the attribute, and its direction; null: nothing is known. */
interface Described {
  bits: number
  values: readonly number[]
  vector: Float32Array | null
}

/** How much of the history's mix the slate's takes on, so that what is missing does not count infinitely: Steck's α. */
const MIXED = 0.01

export class BeyondAccuracy {
  private readonly shown: Float64Array
  private readonly described = new Map<string, Described>()
  private readonly valueNumbers = new Map<string, number>()
  private readonly novelty = [new Sample(1, 'others'), new Sample(1, 'others')] as const
  private readonly byVectors = [new Sample(1, 'others'), new Sample(1, 'others')] as const
  private readonly byValues = [new Sample(1, 'others'), new Sample(1, 'others')] as const
  private readonly calibration = [new Sample(1, 'others'), new Sample(1, 'others')] as const
  private readonly mix: ReadonlyMap<number, number>
  private readonly attribute: number
  private readonly space: number

  /** `met`: how many of `people` met an item; `attribute`: whose mix is compared, null: what tells most. */
  constructor(
    private readonly core: Core,
    private readonly met: ReadonlyMap<string, number>,
    private readonly people: number,
    private readonly k: number,
    attribute: string | null,
  ) {
    this.shown = new Float64Array(core.items)
    this.attribute = attribute === null ? telling(core) : core.attributes.indexOf(attribute)
    this.space = core.spaces.findIndex((_, s) => core.dim(s) > 0)
    this.mix = this.attribute < 0 ? new Map() : this.mixOf(met.keys(), (id) => met.get(id)!)
  }

  /** What a person is shown, and what they had met, oldest first. */
  add(person: number, slate: readonly string[], history: readonly string[]): void {
    const last = [...new Set(history.toReversed())].slice(0, this.k)
    for (const id of slate) this.shown[this.core.find(id)]!++
    ;[slate, last].forEach((ids, of) => {
      const put = (samples: readonly Sample[], value: number) =>
        Number.isNaN(value) ? undefined : samples[of]!.add(person, [value])
      put(this.novelty, this.noveltyOf(ids))
      if (this.space >= 0) put(this.byVectors, apart(ids.flatMap((id) => this.describe(id).vector ?? [])))
      if (this.attribute >= 0) put(this.byValues, this.apartByValues(ids))
    })
    const wanted = this.attribute < 0 || history.length === 0 ? null : this.mixOf(history)
    if (wanted === null || wanted.size === 0) return
    this.calibration[0].add(person, [divergence(wanted, this.mixOf(slate))])
    this.calibration[1].add(person, [divergence(wanted, this.mix)])
  }

  figures(): Beyond {
    const { core, shown, met } = this
    const inCatalogue = Float64Array.from({ length: core.items }, (_, item) => met.get(core.id(item)) ?? 0)
    const diversity: Beyond['diversity'] = []
    if (this.byVectors[0].people.length > 0)
      diversity.push({ by: 'vectors', name: core.spaces[this.space]!, ...beside(this.byVectors) })
    if (this.byValues[0].people.length > 0)
      diversity.push({ by: 'attribute', name: core.attributes[this.attribute]!, ...beside(this.byValues) })
    const { history: everybody, ...calibration } = beside(this.calibration)
    return {
      coverage: shown.reduce((sum, count) => sum + Number(count > 0), 0) / Math.max(1, core.items),
      gini: { slate: gini(shown), history: gini(inCatalogue) },
      novelty: beside(this.novelty),
      diversity,
      calibration:
        everybody === null ? null : { attribute: core.attributes[this.attribute]!, ...calibration, everybody },
    }
  }

  private noveltyOf(ids: readonly string[]): number {
    return ids.reduce((sum, id) => sum + this.describe(id).bits, 0) / ids.length
  }

  private apartByValues(ids: readonly string[]): number {
    const sum = new Map<number, number>()
    let count = 0
    for (const id of ids) {
      const { values } = this.describe(id)
      if (values.length > 0) count++
      for (const value of values) sum.set(value, (sum.get(value) ?? 0) + 1 / Math.sqrt(values.length))
    }
    let square = 0
    for (const part of sum.values()) square += part * part
    return apartBy(square, count)
  }

  /** Shares of the values of the items, each of which counts as much as `worth` says, by its values alike. */
  private mixOf(ids: Iterable<string>, worth: (id: string) => number = () => 1): Map<number, number> {
    const mix = new Map<number, number>()
    let all = 0
    for (const id of ids) {
      const { values } = this.describe(id)
      if (values.length > 0) all += worth(id)
      for (const value of values) mix.set(value, (mix.get(value) ?? 0) + worth(id) / values.length)
    }
    for (const [value, sum] of mix) mix.set(value, sum / all)
    return mix
  }

  private describe(id: string): Described {
    const known = this.described.get(id)
    if (known !== undefined) return known
    const { core, attribute, space } = this
    const item = core.find(id)
    const texts = item === NOT_FOUND || attribute < 0 ? [] : core.attributeTexts(attribute, item)
    const values = texts.map((text) => {
      if (!this.valueNumbers.has(text)) this.valueNumbers.set(text, this.valueNumbers.size)
      return this.valueNumbers.get(text)!
    })
    const vector = item === NOT_FOUND || space < 0 ? null : core.vector(space, item)
    const length = vector === null ? 0 : Math.hypot(...vector)
    const bits = -Math.log2(Math.max(1, this.met.get(id) ?? 0) / Math.max(1, this.people))
    const described = { bits, values, vector: vector === null || length === 0 ? null : vector.map((x) => x / length) }
    this.described.set(id, described)
    return described
  }
}

function beside([slates, histories]: readonly [Sample, Sample]): Beside {
  return {
    people: slates.people.length,
    slate: slates.means()[0]!,
    interval: slates.intervals()[0]!,
    history: histories.people.length === 0 ? null : histories.means()[0]!,
  }
}

/** 1 − the mean cosine of two of so many unit vectors, from the square of their sum: no pair is looked at. */
const apartBy = (square: number, count: number) => (count < 2 ? NaN : 1 - (square - count) / (count * (count - 1)))

function apart(vectors: readonly Float32Array[]): number {
  const sum = new Float64Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) for (let d = 0; d < sum.length; d++) sum[d]! += vector[d]!
  return apartBy(
    sum.reduce((square, part) => square + part * part, 0),
    vectors.length,
  )
}

/** Kullback-Leibler, in nats. */
function divergence(wanted: ReadonlyMap<number, number>, found: ReadonlyMap<number, number>): number {
  let sum = 0
  for (const [value, share] of wanted)
    sum += share * Math.log(share / ((1 - MIXED) * (found.get(value) ?? 0) + MIXED * share))
  return sum
}

/** Of counts: 0 where all are equal, near 1 where one has all. */
export function gini(counts: Float64Array): number {
  const sorted = counts.slice().sort()
  let [weighted, all] = [0, 0]
  sorted.forEach((count, n) => {
    weighted += (2 * n + 1 - sorted.length) * count
    all += count
  })
  return all === 0 ? 0 : weighted / (sorted.length * all)
}

/** Items that are looked at to choose an attribute. */
const LOOKED_AT = 1000

/** The attribute of categories that most items have and share, several values before one; -1: there is none. */
function telling(core: Core): number {
  const every = Math.max(1, Math.floor(core.items / LOOKED_AT))
  const merits = core.attributes.map((_, attribute) => {
    if (!core.isOf(attribute, 'categories')) return 0
    const values = new Set<string>()
    let [having, all] = [0, 0]
    for (let item = 0; item < core.items; item += every) {
      const texts = core.attributeTexts(attribute, item)
      having += Number(texts.length > 0)
      all += texts.length
      for (const text of texts) values.add(text)
    }
    if (values.size < 2 || 2 * values.size > all) return 0
    return having + (core.attributeType(attribute) === 'many' ? LOOKED_AT : 0)
  })
  const most = Math.max(0, ...merits)
  return most === 0 ? -1 : merits.indexOf(most)
}
