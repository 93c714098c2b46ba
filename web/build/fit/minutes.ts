/** Minutes: the time that training by steps may take, counted from when it is first asked. */
export interface Minutes {
  /** Seconds until `share` of them have passed; below 0 where it is over. */
  left(share: number): number
  /** The first `share` of them, on the same clock. */
  until(share: number): Minutes
  /** Whether all of them have passed. */
  isOver(): boolean
}

/**
 * Where a ranker is trained too, what other models may take of the time, and what they may have taken when they have learned once
 * more, without what the ranker is to find. What is not taken by then is left to the ranker.
 */
export const BEFORE_RANKER = { models: 1 / 2, again: 3 / 4 } as const

export function minutesOf(minutes: number, now: () => number = () => performance.now()): Minutes {
  let start: number | undefined
  const of = (part: number): Minutes => ({
    left(share) {
      start ??= now()
      return 60 * minutes * part * share - (now() - start) / 1000
    },
    until: (share) => of(part * share),
    isOver: () => start !== undefined && now() - start > 60_000 * minutes * part,
  })
  return of(1)
}
