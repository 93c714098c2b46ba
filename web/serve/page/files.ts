/** What the service worker stores. Another file of this name is made when the page is served (site.ts). */
export const version: string = ''
export const files: readonly string[] = []
