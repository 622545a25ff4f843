/** A human's prompt as Claude Code writes it, with its newline. */
export function promptLine(uuid: string, text: string, timestamp = '2026-05-01T10:00:00.000Z'): string {
  const line = {
    type: 'user',
    uuid,
    parentUuid: null,
    timestamp,
    sessionId: 'session-of-the-line',
    cwd: '/home/ada/engine',
    version: '2.1.9',
    gitBranch: 'main',
    isSidechain: false,
    userType: 'external',
    message: { role: 'user', content: text },
  }
  return `${JSON.stringify(line)}\n`
}

/** A line that nobody said anything in. */
export function bookkeepingLine(messageId: string): string {
  return `${JSON.stringify({ type: 'file-history-snapshot', messageId, snapshot: {}, isSnapshotUpdate: false })}\n`
}
