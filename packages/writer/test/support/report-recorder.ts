import type { WriterReport } from '../../src/index.ts'

type Told = { [Name in keyof WriterReport]: { readonly name: Name; readonly fact: Parameters<WriterReport[Name]>[0] } }

/** Writes down what a writer tells. */
export class ReportRecorder implements WriterReport {
  readonly told: Told[keyof WriterReport][] = []

  eventRejected: WriterReport['eventRejected'] = (fact) => void this.told.push({ name: 'eventRejected', fact })
  writeRetried: WriterReport['writeRetried'] = (fact) => void this.told.push({ name: 'writeRetried', fact })
  writeFailed: WriterReport['writeFailed'] = (fact) => void this.told.push({ name: 'writeFailed', fact })
  eventDeadLettered: WriterReport['eventDeadLettered'] = (fact) =>
    void this.told.push({ name: 'eventDeadLettered', fact })
  outageBegan: WriterReport['outageBegan'] = (fact) => void this.told.push({ name: 'outageBegan', fact })
  outageEnded: WriterReport['outageEnded'] = (fact) => void this.told.push({ name: 'outageEnded', fact })
  segmentFenced: WriterReport['segmentFenced'] = (fact) => void this.told.push({ name: 'segmentFenced', fact })
  spoolDamaged: WriterReport['spoolDamaged'] = (fact) => void this.told.push({ name: 'spoolDamaged', fact })
  spoolUnusable: WriterReport['spoolUnusable'] = (fact) => void this.told.push({ name: 'spoolUnusable', fact })

  of<Name extends keyof WriterReport>(name: Name): Told[Name]['fact'][] {
    return this.told.filter((entry) => entry.name === name).map((entry) => entry.fact as Told[Name]['fact'])
  }
}
