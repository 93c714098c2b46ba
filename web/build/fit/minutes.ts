/** Minutes: the time that training by steps may take, counted from when it is first asked. */
export interface Minutes {
  /** Seconds until `share` of them have passed; below 0 where it is over. */
  left(share: number): number
}

export function minutesOf(minutes: number, now: () => number = () => performance.now()): Minutes {
  let start: number | undefined
  return {
    left(share) {
      start ??= now()
      return 60 * minutes * share - (now() - start) / 1000
    },
  }
}
