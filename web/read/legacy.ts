/**
 * Which encoding a text is in that is not UTF-8; none says so itself. Those of East Asia take a character from two bytes, so
 * that a wrong one soon meets a pair that is none, or reads the wrong script; Western letters stand alone among ASCII.
 */

/** How much of `text` is of these characters. */
const share = (text: string, what: RegExp, of: RegExp) =>
  (text.match(what)?.join('').length ?? 0) / Math.max(1, text.match(of)?.join('').length ?? 0)

const OTHER = /[^\0-\x7f]/g
const KANA = /[\u3041-\u30ff]/g
const KANA_AND_KANJI = /[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]/g
const isJapanese = (text: string) => share(text, KANA, OTHER) > 0.03 && share(text, KANA_AND_KANJI, OTHER) > 0.9

/** By what iconv calls them, the first that fits; `bytes` have a character of each byte, `text` is what they say. */
const ENCODINGS: { name: string; label: string; fits: (text: string, bytes: string) => boolean }[] = [
  { name: 'CP932', label: 'shift_jis', fits: isJapanese },
  { name: 'EUC-JP', label: 'euc-jp', fits: isJapanese },
  { name: 'CP949', label: 'euc-kr', fits: (text) => share(text, /[\uac00-\ud7a3]/g, OTHER) > 0.85 },
  {
    // frequent characters begin with A4 to C6; nearly half of all end with a byte of ASCII
    name: 'BIG5',
    label: 'big5',
    fits: (_, bytes) =>
      share(bytes, /[\xa4-\xc6][@-~\xa1-\xfe]/g, PAIR) > 0.8 && share(bytes, /[\x81-\xfe][@-~]/g, PAIR) > 0.15,
  },
  {
    // frequent characters begin with B0 to D7, the others of GB 2312 with bytes up to F7
    name: 'GB18030',
    label: 'gb18030',
    fits: (_, bytes) => share(bytes, /[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]/g, PAIR) > 0.8,
  },
  { name: 'WINDOWS-1251', label: 'windows-1251', fits: (text) => share(text, /[а-яё]{2,}/gi, OTHER) > 0.8 },
]
const PAIR = /[\x81-\xfe][@-~\xa1-\xfe]/g

/** What iconv calls the likeliest encoding of some bytes, which may end within a character, and what TextDecoder does. */
export function encodingOf(bytes: Uint8Array): { name: string; label: string } {
  const each = Buffer.from(bytes).toString('latin1')
  const found = ENCODINGS.find(({ label, fits }) => {
    try {
      return fits(new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true }), each)
    } catch {
      return false
    }
  })
  return found ?? { name: 'WINDOWS-1252', label: 'windows-1252' }
}
