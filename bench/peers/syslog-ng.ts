import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Peer, PeerOptions } from './peer.ts'
import { readVersion, runProgram } from './run-program.ts'

const TABLE = 'syslog_ng_lines'
/** Where the packages were unpacked, since they cannot be installed beside rsyslog. */
const ROOT = process.env.SYSLOG_NG_ROOT ?? '/opt/syslog-ng'
const LIBRARIES = `${ROOT}/usr/lib/syslog-ng`
const ENV = { LD_LIBRARY_PATH: LIBRARIES }
const PROGRAM = `${ROOT}/usr/sbin/syslog-ng`
const MODULES = ['--module-path', `${LIBRARIES}/3.38`]

/** Files by inotify, batches of a thousand, a disk buffer that survives a crash. */
export const syslogNg: Peer = {
  name: 'syslog-ng',
  version: readVersion(PROGRAM, ['--version', ...MODULES], ENV),
  install: `Debian packages syslog-ng-core and syslog-ng-mod-sql, unpacked with dpkg -x to ${ROOT} (or SYSLOG_NG_ROOT), with libdbd-pgsql libivykis0 libnet1`,
  table: TABLE,
  async start(options) {
    const { state } = options
    const file = join(state, 'syslog-ng.conf')
    writeFileSync(file, configure(options))
    mkdirSync(join(state, 'buffer'), { recursive: true })
    const own = ['-R', join(state, 'persist'), '-c', join(state, 'control'), '-p', join(state, 'pid')]
    return runProgram(PROGRAM, ['-F', '--no-caps', ...MODULES, '-f', file, ...own], { env: { ...process.env, ...ENV } })
  },
}

function configure({ data, state, database }: PeerOptions): string {
  const { hostname, port, username, password, pathname } = new URL(database.url)
  return `@version: 3.38
options { keep-hostname(yes); use-dns(no); log-msg-size(1048576); stats-freq(0); flush-lines(1000); };
source files {
  wildcard-file(base-dir("${data}") filename-pattern("*.jsonl") recursive(no) max-files(1000)
    flags(no-parse) monitor-method(inotify) follow-freq(1) log-iw-size(100000) log-fetch-limit(1000));
};
destination postgres {
  sql(type(pgsql) host("${decodeURIComponent(hostname)}") port("${port}") username("${username}") password("${decodeURIComponent(password)}")
    database("${pathname.slice(1)}") table("${TABLE}") columns("file text", "doc jsonb") values("$FILE_NAME", "$MESSAGE")
    indexes() flags(explicit-commits, dont-create-tables) batch-lines(1000) batch-timeout(50) retries(3) time-reopen(1)
    disk-buffer(reliable(yes) disk-buf-size(1073741824) mem-buf-size(33554432) dir("${join(state, 'buffer')}")));
};
log { source(files); destination(postgres); flags(flow-control); };
`
}
