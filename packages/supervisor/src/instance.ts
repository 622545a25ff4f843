/**
 * The identity of an incarnation: random, and never used again. It is told apart by it, not trusted for it, so it need not
 * be hard to guess; `node:crypto` would cost a supervisor, which has to be small, five megabytes.
 */
export function createInstance(): string {
  return `${randomText()}${randomText()}`
}

function randomText(): string {
  return Math.floor(Math.random() * 2 ** 48)
    .toString(36)
    .padStart(10, '0')
}
