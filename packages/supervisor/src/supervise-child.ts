import { CHILD_VARIABLES, type ChildMessage, parseChildMessage } from './channel-messages.ts'
import { type ChildOptions, type ResolvedChildOptions, resolveChildOptions } from './child-options.ts'
import { type ChildStatus, toChildStatus } from './child-status.ts'
import { decideNext } from './decide-next.ts'
import { ChildNotReadyError } from './errors.ts'
import { createInstance } from './instance.ts'
import { OrphanGuard } from './orphan-guard.ts'
import { type ProcessListener, type RunningProcess, runProcess } from './run-process.ts'
import { type Effect, type SupervisionEvent, unstarted } from './supervision.ts'
import type { SupervisionReport } from './supervision-report.ts'

/** A child process that is kept alive. None of its methods throws. */
export interface SupervisedChild extends AsyncDisposable {
  readonly name: string
  /** Starts the child unless it was started already; in a crash loop that takes `reset` or `restart`. */
  start(): void
  /**
   * Resolves when the child is ready, at once if it is, however many restarts that takes. Rejects with
   * {@link ChildNotReadyError} when it was stopped or given up on.
   */
  whenReady(): Promise<void>
  /**
   * Stops the child in an orderly way and starts it again. Does not count as a crash; ends a crash loop or a back-off;
   * starts a child that is stopped. Does nothing while `stop` is under way.
   */
  restart(): void
  /** Forgets the restarts so far. A child that was given up on is started again. */
  reset(): void
  /**
   * Asks the child to go, kills it at the deadline, and resolves when nothing is left of it and its output was handed
   * out. Wins over everything that is under way. A second call awaits the first.
   */
  stop(): Promise<void>
  /** Sends a small message; false when it could not be written. Larger things go through a database or a file. */
  send(data: unknown): Promise<boolean>
  status(): ChildStatus
}

/** Keeps a child process alive, from {@link SupervisedChild.start} to {@link SupervisedChild.stop}. Linux and macOS. */
export function superviseChild(options: ChildOptions): SupervisedChild {
  return new ChildSupervisor(resolveChildOptions(options))
}

/** Carries out what {@link decideNext} decides. */
class ChildSupervisor implements SupervisedChild {
  readonly #options: ResolvedChildOptions
  readonly #guard: OrphanGuard
  readonly #events: SupervisionEvent[] = []
  #supervision = unstarted
  #isStepping = false
  readonly #draining = new Set<Promise<void>>()
  #process: RunningProcess | null = null
  #cancelTimer: () => void = () => {}
  #readiness: PromiseWithResolvers<void> | null = null
  #stopping: PromiseWithResolvers<void> | null = null

  constructor(options: ResolvedChildOptions) {
    this.#options = options
    const { spawn, stop } = options
    const orphanStop = { deadlineMs: stop.unrequested.killMs, signal: stop.signal }
    this.#guard = new OrphanGuard(spawn, orphanStop, (message, cause) => this.#report('trouble', { message, cause }))
  }

  get name(): string {
    return this.#options.name
  }

  start(): void {
    this.#handle({ type: 'start' })
  }

  restart(): void {
    this.#handle({ type: 'restart' })
  }

  reset(): void {
    this.#handle({ type: 'reset' })
  }

  stop(): Promise<void> {
    this.#stopping ??= Promise.withResolvers()
    const { promise } = this.#stopping
    this.#handle({ type: 'stop' })
    return promise
  }

  whenReady(): Promise<void> {
    this.#readiness ??= Promise.withResolvers()
    const { promise } = this.#readiness
    this.#settle()
    return promise
  }

  send(data: unknown): Promise<boolean> {
    return this.#process?.send({ supervision: 'message', data }) ?? Promise.resolve(false)
  }

  status(): ChildStatus {
    return toChildStatus(this.#supervision, this.#options, this.#options.clock)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  // Effects raise events of their own: those wait until the step they belong to is done.
  #handle(event: SupervisionEvent): void {
    this.#events.push(event)
    if (this.#isStepping) return
    this.#isStepping = true
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) this.#step(next)
    } finally {
      this.#isStepping = false
    }
    this.#settle()
  }

