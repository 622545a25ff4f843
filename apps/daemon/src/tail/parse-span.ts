const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * A moment, given as a span before now (`90s`, `10m`, `2h`, `3d`) or as a date (ISO 8601).
 *
 * @returns milliseconds since the epoch; null for anything else
 */
export function parseSince(text: string, now: number): number | null {
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  if (amount !== undefined && unit !== undefined) return now - Number(amount) * (UNITS[unit] ?? 0)
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : date
}
