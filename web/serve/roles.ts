/** Which attribute is what on a card, found from names and kinds where the looks do not say. */
import { InputError } from '../read/index.js'
import type { AttributeFacts, Roles } from './facts.js'
import { AGES, isYear } from './kinds.js'
import type { Parts } from './looks.js'

/** Names by which people call these, in the languages that exports come in most. */
const NAMES = {
  title: /^(title|name|product_?name|product_?title|headline|label|titel|titre|t[ií]tulo|nom|nombre|标题|名称)$/i,
  price: /price|preis|prix|precio|prezzo|cost|amount|价/i,
  currency: /^(price_?)?(currency(_?code)?|w[äa]e?hrung|devise|moneda|valuta|waluta|通貨|货币)$/i,
  score: /rating|stars|score|imdb|review_?avg|bewertung|note/i,
  popularity: /^(votes|views|sales|sold|plays|downloads|reviews|(num|n|count)_?(of_)?(ratings|reviews|votes|sales))$/i,
}
/** Values of a colour: fewer than two tell nothing apart, and more than these nobody remembers. */
const COLOURS = [2, 60] as const

/** `counted`: what the build counted popularity by. Errors: a name in `parts` that is no attribute. */
export function rolesOf(
  attributes: readonly AttributeFacts[],
  parts: Parts,
  file: string,
  counted: string | null,
): Roles {
  const named = (name: string) => attributes.find((one) => one.name === name)
  const find = (...ways: ((one: AttributeFacts) => boolean)[]) =>
    ways.map((way) => attributes.find(way)).find((one) => one !== undefined)?.name ?? null
  for (const [part, said] of Object.entries(parts))
    for (const name of [said].flat())
      if (name !== null && !named(name as string))
        throw new InputError(
          { file, part: `key "attributes.${part}"` },
          `"${name}"`,
          `one of the bundle's attributes: ${attributes.map((one) => one.name).join(', ') || 'it has none'}`,
        )
  const number = (name: RegExp) => (one: AttributeFacts) => one.kind === 'number' && name.test(one.name)
  const isCurrency = ({ kind, name }: AttributeFacts) => kind === 'category' && NAMES.currency.test(name)
  const inside = attributes.filter(({ outside }) => !outside)
  const texts = attributes.filter(({ kind, origins }) => kind === 'text' && origins === undefined)
  const categories = attributes.filter(
    (one) =>
      (one.kind === 'category' || one.kind === 'many') && one.values!.length > 1 && !one.origins && !isCurrency(one),
  )
  const colours = categories.filter(({ values }) => values!.length >= COLOURS[0] && values!.length <= COLOURS[1])
  const price = find(number(NAMES.price))
  const found: Roles = {
    title:
      texts.find(({ name }) => NAMES.title.test(name))?.name ??
      find(({ name }) => NAMES.title.test(name)) ??
      texts[0]?.name ??
      null,
    image: find(({ origins }) => origins !== undefined),
    colour: colours[0]?.name ?? null,
    motif: null,
    about: categories.slice(0, 2).map(({ name }) => name),
    corner: price ?? find(isYear, ({ kind }) => kind === 'date'),
    currency: price && (attributes.find(isCurrency)?.name ?? null),
    score: find(number(NAMES.score)),
    popularity: counted ?? inside.find(number(NAMES.popularity))?.name ?? null,
    date: find(
      ({ kind, name }) => kind === 'date' && AGES.test(name),
      isYear,
      ({ kind }) => kind === 'date',
    ),
  }
  return { ...found, ...parts } as Roles
}
