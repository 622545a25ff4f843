import { styleText } from 'node:util'
import { formatCount } from '../terminal/format-amount.ts'
import { toPrintableLine } from '../terminal/to-printable.ts'
import type { Finding, FindingLevel } from './finding.ts'

const SIGNS = { ok: '✓', warn: '!', fail: '✗' } as const satisfies Record<FindingLevel, string>
const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const satisfies Record<FindingLevel, string>

/** The findings for people: one line for what is well; for what is not, also why it matters and what to do. */
export function formatFindings(findings: readonly Finding[], { colour }: { readonly colour: boolean }): string {
  const width = Math.max(...findings.map(({ about }) => about.length))
  const paint = (level: FindingLevel, text: string) =>
    colour ? styleText(COLOURS[level], text, { validateStream: false }) : text
  const indent = ' '.repeat(width + 4)
  const blocks = findings.map(({ about, level, what, why, advice }) => [
    `${paint(level, SIGNS[level])} ${about.padEnd(width)}  ${toPrintableLine(what)}`,
    ...(why === null ? [] : [`${indent}${toPrintableLine(why)}`]),
    ...(advice === null ? [] : [`${indent}→ ${toPrintableLine(advice)}`]),
  ])
  return [...blocks.flat(), '', summarise(findings)].join('\n')
}

function summarise(findings: readonly Finding[]): string {
  const fails = findings.filter(({ level }) => level === 'fail').length
  const warnings = findings.filter(({ level }) => level === 'warn').length
  if (fails + warnings === 0) return 'All is well.'
  const parts = [
    fails > 0 ? `${formatCount(fails, 'thing')} wrong` : [],
    warnings > 0 ? `${formatCount(warnings, 'thing')} to know` : [],
  ]
  return `${parts.flat().join(', ')}.`
}
