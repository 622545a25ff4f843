import { setTimeout } from 'node:timers/promises'

/** Waits for a condition; fails with what was seen last when it does not come true. */
export async function until<Seen>(
  look: () => Seen,
  isRight: (seen: Seen) => boolean,
  timeoutMs = 10_000,
): Promise<Seen> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const seen = look()
    if (isRight(seen)) return seen
    if (performance.now() > deadline)
      throw new Error(`Waited ${timeoutMs} ms in vain; last seen: ${JSON.stringify(seen)}`)
    await setTimeout(2)
  }
}
