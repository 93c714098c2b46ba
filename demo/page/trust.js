/**
 * The page's one Trusted Types policy: under `require-trusted-types-for 'script'` nothing may become a script's address but
 * what passes here, and only these two do.
 */
const SCRIPTS = ['martello/page-worker.js', 'sw.js']

const policy = globalThis.trustedTypes?.createPolicy('films', {
  createScriptURL(name) {
    if (!SCRIPTS.includes(name)) throw new TypeError(`${name} is no script of this page`)
    return new URL(name, import.meta.url).href
  },
})

export const script = (name) => policy?.createScriptURL(name) ?? new URL(name, import.meta.url).href
