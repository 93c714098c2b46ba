/** JSON of any file: what the platform parses, if it is not nested beyond all that holds data. */

/** Deeper values overflow the stack of whoever walks through them. */
const DEEPEST = 1000

/** Throws SyntaxError, in the platform's words, or in ours where lists and objects are nested too deep. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  if (text.length > DEEPEST && depthOf(text) > DEEPEST) throw new SyntaxError(`nested deeper than ${DEEPEST}`)
  return value
}

/** How deep a text that is JSON is nested. */
function depthOf(text: string): number {
  let [depth, deepest, quoted] = [0, 0, false]
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]
    if (quoted && letter === '\\') i++
    else if (letter === '"') quoted = !quoted
    else if (quoted) continue
    else if (letter === '[' || letter === '{') deepest = Math.max(deepest, ++depth)
    else if (letter === ']' || letter === '}') depth--
  }
  return deepest
}
