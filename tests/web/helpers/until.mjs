// Waiting for what is to come true. A test waits for it, never for a time: a slow machine is late, not wrong.

const PATIENCE = 60_000

/** Asks again and again until the answer is something; that answer. `explain` says what was found instead. */
export async function until(ask, explain = () => `it never came true: ${ask}`) {
  for (const begun = performance.now(); performance.now() - begun < PATIENCE;) {
    const answer = await ask()
    if (answer) return answer
    await new Promise((next) => setTimeout(next, 10))
  }
  throw new Error(explain())
}
