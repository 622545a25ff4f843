import type { LineSink } from './line-sink.ts'
import type { Random } from './random.ts'
import type { WordPool } from './word-pool.ts'

export interface SessionMaterial {
  readonly random: Random
  readonly words: WordPool
  readonly session: string
  readonly project: string
  /** Set in the transcript of a subagent. */
  readonly agentId?: string
  /** When it began, in milliseconds since the epoch. */
  readonly begin: number
}

const LONGEST_LINE = 960_000

/**
 * The transcript of one Claude Code session: prompts, and for each of them messages that are split over lines with tool
 * calls, hook and tool progress and tool results between them. A third of the lines are the agent's, a fifth tool
 * results with more than half of the bytes, a tenth are turns.
 */
export class ClaudeSession {
  readonly #material: SessionMaterial
  readonly #sink: LineSink
  #time: number
  #parent: string | null = null

  constructor(material: SessionMaterial, sink: LineSink) {
    this.#material = material
    this.#sink = sink
    this.#time = material.begin
  }

  /** @returns when it ended */
  write(bytes: number): number {
    while (this.#sink.length < bytes) this.#writeRound(bytes)
    return this.#time
  }

  #writeRound(bytes: number): void {
    const { random, words } = this.#material
    if (random.chance(0.3)) this.#addSnapshot()
    this.#addLine('user', `"message":{"role":"user","content":${words.json(random.logNormal(120, 1.3, 20_000))}}`)
    const messages = 1 + random.below(24)
    for (let message = 0; message < messages && this.#sink.length < bytes; message += 1) this.#writeMessage()
    this.#addLine('system', `"subtype":"turn_duration","durationMs":${random.below(600_000)},"isMeta":false`)
  }

  #writeMessage(): void {
    const { random, words } = this.#material
    const id = `msg_01${random.hex(22)}`
    if (random.chance(0.35))
      this.#addFragment(id, `{"type":"thinking","thinking":"","signature":"${words.base64(900)}"}`)
    if (random.chance(0.33)) {
      this.#addFragment(id, `{"type":"text","text":${words.json(random.logNormal(180, 1.1, 30_000))}}`)
    }
    if (random.chance(0.9)) this.#writeToolCall(id)
  }

  #writeToolCall(id: string): void {
    const { random, words } = this.#material
    const tool = `toolu_01${random.hex(22)}`
    const input = `{"command":${words.json(random.logNormal(250, 1.4, 40_000))}}`
    this.#addFragment(id, `{"type":"tool_use","id":"${tool}","name":"Bash","input":${input}}`)
    if (random.chance(0.05)) this.#addSnapshot()
    this.#addProgress(tool, 'hook_progress', `"hookEvent":"PreToolUse","command":${words.json(60)}`, 1.4)
    this.#addProgress(tool, 'bash_progress', `"output":${words.json(random.logNormal(500, 1, 12_000))}`, 0.5)
    if (random.chance(0.16)) {
      this.#addProgress(
        tool,
        'agent_progress',
        `"message":{"content":${words.json(random.logNormal(1_800, 1.3, 80_000))}}`,
        1,
      )
    }
    this.#addToolResult(tool)
  }

  #addToolResult(tool: string): void {
    const { random, words } = this.#material
    const image = random.chance(0.003)
    const length = image ? 50_000 + random.below(LONGEST_LINE - 60_000) : random.logNormal(900, 1.65, LONGEST_LINE / 3)
    const result = image ? `"${words.base64(length)}"` : words.json(length)
    // What the tool said is there twice: once as the agent sees it, once in a structured form.
    const twice = image ? '"image"' : `{"stdout":${result},"stderr":"","interrupted":false}`
    this.#addLine(
      'user',
      `"message":{"role":"user","content":[{"tool_use_id":"${tool}","type":"tool_result","content":${result}}]},"toolUseResult":${twice}`,
    )
  }

  #addFragment(id: string, block: string): void {
    const usage = `"usage":{"input_tokens":4,"cache_read_input_tokens":${this.#material.random.below(150_000)},"output_tokens":${this.#material.random.below(900)},"service_tier":"standard"}`
    this.#addLine(
      'assistant',
      `"message":{"model":"claude-opus-4-5-20251101","id":"${id}","type":"message","role":"assistant","content":[${block}],"stop_reason":null,${usage}},"requestId":"req_011C${id.slice(6, 26)}"`,
    )
  }

  /** @param times how often, on average */
  #addProgress(tool: string, type: string, data: string, times: number): void {
    const { random } = this.#material
    const count = Math.floor(times) + (random.chance(times % 1) ? 1 : 0)
    for (let index = 0; index < count; index += 1) {
      this.#addLine('progress', `"data":{"type":"${type}",${data}},"toolUseID":"${tool}","parentToolUseID":"${tool}"`)
    }
  }

  #addSnapshot(): void {
    const { random } = this.#material
    const time = new Date(this.#time).toISOString()
    const id = random.uuid()
    this.#sink.add(
      `{"type":"file-history-snapshot","messageId":"${id}","snapshot":{"messageId":"${id}","trackedFileBackups":{},"timestamp":"${time}"},"isSnapshotUpdate":false}`,
    )
  }

  #addLine(type: string, rest: string): void {
    const { random, session, project, agentId } = this.#material
    const uuid = random.uuid()
    this.#time += random.below(6_000)
    const parent = this.#parent === null ? 'null' : `"${this.#parent}"`
    const agent = agentId === undefined ? '' : `,"agentId":"${agentId}"`
    this.#sink.add(
      `{"parentUuid":${parent},"isSidechain":${agentId !== undefined},"userType":"external","cwd":"/home/ada/${project}","sessionId":"${session}","version":"2.1.40","gitBranch":"main","slug":"calm-river-otter"${agent},"type":"${type}",${rest},"uuid":"${uuid}","timestamp":"${new Date(this.#time).toISOString()}"}`,
    )
    this.#parent = uuid
  }
}
