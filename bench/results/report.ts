import { spawnSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Finding } from './finding.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const BIOME = join(ROOT, 'node_modules/.bin/biome')

export interface Section {
  readonly name: string
  readonly findings: readonly Finding[]
}

export interface RunFacts {
  readonly runs: number
  readonly quick: boolean
  readonly postgres: string
  readonly peers: readonly string[]
}

/** The page of results, as Markdown that is formatted as the project formats it. */
export function renderResults(sections: readonly Section[], facts: RunFacts): string {
  return formatMarkdown(
    [
      '# Results',
      '',
      `Made by \`pnpm bench\`${facts.quick ? ' with `--quick`, which is a trial: small histories, one run' : ''}. ${describeMachine(facts)}`,
      '',
      `${describeRuns(facts.runs)} where nothing else is said. Limits and peers ran on the same machine, on the same`,
      'database server, in turn with turnlog; judge by the ratios, since machines differ.',
      '',
      '| measure | goal | result | reached | notes |',
      '|---|---|---|---|---|',
      ...sections.flatMap(({ findings }) => findings.map(toRow)),
      '',
    ].join('\n'),
  )
}

/** As it is where the formatter is not installed. */
function formatMarkdown(text: string): string {
  const args = ['format', '--stdin-file-path=bench/RESULTS.md']
  const { status, stdout } = spawnSync(BIOME, args, { cwd: ROOT, input: text, encoding: 'utf8' })
  return status === 0 ? stdout : text
}

function describeRuns(runs: number): string {
  return runs === 1 ? 'Numbers are of one run' : `Numbers are medians of ${runs} runs`
}

function toRow({ measure, goal, value, reached, notes = '' }: Finding): string {
  const mark = reached === null ? '' : reached ? 'yes' : '**no**'
  return `| ${[measure, goal, value, mark, notes].join(' | ')} |`
}

function describeMachine({ postgres, peers }: RunFacts): string {
  const [cpu] = cpus()
  return (
    `Machine: ${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB of memory, ` +
    `${process.platform}. Node ${process.versions.node}, PostgreSQL ${postgres}. Peers: ${peers.join(', ')}.`
  )
}
