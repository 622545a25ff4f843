import { cpus, totalmem } from 'node:os'
import type { Finding } from './finding.ts'

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

/** The page of results, as Markdown. */
export function renderResults(sections: readonly Section[], facts: RunFacts): string {
  return [
    '# Results',
    '',
    `Made by \`pnpm bench\`${facts.quick ? ' with `--quick`, which is a trial: small histories, one run' : ''}. ${describeMachine(facts)}`,
    '',
    `Numbers are medians of ${facts.runs} runs where nothing else is said. Limits and peers ran on the same machine, on the same`,
    'database server, in turn with turnlog; judge by the ratios, since machines differ.',
    '',
    '| measure | goal | result | reached | notes |',
    '|---|---|---|---|---|',
    ...sections.flatMap(({ findings }) => findings.map(toRow)),
    '',
  ].join('\n')
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
