/** The most memory that this process had at a time, its threads and WebAssembly among it; and bytes in words. */
import { readFileSync } from 'node:fs'

/** In bytes. Linux counts for each process by itself; what resourceUsage says there may be of whoever started it. */
export function peakMemory(): number {
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(status())?.[1] ?? process.resourceUsage().maxRSS
  return 1024 * Number(kilobytes)
}

function status(): string {
  try {
    return readFileSync('/proc/self/status', 'latin1')
  } catch {
    return ''
  }
}

/** Bytes as people say them. */
export const megabytes = (bytes: number) =>
  bytes < 1e6
    ? `${(bytes / 1e3).toFixed(1)} KB`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(2)} MB`
      : `${(bytes / 1e9).toFixed(2)} GB`
