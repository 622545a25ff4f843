import type { SourceSettings } from '@turnlog/config'

/** One invented session: who says what, in which project, with which agent. */
export interface Scenario {
  readonly agent: SourceSettings['agent']
  /** Name of the project; its path is below `/demo`. */
  readonly project: string
  readonly branch: string
  readonly title: string
  readonly steps: readonly Step[]
}

export type Step =
  | { readonly kind: 'user'; readonly text: string }
  | { readonly kind: 'agent'; readonly text: string }
  | { readonly kind: 'tool'; readonly name: string; readonly input: string; readonly output: string }
  /** Words typed while the agent works. */
  | { readonly kind: 'steering'; readonly text: string }
  /** A piece of work that is handed to another agent. Only Claude Code writes a transcript of it. */
  | { readonly kind: 'subagent'; readonly task: string; readonly steps: readonly Step[] }

export const user = (text: string): Step => ({ kind: 'user', text })
export const agent = (text: string): Step => ({ kind: 'agent', text })
export const tool = (name: string, input: string, output: string): Step => ({ kind: 'tool', name, input, output })
export const steering = (text: string): Step => ({ kind: 'steering', text })
export const subagent = (task: string, ...steps: readonly Step[]): Step => ({ kind: 'subagent', task, steps })
