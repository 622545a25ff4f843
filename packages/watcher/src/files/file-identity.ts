import type { BigIntStats } from 'node:fs'

/** Which file it is, whatever it is called: device, inode and birth time, as decimal strings. */
export interface FileIdentity {
  readonly device: string
  readonly inode: string
  readonly birthTimeNs: string
}

/** The key under which a file is known while it exists; an inode is free again once its file is gone. */
export function fileKey(stats: BigIntStats): string {
  return `${stats.dev}:${stats.ino}`
}

/**
 * Tells whether an inode holds another file than the one remembered, because its birth time differs. Where the file
 * system keeps none, statx(2) answers 0 for all; there the marker alone has to tell.
 */
export function isRecreated(known: { readonly birthTimeNs: string | bigint }, stats: BigIntStats): boolean {
  return stats.birthtimeNs !== 0n && BigInt(known.birthTimeNs) !== stats.birthtimeNs
}
