import { setTimeout } from 'node:timers/promises'

/** Waits for a condition; fails with what was seen last when it does not come true. */
export async function until<Seen>(
  look: () => Seen | Promise<Seen>,
  isRight: (seen: Seen) => boolean,
  timeoutMs = 60_000,
): Promise<Seen> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const seen = await look()
    if (isRight(seen)) return seen
    if (performance.now() > deadline) {
      throw new Error(`Not true within ${timeoutMs} ms; last seen: ${JSON.stringify(seen)?.slice(0, 4000)}`)
    }
    await setTimeout(5)
  }
}
