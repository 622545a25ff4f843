/** The lease of the watcher of a host: who holds it may move the host's cursors. */
export function toLeaseName(host: string): string {
  return `watcher:${host}`
}
