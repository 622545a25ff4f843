/** Where a process' log lines go: one JSON object a line comes in, whatever goes out. */
export interface LogOutput {
  /** Takes one or more whole lines of JSON. */
  write(lines: string): void
  /** A line that stands below the log and changes in place; null takes it away. Nothing where that cannot be shown. */
  showProgress(text: string | null): void
}

/** JSON, as it comes: for files, pipes and log collectors. */
export function createJsonOutput(stream: NodeJS.WritableStream): LogOutput {
  return { write: (lines) => void stream.write(lines), showProgress: () => {} }
}

/** `auto`: readable on a terminal, JSON everywhere else. */
export async function createLogOutput(format: 'auto' | 'pretty' | 'json', stream = process.stdout): Promise<LogOutput> {
  // A reader that went away (a closed terminal, `| head`) must not take the daemon down.
  stream.on('error', () => {})
  const isPretty = format === 'pretty' || (format === 'auto' && stream.isTTY === true)
  if (!isPretty) return createJsonOutput(stream)
  // Loaded here: a daemon that nobody watches has no use for it.
  const { createTerminalOutput } = await import('./terminal-output.ts')
  return createTerminalOutput(stream)
}
