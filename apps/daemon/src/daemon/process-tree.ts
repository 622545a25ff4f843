import type { Settings } from '@turnlog/config'
import {
  assessHealth,
  type ChildName,
  findProblems,
  type HealthDocument,
  type HealthFacts,
  isPortTaken,
} from '@turnlog/health'
import type { SupervisedChild } from '@turnlog/supervisor'
import { retryQuarantined } from '@turnlog/watcher'
import type { Log } from '../logging/log.ts'
import type { LogOutput } from '../logging/log-output.ts'
import { type ShutdownBudget, shutdownBudget } from '../shutdown-budget.ts'
import { formatDuration } from '../terminal/format-amount.ts'
import { isWatcherMessage } from '../watcher/watcher-message.ts'
import { toChildFacts } from './child-facts.ts'
import type { ChildMessage } from './child-message.ts'
import { toDatabaseFacts } from './database-facts.ts'
import { DatabaseKeeper } from './database-keeper.ts'
import { DegradationLog } from './degradation-log.ts'
import { IdentityProcess } from './identity-process.ts'
import { watchForPort } from './port-return.ts'
import { createPostgresReport } from './postgres-report.ts'
import { toSourceHealth } from './source-health.ts'
import { superviseProcess } from './supervise-process.ts'
import { tidyMemorySoon } from './tidy-memory.ts'
import { WatcherFollower } from './watcher-follower.ts'

export interface ProcessTreeOptions {
  readonly settings: Settings
  readonly log: Log
  readonly output: LogOutput
}

/** How often the state is checked for problems that come with no event. */
const LOOK_EVERY_MS = 500

/**
 * The watcher makes much garbage and keeps little. Left alone, V8 lets its heap grow to several times what it holds
 * (250 MB while importing 2 GB, against 141 MB with these), for less CPU.
 * The collector is for the memory that an import leaves behind.
 */
const WATCHER_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=50', '--expose-gc']

/*
 *   start   database ─┐              stop    watcher ─┐
 *           watcher  ─┤ all at once,         web     ─┴─► database
 *           web      ─┘ none waits           (they flush into it)
 */
/** Everything that the daemon keeps alive. Begins at once; each part comes up, fails and comes back by itself. */
export class ProcessTree {
  readonly #options: ProcessTreeOptions
  readonly #startedAt = performance.now()
  readonly #budget: ShutdownBudget
  readonly #database: DatabaseKeeper | null
  readonly #follower: WatcherFollower
  readonly #degradation: DegradationLog
  readonly #watcher: SupervisedChild
  readonly #web: SupervisedChild
  readonly #looking: NodeJS.Timeout
  readonly #portReturn: Disposable
  #databaseUrl: string | null = null
  #wasReady = false

