import { closestMatch } from 'leven'

const MOST_TYPOS = 3

/** The candidate that was probably meant: the same but for case and separators, or a few typing errors away. */
export function suggest(name: string, candidates: Iterable<string>, mostTypos = MOST_TYPOS): string | null {
  const byPlainName = new Map([...candidates].map((candidate) => [plain(candidate), candidate]))
  const wanted = plain(name)
  const maxDistance = Math.min(mostTypos, Math.ceil(wanted.length / 3))
  const closest = closestMatch(wanted, [...byPlainName.keys()], { maxDistance })
  return closest === undefined ? null : (byPlainName.get(closest) ?? null)
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]/g, '')
}
