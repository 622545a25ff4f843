import type { Peer } from './peer.ts'
import { rsyslog } from './rsyslog.ts'
import { syslogNg } from './syslog-ng.ts'

const PEERS: readonly Peer[] = [rsyslog, syslogNg]

export const installedPeers: readonly Peer[] = PEERS.filter(({ version }) => version !== null)

/** What each of them is, or how to get it. */
export function describePeers(): readonly string[] {
  return PEERS.map(({ name, version, install }) =>
    version === null ? `${name} is missing and was skipped (${install})` : `${name} ${version}`,
  )
}
