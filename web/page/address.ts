/**
 * What a page of a site is called, whichever way its address is written: /guide, /guide/, /guide/index.html and /guide.html
 * are one page. The builder names pages by their files, a page in the browser by its address; both ask here.
 */

/** `path`: of the site's root, percent-encoded or not, with or without its slash. */
export function pageKey(path: string): string {
  const plain = decoded(path.replace(/[?#].*$/s, ''))
    .normalize()
    .replace(/^\/+|\/+$/g, '')
    .replace(/(^|\/)index\.(x?html?)$/i, '')
    .replace(/\.x?html?$/i, '')
  return `/${plain}`
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path // a percent sign that stands for itself
  }
}

/** Which of `count` files has what there is to know of a page (FNV-1a over its UTF-8). */
export function chunkOf(key: string, count: number): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(key)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash % count
}
