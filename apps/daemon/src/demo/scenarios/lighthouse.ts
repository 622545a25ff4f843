import { agent, type Scenario, steering, tool, user } from '../scenario.ts'

export const lighthouse: Scenario = {
  agent: 'claude_code',
  project: 'lighthouse',
  branch: 'demo/quiet-log',
  title: 'Demo: a log that nobody can read',
  steps: [
    user('(demo) The keeper says the log is unreadable: the lamp writes a line each turn. Keep what matters.'),
    tool(
      'Bash',
      'wc -l log/keeper.log && tail -3 log/keeper.log',
      '1204551 log/keeper.log\n21:14:07 lamp turned\n21:14:12 lamp turned\n21:14:17 lamp turned',
    ),
    agent(
      'A turn every five seconds says nothing as long as it happens. What matters is when it does **not** happen. I suggest:\n\n1. no line for a turn\n2. one line when a turn is late by a second\n3. one line at dusk and one at dawn, with the number of turns',
    ),
    steering('And the fog horn stays as it is, the inspector reads that part.'),
    tool('Edit', 'src/keeper.rs', '1 file changed, 31 insertions(+), 12 deletions(-)'),
    tool('Bash', 'cargo test', 'test result: ok. 18 passed; 0 failed'),
    agent(
      'The horn is untouched. A night is now four lines:\n\n```\n17:02 dusk, lamp lit\n23:40 turn late by 1.4 s\n03:10 fog horn on\n06:51 dawn, lamp out; 9,948 turns, 1 late\n```',
    ),
    user('(demo) That I can read with my coffee. Thank you.'),
    agent('You are welcome. The old log is kept as `log/keeper-2025.log.gz` (4 MB).'),
  ],
}
