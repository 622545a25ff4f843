import type { BigIntStats } from 'node:fs'
import { expect, test } from 'vitest'
import { isRecreated } from '../../src/files/file-identity.ts'

const known = { device: '1', inode: '2', birthTimeNs: '1000' }
const stats = (birthtimeNs: bigint, ctimeNs: bigint) => ({ dev: 1n, ino: 2n, birthtimeNs, ctimeNs }) as BigIntStats

test('an inode with another birth time holds another file, also one that was only just made', () => {
  expect(isRecreated(known, stats(1000n, 5000n))).toBe(false)
  expect(isRecreated(known, stats(4000n, 5000n))).toBe(true)
  expect(isRecreated(known, stats(4000n, 4000n))).toBe(true)
})

test('a file system that keeps no birth times says nothing about it', () => {
  expect(isRecreated(known, stats(0n, 5000n))).toBe(false)
})
