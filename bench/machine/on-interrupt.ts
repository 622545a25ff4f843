type Undo = () => unknown

const held = new Set<Undo>()

/**
 * Names what has to be undone when the run is interrupted: processes, servers and folders that would be left behind.
 *
 * @returns to be called when it was undone in the ordinary way
 */
export function onInterrupt(undo: Undo): () => void {
  held.add(undo)
  return () => held.delete(undo)
}

/** On SIGINT, SIGTERM and SIGHUP undoes everything, what came last first, and ends the process. */
export function undoWhenInterrupted(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void undoAll())
}

async function undoAll(): Promise<void> {
  for (const undo of [...held].toReversed()) {
    try {
      await undo()
    } catch (error) {
      console.error(error)
    }
  }
  process.exit(130)
}
