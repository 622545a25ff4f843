import type { SessionMaterial } from './claude-session.ts'
import type { LineSink } from './line-sink.ts'

/**
 * The transcript of one Codex session. What user and agent say is written twice, tool calls and their output are a
 * third of the lines and most of the bytes.
 */
export class CodexSession {
  readonly #material: SessionMaterial
  readonly #sink: LineSink
  #time: number

  constructor(material: SessionMaterial, sink: LineSink) {
    this.#material = material
    this.#sink = sink
    this.#time = material.begin
  }

  /** @returns when it ended */
  write(bytes: number): number {
    this.#addMeta()
    while (this.#sink.length < bytes) this.#writeRound(bytes)
    return this.#time
  }

  #addMeta(): void {
    const { session, project, words } = this.#material
    const time = new Date(this.#time).toISOString()
    this.#add(
      'session_meta',
      `"id":"${session}","timestamp":"${time}","cwd":"/home/ada/${project}","originator":"codex-tui","cli_version":"0.142.2","source":"cli","thread_source":"user","model_provider":"openai","base_instructions":{"text":${words.json(15_000)}},"git":{"branch":"main"}`,
    )
  }

  #writeRound(bytes: number): void {
    const { random, words } = this.#material
    const turn = random.uuid()
    this.#add('event_msg', `"type":"task_started","turn_id":"${turn}","model_context_window":121600`)
    this.#add(
      'turn_context',
      `"cwd":"/home/ada/${this.#material.project}","model":"gpt-5","effort":"high","turn_id":"${turn}","summary":${words.json(250)}`,
    )
    const prompt = words.json(random.logNormal(200, 1.4, 100_000))
    this.#addMessage('user', 'input_text', prompt)
    this.#add('event_msg', `"type":"user_message","message":${prompt},"images":[],"local_images":[],"text_elements":[]`)
    const steps = 1 + random.below(30)
    for (let step = 0; step < steps && this.#sink.length < bytes; step += 1) this.#writeStep()
    this.#add('event_msg', `"type":"task_complete","turn_id":"${turn}","last_agent_message":null,"duration_ms":9000`)
  }

  #writeStep(): void {
    const { random, words } = this.#material
    if (random.chance(0.62))
      this.#add(
        'response_item',
        `"type":"reasoning","summary":[],"content":null,"encrypted_content":"${words.base64(random.logNormal(700, 0.7, 38_000))}"`,
      )
    if (random.chance(0.44)) {
      const text = words.json(random.logNormal(180, 0.9, 4_700))
      this.#add('event_msg', `"type":"agent_message","message":${text},"phase":"commentary"`)
      this.#addMessage('assistant', 'output_text', text)
    }
    const call = `call_${random.hex(24)}`
    const args = JSON.stringify(`{"cmd":${words.json(random.logNormal(220, 1, 13_000))}}`)
    this.#add('response_item', `"type":"function_call","name":"exec_command","arguments":${args},"call_id":"${call}"`)
    this.#add(
      'response_item',
      `"type":"function_call_output","call_id":"${call}","output":${words.json(random.logNormal(1_300, 1.4, 80_000))}`,
    )
    this.#add(
      'event_msg',
      `"type":"token_count","info":{"total_token_usage":{"input_tokens":${random.below(1e6)},"cached_input_tokens":${random.below(1e6)},"output_tokens":${random.below(1e5)}}},"rate_limits":{"primary":{"used_percent":${random.below(100)},"window_minutes":300}},"note":${words.json(200)}`,
    )
  }

  #addMessage(role: string, block: string, text: string): void {
    this.#add('response_item', `"type":"message","role":"${role}","content":[{"type":"${block}","text":${text}}]`)
  }

  #add(type: string, payload: string): void {
    this.#time += this.#material.random.below(4_000)
    this.#sink.add(`{"timestamp":"${new Date(this.#time).toISOString()}","type":"${type}","payload":{${payload}}}`)
  }
}
