/** How much is staged: what a change can wait for, or (`pnpm soak`) what a night can. */
export const SCALE =
  process.env.TURNLOG_SOAK === '1'
    ? { kills: 1_000, restarts: 1_000, awaySeconds: 60, mutatedLines: 200_000, faultSeconds: 10, mostBytes: 2e9 }
    : { kills: 100, restarts: 50, awaySeconds: 5, mutatedLines: 10_000, faultSeconds: 1.5, mostBytes: 256e6 }

/** Chosen anew in a soak; the same for every run otherwise. It is said with each failure. */
export const SEED = Number(
  process.env.TURNLOG_SEED ?? (process.env.TURNLOG_SOAK === '1' ? Date.now() % 2 ** 31 : 20_261_123),
)
