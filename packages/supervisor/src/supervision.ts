import type { ChildExit } from './child-exit.ts'
import type { Liveness, LivenessPolicy } from './liveness.ts'
import type { RestartPolicy } from './restart-policy.ts'
import type { SupervisionReport } from './supervision-report.ts'

/*
 *                           ready
 *   stopped ──start──► starting ──────► running
 *      ▲                ▲ ▲ ▲ │            │
 *      │           due  │ │ │ └───ended────┤
 *      │  backing_off ──┘ │ │              ▼
 *      │       ▲     at   │ │            death ──one too many──► crash_loop
 *      │       │     once └─│────────────┤ ▲                         │
 *      │       └──── later ─│────────────┘ │                         │
 *      │                    ├────────────────────── restart, reset ──┘
 *      │            restart │              │ hung, not ready, unrequested
 *      └────── stop ──── stopping, ended ──┘
 *
 * `starting` and `running` become `stopping`
 *   - when a stop or a restart is requested: a signal, then SIGKILL after `stop.requested.killMs`
 *   - when the child announces that it stops, which nobody requested here (it got a signal from another process): SIGKILL
 *     after `stop.unrequested.killMs`. A stop or restart that is requested meanwhile shortens this to its own deadline
 *   - when the child is silent for too long or not ready in time: SIGKILL immediately
 * `death` is a decision, not a state.
 *
 * `stop` leads to `stopped` from every state, and nothing that was under way before it leads out again. There is an
 * incarnation in `starting`, `running` and `stopping`, and only there; it is gone, with its process group, before the
 * next one begins.
 */
export const CHILD_STATES = ['starting', 'running', 'backing_off', 'crash_loop', 'stopping', 'stopped'] as const
export type ChildState = (typeof CHILD_STATES)[number]

/** One incarnation of the child. Times are monotonic. */
export interface Run {
  readonly number: number
  readonly pid: number | null
  readonly instance: string | null
  readonly startedAt: number
  readonly readyAt: number | null
  readonly heartbeatAt: number | null
}

export type Situation =
  | { readonly state: 'stopped' | 'crash_loop' }
  | { readonly state: 'starting'; readonly run: Run }
  | { readonly state: 'running'; readonly run: Run; readonly liveness: Liveness }
  | {
      readonly state: 'stopping'
      readonly run: Run
      readonly sequel: Sequel
      readonly since: number
      /** Monotonic time at which it is killed; null once that was done. */
      readonly deadline: number | null
    }
  | { readonly state: 'backing_off'; readonly dueAt: number; readonly counted: boolean }

/** The situations in which there is an incarnation. */
export type Occupied = Extract<Situation, { readonly run: Run }>

/**
 * What follows the end of a process: nothing (`stop`), an operator's restart, or, for all others, the decision after a
 * crash. `unrequested`: the child stops by itself.
 */
export type Sequel = 'stop' | 'restart' | 'hung' | 'not_ready' | 'unrequested'

/** All that supervision knows about a child. */
export interface Supervision {
  readonly situation: Situation
  /** Monotonic times of the automatic restarts that may still count, moved by the silences that do not count. */
  readonly restarts: readonly number[]
  readonly restartCount: number
  /** Failed starts in a row for which the machine was short of something. */
  readonly shortages: number
  /** Number of the newest incarnation. */
  readonly runs: number
  /** Number of the newest timer; any other one is out of date. */
  readonly timer: number
  /** The latest exits, newest first. */
  readonly exits: readonly ChildExit[]
}

export interface SupervisionSettings {
  readonly restart: RestartPolicy
  /** Null: ready as soon as it is spawned. */
  readonly readiness: { readonly timeoutMs: number } | null
  /** Null: nobody listens for heartbeats. */
  readonly heartbeat: LivenessPolicy | null
  /** When a child that stops is killed: one that was asked to, and one that does so by itself. */
  readonly stop: { readonly requested: KillTime; readonly unrequested: KillTime }
}

interface KillTime {
  readonly killMs: number
}

/** What an operator may ask for. */
export type Request = 'start' | 'stop' | 'restart' | 'reset'

/** What may happen to an incarnation. */
export type RunEvent =
  | { readonly type: 'spawned'; readonly run: number; readonly pid: number; readonly instance: string }
  | { readonly type: 'ready' | 'heartbeat' | 'stopping'; readonly run: number }
  | ({ readonly type: 'spawn_failed'; readonly run: number; readonly date: string } & StartFailure)
  | ({ readonly type: 'ended'; readonly run: number; readonly date: string } & ProcessEnd)

interface StartFailure {
  readonly error: string
  readonly shortage: boolean
}

interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export type SupervisionEvent =
  | { readonly type: Request }
  | { readonly type: 'timer'; readonly timer: number }
  | RunEvent

export type Effect =
  | { readonly type: 'spawn' | 'terminate' | 'kill'; readonly run: number }
  /** Replaces the timer before it; null only calls that one off. */
  | { readonly type: 'timer'; readonly timer: number; readonly afterMs: number | null }
  | ReportEffect

type Told = Pick<SupervisionReport, 'spawned' | 'ready' | 'exited' | 'restarting' | 'gaveUp' | 'killed'>
export type ReportEffect = {
  [What in keyof Told]: {
    readonly type: 'report'
    readonly what: What
    readonly facts: Parameters<Told[What]>[1]
  }
}[keyof Told]

export interface Step {
  readonly next: Supervision
  readonly effects: readonly Effect[]
}

export const unstarted: Supervision = {
  situation: { state: 'stopped' },
  restarts: [],
  restartCount: 0,
  shortages: 0,
  runs: 0,
  timer: 0,
  exits: [],
}
