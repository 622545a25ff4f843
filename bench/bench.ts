/**
 * Measures turnlog, its limits and its peers side by side, and writes the table of results.
 *
 *   pnpm bench [names of measures] [--quick] [--runs 5] [--out bench/RESULTS.md]
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startBenchServer } from './machine/bench-server.ts'
import { undoWhenInterrupted } from './machine/on-interrupt.ts'
import type { Measure } from './measure.ts'
import { measureDense } from './measures/dense.ts'
import { measureImport } from './measures/import.ts'
import { measureLatency } from './measures/latency.ts'
import { measureLifecycle } from './measures/lifecycle.ts'
import { measureManyFiles } from './measures/many-files.ts'
import { measureOverflow } from './measures/overflow.ts'
import { measureScale } from './measures/scale.ts'
import { describePeers } from './peers/index.ts'
import { renderResults, type Section } from './results/report.ts'

const MEASURES: Readonly<Record<string, Measure>> = {
  import: measureImport,
  dense: measureDense,
  latency: measureLatency,
  files: measureManyFiles,
  overflow: measureOverflow,
  lifecycle: measureLifecycle,
  scale: measureScale,
}

const { positionals, values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, runs: { type: 'string' }, out: { type: 'string' } },
})
const quick = values.quick
const runs = Number(values.runs ?? (quick ? 1 : 5))
const out = values.out ?? fileURLToPath(new URL(quick ? 'results/quick.md' : 'RESULTS.md', import.meta.url))
const names = positionals.length > 0 ? positionals : Object.keys(MEASURES)
const unknown = names.filter((name) => !(name in MEASURES))
if (unknown.length > 0) {
  console.error(`There is no measure ${unknown.join(', ')}. There are: ${Object.keys(MEASURES).join(', ')}`)
  process.exit(64)
}

undoWhenInterrupted()
await using server = await startBenchServer()
const sections: Section[] = []
for (const name of names) {
  console.log(`measuring ${name}`)
  const findings = await (MEASURES[name] as Measure)({ server, runs, quick, tell: console.log })
  for (const { measure, goal, value, reached } of findings) {
    console.log(`  ${measure}: ${value} (${goal})${reached === false ? ' NOT REACHED' : ''}`)
  }
  sections.push({ name, findings })
  // After each, so that a run that is stopped leaves what it found.
  writeFileSync(out, renderResults(sections, { runs, quick, postgres: server.version, peers: describePeers() }))
}
