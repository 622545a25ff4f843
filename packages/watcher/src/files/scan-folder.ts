import { type BigIntStats, type Dirent, readdirSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'

/** A file found below a folder. */
export interface ScannedFile {
  readonly path: string
  /** From the folder where the scan began, '/'-separated. */
  readonly relativePath: string
  readonly stats: BigIntStats
}

export interface ScanOptions {
  /** The source folder, and the folder below it to scan: the same for all of it. */
  readonly root: string
  readonly relativeFolder: string
  /** Whether a file is worth its `stat`. */
  readonly wants: (relativePath: string, path: string) => boolean
  /** Whether a file is certainly as it was when it was last looked at, so that nothing need be told of it. */
  readonly isAsBefore?: (path: string) => boolean
  readonly unreadable: (path: string, error: Error) => void
  /** Told of each folder before it is read, and of each wanted file that is only linked to. */
  readonly passes?: (path: string, stats: BigIntStats) => void
}

/** Who looks at many files pauses after so many: they take well under a millisecond. */
export const STRIDE = 16

/**
 * All wanted files below a folder, symbolic links followed, each folder once. A generator, so that a large tree can
 * be gone through in slices; synchronous, since twenty thousand asynchronous `stat` calls cost ten times as much.
 * Now and then it yields null, a place to pause at: files that are as before would hold everything up without it.
 */
export function* scanFolder(options: ScanOptions): Generator<ScannedFile | null> {
  const { root, relativeFolder } = options
  yield* scan(options, { path: join(root, relativeFolder), relativePath: relativeFolder }, new Set())
}

interface Place {
  readonly path: string
  readonly relativePath: string
}

function* scan(options: ScanOptions, folder: Place, visited: Set<string>): Generator<ScannedFile | null> {
  for (const [index, entry] of readFolder(options, folder, visited).entries()) {
    if (index % STRIDE === 0) yield null
    // So it is with nearly all files at each sweep: nothing else is put together for them.
    if (entry.isFile() && options.isAsBefore?.(folder.path + sep + entry.name) === true) continue
    const place = placeIn(folder, entry.name)
    if (entry.isDirectory()) yield* scan(options, place, visited)
    else if (entry.isSymbolicLink()) yield* scanLink(options, place, visited)
    else if (entry.isFile()) yield* scanFile(options, place)
  }
}

// Put together by hand: `join` would take every path apart again, which a sweep of many files notices.
function placeIn({ path, relativePath }: Place, name: string): Place {
  return { path: path + sep + name, relativePath: relativePath === '' ? name : `${relativePath}/${name}` }
}

function* scanLink(options: ScanOptions, place: Place, visited: Set<string>): Generator<ScannedFile | null> {
  const target = look(options, place.path)
  if (target?.isDirectory()) yield* scan(options, place, visited)
  else if (target?.isFile()) yield* scanLinkedFile(options, place, target)
}

function* scanLinkedFile(options: ScanOptions, place: Place, target: BigIntStats): Generator<ScannedFile> {
  if (options.wants(place.relativePath, place.path)) options.passes?.(place.path, target)
  yield* scanFile(options, place)
}

function* scanFile(options: ScanOptions, { path, relativePath }: Place): Generator<ScannedFile> {
  if (!options.wants(relativePath, path)) return
  const stats = look(options, path)
  if (stats?.isFile()) yield { path, relativePath, stats }
}

function readFolder(options: ScanOptions, { path }: Place, visited: Set<string>): readonly Dirent[] {
  const stats = look(options, path)
  // A link can lead back to a folder above it.
  const key = stats === undefined ? undefined : `${stats.dev}:${stats.ino}`
  if (stats === undefined || key === undefined || visited.has(key)) return []
  visited.add(key)
  options.passes?.(path, stats)
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (!isGone(error)) options.unreadable(path, error as Error)
    return []
  }
}

function look(options: ScanOptions, path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch (error) {
    if (!isGone(error)) options.unreadable(path, error as Error)
    return undefined
  }
}

/** Tells an error that says that a file or folder is not there (any more). */
export function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR'
}
