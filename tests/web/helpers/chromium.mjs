// Where Chromium is, and how it starts without asking anybody on the network.
import { existsSync } from 'node:fs'

/** The whole browser: benches and `make test-matrix` are about what people have. */
export const CHROMIUM = process.env.MARTELLO_CHROMIUM ?? '/usr/bin/chromium'

const SHELL = '/usr/bin/chromium-headless-shell'

/** The same engine without the windows around it, where it is there: a page takes a quarter of the processor time. */
export const HEADLESS = process.env.MARTELLO_CHROMIUM ?? (existsSync(SHELL) ? SHELL : CHROMIUM)

export const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
