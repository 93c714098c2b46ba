// Long runs: `make test-long` sets LONG and goes through all of them; `make test` takes a sample that meets every kind.
export const LONG = Boolean(process.env.LONG)

/** So many rounds of the same draws: all, or the first of them. */
export const rounds = (all, sample) => (LONG ? all : sample)
