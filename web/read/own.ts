/** What a config says under a name that stands in somebody's data; a column may be called `constructor`, or `__proto__`. */
export const own = <T>(said: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  said !== undefined && Object.hasOwn(said, name) ? said[name] : undefined
