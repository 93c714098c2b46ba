// Where Chromium is, and how it starts without asking anybody on the network.

export const CHROMIUM = process.env.MARTELLO_CHROMIUM ?? '/usr/bin/chromium'

export const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