  #step(event: SupervisionEvent): void {
    const { next, effects } = decideNext(this.#supervision, event, this.#options, this.#options.clock.now())
    this.#supervision = next
    for (const effect of effects) this.#perform(effect)
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'spawn':
        this.#spawn(effect.run)
        break
      case 'terminate':
        this.#process?.terminate()
        break
      case 'kill':
        this.#process?.kill()
        break
      case 'timer':
        this.#setTimer(effect.timer, effect.afterMs)
        break
      case 'report':
        this.#report(effect.what, effect.facts as never)
        break
      default:
        effect satisfies never
    }
  }

  #spawn(run: number): void {
    const { clock, spawn } = this.#options
    const instance = createInstance()
    const spec = { ...this.#options, env: this.#childEnv(instance), stopSignal: this.#options.stop.signal }
    const running = runProcess(spec, this.#listen(run, instance), { spawn, clock })
    this.#process = running
    this.#draining.add(running.drained)
    void running.drained.then(() => this.#draining.delete(running.drained))
    if (running.pid === null) return
    this.#handle({ type: 'spawned', run, pid: running.pid, instance })
    this.#guard.watch(running.pid)
  }

  #childEnv(instance: string): Record<string, string> {
    const { env, channel, heartbeat, stop } = this.#options
    if (!channel) return env
    return {
      ...env,
      [CHILD_VARIABLES.instance]: instance,
      [CHILD_VARIABLES.flushMs]: String(stop.requested.flushMs),
      [CHILD_VARIABLES.unrequestedFlushMs]: String(stop.unrequested.flushMs),
      ...(heartbeat && { [CHILD_VARIABLES.heartbeatMs]: String(heartbeat.intervalMs) }),
    }
  }

  #listen(run: number, instance: string): ProcessListener {
    const date = (): string => this.#options.clock.date().toISOString()
    return {
      failed: ({ message, shortage }) =>
        this.#handle({ type: 'spawn_failed', run, error: message, shortage, date: date() }),
      ended: (code, signal) => {
        this.#guard.release()
        this.#handle({ type: 'ended', run, code, signal, date: date() })
      },
      message: (message) => this.#receive(message, run, instance),
      line: (line) => this.#guarded(() => this.#options.output(line)),
      cut: (stream, bytes) => this.#report('outputCut', { stream, bytes }),
      trouble: (message, cause) => this.#report('trouble', { message, cause }),
    }
  }

  #receive(input: unknown, run: number, instance: string): void {
    const message = parseChildMessage(input)
    if (message?.instance !== instance) this.#report('messageIgnored', { reason: whyIgnored(message, instance) })
    else if (message.supervision === 'message') this.#guarded(() => this.#options.onMessage(message.data))
    else this.#handle({ type: message.supervision, run })
  }

  #setTimer(timer: number, afterMs: number | null): void {
    this.#cancelTimer()
    if (afterMs === null) return
    this.#cancelTimer = this.#options.clock.setTimer(afterMs, () => this.#handle({ type: 'timer', timer }))
  }

  #settle(): void {
    const { state } = this.#supervision.situation
    if (state === 'stopped') void this.#finishStop()
    if (state === 'running') this.#readiness?.resolve()
    else if (state !== 'stopped' && state !== 'crash_loop') return
    else this.#readiness?.reject(new ChildNotReadyError(this.name, state, this.#supervision.exits[0] ?? null))
    this.#readiness = null
  }

  async #finishStop(): Promise<void> {
    const stopping = this.#stopping
    if (stopping === null) return
    this.#stopping = null
    await Promise.all([...this.#draining, this.#guard.close()])
    stopping.resolve()
  }

  #report<What extends keyof SupervisionReport>(what: What, facts: Parameters<SupervisionReport[What]>[1]): void {
    const tell = this.#options.report[what] as ((name: string, facts: unknown) => void) | undefined
    this.#guarded(() => tell?.call(this.#options.report, this.name, facts))
  }

  // What a listener throws must not take a supervisor down with all that it keeps alive.
  #guarded(call: () => void): void {
    try {
      call()
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error))
    }
  }
}

function whyIgnored(message: ChildMessage | null, instance: string): string {
  return message === null
    ? 'not a message of a supervised child'
    : `it came as instance ${message.instance}, not ${instance}`
}
