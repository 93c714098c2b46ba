/** Times in milliseconds, and what is said of them. */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
}

export function p50p99(times: readonly number[]): { p50_ms: number; p99_ms: number } {
  const sorted = Float64Array.from(times).sort()
  return { p50_ms: quantile(sorted, 0.5), p99_ms: quantile(sorted, 0.99) }
}
