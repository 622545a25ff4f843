/**
 * Exits when the process that started this one is gone, so that an aborted test leaves nothing behind that keeps its
 * output open.
 *
 * @param before work to be done first
 */
export function exitWithParent(before: () => Promise<unknown> = async () => {}): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    void before().finally(() => process.exit(1))
  }, 1_000)
  timer.unref()
}
