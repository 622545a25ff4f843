import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for a condition; fails after a generous time, because machines can be busy. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${condition}`)
    await sleep(10)
  }
}
