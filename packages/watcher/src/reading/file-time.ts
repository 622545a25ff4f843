import type { TrackedFile } from '../files/tracked-file.ts'
import { toMoment } from '../formats/entry-clock.ts'

/**
 * When a file was last written to, ISO 8601. Where that is no time that a clock shows (some archives set it to 0), when
 * it was made, and otherwise now.
 */
export function fileTime(file: Pick<TrackedFile, 'mtimeMs' | 'birthTimeNs'>): string {
  const born = Number(file.birthTimeNs / 1_000_000n)
  return toMoment(file.mtimeMs) ?? toMoment(born) ?? new Date().toISOString()
}
