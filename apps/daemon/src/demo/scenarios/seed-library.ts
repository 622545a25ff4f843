import { agent, type Scenario, subagent, tool, user } from '../scenario.ts'

export const seedLibrary: Scenario = {
  agent: 'claude_code',
  project: 'seed-library',
  branch: 'demo/find-by-month',
  title: 'Demo: what can be sown this month?',
  steps: [
    user('(demo) People ask at the desk: what can I sow this month? Please make a page that answers just that.'),
    agent('I will have a look at what the catalogue knows about sowing times, while I sketch the page.'),
    subagent(
      'Go through data/seeds.json. How many entries have sowing months, in which forms, and which are missing?',
      tool('Bash', 'jq length data/seeds.json', '412'),
      agent(
        '412 entries. 371 have months: 240 as numbers, 118 as names, 13 as text like "after the last frost". 41 have none; nearly all of those are bulbs.',
      ),
    ),
    agent(
      'Numbers and names are easy. For "after the last frost" the page needs to know where it is; I would take the mean date of the nearest weather station and say so below the list.',
    ),
    user('(demo) Good. Leave the bulbs out, they have their own shelf.'),
    tool('Write', 'src/pages/this-month.tsx', 'File created'),
    tool('Bash', 'npm run build && npm test', 'built in 2.1 s · 46 tests passed'),
    agent(
      'The page is at `/this-month`: 58 kinds for November, sorted by how soon they come up. It works without JavaScript, and prints on one sheet.',
    ),
  ],
}
