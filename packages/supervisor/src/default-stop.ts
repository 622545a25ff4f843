/** How long a child may take to stop, unless its supervisor says otherwise. Both sides use it. */
export const DEFAULT_STOP = {
  requested: { flushMs: 1_600, killMs: 1_700 },
  unrequested: { flushMs: 1_800, killMs: 2_000 },
} as const
