import { readFileSync, statSync } from 'node:fs'
import { expect } from 'vitest'
import type { Verification } from '../../../src/verify/verification.ts'
import type { Machine } from '../../support/turnlog.ts'
import { until } from '../../support/until.ts'

/** The texts in these files, read without any of turnlog's own code. */
export function textsIn(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { message: { content: string } }).message.content),
  )
}

/** Waits until every cursor stands at the end of its file. */
export async function caughtUp(machine: Machine, paths: readonly string[], timeoutMs = 60_000): Promise<void> {
  const sizes = paths.map((path) => [path, statSync(path).size] as const)
  await until(
    async () => {
      const offsets = await readOffsets(machine).catch(() => new Map<string, number>())
      return sizes.flatMap(([path, size]) => {
        const committed = offsets.get(path)
        return committed === size ? [] : [{ path, size, committed: committed ?? null }]
      })
    },
    (behind) => behind.length === 0,
    timeoutMs,
  )
}

/**
 * The one rule: rows in the database = what the files say, none missing, none twice, cursors at the ends of the files,
 * and `turnlog verify` agrees.
 */
export async function expectRecorded(
  machine: Machine,
  paths: readonly string[],
  { except = [] }: { readonly except?: readonly string[] } = {},
): Promise<void> {
  await caughtUp(machine, paths)
  const expected = textsIn(paths).filter((text) => !except.includes(text))
  expect((await machine.texts()).toSorted()).toEqual(expected.toSorted())
  expect(await machine.query('select event_key from events group by event_key having count(*) > 1')).toEqual([])
  const { code, output } = await machine.run('verify', '--json')
  const { ok, gaps, bytes } = JSON.parse(output.slice(output.indexOf('{'))) as Verification
  expect({ code, ok, gaps, unread: bytes.unread }).toEqual({ code: 0, ok: true, gaps: [], unread: 0 })
}

async function readOffsets(machine: Machine): Promise<ReadonlyMap<string, number>> {
  const rows = await machine.query<{ path: string; offset: string }>(
    'select path, committed_offset as offset from cursors',
  )
  return new Map(rows.map(({ path, offset }) => [path, Number(offset)]))
}
