import { formatBytes, formatCount, formatDuration } from '../../terminal/format-amount.ts'
import type { DoctorFacts, SourceFacts } from '../doctor-facts.ts'
import { type Finding, fail, ok, warn } from '../finding.ts'

/** A file that was left alone for longer than this has been read by a watcher that works. */
const SETTLED_MS = 60_000

const NAMES = { claude_code: 'Claude Code', codex: 'Codex' } as const

export function nameAgent({ agent }: Pick<SourceFacts, 'agent'>): string {
  return NAMES[agent]
}

/** The folders of transcripts: are they there, can they be read, is all of them recorded. */
export function checkSources(facts: DoctorFacts): readonly Finding[] {
  return facts.sources.flatMap((source) => [
    checkFolder(source),
    ...checkUnreadable(source),
    ...checkPending(source, facts),
  ])
}

function checkFolder(source: SourceFacts): Finding {
  const about = nameAgent(source)
  const { state, path, files, bytes } = source
  if (state === 'present') return ok(about, `${path}: ${formatCount(files, 'transcript')}, ${formatBytes(bytes)}.`)
  if (state === 'missing') {
    return warn(about, {
      what: `${path} does not exist.`,
      why: `turnlog waits for it; without ${about} on this machine that is as it should be.`,
      advice: 'If its transcripts are elsewhere, set that folder in `sources` of config.yaml.',
    })
  }
  return fail(about, {
    what: `${path} cannot be read: ${source.problem}.`,
    why: 'Nothing below it is recorded.',
    advice: 'Give the account that runs turnlog the right to read it.',
  })
}

function checkUnreadable(source: SourceFacts): readonly Finding[] {
  const [first] = source.unreadable
  if (source.state !== 'present' || first === undefined) return []
  const others = source.unreadable.length > 1 ? ` So it is with others.` : ''
  return [
    fail(nameAgent(source), {
      what: `${first.path} cannot be read: ${first.reason}.${others}`,
      why: 'What is in it is not recorded.',
      advice: 'Give the account that runs turnlog the right to read it.',
    }),
  ]
}

function checkPending(source: SourceFacts, { daemon, database, now }: DoctorFacts): readonly Finding[] {
  const { files, bytes, oldestAt } = source.pending
  if (files === 0 || oldestAt === null || database.state !== 'reachable') return []
  const about = nameAgent(source)
  const what = `${formatCount(files, 'transcript')} not recorded to the end, ${formatBytes(bytes)} to go.`
  const health = daemon.kind === 'answered' && daemon.answer.ok ? daemon.answer.health : undefined
  if (health?.watcher.ready !== true)
    return [warn(about, { what, advice: 'It is recorded once turnlog runs: turnlog start' })]
  if (health.source.bytes_behind > 0) return [ok(about, `${what} They are being read.`)]
  if (now - oldestAt < SETTLED_MS) return []
  return [
    fail(about, {
      what,
      why: `The oldest of it waits for ${formatDuration(now - oldestAt)}, though the watcher runs and knows of nothing to read.`,
      advice: 'turnlog restart watcher; if that does not help: turnlog verify --repair',
    }),
  ]
}
