export type Words = readonly [who: 'user' | 'agent', text: string]

/** A session that nobody ever had. */
export interface InventedSession {
  readonly agent: 'claude_code' | 'codex'
  /** Its path is below `/home/ada`. */
  readonly project: string
  readonly branch: string
  /** When its last words were said, in minutes before now. */
  readonly endedBefore: number
  readonly words: readonly Words[]
  /** What is said in it while turnlog runs. */
  readonly live?: readonly Words[]
}

const user = (text: string): Words => ['user', text]
const agent = (text: string): Words => ['agent', text]

const FOUND = `Found it. \`carry()\` looks at **one** column at a time:

\`\`\`ts
for (const column of columns) column.add(carry(column))
\`\`\`

1. the first overflow is added
2. the second one overwrites it

I will gather the carries first; see [the notes](https://example.org/notes).`

const TESTED = `The test fails as it should, and passes with the change:

| test          | before | after  |
|---------------|--------|--------|
| one overflow  | passes | passes |
| two overflows | fails  | passes |

> All 48 tests pass.

Shall I commit it?`

/** Those with `live` words come first, in the order in which they speak. */
export const INVENTED_SESSIONS: readonly InventedSession[] = [
  {
    agent: 'claude_code',
    project: 'engine',
    branch: 'fix/carry',
    endedBefore: 13,
    words: [user('The mill loses a carry when two columns overflow at once. Can you find out why?'), agent(FOUND)],
    live: [user('Good. Write a test that fails first.'), agent(TESTED)],
  },
  {
    agent: 'codex',
    project: 'tide-clock',
    branch: 'main',
    endedBefore: 16,
    words: [
      user('The clock is eleven minutes late at spring tide.'),
      agent('The harmonic table stops at M4; the shallow-water terms are missing. Shall I add MS4 and MN4?'),
    ],
    live: [
      user('Yes, both.'),
      agent('Added. The largest error over one year is now 94 seconds instead of 11 minutes.'),
    ],
  },
  {
    agent: 'claude_code',
    project: 'seed-library',
    branch: 'feat/labels',
    endedBefore: 24,
    words: [
      user('Labels should carry the year of harvest, not the year they were printed.'),
      agent('The year comes from the lot, so I read it there. Lots without a year get an empty label and a warning.'),
    ],
    live: [user('And how many lots have no year?'), agent('17 of 2,304. I am writing their numbers to `no-year.csv`.')],
  },
  {
    agent: 'claude_code',
    project: 'engine',
    branch: 'docs/mill',
    endedBefore: 19,
    words: [
      user('Explain the mill to somebody who has never seen a gear.'),
      agent('A first draft of three pages, with one drawing each, is in `docs/mill.md`. Which reader is it for?'),
    ],
  },
  {
    agent: 'codex',
    project: 'loom',
    branch: 'cards-by-colour',
    endedBefore: 31,
    words: [
      agent('Cards are sorted by colour now; 12 of 400 have two colours and are listed in `cards.todo`.'),
      user('Put those under the darker one.'),
    ],
  },
  {
    agent: 'claude_code',
    project: 'lighthouse',
    branch: 'main',
    endedBefore: 44,
    words: [
      user('Which lamps have burned for more than 900 hours?'),
      agent('Three: north 2, north 5 and the pier. The pier lamp was changed last week, but nobody wrote it down.'),
    ],
  },
  {
    agent: 'codex',
    project: 'notes',
    branch: 'main',
    endedBefore: 118,
    words: [
      user('Find every note that mentions Bernoulli.'),
      agent('Nine notes; four of them only in the margin. They are linked from `bernoulli.md`.'),
    ],
  },
  {
    agent: 'claude_code',
    project: 'orchard',
    branch: 'feat/frost-warning',
    endedBefore: 160,
    words: [
      user('Warn at 2 °C instead of 0 °C, but only while the trees are in flower.'),
      agent('Done: `flowering` comes from the calendar of each row. The next warning would have come on Thursday.'),
    ],
  },
  {
    agent: 'claude_code',
    project: 'bookbinder',
    branch: 'fix/page-order',
    endedBefore: 340,
    words: [
      user('Signatures of eight print in the wrong order.'),
      agent('The imposition assumed signatures of four. Both are tested now, and sixteen as well.'),
      user('Thank you, merged.'),
    ],
  },
  {
    agent: 'codex',
    project: 'kettle',
    branch: 'two-cups',
    endedBefore: 1_500,
    words: [
      user('Two cups take as long as eight. Why?'),
      agent('The tare is taken with the water inside. Two cups now take 1 min 50 s instead of 4 min 10 s.'),
    ],
  },
  {
    agent: 'claude_code',
    project: 'loom',
    branch: 'main',
    endedBefore: 2_900,
    words: [
      user('How long is the longest pattern without a repeat?'),
      agent('1,164 cards: the portrait. The second longest has 388.'),
    ],
  },
]
