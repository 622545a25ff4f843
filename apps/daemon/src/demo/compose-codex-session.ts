import { type Beat, PACE, type Pace } from './beat.ts'
import type { Random } from './random.ts'
import type { Scenario, Step } from './scenario.ts'

/** A scenario as Codex would write it: what is said twice, once as an event and once as an item. */
export function composeCodexSession(scenario: Scenario, random: Random, begin: number): readonly Beat[] {
  const rollout = new Rollout(random, begin)
  const [meta, ...rest] = [rollout.begin(scenario), ...scenario.steps.flatMap((step) => rollout.play(step, scenario))]
  return [...(meta === undefined ? [] : [{ ...meta, afterMs: 0 }]), ...rest, ...rollout.end()]
}

type Payload = { readonly type?: string; readonly [key: string]: unknown }

class Rollout {
  readonly #random: Random
  readonly #session: string
  readonly #path: string
  #turn: string | null = null

  constructor(random: Random, begin: number) {
    this.#random = random
    this.#session = random.uuid(begin)
    const [date = '', time = ''] = new Date(begin).toISOString().slice(0, 19).split('T')
    const name = `rollout-${date}T${time.replaceAll(':', '-')}-${this.#session}.jsonl`
    this.#path = `.codex/sessions/${date.replaceAll('-', '/')}/${name}`
  }

  begin({ project, branch }: Scenario): Beat {
    const session = { id: this.#session, cwd: `/demo/${project}`, originator: 'codex-tui', cli_version: '0.142.0' }
    const beat = this.#beat('bookkeeping', 'session_meta', {})
    return {
      ...beat,
      record: (timestamp) => ({
        timestamp,
        type: 'session_meta',
        payload: {
          ...session,
          timestamp,
          source: 'cli',
          thread_source: 'user',
          model_provider: 'demo',
          git: { branch },
        },
      }),
    }
  }

  play(step: Step, scenario: Scenario): readonly Beat[] {
    switch (step.kind) {
      case 'user':
        return [...this.end(), ...this.#beginTurn(scenario, step.text)]
      case 'steering':
        return this.#prompt('steering', step.text)
      case 'agent':
        return this.#reply(step.text)
      case 'tool':
        return this.#useTool(step.name, step.input, step.output)
      case 'subagent':
        return step.steps.flatMap((each) => this.play(each, scenario))
      default:
        return step satisfies never
    }
  }

  /** The turn that is under way, if any, is complete. */
  end(): readonly Beat[] {
    if (this.#turn === null) return []
    const payload = { type: 'task_complete', turn_id: this.#turn, last_agent_message: null }
    this.#turn = null
    return [this.#beat('bookkeeping', 'event_msg', payload)]
  }

  #beginTurn({ project }: Scenario, text: string): readonly Beat[] {
    const turn_id = this.#random.uuid()
    this.#turn = turn_id
    return [
      this.#beat('prompt', 'event_msg', { type: 'task_started', turn_id, model_context_window: 100_000 }),
      this.#beat('bookkeeping', 'turn_context', { cwd: `/demo/${project}`, model: 'demo-model', turn_id }),
      ...this.#prompt('bookkeeping', text),
    ]
  }

  #prompt(pace: Pace, text: string): readonly Beat[] {
    const content = [{ type: 'input_text', text }]
    return [
      this.#beat(pace, 'response_item', { type: 'message', role: 'user', content }),
      this.#beat('bookkeeping', 'event_msg', { type: 'user_message', message: text, images: [], text_elements: [] }),
    ]
  }

  #reply(text: string): readonly Beat[] {
    const content = [{ type: 'output_text', text }]
    return [
      this.#beat('reply', 'event_msg', { type: 'agent_message', message: text, phase: 'commentary' }),
      this.#beat('bookkeeping', 'response_item', { type: 'message', role: 'assistant', content }),
    ]
  }

  #useTool(name: string, input: string, output: string): readonly Beat[] {
    const call_id = `call_demo_${this.#random.hex(16)}`
    const args = JSON.stringify({ cmd: input })
    return [
      this.#beat('tool', 'response_item', { type: 'function_call', name, arguments: args, call_id }),
      this.#beat('result', 'response_item', { type: 'function_call_output', call_id, output }),
    ]
  }

  #beat(pace: Pace, type: string, payload: Payload): Beat {
    const afterMs = this.#random.between(PACE[pace])
    return { afterMs, path: this.#path, record: (timestamp) => ({ timestamp, type, payload }) }
  }
}
