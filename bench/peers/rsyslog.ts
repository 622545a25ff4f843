import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Peer, PeerOptions } from './peer.ts'
import { readVersion, runProgram } from './run-program.ts'

const TABLE = 'rsyslog_lines'

/** imfile by inotify, a queue in memory, ompgsql with a transaction for each batch that it takes from the queue. */
export const rsyslog: Peer = {
  name: 'rsyslog',
  version: readVersion('rsyslogd', ['-v']),
  install: 'Debian packages rsyslog and rsyslog-pgsql',
  table: TABLE,
  async start(options) {
    const file = join(options.state, 'rsyslog.conf')
    writeFileSync(file, configure(options))
    return runProgram('rsyslogd', ['-n', '-f', file, '-i', join(options.state, 'pid')])
  },
}

function configure({ data, state, database }: PeerOptions): string {
  return `
global(workDirectory="${state}" maxMessageSize="1m")
module(load="imfile" mode="inotify")
module(load="ompgsql")
template(name="insert" type="list" option.stdsql="on") {
  constant(value="insert into ${TABLE} (file, doc) values ('")
  property(name="$!metadata!filename")
  constant(value="', '")
  property(name="msg")
  constant(value="'::jsonb)")
}
ruleset(name="postgres" queue.type="LinkedList" queue.size="100000" queue.dequeueBatchSize="1024"
        queue.workerThreads="1" queue.timeoutEnqueue="0") {
  action(type="ompgsql" conninfo="${database.url}" template="insert" action.resumeRetryCount="-1" action.resumeInterval="1")
}
input(type="imfile" file="${data}/*.jsonl" tag="jsonl:" ruleset="postgres" addMetadata="on" escapeLF="off"
      persistStateInterval="1000")
`
}
