const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** In powers of 1000, as file managers do: `0 B`, `12 kB`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`
}

const COUNT = new Intl.NumberFormat(undefined)

export function formatCount(count: number): string {
  return COUNT.format(count)
}
