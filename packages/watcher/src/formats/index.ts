import type { Agent } from '@turnlog/schema'
import { claudeCode } from './claude-code/index.ts'
import { codex } from './codex/index.ts'
import type { TranscriptFormat } from './transcript-format.ts'

/** Every transcript format that is read. A new one is a folder beside this file and a line here. */
export const TRANSCRIPT_FORMATS: readonly TranscriptFormat[] = [claudeCode, codex]

/** The format of an agent's transcripts. */
export function formatOf(agent: Agent): TranscriptFormat {
  const format = TRANSCRIPT_FORMATS.find((candidate) => candidate.agent === agent)
  if (format === undefined) throw new TypeError(`There is no transcript format for the agent \`${agent}\``)
  return format
}
