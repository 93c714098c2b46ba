// A generated site of pages with topics, none of which a single word gives away: each language has one vocabulary, as unevenly
// common as in a language; a topic is a handful of its middling words, each of which several topics share; a page takes a
// fifth of its words from its topic, a tenth from another one, the rest from everywhere; and every page has the same navigation,
// which names all topics, a sidebar of its section that knows nothing of the topic, and a footer.
import { uniforms } from './workload.mjs'

const LETTERS = {
  en: { letters: [...'etaoinshrdlucmfwypvbgk'], length: [3, 9], share: 0.5 },
  de: { letters: [...'enisratdhulcgmobwfkzäöüß'], length: [4, 12], share: 0.25 },
  zh: {
    letters: Array.from({ length: 900 }, (_, i) => String.fromCharCode(0x4e00 + 7 * i)),
    length: [1, 3],
    share: 0.15,
  },
  ar: { letters: [...'ابتثجحخدذرزسشصضطظعغفقكلمنهوي'], length: [3, 7], share: 0.1 },
}
const WORDS = 12_000
const TOPIC_WORDS = 40
const OF_TOPIC = 0.2
const OF_ANOTHER = 0.1

/** `count` pages of `topics` topics: { path, html, topic, language }. */
export function* generatedPages(count, topics = 80, seed = 11) {
  const draw = uniforms(seed)
  const below = (n) => Math.floor(n * draw())
  const languages = Object.entries(LETTERS).map(([language, { letters, length, share }]) => {
    const word = () =>
      Array.from({ length: length[0] + below(length[1] - length[0] + 1) }, () => letters[Math.floor(letters.length * draw() ** 1.4)]).join('') // prettier-ignore
    const vocabulary = [...new Set(Array.from({ length: 2 * WORDS }, word))].slice(0, WORDS)
    // from the two thousand words after the two hundred commonest: 80 topics of 40 words, each word in 1.6 of them
    const ofTopic = Array.from({ length: topics }, () =>
      Array.from({ length: TOPIC_WORDS }, () => vocabulary[200 + below(2000)]),
    )
    return { language, share, vocabulary, ofTopic, between: language === 'zh' ? '' : ' ' }
  })
  const pick = () => {
    let left = draw()
    return languages.find(({ share }) => (left -= share) < 0) ?? languages[0]
  }
  for (let page = 0; page < count; page++) {
    const { language, vocabulary, ofTopic, between } = pick()
    const topic = below(topics)
    const other = below(topics)
    const common = () => vocabulary[Math.floor(vocabulary.length ** draw()) - 1] ?? vocabulary[0]
    const of = (topic) => ofTopic[topic][Math.floor(TOPIC_WORDS * draw() ** 1.5)]
    const word = (mine = OF_TOPIC) => {
      const which = draw()
      return which < mine ? of(topic) : which < mine + OF_ANOTHER ? of(other) : common()
    }
    const text = (words, mine) => Array.from({ length: words }, () => word(mine)).join(between)
    const title = text(3 + below(4), 0.3)
    const paragraphs = Array.from({ length: 2 + below(8) }, () => `<p>${text(20 + below(60))}.</p>`)
    const section = below(12)
    const nav = ofTopic
      .map((words, t) => `<li><a href="/topic-${t}/">${words.slice(0, 2).join(between)}</a></li>`)
      .join('')
    const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${title} | Generated</title></head><body>
<div class="nav"><ul>${nav}</ul></div>
<div class="side">${Array.from({ length: 8 }, (_, i) => `<div>${vocabulary[300 + 8 * section + i]}</div>`).join('')}</div>
<div class="content"><h1>${title}</h1>${paragraphs.join('\n')}<h2>${text(3, 0.3)}</h2><p>${text(40)}.</p></div>
<div class="foot"><p>${vocabulary.slice(500, 530).join(between)}</p></div></body></html>`
    yield { path: `${language}/page-${page}/index.html`, html, topic, language }
  }
}
