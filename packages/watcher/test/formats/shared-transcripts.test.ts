import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEvent } from '@turnlog/schema'
import { describe, expect, test } from 'vitest'
import { TRANSCRIPT_FORMATS } from '../../src/formats/index.ts'
import type { TranscriptFormat } from '../../src/formats/transcript-format.ts'
import { parseEntries, parseInPieces, splitEntries } from './parse-transcript.ts'

/** Transcripts of real sessions, which lie beside the project and are not part of it. */
const FOLDER = join(process.env.TURNLOG_SHARED ?? resolve(import.meta.dirname, '../../../../../shared'), 'transcripts')
const isThere = existsSync(FOLDER)
const COUNTED = isThere ? countTurns() : []

function formatOf(agent: string): TranscriptFormat {
  const format = TRANSCRIPT_FORMATS.find((candidate) => candidate.agent === agent)
  if (format === undefined) throw new Error(`No format for ${agent}`)
  return format
}

/** The turns of each file, counted by a program that shares nothing with the watcher. */
function countTurns(): readonly { readonly path: string; readonly agent: string; readonly count: number }[] {
  const script = join(import.meta.dirname, 'independent-count.mjs')
  const lines = execFileSync(process.execPath, [script, FOLDER], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [count, agent = '', path = ''] = line.split('\t')
    return { path, agent, count: Number(count) }
  })
}

/** What each hand-written edge case gives. */
const EDGE_CASES: Readonly<Record<string, number>> = {
  'bom.jsonl': 2,
  'crlf.jsonl': 2,
  'duplicate-uuid-same-file.jsonl': 2,
  'empty.jsonl': 0,
  'fork-child.jsonl': 3,
  'fork-parent.jsonl': 3,
  'glued-lines.jsonl': 3,
  'interleaved-fragments.jsonl': 3,
  'invalid-utf8.jsonl': 2,
  'lone-surrogate-escape.jsonl': 2,
  'no-trailing-newline.jsonl': 2,
  'non-object-lines.jsonl': 1,
  'nul-escape.jsonl': 3,
  'only-newlines.jsonl': 0,
  'raw-nul-run.jsonl': 2,
  'raw-u2028.jsonl': 2,
  'same-prompt-twice.jsonl': 5,
  'steering-dequeued-then-user-line.jsonl': 4,
  'steering-popall-retracted.jsonl': 2,
  'steering-queued-command-attachment.jsonl': 3,
  'steering-removed-only.jsonl': 3,
  'text-inside-tool-result.jsonl': 3,
  'torn-tail-inside-utf8.jsonl': 1,
  'torn-tail.jsonl': 1,
  'codex/aborted-turn.jsonl': 1,
  'codex/legacy-bare-items.jsonl': 2,
  'codex/sessions/2026/03/01/rollout-2026-03-01T10-00-00-019f0000-0000-7000-8000-00000000000a.jsonl': 2,
  'codex/sessions/2026/03/01/rollout-2026-03-01T10-05-00-019f0000-0000-7000-8000-00000000000b.jsonl': 4,
}

describe.skipIf(!isThere)(`the transcripts in ${isThere ? FOLDER : `${FOLDER} (not there: skipped)`}`, () => {
  describe.each(COUNTED)('$path', ({ path, agent, count }) => {
    const format = formatOf(agent)
    const entries = splitEntries(readFileSync(join(FOLDER, path)))
    const parsed = parseEntries(format, path, entries)

    test('has as many turns as an independent count finds', () => {
      expect(new Set(parsed.turns.map((turn) => turn.event_key)).size).toBe(count)
    })

    test('yields events that the schema accepts', () => {
      const events = parsed.outcomes.flatMap((outcome) => outcome.events)
      expect(events.map((event) => parseEvent(event)).filter((result) => !result.ok)).toEqual([])
    })

    test('is read in pieces as it is read at once', () => {
      expect(parseInPieces(format, path, entries).outcomes).toEqual(parsed.outcomes)
    })
  })

  test.each(Object.entries(EDGE_CASES))('%s has %i turns', (name, expected) => {
    expect(COUNTED.find(({ path }) => path === `_synthetic/${name}`)?.count).toBe(expected)
  })
})
