/** "Your data": every event of the profile with its undo; export, import and erase. The list is the profile, not a copy of it. */
import { at, element, iconButton, many, say } from './dom.js'

const WORDS = { like: 'liked', dislike: 'not for me' }
const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export function wireData(profile) {
  at('export').addEventListener('click', () => {
    const url = URL.createObjectURL(new Blob([profile.export()], { type: 'application/json' }))
    const link = element('a')
    link.href = url
    link.download = 'martello-profile.json'
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
    say('Exported')
  })
  at('import').addEventListener('click', () => at('import-file').click())
  at('import-file').addEventListener('change', async () => {
    const [file] = at('import-file').files
    if (file === undefined) return
    try {
      await profile.import(await file.text())
      problem(profile.problem)
      say(`Imported; ${many(profile.list().length, 'event')} now`)
    } catch (error) {
      problem(error.message)
    }
    at('import-file').value = ''
  })
  const ask = (open) => {
    at('sure').hidden = !open
    at(open ? 'erase-no' : 'erase').focus()
  }
  at('erase').addEventListener('click', () => ask(true))
  at('erase-no').addEventListener('click', () => ask(false))
  at('erase-yes').addEventListener('click', async () => {
    await profile.erase()
    ask(false)
    say('Erased: this page knows nothing of you')
  })
}

function problem(sentence) {
  at('profile-problem').hidden = !sentence
  at('profile-problem').textContent = sentence ?? ''
  if (sentence) say(sentence)
}

/** The newest first. `titleOf(id)` names a film; `undo(n)` takes an event back. */
export function showData(profile, titleOf, undo) {
  const events = profile.list().toReversed()
  const focused = [...at('events').children].findIndex((row) => row.contains(document.activeElement))
  at('events').replaceChildren(
    ...events.map(({ n, id, event, at: seconds }) => {
      const title = element('b', '', titleOf(id))
      title.dir = 'auto'
      const moment = element('time', '', when.format(seconds * 1000))
      moment.dateTime = new Date(seconds * 1000).toISOString()
      const about = element('span', 'event-about', `${WORDS[event] ?? event ?? 'met'} · `, moment)
      const row = element('li', event ?? '', element('p', '', title, about))
      row.append(iconButton('cross', `Undo: ${WORDS[event] ?? event ?? 'met'}, ${titleOf(id)}`, () => undo(n)))
      return row
    }),
  )
  at('events').hidden = events.length === 0
  at('no-events').hidden = events.length > 0
  at('export').disabled = at('erase').disabled = events.length === 0
  problem(profile.problem)
  if (focused >= 0)
    (at('events').children[Math.min(focused, events.length - 1)]?.querySelector('button') ?? at('events-head')).focus()
}
