/** martello ope: what another policy would have earned, from logged slates that say how likely each was. */
import { readFile } from 'node:fs/promises'
import { openBundle } from './open.js'
import { flag, needed, parse, text, UsageError } from './options.js'
import { Bar } from './progress.js'
import { readPolicy, type Policy } from '../build/policy.js'
import { Broken } from '../judge/broken.js'
import { OffPolicy, type JudgedPlace, type OffPolicyReport } from '../judge/offpolicy.js'
import { readSlates, type LoggedSlate } from '../judge/slates.js'
import { fileSize } from '../read/bytes.js'
import { fileError, InputError } from '../read/errors.js'
import { MartelloError } from '../recommender/errors.js'
import type { Request } from '../recommender/request.js'
import { RULE_KEYS } from '../recommender/rules.js'
import type { Recommender } from '../entry/node.js'

const USAGE = `martello ope LOG --policy F [--bundle BUNDLE] [--json]

  LOG: a line of JSON for each slate that was shown: the "request" as recommend was given it, "items" as the answer had them (id and
  propensity), "clicks" (their ids) or "rewards" (a number by id), and who saw it ("user") and when ("at", in seconds), if known.
  The policy that showed them explores: { "exploration": { "method": "epsilon", "share": 0.1, "among": 20 } }.

  --policy    what is to be judged: another bundle; or a policy file, whose rules and weights are put over --bundle
  --bundle    the bundle that a policy file is for

  The policy is asked what it would have shown each time, without exploring. Says what it would have earned a slate, with 95 %
  intervals, beside what was shown: by IPS, SNIPS and doubly robust, which is the one to read. Where the log has too little of
  what the policy shows, it says from which place on it cannot tell. Lines that say no slate are left out and said, up to one in a
  hundred; a log with more of them is refused.`

export async function ope(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path],
  } = parse(args, { policy: { type: 'string' }, bundle: { type: 'string' }, json: { type: 'boolean' } }, ['LOG'], USAGE)
  const { rec, change } = await policyOf(needed(values, 'policy', USAGE), text(values, 'bundle'))
  const bar = new Bar(flag(values, 'json'))
  const judged = new OffPolicy()
  const broken = new Broken('lines')
  const [total, read] = [await fileSize(path!), { bytes: 0, slates: 0 }]
  const hear = (error: Error) => broken.add(error)
  for await (const slate of readSlates(path!, hear, (count) => (read.bytes += count))) {
    const places = judge(rec, change, slate, path!, hear)
    if (places === null) continue
    judged.add(slate.user, places)
    if (++read.slates % 500 === 0) bar.update('asking the policy', Math.min(read.bytes, total), total, read.slates)
  }
  bar.stop()
  broken.check(read.slates)
  if (read.slates === 0) throw new InputError({ file: path! }, 'no slates', 'a line of JSON for each')
  process.stderr.write(broken.said(read.slates))
  const report = { ...judged.report(), broken: broken.count }
  process.stdout.write(flag(values, 'json') ? `${JSON.stringify(report)}\n` : said(report))
}

