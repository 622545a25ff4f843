import { claudeCode } from './claude-code/index.ts'
import { codex } from './codex/index.ts'
import type { TranscriptFormat } from './transcript-format.ts'

/** Every transcript format that is read. A new one is a folder beside this file and a line here. */
export const TRANSCRIPT_FORMATS: readonly TranscriptFormat[] = [claudeCode, codex]
