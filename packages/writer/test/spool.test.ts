import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventRow } from '../src/intake/event-row.ts'
import { Spool } from '../src/outage/spool/spool.ts'
import { decodeSpool, encodeRecord, SPOOL_HEADER } from '../src/outage/spool/spool-record.ts'
import { ReportRecorder } from './support/report-recorder.ts'
import { scratch } from './support/scratch.ts'

const MAX_BYTES = 1_000_000
const text = fc.string({ minLength: 1, unit: 'grapheme' })

test('a spool file that is cut anywhere gives back the records before the cut, whole', () => {
  fc.assert(
    fc.property(fc.array(text), fc.nat(), (texts, position) => {
      const file = Buffer.concat([SPOOL_HEADER, ...texts.map(encodeRecord)])
      const cut = file.subarray(0, position % (file.length + 1))
      const decoded = decodeSpool(cut)
      expect(decoded.texts).toEqual(texts.slice(0, decoded.texts.length))
      expect(decoded.soundBytes).toBeLessThanOrEqual(cut.length)
      if (cut.length === file.length) expect(decoded).toEqual({ texts, soundBytes: file.length })
    }),
  )
})

test('a byte that was changed is noticed, and nothing false is read', () => {
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (texts, position, flip) => {
        const file = Buffer.concat([SPOOL_HEADER, ...texts.map(encodeRecord)])
        const at = position % file.length
        file[at] = (file[at] ?? 0) ^ flip
        const decoded = decodeSpool(file)
        expect(decoded.texts.length).toBeLessThan(texts.length)
        expect(decoded.texts).toEqual(texts.slice(0, decoded.texts.length))
      },
    ),
  )
})

test('whatever is appended, drained, crashed and opened again: what was acknowledged comes out, in order', async () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), torn: fc.uint8Array({ maxLength: 20 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('drain' as const), batches: fc.nat({ max: 3 }) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await using directory = await scratch()
      const open = (): Spool =>
        new Spool({ directory: directory.path, maxBytes: MAX_BYTES, report: new ReportRecorder() })
      let spool = open()
      let next = 0
      let waiting: string[] = []
      for (const action of steps) {
        if (action.do === 'append') {
          const rows = Array.from({ length: action.count }, () => row(next++))
          await spool.append(rows)
          waiting.push(...rows.map(({ key }) => key))
        } else if (action.do === 'crash') {
          await spool.close()
          await tear(directory.path, action.torn)
          spool = open()
          await spool.open()
        } else {
          let batches = action.batches
          const seen: string[] = []
          const empty = await spool.drain((rows) => {
            if (batches-- === 0) return Promise.resolve(false)
            seen.push(...rows.map(({ key }) => key))
            return Promise.resolve(true)
          })
          expect(waiting.slice(0, seen.length)).toEqual(seen)
          // A file that was delivered only in part is delivered again; identity makes that harmless.
          waiting = empty ? [] : waiting.slice(waiting.length - spool.count)
        }
        expect(spool.count).toBe(waiting.length)
      }
      expect(await drainAll(spool)).toEqual(waiting)
      await spool.close()
    }),
    { numRuns: 40 },
  )
})

test('a torn record is set aside and told; what was acknowledged is there', async () => {
  await using directory = await scratch()
  const report = new ReportRecorder()
  const settings = { directory: directory.path, maxBytes: MAX_BYTES, report }
  const before = new Spool(settings)
  await before.append([row(1), row(2), row(3)])
  await before.close()
  const [name = ''] = await readdir(directory.path)
  const path = join(directory.path, name)
  await truncate(path, (await readFile(path)).length - 5)

  const after = new Spool(settings)
  await after.open()

  expect(after.count).toBe(2)
  expect(report.of('spoolDamaged')).toMatchObject([{ file: path }])
  expect(await drainAll(after)).toEqual(['key-1', 'key-2'])
  expect(await readdir(directory.path)).toEqual([`${name}.damaged`])
})

test('a full spool refuses, and takes more once it was drained', async () => {
  await using directory = await scratch()
  const spool = new Spool({ directory: directory.path, maxBytes: 400, report: new ReportRecorder() })
  await spool.append([row(1), row(2)])
  await expect(spool.append(Array.from({ length: 10 }, (_, index) => row(index)))).rejects.toThrow(/limit of 400 bytes/)
  expect(spool.count).toBe(2)
  await drainAll(spool)
  await spool.append([row(3)])
  expect(await drainAll(spool)).toEqual(['key-3'])
  await spool.close()
})

test('a directory that cannot be used is an error, not a loss without a word', async () => {
  await using directory = await scratch()
  const notADirectory = join(directory.path, 'file')
  await writeFile(notADirectory, '')
  const spool = new Spool({ directory: notADirectory, maxBytes: MAX_BYTES, report: new ReportRecorder() })
  await expect(spool.append([row(1)])).rejects.toThrow(/EEXIST|ENOTDIR/)
  expect(spool.count).toBe(0)
})

function row(index: number): EventRow {
  const key = `key-${index}`
  const json = JSON.stringify({
    event_key: key,
    event_type: 'hook_received',
    session_uuid: null,
    payload: { text: 'ä'.repeat(index % 50) },
  })
  return { key, type: 'hook_received', session: null, json, origin: null }
}

/** What a crash leaves after the last acknowledged record: anything. */
async function tear(directory: string, torn: Uint8Array): Promise<void> {
  const last = (await readdir(directory))
    .filter((name) => name.endsWith('.log'))
    .sort()
    .at(-1)
  if (last !== undefined) await appendFile(join(directory, last), torn)
}

async function drainAll(spool: Spool): Promise<readonly string[]> {
  const keys: string[] = []
  await spool.drain((rows) => {
    keys.push(...rows.map(({ key }) => key))
    return Promise.resolve(true)
  })
  return keys
}
