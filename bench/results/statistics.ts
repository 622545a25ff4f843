/** The middle of the values; NaN for none. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** The value below which this share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** How far the values lie apart: largest over smallest. */
export function spread(values: readonly number[]): number {
  return Math.max(...values) / Math.min(...values)
}
