import { agent, type Scenario, tool, user } from '../scenario.ts'

export const orchard: Scenario = {
  agent: 'codex',
  project: 'orchard',
  branch: 'demo/frost-warning',
  title: 'Demo: warn of frost before it comes',
  steps: [
    user(
      '(demo) The frost warning comes when the blossom is already frozen. Can we warn at dusk instead of at zero degrees?',
    ),
    agent('I will look at how the warning is decided now, and at what the sensors gave in the last cold nights.'),
    tool('exec_command', 'sed -n 1,40p orchard/frost.py', 'def should_warn(reading):\n    return reading.air <= 0.0'),
    tool(
      'exec_command',
      'python -m orchard.replay --nights 12',
      '12 nights, 5 with frost; warned on average 14 minutes before the first damage',
    ),
    agent(
      'Fourteen minutes are too few to light the candles. Air at two metres is also the wrong thing to look at: the ground is up to three degrees colder. A dew point below zero and a clear sky at dusk announced all five nights.',
    ),
    tool(
      'exec_command',
      'python -m orchard.replay --nights 12 --rule dusk',
      '12 nights, 5 with frost; warned on average 5 h 40 min before; 1 false warning',
    ),
    agent(
      'With the rule at dusk there are nearly six hours, for one false warning in twelve nights. Shall I keep the old warning as a second one?',
    ),
    user('(demo) Yes, keep it, but louder.'),
    tool(
      'apply_patch',
      '*** Update File: orchard/frost.py',
      'Success. Updated the following files:\nM orchard/frost.py\nM orchard/bell.py',
    ),
    agent('Both are in. At dusk: one message. At zero degrees: the bell in the yard, until somebody answers.'),
  ],
}
