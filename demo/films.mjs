/**
 * vega-datasets' movies.json as a catalogue: 3,201 films with honest flaws. What can be mended is mended, what cannot
 * is dropped, and both are counted:
 *   - titles that are numbers (300, 1941) become text; a film without a title is dropped
 *   - Latin-1 text that somebody once read as MacRoman ("LÈon") is read again ("Léon")
 *   - years were written with two digits, so films before 1930 or so came out a century late (Ben-Hur, 2025)
 *   - namesakes (Casino Royale of 1967 and 2006) carry the same IMDb figures; nobody can say whose they are, so neither
 *     keeps them
 */

/** The file ends in 2010, but for one film that was announced for 2011. */
const LAST_YEAR = 2011

/** rows: parsed movies.json. Returns the films, each with an id that a reader can recognise, and what was changed. */
export function filmsOf(rows) {
  const changed = { dropped: 0, titles: 0, letters: 0, years: 0, figures: 0 }
  const namesakes = new Map()
  for (const row of rows) namesakes.set(row.Title, (namesakes.get(row.Title) ?? 0) + 1)
  const taken = new Set()
  const films = []
  for (const row of rows) {
    if (row.Title === null) {
      changed.dropped++
      continue
    }
    if (typeof row.Title !== 'string') changed.titles++
    const title = mended(String(row.Title))
    const director = row.Director && mended(row.Director)
    if (title !== String(row.Title) || director !== row.Director) changed.letters++
    let year = Number(/\d{4}$/.exec(row['Release Date'])[0])
    if (year > LAST_YEAR) {
      year -= 100
      changed.years++
    }
    const shared = namesakes.get(row.Title) > 1 && row['IMDB Votes'] !== null
    if (shared) changed.figures++
    films.push({
      item_id: idOf(title, year, taken),
      title,
      genre: row['Major Genre'],
      director,
      kind: row['Creative Type'],
      based_on: row.Source,
      rated: row['MPAA Rating'],
      distributor: row.Distributor,
      year,
      imdb: shared ? null : row['IMDB Rating'],
      votes: shared ? null : row['IMDB Votes'],
    })
  }
  return { films, changed }
}

/** "The Dark Knight", 2008 → the-dark-knight-2008. */
function idOf(title, year, taken) {
  const slug = title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  let id = `${slug}-${year}`
  for (let n = 2; taken.has(id); n++) id = `${slug}-${year}-${n}`
  taken.add(id)
  return id
}

const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
const macRoman = new Map([...new TextDecoder('macintosh').decode(bytes)].map((letter, byte) => [letter, byte]))

function mended(text) {
  const letters = [...text]
  if (!letters.every((letter) => macRoman.has(letter))) return text
  return String.fromCharCode(...letters.map((letter) => macRoman.get(letter))).replaceAll('\x85', '…')
}
