/**
 * The page's one Trusted Types policy: under `require-trusted-types-for 'script'` nothing may become a script's address but
 * what passes here, and only these two do.
 */
const SCRIPTS = ['martello/page-worker.js', 'sw.js']

interface Policies {
  createPolicy(name: string, rules: { createScriptURL(name: string): string }): { createScriptURL(name: string): URL }
}

const policy = (globalThis as { trustedTypes?: Policies }).trustedTypes?.createPolicy('martello', {
  createScriptURL(name) {
    if (!SCRIPTS.includes(name)) throw new TypeError(`${name} is no script of this page`)
    return new URL(name, import.meta.url).href
  },
})

/** The script's address, in a form that a worker may start from. */
export const script = (name: string): URL => policy?.createScriptURL(name) ?? new URL(name, import.meta.url)
