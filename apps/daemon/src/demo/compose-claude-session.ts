import { type Beat, PACE, type Pace } from './beat.ts'
import type { Random } from './random.ts'
import type { Scenario, Step } from './scenario.ts'

/** A scenario as Claude Code would write it: one line a content block, tool results as lines of the user. */
export function composeClaudeSession(scenario: Scenario, random: Random): readonly Beat[] {
  const session = random.uuid()
  const folder = `.claude/projects/-demo-${scenario.project}`
  const thread = new Thread(scenario, random, { session, path: `${folder}/${session}.jsonl`, agentId: null })
  const title = thread.bare('bookkeeping', { type: 'ai-title', aiTitle: scenario.title, sessionId: session })
  const [opening, ...rest] = scenario.steps.flatMap((step) => thread.play(step))
  return [...(opening === undefined ? [] : [{ ...opening, afterMs: 0 }]), title, ...rest, thread.end()]
}

interface Place {
  readonly session: string
  readonly path: string
  /** Of a subagent. */
  readonly agentId: string | null
}

type Record = { readonly [key: string]: unknown }

/** One file: the conversation itself, or that of a subagent. */
class Thread {
  readonly #scenario: Scenario
  readonly #random: Random
  readonly #place: Place
  #parent: string | null = null

  constructor(scenario: Scenario, random: Random, place: Place) {
    this.#scenario = scenario
    this.#random = random
    this.#place = place
  }

  play(step: Step): readonly Beat[] {
    switch (step.kind) {
      case 'user':
        return [this.#line('prompt', { type: 'user', message: { role: 'user', content: step.text } })]
      case 'agent':
        return [this.#said('reply', { type: 'text', text: step.text })]
      case 'tool':
        return this.#useTool(step.name, { command: step.input }, [], step.output)
      case 'steering':
        return this.#steer(step.text)
      case 'subagent':
        return this.#delegate(step.task, step.steps)
      default:
        return step satisfies never
    }
  }

  /** A record that stands in no thread. */
  bare(pace: Pace, record: Record): Beat {
    return { afterMs: this.#random.between(PACE[pace]), path: this.#place.path, record: () => record }
  }

  end(): Beat {
    return this.#line('bookkeeping', { type: 'system', subtype: 'turn_duration', durationMs: 60_000, isMeta: false })
  }

  #useTool(name: string, input: Record, between: readonly Beat[], output: string): readonly Beat[] {
    const id = `toolu_demo_${this.#random.hex(16)}`
    const call = this.#said('tool', { type: 'tool_use', id, name, input })
    const content = [{ tool_use_id: id, type: 'tool_result', content: output }]
    return [call, ...between, this.#line('result', { type: 'user', message: { role: 'user', content } })]
  }

  /** Typed while the agent works, and taken up by it before its next step. */
  #steer(text: string): readonly Beat[] {
    const { session, path } = this.#place
    const operation = (name: string, more: Record): Beat => ({
      afterMs: this.#random.between(PACE.steering),
      path,
      record: (timestamp) => ({ type: 'queue-operation', operation: name, timestamp, sessionId: session, ...more }),
    })
    return [operation('enqueue', { content: text }), operation('remove', {})]
  }

  #delegate(task: string, steps: readonly Step[]): readonly Beat[] {
    const agentId = this.#random.hex(8)
    const path = `${this.#place.path.slice(0, -'.jsonl'.length)}/subagents/agent-${agentId}.jsonl`
    const thread = new Thread(this.#scenario, this.#random, { ...this.#place, path, agentId })
    const work = [{ kind: 'user', text: task } as const, ...steps].flatMap((step) => thread.play(step))
    const answer = steps.findLast((step) => step.kind === 'agent')?.text ?? ''
    return this.#useTool('Task', { description: 'demo', prompt: task }, work, answer)
  }

  #said(pace: Pace, block: Record): Beat {
    const message = { id: `msg_demo_${this.#random.hex(16)}`, type: 'message', role: 'assistant', model: 'demo-model' }
    const stop = block.type === 'text' ? 'end_turn' : 'tool_use'
    return this.#line(pace, { type: 'assistant', message: { ...message, content: [block], stop_reason: stop } })
  }

  #line(pace: Pace, record: Record): Beat {
    const { session, path, agentId } = this.#place
    const uuid = this.#random.uuid()
    const envelope = {
      parentUuid: this.#parent,
      isSidechain: agentId !== null,
      userType: 'external',
      cwd: `/demo/${this.#scenario.project}`,
      sessionId: session,
      version: '2.1.0',
      gitBranch: this.#scenario.branch,
      ...(agentId === null ? {} : { agentId }),
    }
    this.#parent = uuid
    const afterMs = this.#random.between(PACE[pace])
    return { afterMs, path, record: (timestamp) => ({ ...envelope, ...record, uuid, timestamp }) }
  }
}
