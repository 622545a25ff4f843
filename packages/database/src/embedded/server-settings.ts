import type { ServerAddress } from './server-address.ts'

/**
 * Settings of a small server that takes batches of JSON and answers a few readers. They are given on the command line,
 * so a newer turnlog brings its own; the data directory keeps the `postgresql.conf` that initdb made.
 */
const DEFAULT_SETTINGS = {
  listen_addresses: '127.0.0.1',
  // In addition to the folder, which no other account can enter.
  unix_socket_permissions: '0700',
  cluster_name: 'turnlog',
  max_connections: '50',
  shared_buffers: '128MB',
  effective_cache_size: '512MB',
  maintenance_work_mem: '64MB',
  work_mem: '8MB',
  random_page_cost: '1.1',
  // Few, short statements: compiling them costs more than it gives, and the binaries may lack LLVM anyway.
  jit: 'off',
  // Three worker processes less; reads come from the cache of this small database or of the system.
  io_method: 'sync',
  huge_pages: 'off',
  // Full page images follow each checkpoint, so fewer checkpoints write less. The binaries have neither lz4 nor zstd.
  checkpoint_timeout: '15min',
  max_wal_size: '1GB',
  min_wal_size: '80MB',
  max_worker_processes: '4',
  max_logical_replication_workers: '0',
  max_parallel_workers: '2',
  // A statement whose client was killed ends within seconds, and with it the locks that it holds.
  client_connection_check_interval: '2s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
  // Rows hold private conversations. Details and statements of an error quote them, so the log has only its message.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
} as const satisfies Readonly<Record<string, string>>

export interface ServerArguments extends ServerAddress {
  readonly dataDir: string
  /** The server's `pg_hba.conf`. */
  readonly hostAccessFile: string
  /** Settings of the caller, over the defaults. */
  readonly settings?: Readonly<Record<string, string>> | undefined
}

/** Command line arguments for `postgres`. */
export function serverArguments(options: ServerArguments): readonly string[] {
  const all = {
    ...DEFAULT_SETTINGS,
    ...options.settings,
    port: String(options.port),
    unix_socket_directories: quoteInList(options.socketDir),
    hba_file: options.hostAccessFile,
  }
  return ['-D', options.dataDir, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** The setting is a list, so a comma or a blank in a path must be quoted. */
function quoteInList(path: string): string {
  return `"${path.replaceAll('"', '""')}"`
}
