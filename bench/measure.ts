import type { BenchServer } from './machine/bench-server.ts'
import type { Finding } from './results/finding.ts'

export interface MeasureContext {
  readonly server: BenchServer
  /** How often each number is measured. */
  readonly runs: number
  /** Smaller histories and shorter waits, to see that everything works. */
  readonly quick: boolean
  /** Tells how far it is. */
  readonly tell: (text: string) => void
}

/** Measures one thing, with its limits and peers beside it. */
export type Measure = (context: MeasureContext) => Promise<readonly Finding[]>
