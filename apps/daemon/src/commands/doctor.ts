import { ConfigError } from '@turnlog/config'
import { checkConfigProblems } from '../doctor/checks/check-configuration.ts'
import { findFindings } from '../doctor/find-findings.ts'
import type { Finding } from '../doctor/finding.ts'
import { formatFindings } from '../doctor/format-findings.ts'
import { gatherFacts } from '../doctor/gather-facts.ts'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import type { Command, CommandOptions } from './command.ts'
import { readOptions } from './read-arguments.ts'

const OPTIONS = {
  json: { type: 'boolean', summary: 'the findings as JSON' },
} as const satisfies CommandOptions

/** Looks at everything that turnlog needs, and says what is wrong and what to do. */
export const doctor: Command = {
  usage: 'doctor [--json]',
  summary: 'finds what is wrong, and says what to do',
  details:
    'Looks at settings, folders of transcripts, limits, disk and database; changes nothing, and needs nothing to run.\n' +
    'Exit code: 0 when nothing is wrong, 1 when something is.',
  options: OPTIONS,
  async run(args) {
    const options = readOptions(doctor, OPTIONS, args)
    if (options === null) return EXIT.usage
    const findings = await examine()
    const isWell = findings.every(({ level }) => level !== 'fail')
    if (options.json === true) console.log(JSON.stringify({ ok: isWell, findings }, null, 2))
    else console.log(formatFindings(findings, { colour: process.stdout.isTTY === true }))
    return isWell ? EXIT.ok : EXIT.failure
  },
}

async function examine(): Promise<readonly Finding[]> {
  try {
    return findFindings(await gatherFacts(readSettings(), Date.now()))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return checkConfigProblems(error.problems)
  }
}
