/** "Your data": every event of the profile with its undo; export, import and erase. The list is the profile, not a copy of it. */
import type { Profile } from '../../page/profile.js'
import { at, button, element, iconButton, input, many, say, text } from './dom.js'
import { titleOf } from './names.js'

const WORDS: Record<string, string> = { like: 'liked', dislike: 'not for me' }
const wordOf = (event: string | undefined) => WORDS[event ?? ''] ?? event ?? 'met'
const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export function wireData(profile: Profile): void {
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
    const file = input('import-file').files?.[0]
    if (file === undefined) return
    try {
      await profile.import(await file.text())
      problem(profile.problem)
      say(`Imported; ${many(profile.list().length, 'event')} now`)
    } catch (error) {
      problem((error as Error).message)
    }
    input('import-file').value = ''
  })
  const ask = (open: boolean) => {
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

function problem(sentence: string | null): void {
  at('profile-problem').hidden = !sentence
  at('profile-problem').textContent = sentence ?? ''
  if (sentence) say(sentence)
}

/** The newest first. `undo(n)` takes an event back. */
export function showData(profile: Profile, undo: (n: number) => void): void {
  const events = profile.list().toReversed()
  const list = at('events')
  const focused = [...list.children].findIndex((row) => row.contains(document.activeElement))
  list.replaceChildren(
    ...events.map(({ n, id, event, at: seconds }) => {
      const moment = element('time', '', when.format(seconds * 1000))
      moment.dateTime = new Date(seconds * 1000).toISOString()
      const about = element('span', 'event-about', `${wordOf(event)} · `, moment)
      const row = element('li', event ?? '', element('p', '', text('b', '', titleOf(id)), about))
      row.append(iconButton('cross', `Undo: ${wordOf(event)}, ${titleOf(id)}`, () => undo(n)))
      return row
    }),
  )
  list.hidden = events.length === 0
  at('no-events').hidden = events.length > 0
  button('export').disabled = button('erase').disabled = events.length === 0
  problem(profile.problem)
  if (focused >= 0)
    (list.children[Math.min(focused, events.length - 1)]?.querySelector('button') ?? at('events-head')).focus()
}
