import type { WriterReport } from '../../src/index.ts'

type Report = Omit<WriterReport, 'reached'>
type Recorded = { [Name in keyof Report]: { readonly name: Name; readonly fact: Parameters<Report[Name]>[0] } }

/** Records what a writer reports. */
export class ReportRecorder implements WriterReport {
  readonly recorded: Recorded[keyof Report][] = []

  eventRejected: WriterReport['eventRejected'] = (fact) => void this.recorded.push({ name: 'eventRejected', fact })
  writeRetried: WriterReport['writeRetried'] = (fact) => void this.recorded.push({ name: 'writeRetried', fact })
  writeFailed: WriterReport['writeFailed'] = (fact) => void this.recorded.push({ name: 'writeFailed', fact })
  eventDeadLettered: WriterReport['eventDeadLettered'] = (fact) =>
    void this.recorded.push({ name: 'eventDeadLettered', fact })
  outageBegan: WriterReport['outageBegan'] = (fact) => void this.recorded.push({ name: 'outageBegan', fact })
  outageEnded: WriterReport['outageEnded'] = (fact) => void this.recorded.push({ name: 'outageEnded', fact })
  segmentFenced: WriterReport['segmentFenced'] = (fact) => void this.recorded.push({ name: 'segmentFenced', fact })
  fileRefused: WriterReport['fileRefused'] = (fact) => void this.recorded.push({ name: 'fileRefused', fact })
  spoolDamaged: WriterReport['spoolDamaged'] = (fact) => void this.recorded.push({ name: 'spoolDamaged', fact })
  spoolUnusable: WriterReport['spoolUnusable'] = (fact) => void this.recorded.push({ name: 'spoolUnusable', fact })

  of<Name extends keyof Report>(name: Name): Recorded[Name]['fact'][] {
    return this.recorded.filter((entry) => entry.name === name).map((entry) => entry.fact as Recorded[Name]['fact'])
  }
}
