import { agent, type Scenario, steering, subagent, tool, user } from '../scenario.ts'

export const tideClock: Scenario = {
  agent: 'claude_code',
  project: 'tide-clock',
  branch: 'demo/low-water',
  title: 'Demo: the clock shows low water an hour late',
  steps: [
    user(
      '(demo) The clock on the harbour wall shows low water an hour late since Sunday. Find out why, change as little as you can.',
    ),
    agent(
      'Since Sunday sounds like the change to summer time. I will look at where the table of tides is turned into local time.',
    ),
    tool(
      'Grep',
      'toLocal|getTimezoneOffset',
      'src/face.ts:41:  const local = toLocal(tide.at, OFFSET)\nsrc/offset.ts:3:export const OFFSET = 60',
    ),
    agent(
      'There it is: `OFFSET` is a constant of 60 minutes, which was right all winter. I will have two things checked side by side: the face, and the printed table.',
    ),
    subagent(
      'Read src/face.ts and src/print.ts. Say which of them use OFFSET, and whether either is also given the date.',
      tool('Read', 'src/print.ts', 'import { OFFSET } from "./offset.ts"\n…'),
      agent(
        'Both use OFFSET. The face has the date at hand in `tide.at`; the printed table gets it as its second argument. Neither needs a new parameter.',
      ),
    ),
    agent(
      'Then the smallest change is one function in place of the constant:\n\n```ts\nexport function offsetAt(date: Date): number {\n  return -date.getTimezoneOffset()\n}\n```\n\nTwo call sites change with it.',
    ),
    steering('Please add a test for the night of the change itself, that is when the boats wait for it.'),
    tool('Edit', 'src/offset.ts, src/face.ts, src/print.ts', '3 files changed, 9 insertions(+), 5 deletions(-)'),
    tool('Bash', 'npm test', '23 passed, 0 failed (1.2 s)'),
    agent(
      'Done, with a test for both nights of the year. In spring the hour that does not exist is skipped; in autumn low water is shown once, at its first 2:30.\n\n- `src/offset.ts`: `offsetAt(date)`\n- two call sites\n- `test/offset.test.ts`: 4 new cases',
    ),
    user('(demo) Lovely. Does the printed table for the whole year need to be printed again?'),
    agent(
      'Only the page from April on. I compared both: pages 1 to 7 are the same to the letter, 8 to 24 differ by the hour.',
    ),
  ],
}
