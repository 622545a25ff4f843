import type { Scenario } from '../scenario.ts'
import { bookbinder } from './bookbinder.ts'
import { kettle } from './kettle.ts'
import { lighthouse } from './lighthouse.ts'
import { orchard } from './orchard.ts'
import { seedLibrary } from './seed-library.ts'
import { tideClock } from './tide-clock.ts'

/** All that is played. Every word of it is invented. */
export const SCENARIOS: readonly Scenario[] = [tideClock, orchard, bookbinder, kettle, lighthouse, seedLibrary]
