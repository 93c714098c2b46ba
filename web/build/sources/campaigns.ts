/** From campaign lists to sources: each list is one, under its own name, and speaks in its own time. */
import { InputError, type Campaigns } from '../../read/index.js'
import type { Learn } from '../../learn/learn.js'
import type { Catalogue } from '../catalogue.js'
import { campaignSection } from '../sections/campaign.js'
import { MAX_SOURCES, NAME_BYTES, ROLE, SOURCE } from '../../generated/numbers.js'
import { QUOTA, type Built } from './assemble.js'
import { SOURCES } from './index.js'

/** Loud enough to be seen among what is personal, not to drown it; a policy file says otherwise. */
const WEIGHT = 0.5

/** Candidates that a list of so many entries may bring. */
export const quotaOf = (entries: number): number => Math.min(QUOTA, Math.max(1, entries))

/** Adds the lists to what is built; unknown items are left out and counted. */
export function campaignSources(
  learn: Learn,
  catalogue: Catalogue,
  campaigns: Campaigns,
  built: Built,
  say: (line: string) => void,
): void {
  const file = campaigns.files.map(({ path }) => path).join(', ')
  const place = { file, field: 'list' }
  let ordinal = 0
  for (const [name, list] of campaigns.lists) {
    if (name === '' || Buffer.byteLength(name) > NAME_BYTES)
      throw new InputError(place, JSON.stringify(name), `a name of 1 to ${NAME_BYTES} bytes`)
    if (SOURCES.some((source) => source.name === name))
      throw new InputError(place, `"${name}"`, 'a name that is not that of a source the builder makes')
    if (built.sources.length >= MAX_SOURCES)
      throw new InputError(
        place,
        `${campaigns.lists.size} lists beside ${built.sources.length - ordinal} other sources`,
        `at most ${MAX_SOURCES} sources in all`,
      )
    const entries = list.flatMap(({ id, ...entry }) => {
      const item = catalogue.numberOf.get(id)
      return item === undefined ? [] : [{ item, ...entry }]
    })
    const unknown = list.length - entries.length
    say(
      `campaign ${name}: ${entries.length} entries${unknown === 0 ? '' : `; ${unknown} more name items that are not in the catalogue`}`,
    )
    built.sections.push(campaignSection(learn, name, entries, ordinal))
    built.sources.push({
      name,
      kind: SOURCE.campaign,
      role: ROLE.everybody,
      ordinal,
      quota: quotaOf(entries.length),
      last: 0,
      decay: 1,
      halfLife: 0,
      weight: [WEIGHT, WEIGHT, WEIGHT, WEIGHT],
    })
    ordinal++
  }
}
