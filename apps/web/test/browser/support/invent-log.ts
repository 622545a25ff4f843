import type { Pool } from 'pg'
import { insertTurn } from '../../support/rows.ts'

const PROJECTS = [
  '/home/ada/engine',
  '/home/ada/notes',
  '/home/ada/loom',
  '/home/ada/very-long-project-name-for-punch-cards',
]
/** How many seconds ago the first sessions ended; the rest follow at some distance. */
const AGES = [20, 70, 400, 900, 2_000]
const SAID = [
  ['user', 'The mill loses a carry when two columns overflow at once. Can you find out why?'],
  [
    'agent',
    'Found it. `carry()` looks at **one** column at a time:\n\n```ts\nfor (const column of columns) column.add(carry(column))\n```\n\n1. the first overflow is added\n2. the second one overwrites it\n\nI will gather the carries first; see [the notes](https://example.org/notes).',
  ],
  ['user', 'Good. Write a test that fails first.'],
  [
    'agent',
    'The test fails as it should, and passes with the change:\n\n| test | before | after |\n|---|---|---|\n| two overflows | fails | passes |\n| none | passes | passes |\n\n> All 48 tests pass.\n\nShall I commit it?',
  ],
] as const

/** Invented sessions of some agents, the latest a moment ago. */
export async function inventLog(pool: Pool, sessions = 14): Promise<void> {
  for (let index = 0; index < sessions; index += 1) {
    const age = AGES[index] ?? index * 4_000
    await inventSession(pool, index, Date.now() - age * 1000)
  }
}

async function inventSession(pool: Pool, index: number, end: number): Promise<void> {
  const session = `0199a8c2-5b1e-7c1d-9f00-0000000000${String(index).padStart(2, '0')}`
  const agent = index % 3 === 1 ? 'codex' : 'claude_code'
  const project_path = PROJECTS[index % PROJECTS.length]
  const facts = { agent, project_path, working_directory: project_path, git_branch: index % 2 ? 'main' : 'fix/carry' }
  const at = (turn: number): string => new Date(end - (15 - turn) * 41_000).toISOString()
  const registered = {
    type: 'session_registered',
    session,
    timestamp: at(0),
    payload: { session_uuid: session, ...facts },
  }
  await insertTurn(pool, '', registered)
  for (let turn = 0; turn < (index % 4 === 2 ? 15 : 16); turn += 1) {
    const [actor, text] = SAID[turn % SAID.length] ?? SAID[0]
    const kind = actor === 'user' ? 'prompt' : 'reply'
    const model = actor === 'user' ? undefined : agent === 'codex' ? 'gpt-5.2-codex' : 'claude-opus-4-5'
    const payload = { agent, project_path, actor, kind, model, is_sidechain: turn === 5 }
    await insertTurn(pool, text, { session, timestamp: at(turn), payload })
  }
}