  constructor(options: ProcessTreeOptions) {
    const { settings, log, output } = options
    this.#options = options
    this.#budget = shutdownBudget(settings.eventSystem.shutdownTimeoutSeconds)
    this.#follower = new WatcherFollower(log, output)
    this.#degradation = new DegradationLog(log)
    this.#database = settings.database.url === 'embedded' ? this.#keepDatabase() : null
    this.#watcher = this.#superviseWatcher()
    this.#web = this.#superviseWeb()
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS)
    this.#portReturn = this.#bringWebBack()
  }

  health(): HealthDocument {
    return assessHealth(this.#facts())
  }

  /** Restarts a child; resets the restart counter if it was in a crash loop. */
  restart(name: ChildName): void {
    const child = name === 'watcher' ? this.#watcher : this.#web
    const isCrashLoop = child.status().state === 'crash_loop'
    this.#options.log.info(`${name} is restarted on request`)
    // A running watcher does this itself when it stops.
    if (name === 'watcher' && isCrashLoop) retryQuarantined(this.#options.settings.stateDir)
    child.reset()
    // In a crash loop, the reset alone starts it.
    if (!isCrashLoop) child.restart()
  }

  /** Stops everything within the time for a shutdown: first what writes to the database, then the database. */
  async stop(): Promise<void> {
    const { output } = this.#options
    const since = performance.now()
    clearInterval(this.#looking)
    this.#portReturn[Symbol.dispose]()
    output.showProgress(null)
    await Promise.all([this.#watcher.stop(), this.#web.stop()])
    await this.#database?.stop(Math.max(0, this.#budget.database.fastMs - (performance.now() - since)))
  }

  #keepDatabase(): DatabaseKeeper {
    const { settings, log } = this.#options
    return new DatabaseKeeper({
      start: async (signal) => {
        // Loaded here, and only this: a daemon with a database elsewhere has no use for it.
        const { startEmbeddedPostgres } = await import('@turnlog/database/embedded')
        const report = createPostgresReport(log)
        using asker = new IdentityProcess()
        return await startEmbeddedPostgres({
          stateDir: settings.stateDir,
          report,
          signal,
          identify: asker.identify,
          immediateTimeoutMs: this.#budget.database.killMs - this.#budget.database.fastMs,
        })
      },
      log,
      onUp: (url) => this.#databaseIsUp(url),
    })
  }

  // After a restart of the database its address is mostly the old one, and connections find back by themselves.
  #databaseIsUp(url: string): void {
    const hasMoved = this.#databaseUrl !== null && this.#databaseUrl !== url
    this.#databaseUrl = url
    if (hasMoved) this.#watcher.restart()
    else void this.#watcher.send({ type: 'database', url } satisfies ChildMessage)
    tidyMemorySoon()
  }

  #superviseWatcher(): SupervisedChild {
    return superviseProcess({
      ...this.#options,
      name: 'watcher',
      execArgv: WATCHER_FLAGS,
      greeting: () => (this.#databaseUrl === null ? null : { type: 'database', url: this.#databaseUrl }),
      onMessage: (data) => {
        if (isWatcherMessage(data)) this.#follower.follow(data)
        this.#look()
      },
      onChange: (change) => {
        if (change === 'exited') this.#follower.forget()
        if (change === 'ready') tidyMemorySoon()
      },
    })
  }

  #superviseWeb(): SupervisedChild {
    return superviseProcess({
      ...this.#options,
      name: 'web',
      // It finds the database by itself, as it does without a daemon.
      greeting: () => null,
      onChange: (change) => {
        if (change !== 'ready') return
        this.#look()
        tidyMemorySoon()
      },
    })
  }

  // For this reason alone: whatever else made it crash, somebody has to look at.
  #bringWebBack(): Disposable {
    const { settings, log } = this.#options
    const { host, port } = settings.server
    return watchForPort({
      host,
      port,
      isAwaited: () => {
        const { state, lastExit } = this.#web.status()
        return state === 'crash_loop' && isPortTaken(lastExit)
      },
      onFree: () => {
        log.info({ port }, `port ${port} is free now, and web is started again`)
        this.#web.reset()
      },
    })
  }

  #look(): void {
    const facts = this.#facts()
    this.#degradation.look(findProblems(facts))
    // Other problems (a port that is taken, a folder that cannot be read) do not keep it from recording.
    if (this.#wasReady || !facts.watcher.ready || !facts.database.reachable) return
    this.#wasReady = true
    this.#options.log.info(`turnlog is ready after ${formatDuration(performance.now() - this.#startedAt)}`)
  }

  #facts(): HealthFacts {
    const { latest, hasBeenReady, source, writer, database } = this.#follower
    const status = this.#watcher.status()
    return {
      watcher: {
        ...toChildFacts(status),
        ready: latest?.ready ?? false,
        hasBeenReady,
        startedAt: status.startedAt,
        lastHeartbeatAt: status.lastHeartbeatAt,
        problems: latest?.problems ?? [],
      },
      writer,
      source: toSourceHealth(source),
      database: this.#database?.facts() ?? toDatabaseFacts(database),
      web: toChildFacts(this.#web.status()),
    }
  }
}
