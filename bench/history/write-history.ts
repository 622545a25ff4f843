import { join } from 'node:path'
import { ClaudeSession, type SessionMaterial } from './claude-session.ts'
import { CodexSession } from './codex-session.ts'
import { LineSink } from './line-sink.ts'
import { Random } from './random.ts'
import { WordPool } from './word-pool.ts'

export interface HistoryOptions {
  /** The home folder that gets `.claude` and `.codex`. */
  readonly home: string
  readonly bytes: number
  readonly files: number
  /** @default 1 */
  readonly seed?: number
}

export interface History {
  readonly paths: readonly string[]
  readonly bytes: number
  readonly lines: number
}

const PROJECTS = 40
const DAY_MS = 86_400_000
const OLDEST_DAYS = 30

/**
 * Writes a history of sessions as agents leave it behind: a fifth of it from Codex, a tenth of the rest from subagents;
 * lengths of files, of lines and of texts spread as in real transcripts. The same options make the same bytes, apart
 * from the dates, which end yesterday.
 */
export function writeHistory({ home, bytes, files, seed = 1 }: HistoryOptions): History {
  const random = new Random(seed)
  const words = new WordPool(random)
  const shares = Array.from({ length: files }, () => random.logNormal(1, 1, 20) + random.next())
  const scale = bytes / shares.reduce((sum, share) => sum + share, 0)
  const made = shares.map((share) => writeSession(home, random, words, share * scale))
  return {
    paths: made.map(({ path }) => path),
    bytes: made.reduce((sum, file) => sum + file.bytes, 0),
    lines: made.reduce((sum, file) => sum + file.lines, 0),
  }
}

function writeSession(home: string, random: Random, words: WordPool, bytes: number) {
  const begin = Date.now() - DAY_MS * (1 + random.next() * OLDEST_DAYS)
  const material = { random, words, session: random.uuid(), project: `project-${random.below(PROJECTS)}`, begin }
  return random.chance(0.2) ? writeCodex(home, material, bytes) : writeClaude(home, material, bytes)
}

function writeClaude(home: string, material: SessionMaterial, bytes: number) {
  const { random, project, session } = material
  const folder = join(home, '.claude/projects', `-home-ada-${project}`)
  if (!random.chance(0.1)) return writeFile(join(folder, `${session}.jsonl`), bytes, material)
  const agentId = random.hex(8)
  return writeFile(join(folder, session, 'subagents', `agent-${agentId}.jsonl`), bytes, { ...material, agentId })
}

function writeCodex(home: string, material: SessionMaterial, bytes: number) {
  const [date = '', time = ''] = new Date(material.begin).toISOString().slice(0, 19).split('T')
  const name = `rollout-${date}T${time.replaceAll(':', '-')}-${material.session}.jsonl`
  return writeFile(join(home, '.codex/sessions', date.replaceAll('-', '/'), name), bytes, material, CodexSession)
}

function writeFile(
  path: string,
  bytes: number,
  material: SessionMaterial,
  Session: typeof ClaudeSession | typeof CodexSession = ClaudeSession,
) {
  using sink = new LineSink(path)
  const end = new Session(material, sink).write(bytes)
  sink.finish(Math.min(end, Date.now() - DAY_MS))
  return { path, bytes: sink.bytes, lines: sink.lines }
}
