/** Durations as people and programs write them: `1h 30m`, `2 hrs 5 min`, `1:30:00`, and ISO 8601's `PT1H30M`; in minutes, or in seconds. */

const part = (unit: string) => `(?:(\\d+(?:\\.\\d+)?)\\s*${unit}\\.?)?[\\s,]*`
const SPELLED = new RegExp(`^${part('d(?:ays?)?')}${part('h(?:(?:ou)?rs?)?')}${part('m(?:in(?:ute)?s?)?')}${part('s(?:ec(?:ond)?s?)?')}$`) // prettier-ignore
const ISO = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/
/** Hours, minutes and seconds; of two parts nobody knows which they are. */
const CLOCK = /^()(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)$/
/** Days, hours, minutes and seconds, in seconds. */
const SECONDS = [86400, 3600, 60, 1]
/** No duration is longer, so that a pattern may look at it several times. */
const LONGEST = 40

/** Its parts, where a text is a duration; a number that stands alone is none. */
function partsOf(text: string): string[] | null {
  if (text.length > LONGEST) return null
  const found = (SPELLED.exec(text) ?? ISO.exec(text) ?? CLOCK.exec(text))?.slice(1)
  return found?.some((one) => one !== undefined) ? found : null
}

/** Whether durations are of seconds: one of them names some. */
export const haveSeconds = (texts: readonly string[]): boolean => texts.some((text) => partsOf(text)?.[3] !== undefined)

/** The seconds of a duration; undefined: it is none. */
export function durationSeconds(text: string): number | undefined {
  return partsOf(text.trim())?.reduce((sum, one, i) => sum + SECONDS[i]! * Number(one ?? 0), 0)
}
