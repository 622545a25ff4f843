import { setTimeout as sleep } from 'node:timers/promises'

export interface WaitOptions {
  /** @default 10 */
  readonly everyMs?: number
  /** @default 1800000 */
  readonly timeoutMs?: number
}

/** Asks until the answer is yes. */
export async function waitUntil(ask: () => Promise<boolean> | boolean, options: WaitOptions = {}): Promise<void> {
  const { everyMs = 10, timeoutMs = 1_800_000 } = options
  const begin = performance.now()
  while (!(await ask())) {
    if (performance.now() - begin > timeoutMs) throw new Error(`It did not come to pass within ${timeoutMs / 1000} s`)
    await sleep(everyMs)
  }
}
