/** Answers as the API gives them: items by id with what the bundle knows of them, and how they were found. */
import type { Core } from './core.js'
import type { Answer, AttributeValue, RecommendedItem, SearchTrace, Trace } from './request.js'
import { ruleNames } from './rules.js'
import { isSet, type Pick, type Slate } from './slate.js'

/** The answer to a request, of whose history `unknown` ids are not in the bundle. */
export function recommended(core: Core, slate: Slate, explain: boolean, unknown: number): Answer {
  const rules = ruleNames(core)
  const features = explain && slate.ranked > 0 ? core.featureNames() : []
  return {
    items: slate.picks.map((pick) => {
      const item = itemOf(core, pick, core.sources, explain)
      if (pick.reasons.length > 0)
        item.features = pick.reasons.map((r) => ({ name: features[r.feature]!, contribution: r.contribution }))
      if (explain && rules.length > 0)
        item.rules = { value: pick.value, penalty: pick.penalty, hits: pick.rules.map((rule) => rules[rule]!) }
      return item
    }),
    trace: traceOf(core, slate, rules, unknown),
  }
}

function traceOf(core: Core, slate: Slate, rules: readonly string[], unknown: number): Trace {
  const { sources, spaces, waiting } = core
  const [recall, rank, choice] = slate.ms as [number, number, number]
  return {
    history: slate.history,
    disliked: core.disliked,
    unknown,
    dropped: slate.dropped,
    recalled: Object.fromEntries(sources.map((name, s) => [name, slate.recalled[s]!])),
    candidates: slate.candidates,
    ranked: slate.ranked,
    truncated: sources.filter((_, s) => isSet(slate.truncated, s)),
    filled: slate.filled,
    stages: {
      recall: { in: core.items, out: slate.candidates },
      rank: { in: slate.candidates, out: slate.ordered },
      slate: { in: slate.ordered, out: slate.picks.length },
    },
    ms: { recall, rank, slate: choice },
    layers: Object.fromEntries(spaces.map((name, s) => [name, core.layers(s)])),
    waiting: sources.filter((_, s) => isSet(waiting, s)),
    skipped: Object.fromEntries(rules.map((name, r) => [name, slate.skipped[r]!]).filter((entry) => entry[1])),
  }
}

/** What a search for `words` found. */
export function found(
  core: Core,
  slate: Slate & { unmatched: number },
  explain: boolean,
  words: string[],
  unknown: number,
): Answer<SearchTrace> {
  const names = ['text', core.spaces[core.searchSpace], slate.history > 0 ? 'history' : undefined, 'popularity']
  return {
    items: slate.picks.map((pick) => itemOf(core, pick, names, explain)),
    trace: {
      words,
      unmatched: words.filter((_, w) => w < 32 && isSet(slate.unmatched, w)),
      recalled: byName(names.slice(0, 2), (s) => slate.recalled[s]!),
      candidates: slate.candidates,
      history: slate.history,
      unknown,
      truncated: slate.truncated > 0,
      ms: slate.ms[0]!,
    },
  }
}

/** What `of` says by number under each name. */
const byName = <T>(names: readonly (string | undefined)[], of: (s: number) => T): Record<string, T> =>
  Object.fromEntries(names.map((name, s) => [name!, of(s)] as const).filter(([name]) => name !== undefined))

/** `names`: of what brings items, as scores and ranks are numbered; undefined: there is none. */
function itemOf(core: Core, pick: Pick, names: readonly (string | undefined)[], explain: boolean): RecommendedItem {
  const brought = names.map((name, s) => ({ name: name!, rank: pick.ranks[s]! })).filter((source) => source.rank > 0)
  brought.sort((a, b) => a.rank - b.rank)
  const item: RecommendedItem = {
    id: core.id(pick.item),
    score: pick.score,
    attributes: attributesOf(core, pick.item),
    sources: brought.map((source) => source.name),
    because: pick.because.map((n) => core.id(n)),
  }
  if (pick.propensity > 0) item.propensity = pick.propensity
  if (explain) item.explain = byName(names, (s) => ({ score: pick.scores[s]!, rank: pick.ranks[s]! }))
  return item
}

/** The attributes of an item that are known. */
export function attributesOf(core: Core, item: number): Record<string, AttributeValue> {
  const known = core.attributes.map((name, a): [string, AttributeValue | undefined] => [name, valueOf(core, a, item)])
  // fromEntries makes own properties of all names, `__proto__` too
  return Object.fromEntries(known.filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined))
}

function valueOf(core: Core, attribute: number, item: number): AttributeValue | undefined {
  if (core.isOf(attribute, 'numbers') && !core.isDate(attribute)) {
    const value = core.attributeNumber(attribute, item)
    return Number.isNaN(value) ? undefined : value
  }
  const texts = core.attributeTexts(attribute, item)
  if (core.attributeType(attribute) === 'many') return texts.length > 0 ? texts : undefined
  return texts[0] || undefined
}
