import { codex } from '../../src/formats/codex/index.ts'
import { answer, event, message, meta, PARENT, PARENT_PATH, prompt, record } from './codex-records.ts'
import { describeTranscriptFormat } from './describe-transcript-format.ts'

describeTranscriptFormat(codex, {
  samples: [
    {
      name: 'a session with everything in it',
      path: PARENT_PATH,
      values: [
        meta(PARENT),
        message('developer', 'Be brief.'),
        message('user', '# AGENTS.md instructions for /home/kim/orchard\n\n<INSTRUCTIONS>prune</INSTRUCTIONS>'),
        message('user', '<environment_context>\n  <cwd>/home/kim/orchard</cwd>\n</environment_context>'),
        event('task_started', { turn_id: '019b0000-2222-7aaa-8bbb-000000000001' }),
        record('turn_context', {
          cwd: '/home/kim/orchard',
          model: 'gpt-pear',
          turn_id: '019b0000-2222-7aaa-8bbb-000000000001',
        }),
        ...prompt('Count the apples'),
        event('agent_reasoning', { text: 'Hm.' }),
        record('response_item', { type: 'reasoning', summary: [], encrypted_content: 'x' }),
        ...answer('Counting.', 'commentary'),
        record('response_item', { type: 'function_call', name: 'shell', arguments: '{}', call_id: 'c1' }),
        record('response_item', { type: 'function_call_output', call_id: 'c1', output: '12' }),
        ...prompt('and the pears'),
        event('token_count', { info: null }),
        ...answer('Twelve apples, three pears.'),
        event('task_complete', { turn_id: 't', last_agent_message: 'Twelve apples, three pears.' }),
        record('compacted', { message: '', replacement_history: [{ type: 'message', role: 'user', content: [] }] }),
        ...prompt('Thanks'),
      ],
      turns: [
        'user prompt: Count the apples',
        'agent reply: Counting.',
        'user steering: and the pears',
        'agent reply: Twelve apples, three pears.',
        'user prompt: Thanks',
      ],
    },
    {
      name: 'a session of the first versions',
      path: '2025/05/07/rollout-2025-05-07T10-00-00-5a0d7f40-1111-4aaa-8bbb-000000000002.jsonl',
      values: [
        {
          id: '5a0d7f40-1111-4aaa-8bbb-000000000002',
          timestamp: '2025-05-07T08:00:00.000Z',
          instructions: null,
          git: {},
        },
        { record_type: 'state' },
        { type: 'message', id: null, role: 'user', content: [{ type: 'input_text', text: 'Water the trees' }] },
        { type: 'function_call', name: 'shell', arguments: '{}', call_id: 'c1' },
        { type: 'function_call_output', call_id: 'c1', output: 'ok' },
        { type: 'message', id: null, role: 'assistant', content: [{ type: 'output_text', text: 'Watered.' }] },
      ],
      turns: ['user prompt: Water the trees', 'agent reply: Watered.'],
    },
    {
      name: 'a session whose words are only in completed items',
      path: '2026/08/03/rollout-2026-08-03T10-00-00-019f0000-1111-7aaa-8bbb-000000000003.jsonl',
      values: [
        meta('019f0000-1111-7aaa-8bbb-000000000003'),
        event('item_completed', {
          item: { type: 'UserMessage', id: 'u1', content: [{ type: 'text', text: 'Prune the hedge' }] },
        }),
        event('item_completed', { item: { type: 'CommandExecution', id: 'c1', command: ['true'] } }),
        event('item_completed', {
          item: { type: 'AgentMessage', id: 'a1', content: [{ type: 'Text', text: 'Pruned.' }] },
        }),
      ],
      turns: ['user prompt: Prune the hedge', 'agent reply: Pruned.'],
    },
  ],
  otherFiles: ['history.jsonl', 'session_index.jsonl', '2026/01/05/notes.txt', '2026/01/05/.tmp.jsonl'],
  movedPath: `rollout-2026-01-05T10-00-00-${PARENT}.jsonl.zst`,
})
