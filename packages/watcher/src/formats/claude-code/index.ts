import type { TranscriptFormat } from '../transcript-format.ts'
import { identify } from './identify.ts'
import { ClaudeCodeParser } from './parser.ts'

/** Transcripts of Claude Code, 1.x to 2.1.x: `~/.claude/projects/<folder>/<session>.jsonl` and its subagents' files. */
export const claudeCode: TranscriptFormat = {
  agent: 'claude_code',
  identify,
  createParser: (identity, state, fileTime) => new ClaudeCodeParser(identity, state, fileTime),
}
