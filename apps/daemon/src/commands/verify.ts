import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import { formatBytes, formatCount } from '../terminal/format-amount.ts'
import { describeVerification } from '../verify/describe-verification.ts'
import { verifyTranscripts } from '../verify/verify-transcripts.ts'
import type { Command, CommandOptions } from './command.ts'
import { readOptions } from './read-arguments.ts'
import { withDatabase } from './with-database.ts'

const OPTIONS = {
  fast: { type: 'boolean', summary: 'compare the accounts only, without reading the files again' },
  repair: { type: 'boolean', summary: 'have files with gaps read again; nothing is stored twice' },
  json: { type: 'boolean', summary: 'the result as JSON' },
} as const satisfies CommandOptions

/** Compares the files on disk with the database. */
export const verify: Command = {
  usage: 'verify [--fast] [--repair] [--json]',
  summary: 'files on disk against the database: every byte accounted for',
  details: 'Exit code: 0 when every byte is accounted for, 1 on any gap.',
  options: OPTIONS,
  async run(args) {
    const options = readOptions(verify, OPTIONS, args)
    if (options === null) return EXIT.usage
    return withDatabase(readSettings(), async (db) => {
      const verification = await verifyTranscripts(readSettings(), db, {
        thorough: options.fast !== true,
        repair: options.repair === true,
        onProgress: showProgress(),
      })
      if (process.stderr.isTTY) process.stderr.write(CLEAR_LINE)
      const lines = options.json === true ? [JSON.stringify(verification, null, 2)] : describeVerification(verification)
      for (const line of lines) console.log(line)
      return verification.ok ? EXIT.ok : EXIT.failure
    })
  },
}

const CLEAR_LINE = '\r\u001b[2K'
const SHOW_EVERY_MS = 100

/** One changing line on a terminal, nothing elsewhere. */
function showProgress(): Parameters<typeof verifyTranscripts>[2]['onProgress'] {
  if (!process.stderr.isTTY) return () => {}
  let shownAt = 0
  return ({ files, bytes }) => {
    if (performance.now() - shownAt < SHOW_EVERY_MS) return
    shownAt = performance.now()
    process.stderr.write(`${CLEAR_LINE}verifying · ${formatCount(files, 'file')} · ${formatBytes(bytes)}`)
  }
}
