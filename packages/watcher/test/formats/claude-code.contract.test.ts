import { claudeCode } from '../../src/formats/claude-code/index.ts'
import { assistant, line, queue, SESSION, SESSION_PATH, says, toolResult, user, uses } from './claude-code-lines.ts'
import { describeTranscriptFormat } from './describe-transcript-format.ts'

describeTranscriptFormat(claudeCode, {
  samples: [
    {
      name: 'a session with everything in it',
      path: SESSION_PATH,
      values: [
        { type: 'mode', mode: 'default', sessionId: SESSION },
        user('<local-command-caveat>Caveat: never mind</local-command-caveat>', { isMeta: true }),
        user(
          '<command-name>/model</command-name>\n<command-message>model</command-message>\n<command-args>pear</command-args>',
        ),
        user('<local-command-stdout>Set model to pear</local-command-stdout>'),
        user('Count the apples', { permissionMode: 'default' }),
        { type: 'file-history-snapshot', messageId: 'x', snapshot: {}, isSnapshotUpdate: false },
        assistant('m1', { type: 'thinking', thinking: 'Hm.', signature: 's' }),
        assistant('m1', says('Counting.')),
        assistant('m1', uses('t1')),
        line('progress', { data: { type: 'hook_progress' } }),
        queue('enqueue', { content: 'and the pears' }),
        queue('remove'),
        user([toolResult('t1', '12')], { toolUseResult: { stdout: '12' } }),
        assistant('m2', says('Twelve apples, three pears.')),
        line('system', { subtype: 'turn_duration', durationMs: 5, isMeta: true }),
        user('<bash-input>ls orchard</bash-input>'),
        user('<bash-stdout>apples pears</bash-stdout>'),
        line('attachment', { attachment: { type: 'task_reminder', content: [] } }),
      ],
      turns: [
        'user slash_command: /model pear',
        'user prompt: Count the apples',
        'agent reply: Counting.',
        'user steering: and the pears',
        'agent reply: Twelve apples, three pears.',
        'user bash_input: ls orchard',
      ],
    },
    {
      name: 'a subagent of the session',
      path: `-home-kim-orchard/${SESSION}/subagents/agent-a1b2c3d.jsonl`,
      values: [
        user('Find every ladder', { isSidechain: true, agentId: 'a1b2c3d' }),
        assistant('m1', says('There are two.'), { isSidechain: true, agentId: 'a1b2c3d' }),
      ],
      turns: ['agent delegation: Find every ladder', 'agent reply: There are two.'],
    },
    {
      name: 'a subagent in the folder of its session',
      path: '-home-kim-orchard/agent-4ed9b522.jsonl',
      values: [assistant('m1', says('No prompt was kept.'), { isSidechain: true, agentId: '4ed9b522' })],
      turns: ['agent reply: No prompt was kept.'],
    },
    {
      name: 'the summarizing of a conversation',
      path: `-home-kim-orchard/${SESSION}/subagents/agent-acompact-0a1b2c.jsonl`,
      values: [user('Your task is to create a detailed summary'), assistant('m1', says('They counted apples.'))],
      turns: [],
    },
  ],
  otherFiles: [
    'history.jsonl',
    `-home-kim-orchard/${SESSION}/tool-results/toolu_1.txt`,
    `-home-kim-orchard/${SESSION}/tool-results/rows.jsonl`,
    `-home-kim-orchard/${SESSION}/subagents/agent-a1b2c3d.meta.json`,
    `-home-kim-orchard/${SESSION}/subagents/workflows/wf-1/journal.jsonl`,
    `-home-kim-orchard/${SESSION}/notes.jsonl`,
    '-home-kim-orchard/sessions-index.json',
    '-home-kim-orchard/.hidden.jsonl',
  ],
  movedPath: `-home-kim-meadow/${SESSION}.jsonl`,
})
