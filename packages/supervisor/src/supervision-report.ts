import type { ChildExit } from './child-exit.ts'

/** Everything that a supervisor has to tell. It logs nothing itself; what these methods throw is not its concern. */
export interface SupervisionReport {
  spawned(name: string, facts: { readonly pid: number; readonly instance: string }): void
  ready(name: string, facts: { readonly pid: number; readonly instance: string; readonly afterMs: number }): void
  /** An incarnation ended and nothing is left of it; `exit.reason` tells whether that was asked for. */
  exited(name: string, exit: ChildExit): void
  /** The child will be started again after `delayMs`. `restarts` are those in the window, this one not included. */
  restarting(name: string, facts: RestartFacts & { readonly delayMs: number }): void
  /** Crash loop: the child is not started again until somebody asks for it. Told once per crash loop. */
  gaveUp(name: string, facts: RestartFacts): void
  /** A process group is sent SIGKILL, since it was silent or slow for `afterMs`. */
  killed(
    name: string,
    facts: { readonly pid: number | null; readonly cause: KillCause; readonly afterMs: number },
  ): void
  /** A line was longer than allowed: this many bytes of it were left out. */
  outputCut(name: string, facts: { readonly stream: OutputStream; readonly bytes: number }): void
  /** A message did not come from the incarnation that its channel belongs to, or made no sense. */
  messageIgnored(name: string, facts: { readonly reason: string }): void
  /** Something about a child went wrong that has no other consequence: its channel broke, processes of it stayed. */
  trouble(name: string, facts: { readonly message: string; readonly cause?: unknown }): void
}

export interface RestartFacts {
  readonly exit: ChildExit
  readonly restarts: number
  readonly maxRestarts: number
  readonly windowMs: number
}

export type KillCause = 'hung' | 'not_ready' | 'stop_deadline'
export type OutputStream = 'stdout' | 'stderr'

export interface OutputLine {
  readonly stream: OutputStream
  readonly pid: number | null
  /** Without its line end. Bytes that are not UTF-8 are U+FFFD. */
  readonly text: string
  /** The line was longer than `maxLineBytes`; this is its beginning. */
  readonly cut: boolean
}
