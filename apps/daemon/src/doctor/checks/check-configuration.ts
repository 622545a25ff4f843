import type { ConfigProblem } from '@turnlog/config'
import { type Finding, fail, ok } from '../finding.ts'

const ABOUT = 'Configuration'

/** A configuration that was read. */
export function checkConfiguration(configFile: string | null): Finding {
  return ok(ABOUT, configFile === null ? 'All settings are the defaults.' : `${configFile} is right.`)
}

/** One that was refused: a finding for each problem in it. */
export function checkConfigProblems(problems: readonly ConfigProblem[]): readonly Finding[] {
  return problems.map(({ path, expected, found, origin, suggestion }) => {
    const place =
      origin.kind === 'variable' ? origin.name : `${origin.file}${origin.line === null ? '' : `:${origin.line}`}`
    const meant = suggestion === null ? '' : ` Perhaps ${suggestion} is meant.`
    return fail(ABOUT, {
      what: `${path === '' ? place : `${path} (${place})`}: expected ${expected}, found ${found}.`,
      why: 'turnlog does not start with it, and the doctor cannot look any further.',
      advice: `Correct it in ${place}.${meant}`,
    })
  })
}
