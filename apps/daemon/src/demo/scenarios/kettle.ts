import { agent, type Scenario, tool, user } from '../scenario.ts'

export const kettle: Scenario = {
  agent: 'codex',
  project: 'kettle',
  branch: 'demo/two-cups',
  title: 'Demo: two cups take as long as eight',
  steps: [
    user('(demo) Two cups take as long as eight. Is the heating curve wrong, or the scale?'),
    tool('exec_command', 'cat logs/boil-2cups.csv | head -5', 't,grams,watts\n0,1995,2200\n5,1994,2200'),
    agent(
      'The scale reads 1,995 g for two cups: it still has the weight of the kettle in it. So the curve is right and heats for eight.',
    ),
    tool('exec_command', 'grep -rn tare src/', 'src/scale.c:88: /* tare is set when the lid closes */'),
    agent(
      'The tare is taken when the lid closes, that is, with the water inside. It has to be taken when the kettle is lifted off, empty or not, from the difference of the two weights.',
    ),
    user('(demo) Then do it that way. No new sensor, please.'),
    tool('apply_patch', '*** Update File: src/scale.c', 'Success. Updated the following files:\nM src/scale.c'),
    tool('exec_command', 'make check', 'PASS: scale (9 cases)\nPASS: curve (4 cases)'),
    agent('Two cups now take 1 min 50 s instead of 4 min 10 s. No new sensor; six lines changed.'),
  ],
}
