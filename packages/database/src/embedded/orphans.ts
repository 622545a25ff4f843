import { readdir } from 'node:fs/promises'
import { directoryIdentity, readOsProcess } from './os-process.ts'

/**
 * Ends the children that a killed server left behind and that hold its shared memory, which keeps a new server from
 * starting. Only for a data directory without a living server. It takes two facts to be one of them: the program is
 * postgres, and the working directory is this very data directory. Without /proc (macOS) nothing is done; the start then
 * waits for them as long as it can.
 */
export async function stopOrphans(dataDir: string): Promise<void> {
  const directory = await directoryIdentity(dataDir)
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue
    const found = await readOsProcess(Number(name))
    if (found?.program === 'postgres' && found.workingDirectory === directory) kill(found.pid)
  }
}

// Not asked to quit: one that is stopped in its tracks would not hear that. Nothing is lost with a process whose server
// is dead: what it had committed is in the log.
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone in between, or not ours to end; the next try tells.
  }
}