/** The recommender that is judged, and what it changes in a request. */
async function policyOf(
  path: string,
  bundle: string | undefined,
): Promise<{ rec: Recommender; change: (request: Request) => Request }> {
  const start = await readFile(path).catch((error: unknown) => {
    throw fileError(path, error, 'a bundle or a policy file')
  })
  const isPolicy = /^\s*\{/.test(start.subarray(0, 64).toString('latin1'))
  if (!isPolicy && bundle !== undefined)
    throw new UsageError(`--bundle: found one beside --policy ${path}, which is a bundle itself\n\n${USAGE}`)
  if (isPolicy && bundle === undefined)
    throw new UsageError(
      `--bundle is missing: ${path} is a policy file, expected the bundle that it is for\n\n${USAGE}`,
    )
  const { rec } = await openBundle(isPolicy ? bundle! : path)
  const policy = isPolicy ? await readPolicy(path) : {}
  const weights = weightsOf(path, policy)
  return {
    rec,
    change: (request) => ({
      ...request,
      ...(policy.shelf !== undefined && request.k === undefined && { k: policy.shelf }),
      ...(Object.keys(weights).length > 0 && { weights: { ...request.weights, ...weights } }),
      policy: { ...request.policy, ...policy.rules, exploration: null },
    }),
  }
}

/** What of a policy file a request can say; the rest takes a bundle that was built with it. */
function weightsOf(path: string, { fusion, sources = {} }: Policy): Record<string, number> {
  const built = 'weights and rules alone; for the rest build a bundle with this policy, and give that'
  if (fusion !== undefined) throw new InputError({ file: path, part: 'key "fusion"' }, `"${fusion}"`, built)
  return Object.fromEntries(
    Object.entries(sources).map(([name, said]) => {
      const [other] = Object.keys(said).filter((key) => key !== 'weight')
      if (other !== undefined || typeof said.weight !== 'number')
        throw new InputError(
          { file: path, part: `key "sources.${name}"` },
          JSON.stringify(said),
          `one weight: ${built}`,
        )
      return [name, said.weight]
    }),
  )
}

/** No rules at all: what a ranking says of items that rules keep out. */
const UNRULED = Object.fromEntries(RULE_KEYS.filter((key) => key !== 'seed').map((key) => [key, null]))

/** What the policy would have shown, and what its ranking says of both; null: nobody can answer that request, as `hear` is told. */
function judge(
  rec: Recommender,
  change: (request: Request) => Request,
  slate: LoggedSlate,
  file: string,
  hear: (error: Error) => void,
): JudgedPlace[] | null {
  try {
    const request = change(slate.request)
    const wanted = rec.recommend(request).items.map(({ id }) => id)
    const asked = [...new Set([...slate.items.map(({ id }) => id), ...wanted])]
    const scored = rec.recommend({ ...request, allow: asked, k: asked.length, policy: UNRULED }).items
    const known = scored.filter(({ sources }) => sources.length > 0)
    const [best, worst] = [known[0]?.score ?? 0, known.at(-1)?.score ?? 0]
    const relevance = new Map(known.map(({ id, score }) => [id, best > worst ? (score - worst) / (best - worst) : 1]))
    return slate.items.map(({ id, propensity, reward }, place) => ({
      propensity,
      reward,
      agrees: wanted[place] === id,
      shown: relevance.get(id) ?? null,
      wanted: wanted[place] === undefined ? null : (relevance.get(wanted[place]) ?? 0),
    }))
  } catch (error) {
    if (!(error instanceof MartelloError)) throw error
    hear(new MartelloError(`${file}, line ${slate.line}: ${error.message}`))
    return null
  }
}

function said(report: OffPolicyReport): string {
  const { slates, users, places, told, shown, ips, snips, dr, gain } = report
  const figure = (name: string, { value, interval: [low, high] }: OffPolicyReport['dr'], signed = false) => {
    const number = (of: number) => `${signed && of >= 0 ? '+' : ''}${of.toFixed(4)}`
    return `${name.padEnd(16)}${number(value).padStart(9)}   ${number(low)} to ${number(high)}\n`
  }
  const lines = [
    `${slates} slates of ${users} people\n\nplace   begun so   effective sample   mean weight\n`,
    ...places.map(
      ({ agree, ess, weight }, j) =>
        `${String(j + 1).padStart(5)}${`${(100 * agree).toFixed(1)} %`.padStart(11)}${ess.toFixed(0).padStart(19)}${weight.toFixed(3).padStart(14)}\n`,
    ),
    '\n',
  ]
  if (told > 0)
    lines.push(
      `earned a slate${told < places.length ? `, on its first ${told === 1 ? 'place' : `${told} places`}` : ''}, 95 % interval\n`,
      figure('as it was shown', shown),
      figure('IPS', ips),
      figure('SNIPS', snips),
      figure('doubly robust', dr),
      figure('… less shown', gain, true),
      '\n',
      `${verdictOf(gain)}\n`,
    )
  if (report.obstacle !== null) lines.push(`${whyNot(report)}\n`)
  return lines.join('')
}

function verdictOf({ interval: [low, high] }: OffPolicyReport['gain']): string {
  if (low > 0) return 'the policy earns more than what was shown'
  return high < 0 ? 'the policy earns less than what was shown' : 'no difference that this log can tell'
}

/** What keeps a log from telling of the places from `told` on. */
function whyNot({ obstacle, places, told }: OffPolicyReport): string {
  const { ess, weight, error, agree } = places[told]!
  const from = told === 0 ? 'the log cannot tell' : `from place ${told + 1} on the log cannot tell`
  if (obstacle === 'propensities')
    return (
      `${from}: weights average ${weight.toFixed(3)} (± ${error.toFixed(3)}), expected 1; the propensities are not those of ` +
      'these slates, such as of another k, or of a slate that was changed before it was shown'
    )
  if (obstacle === 'unseen')
    return (
      `${from}: weights average ${weight.toFixed(3)} (± ${error.toFixed(3)}), expected 1; much of what the policy shows there was never ` +
      'shown. More exploration ("share", and a small "among") would tell, and interleave asks people without any'
    )
  return (
    `${from}: ${(100 * agree).toFixed(1)} % of its slates begin so, worth ${ess.toFixed(0)} slates of the policy's own, expected 100 ` +
    'or more. A longer log would tell, or interleave'
  )
}
