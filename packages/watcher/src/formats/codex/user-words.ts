import type { SkipReason } from '../transcript-format.ts'
import { isBlank } from '../values.ts'
import type { Side } from './said-twice.ts'
import type { Words } from './words.ts'

/** How texts begin that Codex puts in under the user's name. */
const INJECTED = [
  '# AGENTS.md instructions',
  '<environment_context>',
  '<ENVIRONMENT_CONTEXT>',
  '<user_instructions>',
  '<turn_aborted>',
  '<skill>',
  '<subagent_notification>',
  '<user_action>',
  '<hook_prompt',
]

/** Editors put what they show before the prompt, which begins below this heading. */
const EDITOR_CONTEXT = '# Context from my IDE setup:'
const REQUEST_HEADING = '## My request for Codex:'

/** What a human said under the user's name, or why it is nothing that a human said. */
export type UserWords = { readonly words: Words; readonly isCommand: boolean } | { readonly skipped: SkipReason }

/** Reads the words under the user's name, which can be Codex's own. */
export function readUserWords(side: Side, words: Words): UserWords {
  const command = side === 'response' ? shellCommandOf(words.text) : null
  if (command !== null) return { words: { ...words, text: command }, isCommand: true }
  if (isInjected(words.text) || (side === 'response' && isWrapped(words.text))) return { skipped: 'injected_context' }
  const text = withoutEditorContext(words.text)
  if (!isBlank(text) || words.attachments.length > 0) return { words: { ...words, text }, isCommand: false }
  return { skipped: isBlank(words.text) ? 'no_words' : 'injected_context' }
}

function isInjected(text: string): boolean {
  const start = text.trimStart()
  const first = start.charCodeAt(0)
  if (first !== 0x3c /* < */ && first !== 0x23 /* # */) return false
  return INJECTED.some((prefix) => start.startsWith(prefix))
}

/**
 * Wrapped into one tag as a whole, as everything is that newer versions put in. Only asked of messages, which hold
 * prompts and injected context alike; an event with such a text is a human's.
 */
function isWrapped(text: string): boolean {
  const trimmed = text.trim()
  const tag = /^<([a-z][a-z_]*)>/.exec(trimmed)?.[1]
  return tag !== undefined && trimmed.endsWith(`</${tag}>`)
}

/** The human's own words of a prompt: what stands below the heading, where an editor wrote it. */
function withoutEditorContext(text: string): string {
  if (!text.startsWith('# ')) return text
  const heading = text.indexOf(`\n${REQUEST_HEADING}`)
  if (heading !== -1) return text.slice(heading + 1 + REQUEST_HEADING.length).trim()
  return text.startsWith(EDITOR_CONTEXT) ? '' : text
}

/** The command that a human ran with `!`, which is written together with what it printed; null for anything else. */
function shellCommandOf(text: string): string | null {
  const start = text.trimStart()
  if (!start.startsWith('<user_shell_command>')) return null
  const open = start.indexOf('<command>')
  const close = start.indexOf('</command>', open)
  return open === -1 || close === -1 ? null : start.slice(open + '<command>'.length, close).trim()
}
