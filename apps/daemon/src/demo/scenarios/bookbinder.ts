import { agent, type Scenario, tool, user } from '../scenario.ts'

export const bookbinder: Scenario = {
  agent: 'claude_code',
  project: 'bookbinder',
  branch: 'demo/signatures',
  title: 'Demo: pages in the wrong order',
  steps: [
    user(
      '(demo) When a book has 52 pages, the last signature comes out with its pages in the wrong order. 48 and 64 are fine.',
    ),
    agent('52 is not a multiple of 16, so the last signature is a short one. I will print how its pages are imposed.'),
    tool('Bash', 'node bin/impose.js --pages 52 --show', 'signature 4: 52 _ 49 _ | 50 _ 51 _'),
    agent(
      'The blanks are put in after the folding order was computed. They have to be there before: then 52 is padded to 64, and the fold sees sixteen leaves like any other.',
    ),
    tool('Edit', 'src/impose.js', '1 file changed, 3 insertions(+), 7 deletions(-)'),
    tool('Bash', 'npm test -- impose', 'all counts from 1 to 200: every page once, facing pages face each other'),
    agent(
      'Fixed, and the test now goes through every count from 1 to 200. It also found 17, which nobody has printed yet.',
    ),
    user('(demo) Can the blanks be at the front instead? The printer likes a flyleaf.'),
    agent('Yes, that is a choice of where to pad. I made it a setting: `blanks: back` (as before) or `blanks: front`.'),
  ],
}
