import { findHolder } from '../embedded/adopt-server.ts'
import { findServerHome } from '../embedded/server-home.ts'
import { fromFound } from '../embedded/server-process.ts'
import { stopServer } from '../embedded/stop-server.ts'

/** Ends the server of a state directory that nobody needs any more, if one runs there. */
export async function stopLeftover(stateDir: string): Promise<void> {
  const { dataDir } = await findServerHome(stateDir)
  const holder = await findHolder(dataDir)
  if (holder.kind === 'ours') await stopServer(fromFound(holder.process), 'immediate', 0)
}
